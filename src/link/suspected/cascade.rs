//! Named rules in order. Each is a conjunction of tests on a [`Comparison`]; the first whose tests all pass speaks for
//! a pair.

use super::block::Key;
use super::compare::{Agreement, BirthMatch, Comparison, NameFit, NumberMatch};
use super::edit::Edit;

/// A rule a person can read.
#[derive(Debug)]
pub struct Rule {
    /// What it asks for, in the words of a reader; without blanks.
    pub name: &'static str,
    /// Share of its links that were right, measured on planted truth (`a_large_world` in `tests/it/linkage`: half a
    /// million persons): `(right + 1) / (links + 2)`, so that few links never look certain.
    pub confidence: f64,
    /// Rules of one tier are equally strong: what they accept is decided together, not one before the other.
    pub tier: u8,
    /// Why it may decide.
    pub doc: &'static str,
    pub tests: &'static [Test],
}

/// The rules of one kind of sources, strongest first, and the keys that bring together what any rule may accept.
#[derive(Debug)]
pub struct Cascade {
    /// Rules with [`Test::NumberEqual`]: they are tried first, on all records, without any other blocking.
    pub exact: &'static [Rule],
    pub rules: &'static [Rule],
    pub keys: &'static [Key],
}

impl Cascade {
    /// The first rule that holds, by its place in [`Self::all`].
    pub fn judge(&self, comparison: &Comparison) -> Option<usize> {
        self.all().position(|r| r.holds(comparison))
    }

    /// All rules in order.
    pub fn all(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        self.exact.iter().chain(self.rules)
    }
}

impl Rule {
    pub fn holds(&self, comparison: &Comparison) -> bool {
        self.tests.iter().all(|t| t.holds(comparison))
    }

    /// Links only where one person fits: what a mask hides is not made up for by what else agrees.
    pub fn needs_one_fit(&self) -> bool {
        self.tests.iter().any(|t| matches!(t, Test::NumberMaskFits))
    }
}

/// One comparison of a rule.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    NumberEqual,
    NumberOneDigit,
    NumberAdjacentSwap,
    NumberMissingOrExtra,
    NumberSwap,
    /// One or two edits of any kind.
    NumberNear,
    /// One edit of any kind.
    NumberOneEdit,
    NumberFirst15,
    NumberMaskFits,
    /// A mask shows so many digits at least.
    MaskShows(u8),
    NumberUnknown,
    /// Two valid numbers of one sequence whose place or birth date differs by one edit.
    NumberBodyNear,
    /// The numbers are not two persons' own.
    OneOwner,
    TailKept,
    NameSame,
    /// Same but for characters that cannot be written.
    NameFits,
    /// One character differs, is missing or hidden.
    NameNear,
    /// Same as far as one side shows it.
    NameMasked,
    NameUnknown,
    /// Both parts agree, perhaps in each other's column.
    BothNames,
    /// One part agrees at least.
    AName,
    BirthSame,
    BirthNear,
    BirthUnknown,
    NoOtherBirth,
    NoOtherSex,
    PhoneSame,
    FileNoSame,
    UnitSame,
    EmployerSame,
    AddressSame,
    /// So many places agree.
    Places(u8),
    /// One of them holds.
    Any(&'static [Test]),
}

impl Test {
    pub fn holds(self, c: &Comparison) -> bool {
        use NumberMatch::Near;
        match self {
            Self::NumberEqual => c.number == NumberMatch::Equal,
            Self::NumberOneDigit => matches!(c.number, Near(Edit::One(_))),
            Self::NumberAdjacentSwap => matches!(c.number, Near(Edit::AdjacentSwap(_))),
            Self::NumberMissingOrExtra => matches!(c.number, Near(Edit::Missing(_) | Edit::Extra(_))),
            Self::NumberSwap => matches!(c.number, Near(Edit::Swap(..))),
            Self::NumberNear => matches!(c.number, Near(_)),
            Self::NumberOneEdit => matches!(c.number, Near(edit) if edit.cost() == 1),
            Self::NumberFirst15 => c.number == NumberMatch::First15,
            Self::NumberMaskFits => c.number == NumberMatch::MaskFits,
            Self::MaskShows(n) => c.mask_shown >= n,
            Self::NumberUnknown => c.number == NumberMatch::Unknown,
            Self::NumberBodyNear => c.body_near,
            Self::OneOwner => !c.two_owners,
            Self::TailKept => c.tail_kept,
            Self::NameSame => c.name == NameFit::Same,
            Self::NameFits => matches!(c.name, NameFit::Same | NameFit::Rare),
            Self::NameNear => matches!(c.name, NameFit::OneChar { .. } | NameFit::OneMore | NameFit::Masked),
            Self::NameMasked => c.name == NameFit::Masked,
            Self::NameUnknown => c.name == NameFit::Unknown,
            Self::BothNames => matches!(c.name, NameFit::Same | NameFit::Swapped),
            Self::AName => matches!(c.name, NameFit::Same | NameFit::Swapped | NameFit::OnePart),
            Self::BirthSame => c.birth == BirthMatch::Same,
            Self::BirthNear => matches!(c.birth, BirthMatch::Same | BirthMatch::Near),
            Self::BirthUnknown => c.birth == BirthMatch::Unknown,
            Self::NoOtherBirth => c.birth != BirthMatch::Different,
            Self::NoOtherSex => c.sex != Agreement::Different,
            Self::PhoneSame => c.phone == Agreement::Same,
            Self::FileNoSame => c.file_no == Agreement::Same,
            Self::UnitSame => c.unit == Agreement::Same,
            Self::EmployerSame => c.employer == Agreement::Same,
            Self::AddressSame => c.address == Agreement::Same,
            Self::Places(n) => c.places_same >= n,
            Self::Any(tests) => tests.iter().any(|t| t.holds(c)),
        }
    }

    /// What it asks for, in Chinese.
    pub fn text(self) -> String {
        let plain = match self {
            Self::NumberEqual => "号码相同",
            Self::NumberOneDigit => "号码只差一位",
            Self::NumberAdjacentSwap => "号码只有相邻两位颠倒",
            Self::NumberMissingOrExtra => "号码只少一位或多一位",
            Self::NumberSwap => "号码只有两位互换",
            Self::NumberNear => "号码相差不超过两处",
            Self::NumberOneEdit => "号码只差一处",
            Self::NumberFirst15 => "号码前15位相同、后几位缺损或有误",
            Self::NumberMaskFits => "遮盖号码显示的部分相符",
            Self::MaskShows(n) => return format!("遮盖号码至少显示{n}位"),
            Self::NumberUnknown => "至少一方没有可比的号码",
            Self::NumberBodyNear => "两个有效号码顺序码相同、前14位只差一处",
            Self::OneOwner => "不是两个都有效的不同号码",
            Self::TailKept => "号码末四位（顺序码和校验码）相同",
            Self::NameSame => "姓名相同",
            Self::NameFits => "姓名相同（生僻字除外）",
            Self::NameNear => "姓名只差一字或有遮盖",
            Self::NameMasked => "姓名有遮盖，显示的部分相符",
            Self::NameUnknown => "至少一方没有姓名",
            Self::BothNames => "姓和名都相同",
            Self::AName => "姓或名相同",
            Self::BirthSame => "出生日期相同",
            Self::BirthNear => "出生日期相同或只差一处",
            Self::BirthUnknown => "至少一方没有出生日期",
            Self::NoOtherBirth => "出生日期没有明显不同",
            Self::NoOtherSex => "性别没有不同",
            Self::PhoneSame => "电话相同",
            Self::FileNoSame => "档案编号相同",
            Self::UnitSame => "所属工会相同",
            Self::EmployerSame => "工作单位相同",
            Self::AddressSame => "住址相同",
            Self::Places(n) => return format!("住址等项至少{n}项相同"),
            Self::Any(tests) => return tests.iter().map(|t| t.text()).collect::<Vec<_>>().join("或"),
        };
        plain.to_owned()
    }
}
