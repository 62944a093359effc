//! What each source says about a household, field by field, as long as nobody made a mistake.

use chrono::{Datelike, NaiveDate};

use super::civil::{CivilHousehold, CivilPerson};
use super::events::{Aid, Medical, Payment, Visit};
use super::export::Val;
use super::household::{Exit, Household, Status, yuan};
use super::people::{Person, check_char};
use super::rng::Rng;
use super::units::Tree;

pub fn text(value: impl Into<String>) -> Val {
    let value = value.into();
    if value.is_empty() { Val::Empty } else { Val::Text(value) }
}

fn date(day: Option<NaiveDate>) -> Val {
    day.map_or(Val::Empty, Val::Date)
}

fn month(day: NaiveDate) -> Val {
    Val::Month(day.year(), day.month())
}

/// A right number may be written in many ways, a wrong one only as it stands.
pub fn id(number: &str) -> Val {
    let birth = number.get(6..14).and_then(|d| NaiveDate::parse_from_str(d, "%Y%m%d").ok());
    let right = birth.is_some() && number.get(..17).and_then(check_char) == number.chars().last() && number.len() == 18;
    if right { Val::Id(number.to_owned()) } else { Val::Verbatim(number.to_owned()) }
}

/// How words are varied where a source says the same thing in other words. Level 0 keeps the canonical words.
#[derive(Debug, Clone, Copy)]
pub struct Wording {
    pub mess: u8,
    pub seed: u64,
}

impl Wording {
    /// A synonym of a code word, for one cell in four. `place` tells cells apart.
    fn word(self, word: &'static str, place: (&str, usize, &str)) -> Val {
        let mut rng = self.dice(place);
        if self.mess == 0 || !rng.chance(25) {
            return text(word);
        }
        text(match word {
            "地市级" => "市级",
            "区县级" => rng.pick(&["区级", "县级"]),
            "全国级" => "国家级",
            "低保户" => "享受低保",
            "男" => "男性",
            "女" => "女性",
            "恶性肿瘤" => "癌症",
            "终末期肾病" => "尿毒症",
            "高血压病" => "高血压",
            "非农业" => "非农业户口",
            "农业" => "农业户口",
            "在岗" => "在职",
            "失（无）业" => "失业",
            "下（待）岗" => "下岗",
            "政府廉租房" => "廉租房",
            "城乡居民医保" => "居民医保",
            "职工基本医疗保险" => "职工医保",
            "亏损企业" => "亏损",
            other => other,
        })
    }

    fn dice(self, (kind, household, field): (&str, usize, &str)) -> Rng {
        Rng::topic(self.seed ^ (household as u64).wrapping_mul(0x9E37_79B9), &format!("{kind}.{field}"))
    }

    /// An address may leave out the city, which is no difference.
    fn address(self, address: &str, household: usize) -> Val {
        let short = self.mess >= 1 && self.dice(("paper", household, "address")).chance(30);
        text(if short { address.trim_start_matches("成都市") } else { address })
    }

    /// The bands of the old form: a band that holds the area is no difference.
    fn area(self, area: i64, household: usize) -> Val {
        if self.mess == 0 || !self.dice(("paper", household, "floor_area")).chance(8) {
            return Val::Area(area);
        }
        text(match area {
            ..=2000 => "20以下(含)",
            2001..=5000 => "20(不含)至50(含)",
            5001..=7000 => "50(不含)至70(含)",
            _ => "70以上(不含)",
        })
    }
}

pub fn efile(h: &Household, index: usize, tree: &Tree, wording: Wording, field: &str) -> Val {
    let word = |w| wording.word(w, ("efile", index, field));
    let exited = (h.status == Status::Exited).then_some(h.left_on).flatten();
    let cancelled = (h.status == Status::Cancelled).then_some(h.left_on).flatten();
    let children = h.members.iter().any(|m| matches!(m.relation, "儿子" | "女儿"));
    match field {
        "file_no" => text(&h.file_no),
        "unit" => text(&tree.units[h.unit].name),
        "parent_unit" => text(&tree.district_of(h.unit).name),
        "level" => word(h.level),
        "status" => text(h.status.word()),
        "category" => word(h.category),
        "name" => Val::Name(h.head.name.clone()),
        "sex" => word(h.head.sex.word()),
        "ethnicity" => text(h.head.ethnicity),
        "id_number" => id(&h.head.id),
        "birth_date" => Val::Date(h.head.birth),
        "political" => text(h.political),
        "health" => word(h.head.health),
        "disability" => text(h.disability),
        "work_status" => word(h.head.status),
        "employer" => text(&h.head.place),
        "employer_kind" => text(h.employer_kind),
        "employer_state" => word(h.employer_state),
        "phone" => Val::Phone(h.phone.clone()),
        "address" => text(&h.address),
        "housing" => word(h.housing),
        "floor_area" => Val::Area(h.floor_area),
        "hukou" => word(h.hukou),
        "region" => text(h.region),
        "marital" => text(h.marital),
        "work_start" => Val::Date(h.work_start),
        "insurance" => word(h.head.insurance),
        "single_parent" => Val::Flag(children && h.marital != "已婚"),
        "zero_employment" => Val::Flag(h.persons().all(|p| p.status != "在岗")),
        "income_monthly" => Val::Money(h.head.income),
        "income_annual" => Val::Money(h.income_annual()),
        "household_size" => Val::Int(h.size()),
        "income_per_capita" => Val::Money(h.per_capita()),
        "cause_main" => text(h.cause),
        "bank" => text("成都样例银行"),
        "account" => text(&h.account),
        "ss_card" => text(&h.ss_card),
        "filed_on" => Val::Date(h.filed_on),
        "updated_on" => Val::Date(h.updated_on),
        "exited_on" => date(exited),
        "cancelled_on" => date(cancelled),
        "cancel_reason" => text(if cancelled.is_some() { "不符合建档标准" } else { "" }),
        "helper" => Val::Name(h.helper.clone()),
        "helper2" => Val::Name(h.helper2.clone()),
        "stay_reason" => text(if h.status == Status::Active { "收入不稳定，支出较大" } else { "" }),
        "helper_phone" => Val::Phone(h.helper_phone.clone()),
        _ => Val::Empty,
    }
}

/// emember, paper_member and the blocks of members.
pub fn member(h: &Household, m: &Person, field: &str) -> Val {
    match field {
        "file_no" => text(&h.file_no),
        "head_id_number" => id(&h.head.id),
        "name" => Val::Name(m.name.clone()),
        "relation" => text(m.relation),
        "sex" => text(m.sex.word()),
        "id_number" => id(&m.id),
        "birth_date" => Val::Date(m.birth),
        "health" => text(m.health),
        "insurance" => text(m.insurance),
        "income_monthly" => Val::Money(m.income),
        "status" => text(m.status),
        "school_or_employer" => text(&m.place),
        _ => Val::Empty,
    }
}

pub fn paper(h: &Household, index: usize, tree: &Tree, wording: Wording, field: &str) -> Val {
    let word = |w| wording.word(w, ("paper", index, field));
    match field {
        "file_no" => text(&h.file_no),
        "name" => Val::Name(h.head.name.clone()),
        "sex" => word(h.head.sex.word()),
        "phone" => Val::Phone(h.phone.clone()),
        "address" => wording.address(&h.address, index),
        "id_number" => id(&h.head.id),
        "employer" => text(&h.head.place),
        "employer_state" => word(h.employer_state),
        "work_status" => word(h.head.status),
        "housing" => word(h.housing),
        "floor_area" => wording.area(h.floor_area, index),
        "hukou" => word(h.hukou),
        "work_start" => Val::Date(h.work_start),
        "category" => word(h.category),
        "health" => word(h.head.health),
        "insurance" => word(h.head.insurance),
        "income_monthly" => Val::Money(h.head.income),
        "income_annual" => Val::Money(h.income_annual()),
        "household_size" => Val::Int(h.size()),
        "cause_main" => text(&h.narrative),
        "school" => {
            let pupil = h.members.iter().find(|m| matches!(m.relation, "儿子" | "女儿") && !m.place.is_empty());
            text(pupil.map_or("", |m| &m.place))
        }
        "surveyed_on" => Val::Date(h.surveyed_on),
        "surveyor" => text(&h.surveyor),
        "surveyor_signed" | "worker_signed" => Val::Flag(true),
        "unit" => text(&tree.units[h.unit].name),
        "m11" | "m12" | "m13" | "m14" | "m15" if h.status != Status::Exited => Val::Empty,
        material if material.starts_with('m') => Val::Flag(true),
        _ => Val::Empty,
    }
}

/// Number of an aid record: household and aid.
pub fn record_no(index: usize, k: usize) -> String {
    format!("BF{:08}{k}", index + 1)
}

/// Serial of a payment: household and payment, counted over its aids.
pub fn serial(index: usize, n: usize) -> String {
    format!("LS{:08}{n:02}", index + 1)
}

pub fn aid(h: &Household, aid: &Aid, number: (usize, usize), tree: &Tree, field: &str) -> Val {
    match field {
        "record_no" => text(record_no(number.0, number.1)),
        "file_no" => text(&h.file_no),
        "name" => Val::Name(h.head.name.clone()),
        "id_number" => id(&h.head.id),
        "program" => text(aid.program),
        "fund_source" => text(aid.fund_source),
        "amount" => Val::Money(aid.amount),
        "aided_on" => Val::Date(aid.aided_on),
        "unit" => text(&tree.units[h.unit].name),
        _ => Val::Empty,
    }
}

/// `number`: household and payment.
pub fn payment(h: &Household, aid: &Aid, paid: &Payment, number: (usize, usize), tree: &Tree, field: &str) -> Val {
    match field {
        "serial" => text(serial(number.0, number.1)),
        "name" | "account_name" => Val::Name(h.head.name.clone()),
        "id_number" => id(&h.head.id),
        "program" => text(aid.program),
        "fund_source" => text(aid.fund_source),
        "amount" => Val::Money(paid.amount),
        "paid_on" => Val::Date(paid.paid_on),
        "channel" => text("社会保障卡"),
        "account" => text(&h.account),
        "bank" => text("成都样例银行"),
        "result" => text(paid.result),
        "unit" => text(&tree.district_of(h.unit).name),
        _ => Val::Empty,
    }
}

pub fn civil_household(c: &CivilHousehold, field: &str) -> Val {
    let head = &c.persons[0];
    let size = c.persons.len() as i64;
    let several =
        |of: fn(&CivilPerson) -> &str| -> Val { text(c.persons.iter().map(of).collect::<Vec<_>>().join("、")) };
    match field {
        "cert_no" => text(&c.cert_no),
        "head_name" => Val::Name(head.name.clone()),
        "head_id_number" => id(&head.id),
        "household_size" | "persons" => Val::Int(size),
        "income_annual" => Val::Money(c.per_capita * 12 * size),
        "income_per_capita_annual" => Val::Money(c.per_capita * 12),
        "monthly_amount" => Val::Money(c.monthly_amount),
        "member_names" => several(|p| &p.name),
        "member_id_numbers" => several(|p| &p.id),
        "from" => month(c.from),
        "region" => text(c.region),
        _ => Val::Empty,
    }
}

/// civil_person and civil.
pub fn civil_person(c: &CivilHousehold, p: &CivilPerson, field: &str) -> Val {
    match field {
        "cert_no" => text(&c.cert_no),
        "head_name" => Val::Name(c.persons[0].name.clone()),
        "head_id_number" => id(&c.persons[0].id),
        "name" => Val::Name(p.name.clone()),
        "id_number" => id(&p.id),
        "relation" => text(p.relation),
        "scheme" => text(c.scheme),
        "state" => text(if c.to.is_some() { "停保" } else { "在保" }),
        "from" => month(c.from),
        "to" => c.to.map_or(Val::Empty, month),
        "persons" => Val::Int(c.persons.len() as i64),
        "monthly_amount" => Val::Money(c.monthly_amount),
        "income_per_capita" => Val::Money(c.per_capita),
        "region" => text(c.region),
        _ => Val::Empty,
    }
}

pub fn medical(person: &Person, m: &Medical, field: &str) -> Val {
    match field {
        "name" => Val::Name(person.name.clone()),
        "id_number" => id(&person.id),
        "settled_on" => Val::Date(m.settled_on),
        "total" => Val::Money(m.total),
        "insured" => Val::Money(m.insured),
        "out_of_pocket" => Val::Money(m.out_of_pocket),
        "state" => text(if m.revoked { "已撤销" } else { "已结算" }),
        _ => Val::Empty,
    }
}

pub fn income(h: &Household, (first, fen): (NaiveDate, i64), field: &str) -> Val {
    match field {
        "file_no" => text(&h.file_no),
        "id_number" => id(&h.head.id),
        "month" => month(first),
        "income" => Val::Money(fen),
        "persons" => Val::Int(h.size()),
        "per_capita" => Val::Money((fen * 2 + h.size()) / (h.size() * 2)),
        _ => Val::Empty,
    }
}

pub fn exit(h: &Household, e: &Exit, field: &str) -> Val {
    match field {
        "file_no" => text(&h.file_no),
        "id_number" => id(&h.head.id),
        "applied_on" => Val::Date(e.applied_on),
        "reviewed_on" => Val::Date(e.reviewed_on),
        "notice_from" => Val::Date(e.notice_from),
        "notice_to" => Val::Date(e.notice_to),
        "approved_on" => Val::Date(e.approved_on),
        "notified_on" => Val::Date(e.notified_on),
        _ => Val::Empty,
    }
}

/// `b`: the day of the approval, from which the others are counted back. One household in two is checked after the notice.
pub fn filing(h: &Household, b: NaiveDate, index: usize, tree: &Tree, field: &str) -> Val {
    let back = |n: i64| Val::Date(super::calendar::days_before(b, n));
    match field {
        "file_no" => text(&h.file_no),
        "name" => Val::Name(h.head.name.clone()),
        "id_number" => id(&h.head.id),
        "unit" => text(&tree.units[h.unit].name),
        "applied_on" | "consent_on" => back(40),
        "visited_on" => back(35),
        "discussed_on" => back(33),
        "checked_on" => Val::Date(checked_on(b, index)),
        "check_result" => text("符合"),
        "notice_from" => back(20),
        "notice_to" => back(3),
        "approved_on" | "filed_on" => back(0),
        _ => Val::Empty,
    }
}

/// The day of the means test of an application approved on `b`.
fn checked_on(b: NaiveDate, index: usize) -> NaiveDate {
    super::calendar::days_before(b, if index.is_multiple_of(2) { 25 } else { 1 })
}

/// `who`: household, person from 0.
pub fn check_report(h: &Household, p: &Person, b: NaiveDate, who: (usize, usize), field: &str) -> Val {
    let on = checked_on(b, who.0);
    match field {
        "report_no" => text(format!("HD{:08}", who.0 + 1)),
        "head_id_number" => id(&h.head.id),
        "name" => Val::Name(p.name.clone()),
        "id_number" => id(&p.id),
        "relation" => text(if who.1 == 0 { "本人" } else { p.relation }),
        "checked_on" => Val::Date(on),
        "data_until" => Val::Date(super::calendar::days_before(on, 10)),
        "result" => text("符合"),
        "income_annual" => Val::Money(p.income * 12),
        "vehicles" => Val::Int(0),
        "homes" => Val::Int(i64::from(who.1 == 0)),
        _ => Val::Empty,
    }
}

pub fn consent(h: &Household, p: &Person, b: NaiveDate, who: (usize, usize), tree: &Tree, field: &str) -> Val {
    let on = super::calendar::days_before(b, 40);
    match field {
        "consent_no" => text(format!("SQ{:08}", who.0 + 1)),
        "file_no" => text(&h.file_no),
        "head_id_number" => id(&h.head.id),
        "name" => Val::Name(p.name.clone()),
        "id_number" => id(&p.id),
        "relation" => text(if who.1 == 0 { "本人" } else { p.relation }),
        "signed_on" => Val::Date(on),
        "valid_until" => Val::Date(super::calendar::months_after(on, 24)),
        "unit" => text(&tree.units[h.unit].name),
        _ => Val::Empty,
    }
}

pub fn visit(h: &Household, v: &Visit, field: &str) -> Val {
    match field {
        "file_no" => text(&h.file_no),
        "id_number" => id(&h.head.id),
        "visited_on" => Val::Date(v.visited_on),
        "kind" => text(v.kind),
        "visitor" => text(&v.visitor),
        "signed" => Val::Flag(true),
        _ => Val::Empty,
    }
}

pub fn roster(p: &Person, unit: &str, field: &str) -> Val {
    match field {
        "name" => Val::Name(p.name.clone()),
        "id_number" => id(&p.id),
        "unit" => text(unit),
        "employer" => text(&p.place),
        "work_status" => text(p.status),
        _ => Val::Empty,
    }
}

/// vehicle, business, real_estate and fiscal_payroll: `n` is the row's number.
pub fn register(kind: &str, p: &Person, n: usize, as_of: NaiveDate, field: &str) -> Val {
    match (kind, field) {
        (_, "name") => Val::Name(p.name.clone()),
        (_, "id_number") => id(&p.id),
        ("vehicle", "plate") => text(format!("川A{:05}", n * 37 % 100_000)),
        ("vehicle", "kind") => text("小型轿车"),
        ("vehicle", "registered_on") => Val::Date(super::calendar::days_before(as_of, 400 + n as i64 * 13 % 2000)),
        ("vehicle", "state") => text(["正常", "正常", "报废", "注销"][n % 4]),
        ("business", "company") => text(format!("成都样例{n}号商行")),
        ("business", "uscc") => text(format!("92510100MA9{:07}", n * 7919 % 10_000_000)),
        ("business", "capital") => Val::Money((n as i64 % 9 + 1) * yuan(10_000)),
        ("business", "state") => text(["存续", "在营", "注销"][n % 3]),
        ("real_estate", "address") => text(format!("成都市虚拟路{}号{}栋", n % 300 + 1, n % 12 + 1)),
        ("real_estate", "area") => Val::Area(4500 + n as i64 * 131 % 9000),
        ("real_estate", "usage") => text(["住宅", "住宅", "商业"][n % 3]),
        ("fiscal_payroll", "employer") => text("成都市样例事业单位"),
        ("fiscal_payroll", "kind") => text(["事业编制", "退休"][n % 2]),
        ("fiscal_payroll", "month") => month(super::calendar::months_before(as_of, 1)),
        _ => Val::Empty,
    }
}
