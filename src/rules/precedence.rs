//! One cause, one finding: which finding silences which, for the same row, file, field or pair of files.
//!
//! The table is the contract. Precedences that need more than a shared subject (a number explained by missing members, a
//! name already told as a difference) are judged in the rule itself, from facts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, Subject};

/// What two findings must share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Row,
    File,
    Field,
    Pair,
}

/// (left silences right, about the same …)
const TABLE: &[(&str, &str, Share)] = &[
    ("ID102", "ID101", Share::Row),
    ("ID102", "YZ301", Share::Field),
    ("ID110", "ID103", Share::Row),
    ("ID110", "ID104", Share::Row),
    ("YZ301", "ID101", Share::Row),
    ("YZ301", "ID103", Share::Row),
    ("YZ301", "ID104", Share::Row),
    ("JD213", "JD204", Share::File),
    ("JD213", "JD205", Share::Row),
    ("JD213", "YZ301", Share::File),
    ("JD213", "YZ302", Share::File),
    ("JD201", "JD202", Share::Pair),
    ("JD201", "JD203", Share::Pair),
    ("JD202", "JD203", Share::Pair),
    ("JD202", "YZ304", Share::Pair),
    ("ID111", "YZ305", Share::File),
    ("ID111", "ID112", Share::File),
    ("ID111", "YZ301", Share::Field),
    ("ID105", "YZ301", Share::Field),
    ("JD204", "JD206", Share::File),
    ("JD204", "BF603", Share::File),
    ("JD204", "BF605", Share::File),
    ("ID109", "ID101", Share::Row),
    ("ID109", "ID103", Share::Row),
    ("ID109", "ID104", Share::Row),
    ("ID109", "JD204", Share::File),
    ("ID109", "JD205", Share::Row),
    ("ID109", "YZ302", Share::Row),
    ("ID109", "YZ304", Share::Row),
    ("ID109", "FF407", Share::Row),
    ("ID109", "JD211", Share::Row),
    ("ID102", "ID109", Share::Row),
    ("JD207", "JD209", Share::File),
    ("JD207", "TK501", Share::File),
    ("JD207", "TK508", Share::File),
    ("JD207", "YZ303", Share::File),
    ("JD207", "BF601", Share::File),
    ("JD207", "BF602", Share::File),
    ("JD207", "BF603", Share::File),
    ("JD207", "BF604", Share::File),
    ("JD207", "BF605", Share::File),
    ("JD207", "BF606", Share::File),
    ("JD207", "BF607", Share::File),
    ("TK501", "JD209", Share::File),
    ("TK508", "TK501", Share::File),
    ("TK508", "JD209", Share::File),
    // 民政有 needs somebody 在保, whom TK509 and JD214 lack: only 民政无 meets them.
    ("YZ303", "TK509", Share::File),
    ("YZ303", "JD214", Share::File),
    ("TK507", "JD211", Share::Row),
    ("FF407", "FF402", Share::Row),
    ("FF410", "FF402", Share::Row),
    ("FF417", "FF401", Share::Row),
    ("FF403", "FF401", Share::Row),
    ("FF403", "FF402", Share::Row),
    ("FF404", "FF401", Share::Row),
    ("FF404", "FF402", Share::Row),
    ("FF405", "FF401", Share::Row),
    ("FF405", "FF402", Share::Row),
];

impl Share {
    fn fits(self, subject: Subject) -> bool {
        matches!(
            (self, subject),
            (Self::Row, Subject::Row(_))
                | (Self::File, Subject::File(_))
                | (Self::Field, Subject::Field(..))
                | (Self::Pair, Subject::Pair(..))
        )
    }
}

/// A finding of one of these rules may decide whether the other's is told: they speak of one cause.
pub fn related(a: &str, b: &str) -> bool {
    a == b || TABLE.iter().any(|(left, right, _)| (*left == a && *right == b) || (*left == b && *right == a))
}

/// Whether an earlier finding that could not be checked again (its rule, file and field) still tells the cause of one of today
/// of the same file: what it silenced then has not become a new accusation because a source is missing.
pub fn still_silences(earlier: (&str, &str), today: (&str, &str)) -> bool {
    let of = |share: Share| match share {
        Share::File => true,
        Share::Field => earlier.1 == today.1,
        // Rows and pairs are not remembered.
        Share::Row | Share::Pair => false,
    };
    TABLE.iter().any(|(left, right, share)| *left == earlier.0 && *right == today.0 && of(*share))
}

/// For each draft (code, draft): whether another finding already tells its cause. A right finding is silenced when all its
/// subjects of the shared kind are spoken of on the left (JD203 over three files is not settled by two of them).
pub fn silenced(drafts: &[(&'static str, Draft)]) -> Vec<bool> {
    let mut spoken: FxHashMap<&str, FxHashSet<Subject>> = FxHashMap::default();
    for (code, draft) in drafts {
        spoken.entry(code).or_default().extend(draft.subjects.iter().copied());
    }
    drafts
        .iter()
        .map(|(code, draft)| {
            TABLE.iter().filter(|(_, right, _)| right == code).any(|(left, _, share)| {
                let Some(told) = spoken.get(left) else { return false };
                let mut own = draft.subjects.iter().filter(|s| share.fits(**s)).peekable();
                own.peek().is_some() && own.all(|s| told.contains(s))
            })
        })
        .collect()
}
