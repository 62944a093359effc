//! Raw sheets → typed records. Finds what each sheet is, reads each cell as the type of its column, and accounts for
//! every row: read = used + skipped + quarantined.
//!
//! Nothing here fails: what cannot be read as its type stays as written and rides along ([`Value::Bad`]).

mod beyond;
pub mod boxes;
mod column_reading;
pub mod columns;
pub mod continued;
pub mod dedup;
pub mod delivery;
mod file_numbers;
pub mod form;
pub mod grid;
pub mod guard;
pub mod header;
pub mod labels;
pub mod layout;
pub mod merged;
pub mod notice;
pub mod outcome;
pub mod proposal;
pub mod record;
pub mod registers;
pub mod remarks;
pub mod repeats;
pub mod rows;
mod second_hand;
pub mod sections;
pub mod seen;
pub mod shifted;
pub mod ticks;
pub mod tokens;
pub mod total_words;
pub mod totals;
pub mod unseen;
pub mod value;
pub mod wording;

use chrono::NaiveDate;
use rayon::prelude::*;

pub use notice::{Doubt, Notice, NoticeKind};
pub use record::{Cells, ControlTotal, NotUsed, Record, RecordId, SheetAccount, Table, TableId, Tables, Unused};
pub use value::{Context, Value};

use self::form::{FormReader, Forms};
use self::grid::Grid;
use self::header::{Headed, SheetHints, Unrecognised};
use self::labels::Labels;
use self::layout::Layouts;
use self::outcome::SheetOutcome;
use self::rows::TableReader;
use self::wording::Skip;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::ingest::own;
use crate::ingest::sheet::RawSheet;
use crate::place::SheetId;
use crate::schema::{Layout, fold_header, template};

/// How the sheets of forms in a unit's workbook are called: 入户调查表, 入户调查表2 …
const SURVEY_SHEET: &str = "入户调查表";
/// Rows of the longest single form.
const LONGEST_FORM: usize = 120;

/// What a `[[source]]` of the configuration says about its files.
#[derive(Debug, Clone, Default)]
pub struct SourceHints {
    /// Kind id.
    pub kind: Option<String>,
    pub unit: Option<String>,
    /// (field id, heading)
    pub columns: Vec<(String, String)>,
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
    /// Titles of columns in which unread numbers and sums are no news.
    pub ignore_columns: Vec<String>,
    /// The day on which the form was returned; None for what was delivered with the sources.
    pub received: Option<NaiveDate>,
}

/// Reads all sheets; sheets in parallel, results in sheet order.
pub fn tables<'s>(inputs: &Inputs, sources: &[SourceHints], context: &Context<'s>) -> Tables<'s> {
    let labels = Labels::new(context.schemas);
    let mut outcomes: Vec<SheetOutcome> = (0..inputs.sheets.len())
        .into_par_iter()
        .map(|i| sheet(inputs, SheetId(i as u32), sources, &labels, context))
        .collect();
    continued::read(inputs, sources, context, &mut outcomes);
    let mut tables = Tables::new(context.schemas, inputs.sheets.len());
    let mut maybe_totals = Vec::new();
    for (i, outcome) in outcomes.into_iter().enumerate() {
        maybe_totals.extend(outcome.append_to(i, &mut tables));
    }
    totals::settle(&mut tables, maybe_totals);
    file_numbers::unify(&mut tables);
    dedup::drop_repeats(&mut tables, inputs, sources, context);
    second_hand::tell(inputs, &mut tables);
    tables
}

/// Reads one sheet, whatever it is.
fn sheet(
    inputs: &Inputs,
    id: SheetId,
    sources: &[SourceHints],
    labels: &Labels<'_>,
    context: &Context<'_>,
) -> SheetOutcome {
    let mut out = SheetOutcome::default();
    let raw = inputs.sheet(id);
    let file = inputs.file_of(id);
    let span = raw.extent().map_or(0, |(first, last)| (last - first) as usize + 1);
    out.account.read = span;
    out.account.hidden_rows = raw.hidden_rows();
    if !raw.faults.is_empty() {
        // Cells out of bounds or damaged: read as blank, and said.
        out.account.cells_quarantined.insert("坏格".into(), raw.faults.len());
    }
    if span == 0 {
        return out;
    }
    if matches!(file.status, FileStatus::Duplicate(_)) {
        out.skip_many(Skip::DuplicateFile, span);
        return out;
    }
    let no_hints = SourceHints::default();
    let source = sources.get(file.source).unwrap_or(&no_hints);
    if source.sheet.as_ref().is_some_and(|wanted| !raw.name.is_empty() && *wanted != raw.name) {
        *out.account.skipped.entry("未选工作表").or_default() += span;
        return out;
    }
    if raw.name == template::NOTES {
        // The explanation that our own templates carry.
        *out.account.skipped.entry("说明页").or_default() += span;
        return out;
    }
    if source.received.is_none() && own::list(raw).is_some() {
        // A list of the program's own that somebody pasted beside his data.
        *out.account.skipped.entry("说明页").or_default() += span;
        return out;
    }
    let grid = Grid::new(raw);
    let hints = SheetHints {
        kind: source.kind.as_ref().and_then(|k| context.schemas.position(k)),
        header_row: source.header_row,
        columns: &source.columns,
        names: format!("{} {}", file.path, raw.name),
    };
    // Of a returned file only its forms are a source: the rest is what was handed out.
    let returned = source.received.is_some();
    let is_survey = |name: &str| name.starts_with(SURVEY_SHEET);
    let has_survey = || inputs.sheets[file.sheets.clone()].iter().any(|s| is_survey(&s.raw.name));
    if returned && !is_survey(&raw.name) && has_survey() {
        *out.account.skipped.entry("未选工作表").or_default() += span;
        return out;
    }
    let nothing = Unrecognised { nearest: None, missing: Vec::new() };
    let headed = if returned { Err(nothing) } else { header::find(&grid, labels, &hints) };
    if raw.hidden && source.sheet.is_none() && !returned {
        let kind = headed.as_ref().ok().map(|h| h.kind);
        let kind = kind.or_else(|| form::find(&grid, labels, context).map(|f| f.kind));
        unseen::hidden_sheet(&grid, id, span, kind, context.schemas, &mut out);
        return out;
    }
    // A long table that was recognised is no form; short sheets are looked at both ways.
    let maybe_form = headed.is_err() || raw.rows().len() <= LONGEST_FORM || form::may_hold_many(raw);
    let forms = maybe_form.then(|| form::find(&grid, labels, context)).flatten();
    let forms = forms.filter(|f| hints.kind.is_none_or(|k| k == f.kind));
    match (headed, forms) {
        (headed, Some(forms)) if form_wins(&headed, &forms) => {
            out.account.kind = Some(forms.kind);
            out.account.layout = Some(Layout::Form);
            out.account.confidence = 0.9;
            let (unit, places) = unit_of_sheet(&grid, u32::MAX, source, &file.path);
            FormReader { grid: &grid, labels, context, sheet: id, unit, places }.read(&forms, &mut out);
        }
        _ if returned => {
            *out.account.skipped.entry("未选工作表").or_default() += span;
            return out;
        }
        (headed, _) => {
            let reader = SheetReader { sheet: id, source, path: &file.path, labels, context, hints };
            let tables = Layouts { labels, hints: &reader.hints }.tables(raw);
            if tables.is_empty() {
                reader.table(&grid, headed, &Titles::default(), &mut out);
            } else {
                out.absorb(reader.tables(&tables));
                out.notice(several(id, &tables, &out.tables, context));
            }
        }
    }
    unseen::tell(raw, id, context.schemas, &mut out);
    beyond::tell(raw, id, &mut out);
    tell_broken(raw, id, &mut out);
    guard::watch(raw, id, context, &source.ignore_columns, &mut out);
    if !source.ignore_columns.is_empty() {
        out.account.unknown.retain(|title| !source.ignore_columns.iter().any(|t| fold_header(t) == fold_header(title)));
    }
    balance(&mut out);
    out
}

/// Cells with half a character in them: each is named, its row is read.
fn tell_broken(raw: &RawSheet, sheet: SheetId, out: &mut SheetOutcome) {
    for &(row, col) in raw.broken() {
        let what = "这一格的文字编码坏了（半个汉字之类），坏处显示为“\u{FFFD}”；其余各格照常读取";
        out.notice(
            Notice::new(NoticeKind::BadBytes, sheet, what)
                .row(row)
                .column(col, "")
                .written(raw.text_at(row, col))
                .remedy("从原系统重新导出（不要按字节截断），或改正这一格"),
        );
    }
}

/// Blank rows between the first and the last written one are read and skipped.
fn balance(out: &mut SheetOutcome) {
    let counted = out.account.used
        + out.account.skipped.values().sum::<usize>()
        + out.account.quarantined.values().sum::<usize>();
    out.skip_many(Skip::Blank, out.account.read.saturating_sub(counted));
}

/// What holds for all tables of a sheet.
struct SheetReader<'a> {
    sheet: SheetId,
    source: &'a SourceHints,
    path: &'a str,
    labels: &'a Labels<'a>,
    context: &'a Context<'a>,
    hints: SheetHints<'a>,
}

/// What the title rows above a table say; the table beside it, whose titles they are too, is told.
#[derive(Debug, Clone, Default)]
struct Titles {
    unit: Option<String>,
    money: Option<MoneyUnit>,
    text: String,
}

impl SheetReader<'_> {
    /// Reads one table, or says what of it is not recognised. Gives its titles.
    fn table(
        &self,
        grid: &Grid<'_>,
        headed: Result<Headed, Unrecognised>,
        beside: &Titles,
        out: &mut SheetOutcome,
    ) -> Titles {
        match headed {
            Ok(headed) => {
                let (unit, places) = unit_of_sheet(grid, headed.first, self.source, self.path);
                let above = titles_before(grid, headed.first);
                let titles = Titles {
                    unit: unit.or_else(|| beside.unit.clone()),
                    money: above.iter().find_map(|t| wording::money_unit_in_title(t)).or(beside.money),
                    text: if above.is_empty() { beside.text.clone() } else { above.join(" ") },
                };
                recognised(out, &headed, self.context, titles.unit.is_some());
                TableReader {
                    grid,
                    context: self.context,
                    sheet: self.sheet,
                    headed: &headed,
                    sheet_unit: titles.money,
                    unit: titles.unit.clone(),
                    places,
                    names: format!("{} {}", self.hints.names, titles.text),
                }
                .read(out);
                out.header = Some(headed);
                titles
            }
            Err(Unrecognised { nearest, missing }) => {
                out.account.nearest = nearest;
                out.account.missing = missing;
                for row in grid.raw.rows() {
                    if grid.raw.cells(row).iter().any(|c| !text::is_blank(grid.raw.text(c))) {
                        out.set_aside(row.number, "未识别工作表");
                    }
                }
                Titles::default()
            }
        }
    }

    /// A part of the sheet that has titles of its own, which make no table that is known.
    fn unread_table(&self, raw: &RawSheet, unknown: &Unrecognised, out: &mut SheetOutcome) {
        let (Some(first), Some(last)) = (raw.rows().first(), raw.rows().last()) else { return };
        let near = unknown.nearest.map_or_else(String::new, |k| {
            format!("，最接近{}，缺{}", self.labels.schema(k).title, unknown.missing.join("、"))
        });
        let what = format!("第{}至{}行像是另一张表，认不出是什么{near}；这些行没有读入", first.number, last.number);
        out.notice(
            Notice::new(NoticeKind::UnreadTable, self.sheet, what)
                .row(first.number)
                .remedy("补上所缺的列，或把这张表移到单独的工作表里重新报送"),
        );
        out.doubt(Doubt {
            sheet: self.sheet,
            kind: unknown.nearest,
            unit: None,
            why: "工作表里有一部分像是另一张表，没有读入".into(),
        });
    }

    /// Reads several tables of one sheet, in reading order.
    fn tables(&self, tables: &[RawSheet]) -> Vec<SheetOutcome> {
        let mut beside: Option<(u32, Titles)> = None;
        let mut outcomes = Vec::with_capacity(tables.len());
        for raw in tables {
            let mut out = SheetOutcome::default();
            let grid = Grid::new(raw);
            let headed = header::find(&grid, self.labels, &self.hints);
            let row = headed.as_ref().map_or(0, |h| h.first);
            if let Err(unknown) = &headed {
                self.unread_table(raw, unknown, &mut out);
            }
            let titles = beside.as_ref().filter(|(first, _)| *first == row).map(|(_, t)| t.clone());
            let titles = self.table(&grid, headed, &titles.unwrap_or_default(), &mut out);
            beside = Some((row, titles));
            outcomes.push(out);
        }
        outcomes
    }
}

/// Says that a sheet holds several tables, and which: whoever looks at the accounts sees one sheet.
fn several(sheet: SheetId, parts: &[RawSheet], tables: &[Table], context: &Context<'_>) -> Notice {
    let mut titles: Vec<&str> = Vec::new();
    for table in tables {
        let title = context.schemas.all()[table.kind].title.as_str();
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let last = |raw: &RawSheet| raw.rows().last().map(|r| r.number);
    let beside = parts.windows(2).any(|p| first_written(&p[1]) <= last(&p[0]));
    let how = if beside { "并排" } else { "上下" };
    let n = parts.len();
    Notice::new(
        NoticeKind::Other,
        sheet,
        format!("工作表里有多个表（{n}个，{how}），各按自己的表头读入：{}", titles.join("、")),
    )
}

/// Number of the first row with any character.
fn first_written(raw: &RawSheet) -> Option<u32> {
    raw.rows().first().map(|r| r.number)
}

/// A form's labels stand in many rows; the few that share a row can look like a table's header.
fn form_wins(headed: &Result<Headed, Unrecognised>, forms: &Forms) -> bool {
    match headed {
        Err(_) => true,
        Ok(h) => forms.fields > h.columns.len(),
    }
}

fn recognised(out: &mut SheetOutcome, headed: &Headed, context: &Context<'_>, has_unit: bool) {
    let schema = &context.schemas.all()[headed.kind];
    let bound = |i: usize| headed.columns.iter().any(|b| b.field == i);
    // What names, titles or a default supply is not missing.
    let supplied = |id: &str| {
        schema.from_name.contains_key(id)
            || schema.absent.contains_key(id)
            || (has_unit && schema.unit_field.as_deref() == Some(id))
    };
    let missing = schema.fields.iter().enumerate().filter(|(i, f)| f.required && !bound(*i) && !supplied(&f.id));
    out.account.kind = Some(headed.kind);
    out.account.layout = Some(Layout::Table);
    out.account.header_row = Some(headed.first);
    out.account.missing = missing.map(|(_, f)| f.title.clone()).collect();
    let defaults = schema.absent.iter().filter(|(id, _)| !schema.from_name.contains_key(*id));
    out.account.defaulted = defaults
        .filter_map(|(id, word)| {
            schema.index(id).filter(|&i| !bound(i)).map(|i| (schema.fields[i].title.clone(), word.clone()))
        })
        .collect();
    out.account.unknown = headed.unknown.iter().map(|u| u.title.clone()).collect();
    out.account.confidence = headed.confidence;
    out.account.rival = headed.rival;
}

fn titles_before<'a>(grid: &Grid<'a>, before: u32) -> Vec<&'a str> {
    let rows = grid.raw.rows().iter().take_while(|r| r.number < before).take(60);
    rows.flat_map(|r| grid.raw.cells(r).iter().map(|c| grid.raw.text(c))).collect()
}

/// The unit that holds for a sheet: the configuration's, else 填报单位 in its titles; and the names in which a known
/// unit may stand: the sheet, the file, the folders from the nearest.
fn unit_of_sheet(grid: &Grid<'_>, header: u32, source: &SourceHints, path: &str) -> (Option<String>, Vec<String>) {
    let unit = source.unit.clone().or_else(|| {
        let titles = titles_before(grid, header);
        titles.iter().find_map(|t| wording::unit_in_title(t)).or_else(|| {
            // The name may stand in the cell behind its label.
            titles.windows(2).find_map(|pair| {
                let label = text::fold(pair[0]);
                let label = label.trim_end_matches(':');
                ["填报单位", "报送单位", "上报单位", "填表单位", "填报单位(盖章)", "单位(盖章)"]
                    .contains(&label)
                    .then(|| pair[1].trim().to_string())
            })
        })
    });
    let mut places = vec![grid.raw.name.clone()];
    let mut parts: Vec<&str> = path.split('/').collect();
    if let Some(file) = parts.pop() {
        places.push(file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_string());
    }
    places.extend(parts.into_iter().rev().map(str::to_string));
    places.retain(|p| !p.is_empty());
    (unit, places)
}
