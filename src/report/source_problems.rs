//! 源数据问题: what the data officer must put right, once for each column, sheet, file or setting, with what to write in the
//! configuration where that helps, and how many households wait for it.

use std::collections::{BTreeMap, BTreeSet};

use super::findings_csv::masked;
use super::model::SourceProblem;
use crate::audit::Audit;
use crate::derive::Facts;
use crate::domain::id_number::IdNumber;
use crate::ingest::inputs::FileStatus;
use crate::link::{FileId, UnitId, Units};
use crate::normalize::{Notice, NoticeKind, RecordId, Value, proposal};
use crate::place::{SheetId, column_letters};
use crate::rules::Reason;
use crate::rules::id::folding::{self, Cell, Told, fold};
use crate::rules::id::{id106_code, id107_unreadable};
use crate::schema::{Field, Schema};

/// Rows of a column that are named; the others are counted.
const NAMED: usize = 5;
/// Words of a column that are named.
const WORDS: usize = 8;
/// Words of the table that are named beside each.
const NEAREST: usize = 3;
/// Numbers of one column that lost their digits before the column is told.
const LOST: usize = 3;

/// All of them: files and sheets first, then columns by the households that wait, then settings.
pub fn lines(facts: &Facts<'_>, audit: &Audit) -> Vec<SourceProblem> {
    let problems = Problems { facts, schemas: facts.book.tables.schemas.all() };
    let mut out = problems.files();
    out.extend(problems.sheets());
    let mut columns = problems.words();
    columns.extend(problems.unreadable());
    columns.extend(problems.lost_digits());
    columns.extend(problems.notices());
    columns.extend(problems.missing_columns());
    columns.sort_by(|a, b| {
        let key = |p: &SourceProblem| (p.source.clone(), p.column.clone(), p.what.clone(), p.places.clone());
        (b.households, b.count).cmp(&(a.households, a.count)).then_with(|| key(a).cmp(&key(b)))
    });
    out.extend(columns);
    out.extend(problems.settings(audit));
    for problem in &mut out {
        for text in [&mut problem.places, &mut problem.written, &mut problem.remedy, &mut problem.setting] {
            *text = masked(text);
        }
    }
    out
}

struct Problems<'a> {
    facts: &'a Facts<'a>,
    schemas: &'a [Schema],
}

impl Problems<'_> {
    fn files(&self) -> Vec<SourceProblem> {
        let unreadable = self.facts.inputs.files.iter().filter_map(|file| match &file.status {
            FileStatus::Unreadable(why) => Some((file, why)),
            _ => None,
        });
        let one = |(file, why): (&crate::ingest::inputs::InputFile, &crate::ingest::ReadError)| SourceProblem {
            what: "读不了".into(),
            count: 1,
            places: file.path.clone(),
            remedy: format!("{}；{}。可能在其中的户，凭“没有”下结论的规则都无法判定", why.what, why.remedy),
            ..SourceProblem::default()
        };
        unreadable.map(one).collect()
    }

    /// Sheets that nothing recognises.
    fn sheets(&self) -> Vec<SourceProblem> {
        let tables = &self.facts.book.tables;
        let mut out = Vec::new();
        for (at, account) in tables.accounts.iter().enumerate() {
            if account.kind.is_some() || account.quarantined.is_empty() {
                continue;
            }
            let sheet = SheetId(at as u32);
            let file = self.facts.inputs.file_of(sheet);
            let raw = self.facts.inputs.sheet(sheet);
            let nearest = account.nearest.map(|k| &self.schemas[k]);
            let proposed = proposal::propose(raw, tables.schemas, nearest);
            let filled = |i: usize| tables.accounts[i].read > 0;
            let alone = file.sheets.clone().filter(|&i| filled(i)).count() == 1;
            let lacks = match nearest {
                Some(near) => format!("最接近“{}”，缺{}。", near.title, account.missing.join("、")),
                None => String::new(),
            };
            let paste = match &proposed {
                Some(_) => "是数据表的，请核对右边几行、写进配置；",
                None => "是数据表的，请补上列名后重新报送；",
            };
            out.push(SourceProblem {
                what: "没有认出".into(),
                source: proposed
                    .as_ref()
                    .and_then(|p| tables.schemas.get(&p.kind))
                    .map_or_else(String::new, |s| format!("像是{}", s.title)),
                count: account.quarantined.values().sum(),
                places: self.place(sheet),
                remedy: format!("{lacks}{paste}是说明页的不必理会。本表没有参加比对"),
                setting: proposed.map_or_else(String::new, |p| p.setting(&file.path, alone)),
                ..SourceProblem::default()
            });
        }
        out
    }

    /// Columns of words that are in no table of codes.
    fn words(&self) -> Vec<SourceProblem> {
        let mut out = Vec::new();
        for kind in id106_code::KINDS {
            let Some(schema) = self.schemas.iter().find(|s| s.kind == kind) else { continue };
            for (i, field) in schema.fields.iter().enumerate().filter(|(_, f)| f.closed) {
                let (cells, filled) = id106_code::foreign_words(self.facts, kind, i);
                if let Some(cells) = folded(cells, filled) {
                    out.push(self.of_words(schema, field, &cells, filled));
                }
            }
        }
        out
    }

    fn of_words(&self, schema: &Schema, field: &Field, cells: &[Cell], filled: usize) -> SourceProblem {
        let id = field.codes.as_deref().unwrap_or(&field.id);
        let known = self.facts.book.tables.schemas.codes(id);
        let known: Vec<&str> = known.map(|t| t.words.keys().map(String::as_str).collect()).unwrap_or_default();
        let words = words(cells);
        let near: Vec<(String, Vec<&str>)> =
            words.iter().take(WORDS).map(|(word, _)| (word.clone(), nearest_words(word, &known))).collect();
        let lines: Vec<String> = (near.iter())
            .map(|(word, near)| format!("{} = \"{}\"", quoted(word), near.first().unwrap_or(&"…")))
            .collect();
        let said: Vec<String> = (near.iter())
            .filter(|(_, near)| !near.is_empty())
            .map(|(word, near)| format!("{word}：{}", near.join("、")))
            .collect();
        let all = known.iter().take(20).copied().collect::<Vec<_>>().join("、");
        SourceProblem {
            what: "代码值不规范".into(),
            nearest: said.join("；"),
            remedy: format!("右边每行“=”后写上规范词（有：{all}），写进配置；这些格先按不明处理，用到它的规则无法判定"),
            setting: format!("[codes.{id}]\n{}", lines.join("\n")),
            ..self.of_column(schema, field, cells, filled)
        }
    }

    /// Columns whose cells cannot be read.
    fn unreadable(&self) -> Vec<SourceProblem> {
        let mut out = Vec::new();
        for schema in self.schemas {
            for (i, cells) in id107_unreadable::unreadable(self.facts, schema) {
                let filled = id107_unreadable::filled(self.facts, schema, i);
                let Some(cells) = folded(cells, filled) else { continue };
                let field = &schema.fields[i];
                let why = match &self.facts.book.tables.get(cells[0].record).values[i] {
                    Value::Bad(why) => why.to_string(),
                    _ => "日期晚于基准日或早于1990年".to_string(),
                };
                out.push(SourceProblem {
                    what: "无法识别".into(),
                    remedy: format!(
                        "{why}：请报送单位整列核对导出格式（数字、日期、账号按文本原样导出）后重新报送；\
                         读错了列的，改右边的列名写进配置。这些格没有参加比对"
                    ),
                    setting: self.column_setting(cells[0].record, i),
                    ..self.of_column(schema, field, &cells, filled)
                });
            }
        }
        out
    }

    /// Columns of numbers whose last digits are gone.
    fn lost_digits(&self) -> Vec<SourceProblem> {
        let tables = &self.facts.book.tables;
        let mut out = Vec::new();
        for schema in self.schemas {
            for (i, field) in schema.fields.iter().enumerate() {
                let mut by_sheet: BTreeMap<SheetId, (Vec<Cell>, usize)> = BTreeMap::new();
                for &record in tables.of_kind(&schema.kind) {
                    let Value::Id(number) = &tables.get(record).values[i] else { continue };
                    let (cells, filled) = by_sheet.entry(tables.table(record).sheet).or_default();
                    *filled += 1;
                    if matches!(**number, IdNumber::Damaged { .. }) {
                        cells.push(Cell { record, word: self.facts.written(record, &field.id) });
                    }
                }
                for (cells, filled) in by_sheet.into_values().filter(|(cells, _)| cells.len() >= LOST) {
                    out.push(SourceProblem {
                        what: "末位丢失".into(),
                        remedy:
                            "号码存成了数字，15位以后的数字没有了：请从原系统把这一列导出为文本，不要用表格软件另存；\
                                 只用前15位找人，找不准的不比对"
                                .into(),
                        ..self.of_column(schema, field, &cells, filled)
                    });
                }
            }
        }
        out
    }

    /// What was said of the sheets when they were read: formulas nobody computed, columns that are gone or renamed …
    fn notices(&self) -> Vec<SourceProblem> {
        let mut groups: BTreeMap<(SheetId, NoticeKind, Option<u16>, &str), Vec<&Notice>> = BTreeMap::new();
        for notice in self.facts.book.tables.notices.iter().filter(|n| n.kind.alarms()) {
            // Changes of columns are each a matter of its own.
            let apart = if notice.kind == NoticeKind::ColumnsChanged { notice.what.as_str() } else { "" };
            groups.entry((notice.sheet, notice.kind, notice.col, apart)).or_default().push(notice);
        }
        let one = |((sheet, kind, col, _), notices): ((SheetId, NoticeKind, Option<u16>, &str), Vec<&Notice>)| {
            let first = notices[0];
            let account = &self.facts.book.tables.accounts[sheet.0 as usize];
            let rows: Vec<u32> = notices.iter().filter_map(|n| n.row).collect();
            let setting = first.remedy.split_once("columns = {").and_then(|(_, rest)| rest.split_once('}'));
            SourceProblem {
                what: kind.word().into(),
                source: account.kind.map_or_else(String::new, |k| self.schemas[k].title.clone()),
                column: first.title.clone(),
                count: notices.len(),
                places: with_rows(self.place(sheet), &rows, col.map(column_letters).into_iter().collect()),
                written: shown_list(notices.iter().map(|n| n.written.trim()).filter(|w| !w.is_empty())),
                households: col.map_or(0, |col| self.waiting_for(sheet, col)),
                remedy: format!("{}；{}", first.what, first.remedy).trim_end_matches('；').to_string(),
                setting: setting.map_or_else(String::new, |(columns, _)| {
                    let path = &self.facts.inputs.file_of(sheet).path;
                    format!("[[source]]\npath = {}\ncolumns = {{{columns}}}", quoted(path))
                }),
                ..SourceProblem::default()
            }
        };
        groups.into_iter().filter(|((_, kind, ..), _)| *kind != NoticeKind::LostDigits).map(one).collect()
    }

    /// Starred columns that a sheet lacks, with the unknown ones it has.
    fn missing_columns(&self) -> Vec<SourceProblem> {
        let tables = &self.facts.book.tables;
        let mut out = Vec::new();
        for (at, account) in tables.accounts.iter().enumerate().filter(|(_, a)| !a.missing.is_empty()) {
            let Some(kind) = account.kind else { continue };
            let (sheet, schema) = (SheetId(at as u32), &self.schemas[kind]);
            let unknown = match account.unknown.is_empty() {
                true => String::new(),
                false => format!("；不认识的列有：{}，其中有的就是，把它写到右边", account.unknown.join("、")),
            };
            let ids = account.missing.iter().filter_map(|t| schema.fields.iter().find(|f| f.title == *t));
            let columns: Vec<String> = ids.map(|f| format!("{} = \"…\"", f.id)).collect();
            let path = &self.facts.inputs.file_of(sheet).path;
            let has_unknown = !account.unknown.is_empty() && !columns.is_empty();
            out.push(SourceProblem {
                what: "缺列".into(),
                source: schema.title.clone(),
                column: account.missing.join("、"),
                count: account.missing.len(),
                places: self.place(sheet),
                remedy: format!("请报送单位导出时勾选这些列{unknown}；用到它们的规则按“无此列”处理，无法判定"),
                setting: if has_unknown {
                    format!("[[source]]\npath = {}\ncolumns = {{ {} }}", quoted(path), columns.join(", "))
                } else {
                    String::new()
                },
                ..SourceProblem::default()
            });
        }
        out
    }

    /// Standards and calendars that nobody configured.
    fn settings(&self, audit: &Audit) -> Vec<SourceProblem> {
        let mut by_reason: BTreeMap<&Reason, BTreeMap<&str, usize>> = BTreeMap::new();
        for tally in &audit.tallies {
            for ((_, reason), count) in &tally.undetermined {
                if reason.setting().is_some() {
                    *by_reason.entry(reason).or_default().entry(tally.rule.code).or_default() += count;
                }
            }
        }
        let one = |(reason, rules): (&Reason, BTreeMap<&str, usize>)| {
            let said: Vec<String> = rules.iter().map(|(code, n)| format!("{code}（{n}）")).collect();
            let most = rules.values().copied().max().unwrap_or(0);
            SourceProblem {
                what: reason.word().into(),
                count: most,
                households: most,
                places: "hecha.toml".into(),
                remedy: format!("{}。因此无法判定的：{}", reason.text(self.facts.book.tables.schemas), said.join("、")),
                setting: reason.setting().unwrap_or_default(),
                ..SourceProblem::default()
            }
        };
        let mut out: Vec<SourceProblem> = by_reason.into_iter().map(one).collect();
        out.sort_by(|a, b| b.households.cmp(&a.households).then_with(|| a.remedy.cmp(&b.remedy)));
        out
    }

    /// Where failing cells of one column stand, whose they are, what they say.
    fn of_column(&self, schema: &Schema, field: &Field, cells: &[Cell], filled: usize) -> SourceProblem {
        let unit = folding::unit_of(self.facts, cells);
        let written: Vec<String> =
            words(cells).into_iter().take(WORDS).map(|(word, n)| format!("{word} {n}格")).collect();
        SourceProblem {
            source: schema.title.clone(),
            column: field.title.clone(),
            unit: self.unit(unit),
            count: cells.len(),
            filled,
            places: self.places(cells, &field.id),
            written: written.join("；"),
            households: self.households(cells.iter().map(|c| c.record)),
            ..SourceProblem::default()
        }
    }

    fn unit(&self, unit: UnitId) -> String {
        if unit == Units::NONE { String::new() } else { self.facts.book.units.name(unit).to_string() }
    }

    fn place(&self, sheet: SheetId) -> String {
        let (path, name) = (&self.facts.inputs.file_of(sheet).path, &self.facts.inputs.sheet(sheet).name);
        if name.is_empty() { path.clone() } else { format!("{path} › {name}") }
    }

    /// `inbox/a.xlsx › 在档 › 第5、9、12行（M列）等26处`, a line a sheet.
    fn places(&self, cells: &[Cell], field: &str) -> String {
        let mut by_sheet: BTreeMap<SheetId, (Vec<u32>, BTreeSet<u16>)> = BTreeMap::new();
        for place in cells.iter().filter_map(|c| self.facts.book.tables.place(c.record, field)) {
            let (rows, columns) = by_sheet.entry(place.sheet).or_default();
            rows.push(place.row);
            columns.insert(place.col);
        }
        let sheets = by_sheet.len();
        let mut lines: Vec<String> = (by_sheet.into_iter().take(NAMED))
            .map(|(sheet, (rows, cols))| {
                with_rows(self.place(sheet), &rows, cols.into_iter().map(column_letters).collect())
            })
            .collect();
        if sheets > NAMED {
            lines.push(format!("等{sheets}个表"));
        }
        lines.join("；")
    }

    /// Files of these rows.
    fn households(&self, records: impl Iterator<Item = RecordId>) -> usize {
        let files: BTreeSet<FileId> = records.filter_map(|r| self.facts.book.file_of_row(r)).collect();
        files.len()
    }

    /// Files whose cell in a column of a sheet says nothing that can be used.
    fn waiting_for(&self, sheet: SheetId, col: u16) -> usize {
        let tables = &self.facts.book.tables;
        let unusable = |record: RecordId| {
            let values = &tables.get(record).values;
            (0..values.len()).any(|i| {
                tables.place_at(record, i).is_some_and(|p| p.sheet == sheet && p.col == col)
                    && match &values[i] {
                        Value::Bad(_) => true,
                        Value::Id(number) => matches!(**number, IdNumber::Damaged { .. }),
                        _ => false,
                    }
            })
        };
        let records = (0..tables.records.len() as u32).map(RecordId);
        self.households(records.filter(|&r| tables.table(r).sheet == sheet && unusable(r)))
    }

    /// The line that would bind another column to this field.
    fn column_setting(&self, record: RecordId, field: usize) -> String {
        let tables = &self.facts.book.tables;
        let path = &self.facts.inputs.file_of(tables.table(record).sheet).path;
        let (id, title) = (&tables.schema(record).fields[field].id, tables.title(record, field));
        format!("[[source]]\npath = {}\ncolumns = {{ {id} = {} }}", quoted(path), quoted(title))
    }
}

/// The cells that are told on their column; None where each is told on its row.
fn folded(cells: Vec<Cell>, filled: usize) -> Option<Vec<Cell>> {
    let mut out: Vec<Cell> = Vec::new();
    for told in fold(cells, filled) {
        if let Told::Column { cells, .. } = told {
            out.extend(cells);
        }
    }
    out.sort_by_key(|cell| cell.record);
    (!out.is_empty()).then_some(out)
}

/// Words with how often they stand there, the most frequent first.
fn words(cells: &[Cell]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells {
        *counts.entry(cell.word.as_str()).or_default() += 1;
    }
    let mut words: Vec<(String, usize)> = counts.into_iter().map(|(w, n)| (w.to_string(), n)).collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words
}

/// The words of a table that share most with one: characters count, not their order alone.
fn nearest_words<'k>(word: &str, known: &[&'k str]) -> Vec<&'k str> {
    let shared = |other: &str| word.chars().filter(|c| other.contains(*c)).count();
    let mut all: Vec<(f64, &str)> = (known.iter())
        .map(|&k| (strsim::normalized_damerau_levenshtein(word, k) + 0.1 * shared(k) as f64, k))
        .filter(|(_, k)| shared(k) > 0)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    all.into_iter().take(NEAREST).map(|(_, k)| k).collect()
}

fn with_rows(place: String, rows: &[u32], columns: Vec<String>) -> String {
    let columns = if columns.is_empty() { String::new() } else { format!("（{}列）", columns.join("、")) };
    if rows.is_empty() {
        return format!("{place}{columns}");
    }
    let named: Vec<String> = rows.iter().take(NAMED).map(u32::to_string).collect();
    let more = if rows.len() > NAMED { format!("等{}处", rows.len()) } else { String::new() };
    format!("{place} › 第{}行{columns}{more}", named.join("、"))
}

fn shown_list<'w>(written: impl Iterator<Item = &'w str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for text in written {
        if !once.contains(&text) && once.len() < WORDS {
            once.push(text);
        }
    }
    once.join("；")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_those_that_share_characters() {
        let known = ["良好", "一般疾病", "恶性肿瘤", "终末期肾病", "残疾"];
        assert_eq!(nearest_words("肺恶性肿瘤", &known)[0], "恶性肿瘤");
        assert_eq!(nearest_words("一般", &known), ["一般疾病"]);
        assert!(nearest_words("xyz", &known).is_empty());
    }

    #[test]
    fn places_name_a_few_rows_and_count_the_others() {
        let at = |rows: &[u32]| with_rows("a.xlsx › 表".into(), rows, vec!["M".into()]);
        assert_eq!(at(&[5, 9]), "a.xlsx › 表 › 第5、9行（M列）");
        assert_eq!(at(&[1, 2, 3, 4, 5, 6]), "a.xlsx › 表 › 第1、2、3、4、5行（M列）等6处");
        assert_eq!(at(&[]), "a.xlsx › 表（M列）");
    }
}
