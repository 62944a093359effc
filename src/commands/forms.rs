//! `hecha forms`: the papers a union prints, filled in from the data of the last run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::Printer;
use super::again::Again;
use crate::cli::FormsArgs;
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::history::answers::Standing;
use crate::history::compare::Known;
use crate::link::{FileId, UnitId};
use crate::pipeline;
use crate::report::documents::values::{Answer, Desk, due_of};
use crate::report::documents::{self, KINDS, Kind, Page};
use crate::report::names;

/// A document that was written.
struct Written {
    kind: &'static Kind,
    unit: String,
    pages: usize,
    path: PathBuf,
}

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &FormsArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    if let Some(kind) = &args.fields {
        return fields(Kind::find(kind)?, printer);
    }
    if args.kinds.is_empty() {
        return list(printer);
    }
    let kinds: Vec<&'static Kind> = args.kinds.iter().map(|name| Kind::find(name)).collect::<Result<_>>()?;
    let chosen = args.all || !args.unit.is_empty() || !args.household.is_empty();
    if let Some(kind) = kinds.iter().find(|k| k.asks && !chosen) {
        return Err(Error::new(ErrorKind::Usage, format!("没有说要打印哪些户的{}", kind.title))
            .remedy("--household 档案号（可写几个），或 --unit 单位，或 --all"));
    }
    if let Some(kind) = kinds.iter().find(|k| k.is_of_units() && !args.household.is_empty()) {
        return Err(Error::new(ErrorKind::Usage, format!("{}按单位出，不能用 --household", kind.title))
            .remedy("--unit 单位，或不写（全部单位）"));
    }
    let again = Again::read_of(&args.again, &args.unit, cwd, today, printer)?;
    let plan = &again.plan;
    let answers = answers(&again)?;
    let dir = args.out.as_ref().map_or_else(|| cwd.join(format!("文书_{}", plan.as_of)), |p| cwd.join(p));
    let own = args.templates.as_ref().map(|p| cwd.join(p)).or_else(|| plan.config().forms_dir());
    let config = plan.config();
    let written = again.audited(|facts, audit| {
        let keep = pipeline::units_asked(plan, &facts.book.units)?;
        let desk = Desk {
            facts,
            audit,
            profile: &plan.loaded.terms,
            federation: &config.run.federation,
            contact: config.run.contact.as_deref().unwrap_or_default(),
            due: due_of(config.run.due, plan.as_of),
            answers: &answers,
        };
        let mut written = Vec::new();
        let safe = names::distinct(facts.book.units.ids().map(|u| facts.book.units.name(u)));
        for kind in kinds {
            for (unit, pages) in pages(&desk, kind, args, &keep)? {
                let name = facts.book.units.name(unit);
                let file = format!("{}_{}.docx", kind.title, safe.get(name).map_or(name, String::as_str));
                let bytes = documents::document(kind, own.as_deref(), &pages)?;
                let path = dir.join(kind.title).join(file);
                save(&path, &bytes)?;
                written.push(Written { kind, unit: name.to_string(), pages: pages.len(), path });
            }
        }
        Ok::<_, Error>(written)
    })??;
    print(&written, &dir, printer)?;
    Ok(again.tell_changes("文书"))
}

/// Pages by unit.
fn pages(
    desk: &Desk<'_>,
    kind: &'static Kind,
    args: &FormsArgs,
    keep: &dyn Fn(UnitId) -> bool,
) -> Result<Vec<(UnitId, Vec<Page>)>> {
    if kind.is_of_units() {
        return Ok(desk.unit_pages(kind, keep).into_iter().map(|(unit, page)| (unit, vec![page])).collect());
    }
    let book = desk.facts.book;
    let mut files: Vec<FileId> = if args.household.is_empty() {
        desk.population(kind, args.all || kind.asks)
    } else {
        let mut files = Vec::new();
        for number in &args.household {
            let found = book.by_file_no.get(&text::fold(number)).or_else(|| book.by_file_no.get(number.as_str()));
            files.extend(found.ok_or_else(|| unknown_household(number, book.by_file_no.keys()))?);
        }
        files
    };
    files.retain(|&f| keep(book.file(f).unit));
    files.sort_by(|a, b| book.file(*a).file_no.cmp(&book.file(*b).file_no));
    files.dedup();
    let mut by_unit: BTreeMap<&str, (UnitId, Vec<Page>)> = BTreeMap::new();
    for file in files {
        let unit = book.file(file).unit;
        by_unit.entry(book.units.name(unit)).or_insert_with(|| (unit, Vec::new())).1.push(desk.household(kind, file));
    }
    Ok(by_unit.into_values().collect())
}

fn unknown_household<'a>(number: &str, known: impl Iterator<Item = &'a String>) -> Error {
    let mut error = Error::new(ErrorKind::Usage, "没有这个档案号").excerpt(text::mask_numbers(number));
    if let Some(near) = crate::error::nearest(number, known.map(String::as_str)) {
        error = error.remedy(format!("是不是“{}”？", text::mask_numbers(near)));
    }
    error.remedy("用电子档案里的档案号")
}

/// What was answered to the findings of the last run.
pub fn answers(again: &Again) -> Result<BTreeMap<String, Answer>> {
    let Some(history) = &again.history else { return Ok(BTreeMap::new()) };
    let known = Known::load(history, again.plan.as_of + Days::new(1))?;
    let ids = known.past.iter().flat_map(|past| past.listed.values()).filter_map(|l| l.id.clone());
    let ids: BTreeSet<String> = ids.collect();
    let answer = |id: String| {
        let answer = match known.answer_of(&id)? {
            Standing::Settled { word, .. } => Answer { text: word.text().to_string(), settles: true },
            Standing::Claimed { given_on, .. } => {
                Answer { text: format!("{given_on}报已更正，待核"), settles: false }
            }
            Standing::Pending { word, due, .. } => {
                let due = due.map_or(String::new(), |on| format!("，{on}前完成"));
                Answer { text: format!("{}{due}", word.text()), settles: false }
            }
            Standing::Disputed => Answer { text: "答复不一".to_string(), settles: false },
            Standing::Reopened { .. } => return None,
        };
        Some((id, answer))
    };
    Ok(ids.into_iter().filter_map(answer).collect())
}

/// Written aside and renamed, over an earlier one of the same day.
pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |e: &std::io::Error| Error::io(ErrorKind::Output, "写不了文书", path, e);
    if let Some(dir) = path.parent() {
        crate::private::create_dir_all(dir).map_err(|e| failed(&e))?;
    }
    crate::private::replace(path, bytes).map_err(|e| failed(&e))
}

fn print(written: &[Written], dir: &Path, printer: &mut Printer<'_>) -> Result<()> {
    if printer.json {
        let documents: Vec<_> = written
            .iter()
            .map(|w| json!({ "kind": w.kind.id, "title": w.kind.title, "unit": w.unit, "pages": w.pages, "path": w.path }))
            .collect();
        return printer.print_json(&json!({ "out": dir, "documents": documents }));
    }
    let mut text = String::new();
    let mut by_kind: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for w in written {
        let (files, pages) = by_kind.entry(w.kind.title).or_default();
        *files += 1;
        *pages += w.pages;
    }
    if written.is_empty() {
        text.push_str("没有要打印的户或单位，没有写文书；--all 打印全部\n");
        return printer.print(&text);
    }
    for (title, (files, pages)) in by_kind {
        let _ = writeln!(text, "{title}：{files}个文件，{pages}份");
    }
    let _ = writeln!(text, "文书在：{}（内含身份信息，注意保管）", dir.display());
    printer.print(&text)
}

fn list(printer: &mut Printer<'_>) -> Result<u8> {
    if printer.json {
        let kinds: Vec<_> = KINDS.iter().map(|k| json!({ "id": k.id, "title": k.title, "source": k.source })).collect();
        printer.print_json(&json!({ "kinds": kinds }))?;
        return Ok(0);
    }
    let mut text = String::from("文书种类：\n");
    for kind in KINDS {
        let also = kind.aliases.first().map_or(String::new(), |a| format!("（{a}）"));
        let _ = writeln!(text, "  {}{also}　{}", kind.title, kind.source);
    }
    text.push_str("hecha forms 种类 [--unit 单位] [--household 档案号] [--all]；--fields 种类 列出占位符\n");
    printer.print(&text)?;
    Ok(0)
}

fn fields(kind: &'static Kind, printer: &mut Printer<'_>) -> Result<u8> {
    if printer.json {
        let row = |(name, meaning): (&str, &str)| json!({ "name": name, "meaning": meaning });
        let lists: Vec<_> = kind
            .lists
            .iter()
            .map(|l| json!({ "name": l.name, "meaning": l.meaning, "fields": l.fields.iter().copied().map(row).collect::<Vec<_>>() }))
            .collect();
        let of_lists: BTreeSet<&str> = kind.lists.iter().flat_map(|l| l.fields.iter().map(|(name, _)| *name)).collect();
        let own: Vec<_> = kind.fields().filter(|(name, _)| !of_lists.contains(name)).map(row).collect();
        printer.print_json(&json!({ "kind": kind.id, "template": kind.file_name(), "fields": own, "lists": lists }))?;
        return Ok(0);
    }
    let mut text = format!("{}（模板 {}）可用的占位符：\n", kind.title, kind.file_name());
    let of_lists: BTreeSet<&str> = kind.lists.iter().flat_map(|l| l.fields.iter().map(|(name, _)| *name)).collect();
    for (name, meaning) in kind.fields().filter(|(name, _)| !of_lists.contains(name)) {
        let _ = writeln!(text, "  {{{{{name}}}}}　{meaning}");
    }
    for list in kind.lists {
        let _ = writeln!(text, "表格里写有 {{{{#{}}}}} 的一行按{}重复，行内可用：", list.name, list.meaning);
        for (name, meaning) in list.fields {
            let _ = writeln!(text, "  {{{{{name}}}}}　{meaning}");
        }
    }
    printer.print(&text)?;
    Ok(0)
}
