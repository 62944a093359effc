//! Mistakes on the way to a file under the rules after 2020: JD216–JD218.

use super::cage::{Cage, Home};
use super::{Bird, Planted};
use crate::domain::date::add_months;
use crate::normalize::RecordId;

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "JD216", plant: step_missing },
    Bird { code: "JD217", plant: not_checked },
    Bird { code: "JD218", plant: not_reapplied },
];

/// The application that is judged, with a day of visit.
fn application(cage: &Cage<'_>, home: Home) -> Option<RecordId> {
    let row = cage.facts.filings.application(home.file).filter(|row| row.is_finished())?.record;
    cage.said(row, "visited_on").then_some(row)
}

fn step_missing(cage: &mut Cage<'_>) -> Planted {
    const LACK: &str = "没有台账齐全的无疑点在档户";
    let home = cage.take(|cage, home| application(cage, home).is_some()).ok_or(LACK)?;
    let row = application(cage, home).ok_or(LACK)?;
    cage.set(row, "visited_on", "");
    Ok(())
}

fn not_checked(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let unit = cage.facts.book.file(home.file).unit;
        let ledger = cage.rows("filing", home.file);
        let has_column = !ledger.is_empty() && ledger.iter().all(|&row| cage.has(row, "checked_on"));
        let is_old = cage.day(home.efile, "filed_on").is_some_and(|day| day < add_months(cage.as_of(), -2));
        is_old && (has_column || cage.facts.coverage.complete("check_report", unit))
    };
    let home = cage.take(fits).ok_or("没有报了核对报告或台账的单位里的无疑点在档户")?;
    cage.rows("check_report", home.file).into_iter().for_each(|row| cage.remove(row));
    for row in
        cage.rows("filing", home.file).into_iter().filter(|&row| cage.said(row, "checked_on")).collect::<Vec<_>>()
    {
        cage.set(row, "checked_on", "");
    }
    Ok(())
}

fn not_reapplied(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let year_ago = add_months(cage.as_of(), -13);
        cage.day(home.efile, "filed_on").is_some_and(|day| day < year_ago)
            && cage.facts.last_application(home.file).is_some()
    };
    let home = cage.take(fits).ok_or("没有建档一年以上、重新申请过的无疑点在档户")?;
    cage.rows("filing", home.file).into_iter().for_each(|row| cage.remove(row));
    cage.beside(&["JD217"]);
    Ok(())
}
