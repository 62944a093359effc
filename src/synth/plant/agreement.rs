//! Paper against electronic: YZ301 for every compared field, YZ302.
//!
//! The electronic side is right and the paper says something else, but for 电子缺.
//!
//! - YZ301[id_number]: the paper row has the right file number and name, so that it is linked, and a wrong number; that
//!   silences ID101 of the row. A wrong number in the electronic file would make strangers of the payee and the civil
//!   household too, and is not planted.
//! - YZ301[name] silences ID110 between the two. YZ301[sex] stands beside ID103 of the paper row.
//! - YZ301[file_no] is planted on people living alone, whose paper has no member list to be linked by it.
//! - YZ301[household_size] needs a register: the form has no such field.
//! - YZ302 电子缺 explains the member count (no ID111), and is planted where no civil register lists the person (no YZ304).
//!   Another member stays on each side, so that both have a list.

use super::{
    Class, Planter, active, broken, class, in_register, outside_civil, plain_name, quiet_member, text, verbatim,
};
use crate::synth::calendar::days_before;
use crate::synth::export::Val;
use crate::synth::household::{Household, yuan};
use crate::synth::people::misnamed;
use crate::synth::rows;

pub(super) const CLASSES: &[Class] = &[
    class("YZ301", id_number),
    class("YZ301", name),
    class("YZ301", file_no),
    class("YZ301", sex),
    class("YZ301", |p| differ(p, "phone", |p, _| Val::Phone(p.people.phone()))),
    class("YZ301", |p| differ(p, "address", |_, _| text("成都市锦江区另拟路777号9栋"))),
    class("YZ301", |p| differ(p, "employer", |_, _| text("成都市误记商贸有限公司"))),
    class("YZ301", |p| differ(p, "employer_state", |_, h| other(h.employer_state, "正常经营", "亏损企业"))),
    class("YZ301", |p| differ(p, "work_status", |_, h| other(h.head.status, "在岗", "失（无）业"))),
    class("YZ301", |p| differ(p, "housing", |_, h| other(h.housing, "租房", "商品房"))),
    class("YZ301", |p| differ(p, "floor_area", |_, h| Val::Area(h.floor_area + 2100))),
    class("YZ301", |p| differ(p, "hukou", |_, h| other(h.hukou, "非农业", "农业"))),
    class("YZ301", |p| differ(p, "work_start", |_, h| Val::Date(days_before(h.work_start, 500)))),
    class("YZ301", |p| differ(p, "category", |_, h| other(h.category, "低保户", "低保边缘户"))),
    class("YZ301", |p| differ(p, "health", |_, h| other(h.head.health, "糖尿病", "良好"))),
    class("YZ301", |p| differ(p, "insurance", |_, h| other(h.head.insurance, "职工基本医疗保险", "城乡居民医保"))),
    class("YZ301", |p| differ(p, "income_monthly", |_, h| Val::Money(h.head.income + yuan(200)))),
    class("YZ301", |p| differ(p, "income_annual", |_, h| Val::Money(h.income_annual() + yuan(2400)))),
    class("YZ301", household_size),
    class("YZ302", not_on_paper),
    class("YZ302", not_electronic),
];

/// The first word, or the second where the first is right.
fn other(right: &str, first: &'static str, second: &'static str) -> Val {
    text(if right == first { second } else { first })
}

/// The paper says something else in one field.
fn differ(p: &mut Planter<'_>, field: &'static str, wrong: fn(&mut Planter<'_>, &Household) -> Val) -> bool {
    let Some(h) = p.take(|_, h| h.known.paper) else { return false };
    let home = p.home(h).clone();
    let value = wrong(p, &home);
    p.world.edits.set(("paper", h, 0), field, value);
    p.expect_file("YZ301", h, field, "");
    true
}

fn id_number(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.known.paper) else { return false };
    let wrong = if p.rng.chance(50) {
        verbatim(broken(&mut p.rng, &p.world.households[h].head.id))
    } else {
        rows::id(&p.people.stranger(&mut p.rng).id)
    };
    p.world.edits.set(("paper", h, 0), "id_number", wrong);
    p.expect_file("YZ301", h, "id_number", "");
    true
}

fn name(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| plain_name(&h.head)) else { return false };
    let wrong = misnamed(&mut p.rng, &p.world.households[h].head.name);
    p.world.edits.set(("paper", h, 0), "name", Val::Name(wrong));
    p.expect_file("YZ301", h, "name", "");
    true
}

fn file_no(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.members.is_empty()) else { return false };
    // A digit too few: no file has such a number.
    let mut short = p.home(h).file_no.clone();
    short.pop();
    p.world.edits.set(("paper", h, 0), "file_no", text(&short));
    p.expect_file("YZ301", h, "file_no", "");
    true
}

fn sex(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.known.paper) else { return false };
    let wrong = p.home(h).head.sex.other().word();
    p.world.edits.set(("paper", h, 0), "sex", text(wrong));
    p.expect_file("YZ301", h, "sex", "");
    p.expect_file("ID103", h, "sex", "paper");
    true
}

fn household_size(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(in_register) else { return false };
    let size = p.home(h).size();
    p.world.edits.set(("paper", h, 0), "household_size", Val::Int(size + 1));
    p.expect_file("YZ301", h, "household_size", "");
    true
}

fn not_on_paper(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.members.len() >= 2 && quiet_member(h).is_some()) else { return false };
    let Some(m) = quiet_member(p.home(h)) else { return false };
    p.world.edits.drop_row(("paper_member", h, m + 1));
    p.expect_member("YZ302", h, m, "纸质缺", "");
    true
}

fn not_electronic(p: &mut Planter<'_>) -> bool {
    let fits = |h: &Household| active(h) && outside_civil(h) && h.members.len() >= 2 && quiet_member(h).is_some();
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let Some(m) = quiet_member(p.home(h)) else { return false };
    p.world.edits.drop_row(("emember", h, m + 1));
    p.expect_member("YZ302", h, m, "电子缺", "");
    true
}
