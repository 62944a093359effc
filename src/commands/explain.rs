//! `hecha explain FINDING`: one finding from end to end.

use std::path::Path;

use chrono::NaiveDate;

use super::Printer;
use super::progress::Shown;
use crate::cli::Explain;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::ingest::inputs::Inputs;
use crate::pipeline::{self, Progress};
use crate::plan::{Asked, Plan};
use crate::report::explain::explanation;

/// Judges today's inputs again, writing nothing, and shows one finding with everything behind it.
pub fn run(args: &Explain, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        as_of: args.as_of,
        second_reader: printer.program.clone(),
        ..Asked::default()
    };
    let plan = Plan::new(asked, cwd, today)?;
    let progress = Shown::new(printer);
    progress.stage("读取文件", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    progress.stage("核查", None);
    let explained = pipeline::audited(&plan, &inputs, |facts, audit| {
        explanation(facts, audit, &plan.loaded.terms, &args.finding).ok_or_else(|| {
            let ids: Vec<&str> = audit.findings.iter().map(|f| f.id.as_str()).collect();
            unknown(&args.finding, &ids, plan.as_of)
        })
    });
    progress.finish();
    let explained = explained??;
    if printer.json {
        let value = serde_json::to_value(&explained)
            .map_err(|e| Error::new(ErrorKind::Defect, "说明写不成JSON").found(e.to_string()))?;
        printer.print_json(&value)?;
    } else {
        printer.print(&explained.text())?;
    }
    Ok(0)
}

fn unknown(asked: &str, ids: &[&str], as_of: NaiveDate) -> Error {
    let mut error = Error::new(ErrorKind::Usage, format!("{as_of}的核查结果里没有疑点“{asked}”"))
        .remedy("编号见findings.csv的finding_id，或疑点清单的“编号”列")
        .remedy("来源改正后疑点会消失；看以前某日的，用 --as-of 指明当时的基准日");
    if let Some(near) = nearest(&asked.to_uppercase(), ids.iter().copied()) {
        error = error.remedy(format!("是不是“{near}”？"));
    }
    error
}
