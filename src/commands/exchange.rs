//! `hecha exchange`: 核对名单, the persons whose means another department is asked to check, in clear or as tokens.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use super::again::Again;
use crate::cli::ExchangeArgs;
use crate::domain::token::{SHORTEST_SALT, Salt};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline;
use crate::plan::Plan;
use crate::report::exchange::{self, Lack, List};

/// File numbers named on the screen; JSON has all.
const NAMED: usize = 8;

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &ExchangeArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let given = args.out.as_ref().map(|p| cwd.join(p));
    let is_csv = given.as_deref().is_some_and(|path| has_extension(path, "csv"));
    if let Some(path) = given.as_deref().filter(|path| !is_csv && !has_extension(path, "xlsx")) {
        return Err(Error::new(ErrorKind::Usage, "--out 的文件应是 .xlsx 或 .csv").excerpt(path.display().to_string()));
    }
    let again = Again::read_of(&args.again, &args.unit, cwd, today, printer)?;
    let plan = &again.plan;
    let salt = if args.tokens { Some(salt(plan)?) } else { None };
    let list = again.audited(|facts, _| {
        let keep = pipeline::units_asked(plan, &facts.book.units)?;
        Ok::<_, Error>(exchange::list(facts, keep))
    })??;
    let (heads, rows) = exchange::table(&list, salt);
    let bytes = if is_csv { exchange::csv(&heads, &rows)? } else { exchange::xlsx(&heads, &rows, plan.as_of)? };
    let kind = if args.tokens { "_令牌" } else { "" };
    let own = cwd.join(format!("核对名单{kind}_{}.xlsx", plan.as_of.format("%Y%m%d")));
    // Under its own name it is made anew each time; a name of the user's choice is not written over.
    let path = given.as_ref().unwrap_or(&own);
    let written =
        if given.is_some() { crate::private::write(path, &bytes) } else { crate::private::replace(path, &bytes) };
    written.map_err(|e| {
        let error = Error::io(ErrorKind::Output, "写不了核对名单", path, &e);
        if e.kind() == std::io::ErrorKind::AlreadyExists {
            error.remedy("已有同名文件：换一个文件名，或先移走它")
        } else {
            error
        }
    })?;
    if printer.json {
        printer.print_json(&as_json(&list, plan, args.tokens, path))?;
    } else {
        printer.print(&text(&list, plan, args.tokens, path))?;
    }
    Ok(again.tell_changes("核对名单"))
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(wanted))
}

/// The shared salt.
///
/// # Errors
/// The configuration names no variable, or nothing fit stands in it.
fn salt(plan: &Plan) -> Result<&Salt> {
    plan.salt.as_ref().ok_or_else(|| {
        let error = match &plan.config().exchange.salt_env {
            None => Error::new(ErrorKind::Usage, "没有盐，算不了令牌")
                .remedy("在 hecha.toml 写：\n[exchange]\nsalt_env = \"HECHA_SALT\""),
            Some(name) => Error::new(ErrorKind::Usage, format!("环境变量{name}里没有可用的盐，算不了令牌"))
                .remedy(format!("与对方约定一串至少{SHORTEST_SALT}个字符的盐，放进环境变量{name}再运行")),
        };
        error.remedy("盐不要写进文件，也不要与名单一起发送")
    })
}

/// Numbers of the files that some persons are left out of, each once.
fn files(list: &List, lack: Lack) -> (usize, Vec<&str>) {
    let of = || list.left_out.iter().filter(|(l, _)| *l == lack);
    let numbers: BTreeSet<&str> = of().map(|(_, file_no)| file_no.as_str()).collect();
    (of().count(), numbers.into_iter().collect())
}

fn as_json(list: &List, plan: &Plan, tokens: bool, path: &Path) -> serde_json::Value {
    let left_out = Lack::ALL.map(|lack| {
        let (persons, files) = files(list, lack);
        json!({ "why": lack.text(), "persons": persons, "files": files })
    });
    json!({
        "federation": plan.config().run.federation,
        "as_of": plan.as_of,
        "file": path,
        "tokens": tokens,
        "persons": list.rows.len(),
        "has_consents": list.has_consents,
        "left_out": left_out,
    })
}

fn text(list: &List, plan: &Plan, tokens: bool, path: &Path) -> String {
    let mut out = String::new();
    let as_tokens = if tokens { "（令牌，无姓名号码）" } else { "" };
    let _ = writeln!(out, "{}　核对名单{as_tokens}　基准日{}", plan.config().run.federation, plan.as_of);
    let _ = writeln!(out, "  列入{}人", list.rows.len());
    if !list.has_consents {
        let _ = writeln!(out, "  来源里没有核对授权书：在档各户全部列入，授权日期留空；发出前请确认都已签授权书");
    }
    for lack in Lack::ALL {
        let (persons, files) = files(list, lack);
        if persons == 0 {
            continue;
        }
        let more = if files.len() > NAMED { format!(" 等{}户", files.len()) } else { String::new() };
        let named: Vec<&str> = files.into_iter().take(NAMED).collect();
        let _ = writeln!(out, "  未列入{persons}人（{}）：{}{more}", lack.text(), named.join("、"));
    }
    let care = if tokens { "" } else { "（内含身份信息，注意保管）" };
    let _ = writeln!(out, "名单：{}{care}", path.display());
    let _ = writeln!(out, "对方在名单后面加上“核对日期”“核对结论”等列交回，放进来源目录，再运行 hecha run");
    out
}
