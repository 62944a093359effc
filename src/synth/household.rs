//! A hardship worker's household as it really is: what every source would say if nobody made mistakes.
//!
//! Everything agrees with the rules of every profile: households that draw dibao live below the standard, the others on file
//! a little above it, but in one month of five, so that none can leave (TK501) and none is owed dibao (JD214); those that
//! left live well above every exit threshold. Aid fits the cause, visits come in every half-year, exits in the order of
//! 成工办〔2019〕43号 一（三）.

use chrono::{Datelike, NaiveDate};

use super::calendar::{campaign, day_between, days_after, days_before, month_of, months_before};
use super::events::{Aid, Medical, Visit};
use super::people::{People, Person, Sex, name};
use super::rng::Rng;
use super::units::Tree;

/// Yuan as fen.
pub const fn yuan(n: i64) -> i64 {
    n * 100
}

/// Status of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    Exited,
    Cancelled,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "在档",
            Self::Exited => "已脱困",
            Self::Cancelled => "已注销",
        }
    }
}

/// The steps of an exit, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Exit {
    pub applied_on: NaiveDate,
    pub reviewed_on: NaiveDate,
    pub notice_from: NaiveDate,
    pub notice_to: NaiveDate,
    pub approved_on: NaiveDate,
    pub notified_on: NaiveDate,
}

/// Which registers know the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// efile, emember, income, exit, visit
    pub electronic: bool,
    /// paper, paper_member
    pub paper: bool,
    /// aid, payment, medical, roster
    pub events: bool,
}

impl Known {
    pub const EVERYWHERE: Self = Self { electronic: true, paper: true, events: true };
}

/// A household with a file.
#[derive(Debug, Clone)]
pub struct Household {
    pub known: Known,
    pub file_no: String,
    /// Index into [`Tree::units`].
    pub unit: usize,
    pub level: &'static str,
    pub status: Status,
    pub category: &'static str,
    pub head: Person,
    pub members: Vec<Person>,
    pub political: &'static str,
    pub disability: &'static str,
    pub employer_kind: &'static str,
    pub employer_state: &'static str,
    pub phone: String,
    pub address: String,
    pub housing: &'static str,
    /// Hundredths of a square metre.
    pub floor_area: i64,
    pub hukou: &'static str,
    pub region: &'static str,
    pub marital: &'static str,
    pub work_start: NaiveDate,
    pub cause: &'static str,
    /// 详细致困原因 of the paper form.
    pub narrative: String,
    pub account: String,
    pub ss_card: String,
    pub filed_on: NaiveDate,
    pub updated_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub surveyed_on: NaiveDate,
    pub surveyor: String,
    pub helper: String,
    /// 市级 or 旗区级, where two levels help.
    pub helper2: String,
    pub helper_phone: String,
    pub exit: Option<Exit>,
    /// First day of the month, fen.
    pub incomes: Vec<(NaiveDate, i64)>,
    pub visits: Vec<Visit>,
    pub aids: Vec<Aid>,
    pub medical: Vec<Medical>,
}

impl Household {
    pub fn size(&self) -> i64 {
        1 + self.members.len() as i64
    }

    /// Fen a month, everybody together.
    pub fn income_monthly(&self) -> i64 {
        self.head.income + self.members.iter().map(|m| m.income).sum::<i64>()
    }

    /// Fen a year.
    pub fn income_annual(&self) -> i64 {
        self.income_monthly() * 12
    }

    /// Fen a month and head, rounded to the nearest.
    pub fn per_capita(&self) -> i64 {
        (self.income_monthly() * 2 + self.size()) / (self.size() * 2)
    }

    pub fn persons(&self) -> impl Iterator<Item = &Person> {
        std::iter::once(&self.head).chain(&self.members)
    }

    /// The scheme of civil affairs that the category says the household is in.
    pub fn scheme(&self) -> Option<&'static str> {
        match self.category {
            "低保户" => Some("低保"),
            "低保边缘户" => Some("低保边缘"),
            _ => None,
        }
    }

    /// Days on which its applications were approved, the latest first: the filing, and where that is long ago another of the
    /// last year. Only one in two of those has the filing in the ledger still.
    pub fn applications(&self, index: usize, as_of: NaiveDate) -> Vec<NaiveDate> {
        if self.status != Status::Active || self.filed_on >= days_before(as_of, 300) {
            return vec![self.filed_on];
        }
        let again = days_before(as_of, 40 + (index as i64 * 37) % 200);
        if index.is_multiple_of(2) { vec![again, self.filed_on] } else { vec![again] }
    }

    /// 在岗, 病休 and 内退 people must have an employer.
    pub fn employed(&self) -> bool {
        matches!(self.head.status, "在岗" | "病休" | "内退")
    }

    /// Material 10 (illness or school papers) is called for.
    pub fn needs_m10(&self) -> bool {
        self.head.health != "良好"
            || matches!(
                self.cause,
                "子女上学" | "患重特大疾病" | "本人大病" | "供养直系亲属大病" | "无劳动能力" | "残疾"
            )
    }
}

/// Makes households.
#[derive(Debug)]
pub struct Builder<'a> {
    pub tree: &'a Tree,
    pub people: &'a mut People,
    pub as_of: NaiveDate,
    pub rng: Rng,
}

impl Builder<'_> {
    /// Household number `n` of a unit.
    pub fn household(&mut self, n: usize, unit: usize) -> Household {
        let rng = &mut self.rng;
        let as_of = self.as_of;
        let district = self.tree.district_of(unit);
        let status = rng.weighted(&[(80, Status::Active), (15, Status::Exited), (5, Status::Cancelled)]);
        let category = rng.weighted(&[(45, "低保户"), (30, "低保边缘户"), (25, "意外致困户")]);
        let age = rng.between(23, 59);
        let sex = if rng.chance(58) { Sex::Male } else { Sex::Female };
        let mut head = self.people.person(rng, age, sex, false);
        let (members, marital) = family(rng, self.people, &head, age, as_of);
        let employer = rng.below(self.tree.units[unit].employers.len());
        head.place.clone_from(&self.tree.units[unit].employers[employer]);
        head.insurance = rng.weighted(&[(70, "职工基本医疗保险"), (30, "城乡居民医保")]);
        head.status = rng.weighted(&[(50, "在岗"), (20, "下（待）岗"), (15, "失（无）业"), (10, "病休"), (5, "内退")]);

        let left_on = (status != Status::Active).then(|| days_before(as_of, rng.between(20, 420)));
        let latest_filing = left_on.map_or_else(|| days_before(as_of, 30), |left| days_before(left, 400));
        // One in ten is on file for half a year at most.
        let filed_on = match left_on {
            None if rng.chance(10) => days_before(as_of, rng.between(45, 170)),
            _ => days_before(latest_filing, rng.between(180, 1300)),
        };
        let earliest_update = left_on.unwrap_or_else(|| days_before(as_of, 140).max(filed_on));
        let (from, _) = campaign(as_of);
        let road = rng.pick(&["试验路", "样例街", "测绘巷", "拟定路", "练习街", "示范大道"]);
        let (number, block, room) =
            (rng.between(1, 288), rng.between(1, 20), rng.between(1, 7) * 100 + rng.between(1, 6));
        let worked = days_before(head.birth, -rng.between(19 * 366, 22 * 366));
        let mut h = Household {
            known: Known::EVERYWHERE,
            file_no: format!("KN{}{n:07}", district.code),
            unit,
            level: rng.weighted(&[(40, "全国级"), (5, "省级"), (35, "地市级"), (15, "区县级"), (5, "基层级")]),
            status,
            category,
            political: rng.weighted(&[(80, "群众"), (12, "中共党员"), (8, "共青团员")]),
            disability: "",
            employer_kind: rng.pick(&["国有企业", "集体企业", "民营/私营/个体企业", "其他"]),
            employer_state: rng.pick(&["正常经营", "亏损企业", "改制企业", "困难企业"]),
            phone: self.people.phone(),
            address: format!("成都市{}{road}{number}号{block}栋{room}号", district.place),
            housing: rng.pick(&["自建房", "商品房", "经济适用房", "承租单位公房", "政府廉租房", "租房"]),
            floor_area: rng.between(25, 95) * 100,
            hukou: rng.weighted(&[(70, "非农业"), (20, "农业"), (10, "农转居")]),
            region: district.code,
            marital,
            work_start: worked.min(days_before(filed_on, 200)),
            cause: "其他",
            narrative: String::new(),
            account: self.people.account(),
            ss_card: self.people.card(),
            filed_on,
            updated_on: day_between(rng, earliest_update, as_of),
            left_on,
            surveyed_on: day_between(rng, from, as_of),
            surveyor: format!("{}、{}", name(rng, true), name(rng, true)),
            helper: name(rng, true),
            helper2: name(rng, true),
            helper_phone: self.people.phone(),
            exit: None,
            incomes: Vec::new(),
            visits: Vec::new(),
            aids: Vec::new(),
            medical: Vec::new(),
            head,
            members,
        };
        hardship(&mut h, rng, as_of);
        set_income(&mut h, rng);
        super::events::happen(&mut h, rng, as_of);
        h
    }
}

/// Spouse, children and parents; and the head's marital status.
fn family(
    rng: &mut Rng,
    people: &mut People,
    head: &Person,
    age: i64,
    as_of: NaiveDate,
) -> (Vec<Person>, &'static str) {
    let mut members = Vec::new();
    let married = age >= 24 && rng.chance(55);
    if married {
        let wife = head.sex == Sex::Male;
        let years = (age + rng.between(-4, 4)).max(21);
        let mut spouse = people.person(rng, years, head.sex.other(), false);
        spouse.relation = if wife { "妻子" } else { "丈夫" };
        spouse.status = rng.pick(&["在岗", "失（无）业", "失（无）业"]);
        members.push(spouse);
    }
    let children = if age >= 25 { rng.weighted(&[(35, 0), (50, 1), (15, 2)]) } else { 0 };
    for _ in 0..children {
        // A mother or father of at least 22, a child at home of at most 24.
        let years = rng.between(0, (age - 23).min(24));
        let sex = if rng.chance(50) { Sex::Male } else { Sex::Female };
        let mut child = people.person(rng, years, sex, false);
        child.relation = if sex == Sex::Male { "儿子" } else { "女儿" };
        (child.status, child.place) = schooling(child.age(as_of));
        members.push(child);
    }
    if members.len() < 3 && rng.chance(20) {
        let sex = if rng.chance(40) { Sex::Male } else { Sex::Female };
        let years = age + rng.between(21, 32);
        let mut parent = people.person(rng, years, sex, false);
        parent.relation = if sex == Sex::Male { "父亲" } else { "母亲" };
        parent.status = "退休";
        members.push(parent);
    }
    let marital = match (married, age < 30 && children == 0) {
        (true, _) => "已婚",
        (false, true) => "未婚",
        (false, false) => rng.pick(&["离异", "丧偶"]),
    };
    (members, marital)
}

fn schooling(age: u32) -> (&'static str, String) {
    let (status, school) = match age {
        0..=5 => ("学龄前", ""),
        6..=11 => ("小学", "成都样例小学"),
        12..=14 => ("初中", "成都样例中学"),
        15..=17 => ("高中", "成都样例高级中学"),
        18..=22 => ("大学生", "四川样例大学"),
        _ => ("失（无）业", ""),
    };
    (status, school.to_owned())
}

/// Cause, health and the story of the paper form. A household without civil aid is neither disabled nor severely ill: it
/// would have to be taken care of (兜底, TK509).
fn hardship(h: &mut Household, rng: &mut Rng, as_of: NaiveDate) {
    let pupil = h.members.iter().any(|m| !m.place.is_empty() && m.age(as_of) >= 6);
    let ward = h.members.iter().position(|m| m.relation != "女儿" && m.relation != "儿子");
    let mut causes: Vec<&'static str> = match h.category {
        "意外致困户" => vec!["遭受意外事故", "遭受自然灾害", "遭受意外事故", "收入低无法维持基本生活"],
        _ => vec!["患重特大疾病", "残疾", "无劳动能力", "本人大病"],
    };
    if pupil {
        causes.extend(["子女上学"; 2]);
    }
    if ward.is_some() {
        causes.push("供养直系亲属大病");
    }
    if matches!(h.head.status, "下（待）岗" | "失（无）业") {
        causes.extend(["下岗失业"; 2]);
    }
    h.cause = rng.pick(&causes);
    h.head.health = match h.cause {
        "患重特大疾病" | "本人大病" => rng.pick(&["恶性肿瘤", "终末期肾病", "血液病", "心血管病"]),
        "残疾" => "残疾",
        "无劳动能力" => rng.pick(&["永久瘫痪", "精神病", "一般疾病"]),
        _ => rng.weighted(&[(70, "良好"), (15, "高血压病"), (15, "一般疾病")]),
    };
    if h.cause == "残疾" {
        h.disability = rng.pick(&["肢体残疾", "视力残疾", "听力残疾"]);
    }
    if let (Some(ward), "供养直系亲属大病") = (ward, h.cause) {
        h.members[ward].health = rng.pick(&["恶性肿瘤", "脑血管病", "糖尿病"]);
    }
    // Each sentence holds the code's word or a synonym of it, or (the last) no word of the table at all.
    let story: &[&str] = match h.cause {
        "患重特大疾病" => {
            &["职工本人患重大疾病，长期住院治疗，自付费用高。", "因病致困，多次手术，家中积蓄用尽。"]
        }
        "本人大病" => &["本人患重病，需定期复查用药，家庭入不敷出。", "本人大病，治疗费用高。"],
        "残疾" => &["因残致困，行动不便，无法正常工作。", "身体残疾，收入来源少。"],
        "无劳动能力" => &["丧失劳动能力，无稳定收入来源。", "完全丧失劳动能力，靠救助维持生活。"],
        "子女上学" => &["子女就学，学费和生活费支出大。", "供子女上学，家庭负担重。"],
        "供养直系亲属大病" => &["家属患大病，医药费开支大。", "家庭成员患病，常年服药。"],
        "下岗失业" => &["企业改制后下岗，一直未找到固定工作。", "失业，靠打零工维持生活。"],
        "遭受意外事故" => &["发生交通事故，赔偿不到位。", "意外事故致困，治疗后尚未恢复。"],
        "遭受自然灾害" => &["因灾致困，房屋受损。", "受灾，家中财产损失大。"],
        "收入低无法维持基本生活" => &["工资收入低，难以维持家用。", "收入过低，日常开支紧张。"],
        _ => &["家庭开支大，经济紧张。"],
    };
    h.narrative = if rng.chance(10) {
        "家中开支大，日子过得紧，详见走访记录。".to_owned()
    } else {
        rng.pick(story).to_owned()
    };
}

/// Gives the earners what the household lives on, a month and head: 180 to 580 yuan where it draws dibao, 660 to 900 else,
/// 1,400 to 2,200 after an exit.
pub fn set_income(h: &mut Household, rng: &mut Rng) {
    let each = match (h.status, h.category) {
        (Status::Exited, _) => rng.between(1400, 2200),
        (_, "低保户") => rng.between(180, 580),
        _ => rng.between(660, 900),
    };
    set_income_each(h, rng, each);
}

/// Gives the earners so many yuan a month and head.
pub fn set_income_each(h: &mut Household, rng: &mut Rng, each: i64) {
    let total = each * h.size() + rng.between(0, h.size() - 1);
    let earner = h.members.iter().position(|m| m.status == "在岗");
    let own = if earner.is_some() { total * 6 / 10 } else { total };
    for m in &mut h.members {
        m.income = 0;
    }
    h.head.income = own * 100;
    if let Some(earner) = earner {
        h.members[earner].income = (total - own) * 100;
    }
}

/// Monthly incomes of a file: the six months up to the month before as-of, of a recent file mostly those since the filing;
/// for a file that was left also the six months before.
pub fn income_months(h: &Household, as_of: NaiveDate) -> Vec<(NaiveDate, i64)> {
    let total = h.income_monthly();
    let mut months: Vec<NaiveDate> = (1..=6).rev().map(|k| months_before(month_of(as_of), k)).collect();
    if h.status == Status::Exited
        && let Some(left) = h.left_on
    {
        months.extend((1..=6).map(|k| months_before(month_of(left), k)));
    }
    months.sort_unstable();
    months.dedup();
    let swing = |i: usize| [0, 1000, -800, 500][i % 4];
    // Odd jobs fail in one month of five, which six months in a row cannot miss.
    let poor = |m: NaiveDate| h.status != Status::Exited && (m.year() * 12 + m.month0() as i32) % 5 == 0;
    let dip = |m: NaiveDate, fen: i64| if poor(m) { fen.min(yuan(500) * h.size()) } else { fen };
    let incomes: Vec<_> = months.into_iter().enumerate().map(|(i, m)| (m, dip(m, total + swing(i)))).collect();
    let kept: Vec<_> = incomes.iter().copied().filter(|(m, _)| days_after(*m, 27) >= h.filed_on).collect();
    // Of few months none of which is poor one could not tell why the household stays.
    let enough = h.status == Status::Exited || kept.iter().any(|(_, fen)| *fen <= yuan(590) * h.size());
    if enough { kept } else { incomes }
}
