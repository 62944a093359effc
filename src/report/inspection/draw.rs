//! The draw: which unions are inspected, and which households of each, in strata, by a seed.
//!
//! Everybody can repeat it: what is drawn from is put in the order of SHA-256 over `种子|键` (the key is the union's name, the file
//! number, or the number of the finding), and the first ones are taken.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::audit::Audit;
use crate::derive::Facts;
use crate::finding::Severity;
use crate::link::{FileId, FileStatus, UnitId};

/// The strata of households, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    Active,
    Exited,
    Cancelled,
    NeverFiled,
}

impl Stratum {
    pub const ALL: [Self; 4] = [Self::Active, Self::Exited, Self::Cancelled, Self::NeverFiled];

    pub fn text(self) -> &'static str {
        match self {
            Self::Active => "在档",
            Self::Exited => "已脱困",
            Self::Cancelled => "已注销",
            Self::NeverFiled => "未建档",
        }
    }

    /// Tenths of a union's sample.
    pub fn share(self) -> usize {
        match self {
            Self::Active => 5,
            Self::Exited | Self::NeverFiled => 2,
            Self::Cancelled => 1,
        }
    }
}

/// Rules that find households which ought to be on file and are not.
const NEVER_FILED: [&str; 2] = ["JD205", "JD211"];
/// The category that goes first.
const DEEP: &str = "深度困难";

/// Whom a draw is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    File(FileId),
    /// A finding about a household without a file, by its place in the audit.
    Finding(usize),
}

/// One that may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    pub subject: Subject,
    pub unit: UnitId,
    pub stratum: Stratum,
    /// What is hashed after the seed.
    pub key: String,
    /// Deep hardship, or an open severe finding: half of the active ones are taken from these first.
    pub first: bool,
}

/// What was drawn of a union's stratum, and from how many.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub unit: UnitId,
    pub stratum: Stratum,
    pub population: usize,
    pub lots: Vec<Lot>,
}

/// First 16 hexadecimal digits of SHA-256 over `seed|key`.
pub fn ticket(seed: u64, key: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("{seed}|{key}").as_bytes()))[..16].to_string()
}

/// Everybody who may be drawn, by union.
pub fn lots(facts: &Facts<'_>, audit: &Audit, keep: &dyn Fn(UnitId) -> bool) -> BTreeMap<UnitId, Vec<Lot>> {
    let book = facts.book;
    let severe: BTreeSet<FileId> =
        audit.findings.iter().filter(|f| f.severity == Severity::High).filter_map(|f| f.draft.file).collect();
    let mut all: BTreeMap<UnitId, Vec<Lot>> = BTreeMap::new();
    for id in book.file_ids() {
        let file = book.file(id);
        let stratum = match file.status {
            FileStatus::Active => Stratum::Active,
            FileStatus::Exited => Stratum::Exited,
            FileStatus::Cancelled => Stratum::Cancelled,
            FileStatus::Unknown => continue,
        };
        let first = severe.contains(&id) || facts.category(file.record) == Some(DEEP);
        let key = file.file_no.clone();
        all.entry(file.unit).or_default().push(Lot {
            subject: Subject::File(id),
            unit: file.unit,
            stratum,
            key,
            first,
        });
    }
    for (at, finding) in audit.findings.iter().enumerate() {
        let draft = &finding.draft;
        if NEVER_FILED.contains(&finding.rule.code) && draft.file.is_none() {
            let lot = Lot {
                subject: Subject::Finding(at),
                unit: draft.unit,
                stratum: Stratum::NeverFiled,
                key: finding.id.clone(),
                first: false,
            };
            all.entry(draft.unit).or_default().push(lot);
        }
    }
    all.retain(|unit, _| keep(*unit));
    all
}

/// Of every inspected union (one with unions below it) so many grassroots unions, in the order of their tickets.
pub fn unions(facts: &Facts<'_>, lots: &BTreeMap<UnitId, Vec<Lot>>, count: usize, seed: u64) -> Vec<UnitId> {
    let units = &facts.book.units;
    let mut by_parent: BTreeMap<Option<UnitId>, Vec<UnitId>> = BTreeMap::new();
    for &unit in lots.keys() {
        by_parent.entry(units.get(unit).parent).or_default().push(unit);
    }
    let mut out = Vec::new();
    for mut group in by_parent.into_values() {
        group.sort_by_cached_key(|&unit| ticket(seed, units.name(unit)));
        out.extend(group.into_iter().take(count));
    }
    out.sort_by(|a, b| units.name(*a).cmp(units.name(*b)));
    out
}

/// So many of a union's households: each stratum its share, what one lacks goes to the next, those on file first.
pub fn households(unit: UnitId, lots: &[Lot], count: usize, seed: u64) -> Vec<Drawn> {
    let mut quotas: BTreeMap<Stratum, usize> = BTreeMap::new();
    let population = |s: Stratum| lots.iter().filter(|l| l.stratum == s).count();
    let mut left = count;
    for stratum in Stratum::ALL {
        let quota = (count * stratum.share()).div_ceil(10).min(population(stratum)).min(left);
        quotas.insert(stratum, quota);
        left -= quota;
    }
    for stratum in Stratum::ALL {
        let quota = quotas.entry(stratum).or_default();
        let more = left.min(population(stratum) - *quota);
        *quota += more;
        left -= more;
    }
    Stratum::ALL
        .into_iter()
        .map(|stratum| {
            let mut own: Vec<&Lot> = lots.iter().filter(|l| l.stratum == stratum).collect();
            own.sort_by_cached_key(|l| (ticket(seed, &l.key), l.key.clone()));
            let quota = quotas[&stratum];
            let (first, rest): (Vec<&Lot>, Vec<&Lot>) = own.into_iter().partition(|l| l.first);
            let mut taken: Vec<&Lot> = first.iter().copied().take(quota.div_ceil(2)).collect();
            let mut others: Vec<&Lot> = first.into_iter().skip(quota.div_ceil(2)).chain(rest).collect();
            others.sort_by_cached_key(|l| (ticket(seed, &l.key), l.key.clone()));
            taken.extend(others.into_iter().take(quota - taken.len()));
            Drawn { unit, stratum, population: population(stratum), lots: taken.into_iter().cloned().collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lots(counts: [usize; 4]) -> Vec<Lot> {
        let of = |(stratum, count): (Stratum, usize)| {
            (0..count).map(move |n| Lot {
                subject: Subject::Finding(n),
                unit: UnitId(0),
                stratum,
                key: format!("{}{n}", stratum.text()),
                first: n % 10 == 0,
            })
        };
        Stratum::ALL.into_iter().zip(counts).flat_map(of).collect()
    }

    fn counts(lots: &[Lot], count: usize, seed: u64) -> Vec<usize> {
        households(UnitId(0), lots, count, seed).iter().map(|d| d.lots.len()).collect()
    }

    #[test]
    fn strata_have_their_shares_and_what_one_lacks_goes_on() {
        assert_eq!(counts(&lots([100, 100, 100, 100]), 20, 1), [10, 4, 2, 4]);
        assert_eq!(counts(&lots([100, 1, 0, 0]), 20, 1), [19, 1, 0, 0]);
        assert_eq!(counts(&lots([3, 2, 1, 1]), 20, 1), [3, 2, 1, 1]);
        assert_eq!(counts(&lots([100, 100, 100, 100]), 1, 1), [1, 0, 0, 0]);
    }

    #[test]
    fn the_same_seed_draws_the_same_and_half_are_those_that_go_first() {
        let all = lots([100, 0, 0, 0]);
        let keys = |seed| -> Vec<String> {
            households(UnitId(0), &all, 10, seed)[0].lots.iter().map(|l| l.key.clone()).collect()
        };
        assert_eq!(keys(7), keys(7));
        assert_ne!(keys(7), keys(8));
        let drawn = &households(UnitId(0), &all, 10, 7)[0];
        assert!(drawn.lots.iter().filter(|l| l.first).count() >= 5, "ten of a hundred go first");
        // As anybody computes it: printf '7|KN1' | sha256sum
        assert_eq!(ticket(7, "KN1").len(), 16);
        let mut shuffled = all.clone();
        shuffled.reverse();
        let other: Vec<String> =
            households(UnitId(0), &shuffled, 10, 7)[0].lots.iter().map(|l| l.key.clone()).collect();
        assert_eq!(other, keys(7), "the order of the files does not matter");
    }
}
