//! What speaks for and against a pair, field by field, in Chinese and without the values themselves.

use super::compare::{Agreement, BirthMatch, Comparison, NameFit, NumberMatch, Shared};
use super::edit::Edit;
use super::person::{Number, Person};

/// A field that was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Number,
    Name,
    Birth,
    Sex,
    Phone,
    FileNo,
    Unit,
    Employer,
    Address,
    Account,
}

impl Field {
    /// As a heading.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "身份证号",
            Self::Name => "姓名",
            Self::Birth => "出生日期",
            Self::Sex => "性别",
            Self::Phone => "电话",
            Self::FileNo => "档案编号",
            Self::Unit => "所属工会",
            Self::Employer => "工作单位",
            Self::Address => "住址",
            Self::Account => "账号",
        }
    }
}

/// What a field says of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    For,
    Against,
    Missing,
}

impl Stance {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::For => "支持",
            Self::Against => "反对",
            Self::Missing => "缺",
        }
    }
}

/// One field's say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub field: Field,
    pub stance: Stance,
    /// 号码第7位不同, 姓名一致, 出生日期不同 …
    pub text: String,
}

/// What every field says of two persons, in the order of [`Field`].
pub fn evidence(a: &Person, b: &Person, shared: &Shared) -> Vec<Evidence> {
    evidence_of(&Comparison::of(a, b, shared), a, b)
}

/// The same, of a comparison that was made.
pub fn evidence_of(c: &Comparison, a: &Person, b: &Person) -> Vec<Evidence> {
    let mut all = vec![number(c, a, b), name(c.name), birth(c.birth)];
    let others = [
        (Field::Sex, c.sex),
        (Field::Phone, c.phone),
        (Field::FileNo, c.file_no),
        (Field::Unit, c.unit),
        (Field::Employer, c.employer),
        (Field::Address, c.address),
    ];
    all.extend(others.map(|(field, agreement)| {
        let (stance, said) = match agreement {
            Agreement::Same => (Stance::For, "一致"),
            Agreement::Different => (Stance::Against, "不同"),
            Agreement::Unknown => (Stance::Missing, "缺，无从比较"),
        };
        Evidence { field, stance, text: format!("{}{said}", field.as_str()) }
    }));
    all
}

fn number(c: &Comparison, a: &Person, b: &Person) -> Evidence {
    let (stance, text) = match c.number {
        NumberMatch::Unknown => (Stance::Missing, "号码缺或显示太少，无从比较".to_owned()),
        NumberMatch::Equal => (Stance::For, "号码一致".to_owned()),
        NumberMatch::Near(_) if c.two_owners && c.body_near => {
            (Stance::Against, "两个号码都有效，顺序码相同，前14位差一处".to_owned())
        }
        NumberMatch::Near(_) if c.two_owners => (Stance::Against, "号码相近，但都有效，可能是两个人".to_owned()),
        NumberMatch::Near(edit) => (Stance::For, near(edit)),
        NumberMatch::First15 => (Stance::For, "号码前15位一致，后几位缺损或有误".to_owned()),
        NumberMatch::MaskFits => (Stance::For, "遮盖号码显示的部分相符".to_owned()),
        NumberMatch::Far => {
            let both_valid = matches!((&a.number, &b.number), (Number::Valid(_), Number::Valid(_)));
            let text = if both_valid { "号码不同，且都有效" } else { "号码相差较大" };
            (Stance::Against, text.to_owned())
        }
    };
    Evidence { field: Field::Number, stance, text }
}

/// Places as a reader counts them, from 1.
fn near(edit: Edit) -> String {
    match edit {
        Edit::None => "号码一致".to_owned(),
        Edit::One(at) => format!("号码第{}位不同", at + 1),
        Edit::AdjacentSwap(at) => format!("号码第{}、{}位颠倒", at + 1, at + 2),
        Edit::Missing(at) => format!("号码第{}位处少一位", at + 1),
        Edit::Extra(at) => format!("号码第{}位处多一位", at + 1),
        Edit::Swap(a, b) => format!("号码第{}、{}位互换", a + 1, b + 1),
        Edit::Two => "号码有两处不同".to_owned(),
        Edit::Far => "号码相差较大".to_owned(),
    }
}

fn name(fit: NameFit) -> Evidence {
    let (stance, text) = match fit {
        NameFit::Unknown => (Stance::Missing, "姓名缺，无从比较"),
        NameFit::Same => (Stance::For, "姓名一致"),
        NameFit::Rare => (Stance::For, "姓名一致（生僻字除外）"),
        NameFit::Masked => (Stance::Missing, "姓名有遮盖，显示的部分相符"),
        NameFit::OneChar { sound: true } => (Stance::Against, "姓名差一字（读音相同）"),
        NameFit::OneChar { sound: false } => (Stance::Against, "姓名差一字"),
        NameFit::OneMore => (Stance::Against, "姓名多一字或少一字"),
        NameFit::Swapped => (Stance::For, "姓与名写反，其余一致"),
        NameFit::OnePart => (Stance::For, "姓或名一致"),
        NameFit::Different => (Stance::Against, "姓名不同"),
    };
    Evidence { field: Field::Name, stance, text: text.to_owned() }
}

fn birth(found: BirthMatch) -> Evidence {
    let (stance, text) = match found {
        BirthMatch::Unknown => (Stance::Missing, "出生日期缺，无从比较"),
        BirthMatch::Same => (Stance::For, "出生日期一致"),
        BirthMatch::Near => (Stance::Against, "出生日期差一处"),
        BirthMatch::Different => (Stance::Against, "出生日期不同"),
    };
    Evidence { field: Field::Birth, stance, text: text.to_owned() }
}
