//! A finding: one rule's result on one subject, not yet verified by a person, with the cells that show it.

use std::fmt;

use crate::place::Place;

/// How grave a finding is; 严重, 一般, 提示.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    High,
    Medium,
    Low,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word of `findings.csv`.
    pub fn id(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The word a cadre reads.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::High => "严重",
            Self::Medium => "一般",
            Self::Low => "提示",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == word || s.chinese() == word)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.chinese())
    }
}

/// The side of a comparison a value stands on; decides the column of `findings.csv` it is printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// efile, emember, aid
    Electronic,
    /// paper, paper_member
    Paper,
    /// civil registers
    Civil,
    Payment,
    /// death, medical, income, exit, visit, roster, registers
    Other,
}

impl Side {
    pub const ALL: [Self; 5] = [Self::Electronic, Self::Paper, Self::Civil, Self::Payment, Self::Other];

    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "electronic" => Self::Electronic,
            "paper" => Self::Paper,
            "civil" => Self::Civil,
            "payment" => Self::Payment,
            "other" => Self::Other,
            _ => return None,
        })
    }
}

/// One cell a finding rests on.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub side: Side,
    pub place: Place,
    /// Column title as headed in the file (header lines joined, without blanks), or a form's label.
    pub title: String,
    /// Value as written; empty where the cell is empty.
    pub shown: String,
    /// What the value means, the same for every spelling of it; empty where nothing is written.
    pub meaning: String,
    /// Says whose row it is; no value of the fields concerned.
    pub context: bool,
    /// The row is this person's only by a suspected match: its place in `link::Identities::suspects`.
    pub rests_on: Option<u32>,
    /// The row itself: its place in `normalize::Tables::records`; None for a line that is no record.
    pub record: Option<u32>,
}

/// The same cell: a head's merged cell is read for each row of his members.
impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        let key = |e: &Self| (e.side, e.place, e.context, e.rests_on);
        key(self) == key(other)
            && (&self.title, &self.shown, &self.meaning) == (&other.title, &other.shown, &other.meaning)
    }
}

impl Eq for Evidence {}

/// Where a finding stands between runs. Only `New` is given without a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    New,
    Persisting,
    Reopened,
    Answered,
    Disputed,
    Unchecked,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::New, Self::Persisting, Self::Reopened, Self::Answered, Self::Disputed, Self::Unchecked];

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == word || s.chinese() == word)
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Persisting => "persisting",
            Self::Reopened => "reopened",
            Self::Answered => "answered",
            Self::Disputed => "disputed",
            Self::Unchecked => "unchecked",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::New => "新增",
            Self::Persisting => "持续",
            Self::Reopened => "重现",
            Self::Answered => "已说明",
            Self::Disputed => "答复不一",
            Self::Unchecked => "未核对",
        }
    }

    /// Counted as open (exit code 1 when high).
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Persisting | Self::Reopened | Self::Disputed)
    }
}

/// `code-` and ten base32 characters of BLAKE3 over (code, subject key, field, ref). Rows moving, files renamed,
/// formats changing or a household changing its unit do not change it.
pub fn fingerprint(code: &str, subject: &str, field: &str, reference: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [code, subject, field, reference] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut id = String::with_capacity(code.len() + 11);
    id.push_str(code);
    id.push('-');
    id.push_str(&data_encoding::BASE32_NOPAD.encode(&hash.as_bytes()[..7])[..10]);
    id
}
