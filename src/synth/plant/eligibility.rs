//! Who belongs on file: JD209–JD212, JD214.
//!
//! - JD209: both sides and civil affairs say an income above every filing ceiling; the monthly incomes say less, so no TK501.
//!   意外致困户 are filed by income less expenses and are not taken.
//! - JD210: only under the paper that binds it; a retired head needs no employer.
//! - JD211: a union member of a household in 保 that nobody has filed; of two members of one household the first by number.
//! - JD212: updated more than six months ago.
//! - JD214: only under papers that bind it: an income below dibao on all sides, in no scheme or in 低保边缘 only.

use super::{Class, Planter, active, class, outside_civil};
use crate::synth::calendar::{days_before, months_before};
use crate::synth::civil::{CivilHousehold, CivilPerson};
use crate::synth::expected::finding;
use crate::synth::household::{Household, set_income_each, yuan};

pub(super) const CLASSES: &[Class] = &[
    class("JD209", too_rich),
    class("JD210", retired),
    class("JD211", not_filed),
    class("JD212", not_updated),
    class("JD214", owed_dibao),
];

/// Another income a head, in the file, on paper and with civil affairs; the monthly incomes stay.
fn live_on(p: &mut Planter<'_>, h: usize, each: i64) {
    let mut rng = p.rng.fork();
    let home = &mut p.world.households[h];
    set_income_each(home, &mut rng, each);
    let per_capita = home.per_capita();
    if let Some(c) = p.civil_of[h] {
        p.world.civil[c].per_capita = per_capita;
    }
}

fn too_rich(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h)) else { return false };
    let each = p.rng.between(1200, 1900);
    live_on(p, h, each);
    p.expect_file("JD209", h, "", "");
    true
}

fn retired(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    p.world.households[h].head.status = "退休";
    p.expect_file("JD210", h, "", "");
    true
}

fn not_filed(p: &mut Planter<'_>) -> bool {
    let active_in: Vec<usize> = p.world.households.iter().filter(|h| active(h)).map(|h| h.unit).collect();
    if active_in.is_empty() {
        return false;
    }
    let unit = active_in[p.rng.below(active_in.len())];
    let district = p.world.tree.district_of(unit).code;
    let mut persons: Vec<_> = (0..3).map(|_| p.people.stranger(&mut p.rng)).collect();
    let cert_no = format!("{district}L{:07}", p.world.civil.len() + 1);
    let relations = ["户主", "配偶", "其他亲属"];
    let listed = persons.iter().zip(relations);
    let civil = CivilHousehold {
        household: None,
        cert_no: cert_no.clone(),
        scheme: p.rng.pick(&["低保", "低保", "低保边缘", "特困"]),
        rural: p.rng.chance(30),
        region: district,
        persons: listed.map(|(s, r)| CivilPerson { name: s.name.clone(), id: s.id.clone(), relation: r }).collect(),
        from: days_before(p.world.as_of, p.rng.between(100, 1500)),
        to: None,
        monthly_amount: yuan(300),
        per_capita: yuan(500),
        hidden: false,
    };
    p.world.civil.push(civil);
    let members = p.rng.pick(&[1, 2]);
    persons.truncate(members);
    for person in &mut persons {
        person.place.clone_from(&p.world.tree.units[unit].employers[0]);
        person.status = "在岗";
    }
    let first = persons.iter().map(|s| s.id.clone()).min().unwrap_or_default();
    p.world.strangers.roster.extend(persons.into_iter().map(|s| (s, unit)));
    p.expect(finding("JD211", "", &first, "", &cert_no));
    true
}

fn not_updated(p: &mut Planter<'_>) -> bool {
    let limit = days_before(months_before(p.world.as_of, 6), 1);
    let Some(h) = p.take(|_, h| active(h) && h.filed_on < limit) else { return false };
    let ago = p.rng.between(0, 1) * p.rng.between(1, (limit - p.home(h).filed_on).num_days());
    p.world.households[h].updated_on = days_before(limit, ago);
    p.expect_file("JD212", h, "", "");
    true
}

fn owed_dibao(p: &mut Planter<'_>) -> bool {
    let in_unit = p.civil_in_units();
    let fits = |h: &Household| active(h) && h.category != "低保户" && in_unit[h.unit] >= 2;
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let each = p.rng.between(250, 550);
    live_on(p, h, each);
    p.expect_file("JD214", h, "", "");
    true
}
