//! `hecha collect PATH…`: takes returned workbooks and forms back.

use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::Printer;
use super::progress::Shown;
use crate::cli::Collect;
use crate::collect::check::Grade;
use crate::collect::outcome::{Counts, FileOutcome, Line, Outcome, State};
use crate::collect::{self, Asked};
use crate::error::Result;

/// Remarks shown of one file; all stand in its annotated copy.
const SHOWN: usize = 40;

/// 0 all accepted, 1 some refused or in conflict, 3 a file unreadable or not ours.
pub fn run(args: &Collect, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        out: args.out.as_ref().map(|p| cwd.join(p)),
        paths: args.paths.clone(),
        dry_run: args.dry_run,
    };
    let progress = Shown::new(printer);
    let outcome = collect::collect(&asked, cwd, today, &progress)?;
    let code = outcome.exit_code();
    if printer.json {
        let files: Vec<_> = outcome.files.iter().map(file_json).collect();
        printer.print_json(&json!({
            "files": files,
            "totals": outcome.totals(),
            "dry_run": outcome.dry_run,
            "exit_code": code,
        }))?;
    } else if !printer.quiet {
        printer.print(&text(&outcome, printer.verbose > 0))?;
    }
    Ok(code)
}

fn file_json(file: &FileOutcome) -> serde_json::Value {
    let line = |l: &Line| {
        json!({
            "sheet": l.sheet, "row": l.row, "column": l.column, "grade": grade_id(l.grade), "reason": l.text,
        })
    };
    json!({
        "path": file.path,
        "status": file.state.id(),
        "unit": file.unit,
        "as_of": file.as_of,
        "run_id": file.run_id,
        "notes": file.notes,
        "counts": file.counts,
        "forms": file.forms,
        "rows": file.lines.iter().map(line).collect::<Vec<_>>(),
        "written": file.written.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
    })
}

fn grade_id(grade: Grade) -> &'static str {
    match grade {
        Grade::Note => "note",
        Grade::Reminder => "reminder",
        Grade::Changed => "changed",
        Grade::Conflict => "conflict",
        Grade::Refused => "refused",
    }
}

fn grade_chinese(grade: Grade) -> &'static str {
    match grade {
        Grade::Note => "说明",
        Grade::Reminder => "提醒",
        Grade::Changed => "系统格被改",
        Grade::Conflict => "冲突",
        Grade::Refused => "未接受",
    }
}

/// A line a file, a table of counts, then every reason with its place.
fn text(outcome: &Outcome, verbose: bool) -> String {
    let mut out = String::new();
    for file in outcome.files.iter().filter(|f| verbose || f.state != State::Ignored) {
        let whose = match (&file.unit, file.as_of) {
            (Some(unit), Some(day)) => format!("　{unit}　基准日{day}"),
            _ => String::new(),
        };
        let _ = writeln!(out, "{}　{}{whose}", file.path, file.state.chinese());
        for note in &file.notes {
            let _ = writeln!(out, "  {note}");
        }
    }
    if outcome.files.is_empty() {
        out.push_str("没有找到文件。\n");
    }
    let counted: Vec<&FileOutcome> = outcome.files.iter().filter(|f| f.unit.is_some()).collect();
    if !counted.is_empty() {
        out.push_str(&table(&counted, outcome.totals()));
    }
    for file in &counted {
        reasons(&mut out, file, verbose);
    }
    for path in outcome.files.iter().flat_map(|f| &f.written) {
        let _ = writeln!(out, "已写出：{}", path.display());
    }
    if outcome.dry_run {
        out.push_str("试运行，没有记录，也没有写文件。\n");
    }
    out
}

fn table(files: &[&FileOutcome], totals: Counts) -> String {
    let row = |name: &str, c: Counts| {
        let counts = [c.accepted, c.reminded, c.refused, c.conflicts, c.untouched, c.changed];
        std::iter::once(name.to_string()).chain(counts.map(|n| n.to_string())).collect::<Vec<_>>()
    };
    let titles = ["单位", "接受", "其中提醒", "未接受", "冲突", "未填写", "系统格被改"].map(str::to_string).to_vec();
    let mut rows = vec![titles];
    rows.extend(files.iter().map(|f| row(f.unit.as_deref().unwrap_or_default(), f.counts)));
    if files.len() > 1 {
        rows.push(row("合计", totals));
    }
    let widths: Vec<usize> = (0..rows[0].len()).map(|c| rows.iter().map(|r| r[c].width()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.width());
            let _ = if column == 0 { write!(out, "{cell}{pad}") } else { write!(out, "  {pad}{cell}") };
        }
        out.push('\n');
    }
    out
}

fn reasons(out: &mut String, file: &FileOutcome, verbose: bool) {
    let mut lines: Vec<&Line> = file.lines.iter().collect();
    lines.sort_by_key(|l| std::cmp::Reverse(l.grade));
    let shown = if verbose { lines.len() } else { SHOWN };
    for line in lines.iter().take(shown) {
        let column = if line.column.is_empty() { String::new() } else { format!(" › {}", line.column) };
        let _ = writeln!(
            out,
            "{}　{} › {} › 第{}行{column}：{}",
            grade_chinese(line.grade),
            file.path,
            line.sheet,
            line.row,
            line.text
        );
    }
    if lines.len() > shown {
        let _ = writeln!(out, "{} 另有{}条，见批注（或加 -v）", file.path, lines.len() - shown);
    }
}
