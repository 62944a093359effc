//! Union against civil affairs: YZ303–YZ305.
//!
//! - YZ303 民政无: the household left the register, or is 停保; silences TK509 and JD214, and leaves YZ304, YZ305 nobody to
//!   compare with. Another household of the unit stays in the register, so that the register covers the unit.
//! - YZ303 民政有: the whole household of an 意外致困户 is in a scheme, with the income the file says.
//! - YZ304: one person too few or too many in the civil household, never the head or spouse it is linked by; two persons or
//!   more stay in it. The income per head stays.
//! - YZ305: 300 yuan more per head, which is more than a tenth of any civil figure below the standard.

use super::{Class, Planter, active, class, outside_civil};
use crate::synth::calendar::months_before;
use crate::synth::civil::{CivilPerson, of_household};
use crate::synth::expected::finding;
use crate::synth::household::yuan;

pub(super) const CLASSES: &[Class] = &[
    class("YZ303", no_longer_in_civil),
    class("YZ303", in_civil),
    class("YZ304", civil_lacks),
    class("YZ304", file_lacks),
    class("YZ305", incomes_differ),
];

fn no_longer_in_civil(p: &mut Planter<'_>) -> bool {
    let in_unit = p.civil_in_units();
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h) && in_unit[h.unit] >= 2) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    let civil = &mut p.world.civil[c];
    if p.rng.chance(50) {
        civil.hidden = true;
    } else {
        let stopped = months_before(p.world.as_of, 3);
        civil.from = civil.from.min(months_before(stopped, 6));
        civil.to = Some(stopped);
    }
    p.expect_file("YZ303", h, "民政无", "");
    true
}

fn in_civil(p: &mut Planter<'_>) -> bool {
    if p.world.has_accident_beside_dibao() {
        return false;
    }
    let Some(h) = p.take(|_, h| active(h) && outside_civil(h)) else { return false };
    let scheme = p.rng.pick(&["低保", "低保边缘"]);
    let code = p.world.tree.district_of(p.home(h).unit).code;
    let civil = of_household(p.home(h), h, scheme, code);
    p.world.civil.push(civil);
    p.expect_file("YZ303", h, "民政有", "");
    true
}

fn civil_lacks(p: &mut Planter<'_>) -> bool {
    // The last member is a child or a parent where there are two members or more.
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h) && h.members.len() >= 2) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    let civil = &mut p.world.civil[c];
    let cert_no = civil.cert_no.clone();
    let Some(gone) = civil.persons.pop() else { return false };
    let found = finding("YZ304", &p.home(h).file_no, &gone.id, "民政缺", &cert_no);
    p.expect(found);
    true
}

fn file_lacks(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h)) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    let extra = p.people.stranger(&mut p.rng);
    let civil = &mut p.world.civil[c];
    civil.persons.push(CivilPerson { name: extra.name, id: extra.id.clone(), relation: "其他亲属" });
    let cert_no = civil.cert_no.clone();
    let found = finding("YZ304", &p.home(h).file_no, &extra.id, "电子缺", &cert_no);
    p.expect(found);
    true
}

fn incomes_differ(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h)) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    p.world.civil[c].per_capita += yuan(300);
    p.expect_file("YZ305", h, "income_per_capita", "");
    true
}
