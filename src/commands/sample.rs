//! `hecha sample`: draws the inspection sample and writes its pack.

use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::Printer;
use super::again::Again;
use crate::cli::SampleArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Status;
use crate::history::compare::Known;
use crate::pipeline;
use crate::report::documents::values::{Desk, due_of};
use crate::report::documents::{self, Page, kinds::Kind};
use crate::report::inspection::draw::{self, Drawn, Stratum};
use crate::report::inspection::{CHECK, PORTRAIT, Pack, REPORT, Standing};
use crate::report::names;
use crate::report::table_book::TableBook;

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &SampleArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let again = Again::read_of(&args.again, &args.unit, cwd, today, printer)?;
    let plan = &again.plan;
    let day = plan.as_of;
    // Without a seed the day is one: nobody chose it.
    let seed = args
        .seed
        .unwrap_or_else(|| u64::from(day.year().unsigned_abs()) * 10_000 + u64::from(day.month() * 100 + day.day()));
    let dir = args.out.as_ref().map_or_else(|| cwd.join(format!("抽样_{day}")), |p| cwd.join(p));
    if dir.exists() {
        return Err(Error::new(ErrorKind::Output, "抽样目录已经有了，没有覆盖")
            .excerpt(dir.display().to_string())
            .remedy("用 --out 写到别的目录，或先移走它"));
    }
    let answers = super::forms::answers(&again)?;
    let standing = standing(&again)?;
    let config = plan.config();
    let own = config.forms_dir();
    let said = again.audited(|facts, audit| {
        let keep = pipeline::units_asked(plan, &facts.book.units)?;
        let lots = draw::lots(facts, audit, &keep);
        let unions = draw::unions(facts, &lots, args.units, seed);
        let drawn: Vec<Drawn> =
            unions.iter().flat_map(|u| draw::households(*u, &lots[u], args.households, seed)).collect();
        let desk = Desk {
            facts,
            audit,
            profile: &plan.loaded.terms,
            federation: &config.run.federation,
            contact: config.run.contact.as_deref().unwrap_or_default(),
            due: due_of(config.run.due, day),
            answers: &answers,
        };
        let pack = Pack { desk: &desk, drawn: &drawn, seed, standing: &standing };
        let tables = pack.tables();
        let book = TableBook { title: "抽样名单", federation: &config.run.federation, as_of: day, tables: &tables };
        let mut files: Vec<(PathBuf, Vec<u8>)> = vec![(dir.join("抽样名单.xlsx"), book.bytes()?)];
        let mut document = |kind: &'static Kind, name: String, pages: &[Page]| -> Result<()> {
            files.push((dir.join(name), documents::document(kind, own.as_deref(), pages)?));
            Ok(())
        };
        let units = &facts.book.units;
        let safe = names::distinct(units.ids().map(|u| units.name(u)));
        for &unit in &unions {
            let name = units.name(unit);
            let name = safe.get(name).map_or(name, String::as_str);
            document(&CHECK, format!("抽样核查表_{name}.docx"), &pack.checks(unit))?;
            document(&PORTRAIT, format!("单位画像_{name}.docx"), &[pack.portrait(unit)])?;
        }
        document(&REPORT, "督查报告（草稿）.docx".to_string(), &[pack.report()])?;
        for (path, bytes) in &files {
            super::forms::save(path, bytes)?;
        }
        let strata = Stratum::ALL.map(|s| (s.text(), pack.count(s)));
        let unions: Vec<String> = unions.iter().map(|&u| units.name(u).to_string()).collect();
        Ok::<_, Error>((unions, strata))
    })??;
    let (unions, strata) = said;
    if printer.json {
        printer.print_json(&json!({
            "as_of": day,
            "seed": seed,
            "out": dir,
            "units": unions,
            "strata": strata.iter().map(|(name, n)| json!({ "name": name, "households": n })).collect::<Vec<_>>(),
        }))?;
    } else {
        let parts: Vec<String> = strata.iter().map(|(name, n)| format!("{name}{n}户")).collect();
        printer.print(&format!(
            "抽样　基准日{day}　种子{seed}\n抽中{}个单位：{}\n{}\n在：{}（名单、核查表、单位画像、督查报告草稿；内含身份信息，注意保管）\n",
            unions.len(),
            unions.join("、"),
            parts.join("、"),
            dir.display()
        ))?;
    }
    Ok(again.tell_changes("抽样"))
}

/// New and persisting findings of the last run, by unit.
fn standing(again: &Again) -> Result<Standing> {
    let Some(history) = &again.history else { return Ok(Standing::new()) };
    let known = Known::load(history, again.plan.as_of + chrono::Days::new(1))?;
    let mut out = Standing::new();
    for listed in known.past.iter().flat_map(|past| past.listed.values()) {
        let (new, persisting) = out.entry(listed.unit.clone()).or_default();
        match listed.status {
            Status::New | Status::Reopened => *new += 1,
            status if status.is_open() => *persisting += 1,
            _ => {}
        }
    }
    Ok(out)
}
