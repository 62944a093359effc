//! `hecha lists`: the rolls and statistics that the level above asks for, as one workbook 名册统计.

use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use super::again::Again;
use crate::cli::ListsArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline;
use crate::report::lists::{self, OwnShare, Wanted};
use crate::report::table_book::TableBook;

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &ListsArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let own_share = args.own_share.as_deref().map(own_share).transpose()?.unwrap_or(OwnShare::YearOfDibao);
    let again = Again::read_of(&args.again, &args.unit, cwd, today, printer)?;
    let plan = &again.plan;
    let masked = plan.config().privacy.mask_exports;
    let tables = again.audited(|facts, audit| {
        let keep = pipeline::units_asked(plan, &facts.book.units)?;
        let profile = &plan.loaded.terms;
        lists::tables(&Wanted { facts, audit, profile, keep: &keep, masked, own_share })
    })??;
    let federation = plan.config().run.federation.as_str();
    let book = TableBook { title: "名册统计", federation, as_of: plan.as_of, tables: &tables };
    let name = format!("名册统计_{}.xlsx", plan.as_of.format("%Y%m%d"));
    // Under its own name it is made anew each time; a name of the user's choice is not written over.
    let path = args.workbook.as_ref().map_or_else(|| cwd.join(name), |p| cwd.join(p));
    if args.workbook.is_some() {
        book.write_new(&path)?
    } else {
        book.write_over(&path)?
    }
    if printer.json {
        printer.print_json(&json!({
            "federation": federation,
            "as_of": plan.as_of,
            "workbook": path,
            "tables": tables.iter().map(|t| t.as_json()).collect::<Vec<_>>(),
        }))?;
    } else {
        let mut text = format!("{federation}　名册统计　基准日{}\n", plan.as_of);
        for table in tables.iter().skip(1) {
            let _ = writeln!(text, "  {} {}行", table.name, table.rows.len());
        }
        let _ = writeln!(text, "工作簿：{}（内含身份信息，注意保管）", path.display());
        printer.print(&text)?;
    }
    Ok(again.tell_changes("名册统计"))
}

/// Yuan as typed → fen.
fn own_share(text: &str) -> Result<OwnShare> {
    let yuan: Option<i64> = text.trim_end_matches('元').parse().ok().filter(|yuan| (1..=100_000_000).contains(yuan));
    yuan.map(|yuan| OwnShare::Fen(yuan * 100)).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "--own-share 看不懂")
            .excerpt(text.to_string())
            .remedy("写成整数元，如 --own-share 8000")
    })
}
