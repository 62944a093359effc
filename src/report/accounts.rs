//! What was read and judged → `manifest.json`.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::manifest::{
    AidTotals, Conservation, FindingTotals, Input, InputStatus, Manifest, PaymentTotals, RowAccount, RuleAccount,
    SCHEMA, SheetAccount, VerdictCounts, Yuan,
};
use super::model::{FindingRow, RunInfo};
use super::notices;
use crate::audit::{Audit, Tally};
use crate::derive::payments::conservation;
use crate::finding::Severity;
use crate::ingest::inputs::{FileStatus, InputFile, Inputs};
use crate::ingest::second_reader::SecondReading;
use crate::link::{Casebook, UnitId};
use crate::normalize::Tables;
use crate::rules::Counts;
use crate::schema::Layout;

/// First 16 hex digits of SHA-256 over version, effective configuration (without paths), as-of, and the inputs' digests and
/// relative paths.
pub fn run_id(version: &str, config_digest: &str, as_of: &str, inputs: &Inputs) -> String {
    let mut hash = Sha256::new();
    for part in [version, config_digest, as_of] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut files: Vec<(String, &str)> = inputs.files.iter().map(|f| (hex(&f.sha256), f.path.as_str())).collect();
    files.sort_unstable();
    for (digest, path) in files {
        hash.update(digest.as_bytes());
        hash.update(path.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())[..16].to_string()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// The accounts of inputs, rules and findings. `keep`: the units that take part.
pub fn manifest(
    run: &RunInfo,
    inputs: &Inputs,
    book: &Casebook<'_>,
    audit: &Audit,
    conservation: &BTreeMap<conservation::Key, conservation::Line>,
    keep: &dyn Fn(UnitId) -> bool,
) -> Manifest {
    Manifest {
        schema: SCHEMA.to_string(),
        run_id: run.run_id.clone(),
        as_of: run.as_of.to_string(),
        federation: run.federation.clone(),
        profile: run.profile.clone(),
        version: run.version.clone(),
        config_digest: run.config_digest.clone(),
        inputs: inputs_of(inputs, &book.tables),
        rules: audit.tallies.iter().map(|t| rule(t, book)).collect(),
        findings: FindingTotals::default(),
        rates: Vec::new(),
        conservation: conservation_of(book, conservation, keep),
        unchecked: Vec::new(),
        ended: Default::default(),
        ledger: Default::default(),
        warnings: notices::lines(inputs, &book.tables),
        not_come: Vec::new(),
    }
}

/// The findings as they are listed; open ones of high severity apart.
pub fn totals(rows: &[FindingRow]) -> FindingTotals {
    let mut totals = FindingTotals { total: rows.len(), ..FindingTotals::default() };
    for row in rows {
        totals.open_high += usize::from(row.severity == Severity::High && row.status.is_open());
        *totals.by_rule.entry(row.rule.clone()).or_default() += 1;
        *totals.by_unit.entry(row.unit.clone()).or_default() += 1;
    }
    totals
}

/// Aid against payments, by unit, program, source and year.
fn conservation_of(
    book: &Casebook<'_>,
    lines: &BTreeMap<conservation::Key, conservation::Line>,
    keep: &dyn Fn(UnitId) -> bool,
) -> Vec<Conservation> {
    let mut out: Vec<Conservation> = (lines.iter())
        .filter(|((unit, ..), _)| keep(*unit))
        .map(|((unit, program, fund_source, year), line)| Conservation {
            unit: book.units.name(*unit).to_string(),
            program: program.clone(),
            fund_source: fund_source.clone(),
            year: *year,
            aid: AidTotals {
                total: Yuan(line.aid_total),
                matched: Yuan(line.aid_matched),
                unmatched: Yuan(line.aid_unmatched),
                unreadable: Yuan(line.aid_unreadable),
            },
            payment: PaymentTotals {
                total: Yuan(line.payment_total),
                matched: Yuan(line.payment_matched),
                unmatched: Yuan(line.payment_unmatched),
                unreadable: Yuan(line.payment_unreadable),
                reversed: Yuan(line.reversed),
            },
        })
        .collect();
    let key = |c: &Conservation| (c.unit.clone(), c.program.clone(), c.fund_source.clone(), c.year);
    out.sort_by_cached_key(key);
    out
}

/// The accounts of all input files.
pub fn inputs_of(inputs: &Inputs, tables: &Tables<'_>) -> Vec<Input> {
    inputs.files.iter().map(|file| input(inputs, tables, file)).collect()
}

fn input(inputs: &Inputs, tables: &Tables<'_>, file: &InputFile) -> Input {
    let (status, error) = match &file.status {
        FileStatus::Read(_) => (InputStatus::Read, None),
        FileStatus::Duplicate(first) => (InputStatus::Duplicate, Some(format!("与{first}内容相同"))),
        FileStatus::Unreadable(e) => (InputStatus::Unreadable, Some(format!("{}；{}", e.what, e.remedy))),
        FileStatus::Ignored(why) => (InputStatus::Ignored, Some(why.clone())),
    };
    let sheets = file.sheets.clone().map(|i| sheet(tables, &inputs.sheets[i].raw.name, i)).collect();
    let unread = matches!(file.status, FileStatus::Unreadable(_)) && file.bytes == 0;
    Input {
        path: file.path.clone(),
        sha256: (!unread).then(|| hex(&file.sha256)),
        bytes: file.bytes,
        status,
        error,
        second_reader: match &file.second {
            SecondReading::Used { instead_of, .. } if status == InputStatus::Read => Some(instead_of.what.clone()),
            _ => None,
        },
        sheets,
    }
}

fn sheet(tables: &Tables<'_>, name: &str, index: usize) -> SheetAccount {
    let account = &tables.accounts[index];
    let kind_of = |kind: Option<usize>| kind.map(|k| tables.schemas.all()[k].kind.clone());
    let words = |map: &BTreeMap<&'static str, usize>| map.iter().map(|(k, n)| ((*k).to_string(), *n)).collect();
    SheetAccount {
        name: name.to_string(),
        kind: kind_of(account.kind),
        layout: account.layout.map(|l| match l {
            Layout::Table => "table".to_string(),
            Layout::Form => "form".to_string(),
        }),
        header_row: account.header_row,
        nearest: kind_of(account.nearest),
        missing: account.missing.clone(),
        rows: RowAccount {
            read: account.read,
            used: account.used,
            skipped: words(&account.skipped),
            quarantined: words(&account.quarantined),
        },
        hidden_rows: account.hidden_rows,
        cells_quarantined: account.cells_quarantined.clone(),
        unknown: account.unknown.clone(),
        lost: account.lost.clone(),
        renamed: account.renamed.clone(),
        added: account.added.clone(),
        hidden: notices::hidden(tables, index),
        guard: notices::guard(tables, index),
    }
}

fn verdicts(c: Counts) -> VerdictCounts {
    VerdictCounts { not_applicable: c[0], compliant: c[1], finding: c[2], undetermined: c[3] }
}

/// The account of one rule.
pub fn rule(tally: &Tally, book: &Casebook<'_>) -> RuleAccount {
    RuleAccount {
        code: tally.rule.code.to_string(),
        run: tally.why_not.is_none(),
        why_not: tally.why_not.clone(),
        missing_sources: tally.missing_sources.clone(),
        counts: verdicts(tally.total()),
        by_unit: tally.by_unit.iter().map(|(&u, &c)| (book.units.name(u).to_string(), verdicts(c))).collect(),
        undetermined: tally.reasons(book.tables.schemas),
    }
}
