//! What is said of the sheets, in words: for the screen and for the manifest.

use std::collections::BTreeMap;

use super::findings_csv::masked;
use super::verified;
use crate::ingest::inputs::Inputs;
use crate::normalize::{Notice, NoticeKind, Tables};
use crate::place::SheetId;

/// So many places of one kind in one sheet are named; the others are counted.
const NAMED: usize = 3;

/// One line for each file that the second reader should have read and could not be started for, and for each kind of thing said of a sheet: `错位：a.xlsx › 一月 › 第12行E列“金额”：…；…`. Numbers are masked. In the
/// order of files and sheets.
pub fn lines(inputs: &Inputs, tables: &Tables<'_>) -> Vec<String> {
    let mut groups: BTreeMap<(SheetId, NoticeKind), Vec<&Notice>> = BTreeMap::new();
    for notice in &tables.notices {
        groups.entry((notice.sheet, notice.kind)).or_default().push(notice);
    }
    let lines = groups.iter().map(|((sheet, kind), notices)| line(inputs, *sheet, *kind, notices));
    verified::unavailable(inputs).chain(lines).collect()
}

fn line(inputs: &Inputs, sheet: SheetId, kind: NoticeKind, notices: &[&Notice]) -> String {
    let path = &inputs.file_of(sheet).path;
    let name = &inputs.sheet(sheet).name;
    let place = if name.is_empty() { path.clone() } else { format!("{path} › {name}") };
    let mut said: Vec<String> = Vec::new();
    let mut remedy = "";
    for notice in notices.iter().take(NAMED) {
        let at = notice.place();
        let colon = if at.is_empty() { "" } else { "：" };
        said.push(format!("{at}{colon}{}{}", notice.what, as_written(notice)));
        remedy = &notice.remedy;
    }
    let more = match notices.len() {
        0..=NAMED => String::new(),
        n => format!("；等共{n}处"),
    };
    let stop = if remedy.is_empty() { "" } else { "；" };
    masked(&format!("{}：{place} › {}{more}{stop}{remedy}", kind.word(), said.join("；")))
}

/// `（写的是“…”）`, of at most forty characters.
fn as_written(notice: &Notice) -> String {
    let text = notice.written.trim();
    if text.is_empty() {
        return String::new();
    }
    let short: String = text.chars().take(40).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("（写的是“{}{dots}”）", masked(&short))
}

/// Something was said after which `check` is not 0.
pub fn alarm(tables: &Tables<'_>) -> bool {
    tables.notices.iter().any(|n| n.kind.alarms())
}

/// Places of what passes for a number, or an amount beside one, and was not read in a sheet.
pub fn guard(tables: &Tables<'_>, sheet: usize) -> Vec<String> {
    of(tables, sheet, |kind| kind == NoticeKind::Guard).map(Notice::cell).collect()
}

/// What is hidden in a sheet.
pub fn hidden(tables: &Tables<'_>, sheet: usize) -> Vec<String> {
    let kinds = [NoticeKind::HiddenSheet, NoticeKind::HiddenColumn, NoticeKind::HiddenText];
    of(tables, sheet, |kind| kinds.contains(&kind))
        .map(|n| match n.place() {
            place if place.is_empty() => n.kind.word().to_string(),
            place => masked(&place),
        })
        .collect()
}

fn of<'a>(
    tables: &'a Tables<'_>,
    sheet: usize,
    wanted: impl Fn(NoticeKind) -> bool + 'a,
) -> impl Iterator<Item = &'a Notice> + 'a {
    tables.notices.iter().filter(move |n| n.sheet.0 as usize == sheet && wanted(n.kind))
}
