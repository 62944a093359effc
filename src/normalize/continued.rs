//! A table that goes on without a header on the next sheet of its file: the columns are those of the sheet before, where the
//! shapes fit. Exports that reach the last row of a sheet, and web pages that keep their header in a table of its own, do so.

use super::grid::Grid;
use super::header::{Headed, SheetHints};
use super::notice::{Notice, NoticeKind};
use super::outcome::SheetOutcome;
use super::rows::TableReader;
use super::value::{Context, Value};
use super::{SourceHints, balance, guard, titles_before, unit_of_sheet, wording};
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::ingest::sheet::{RawRow, RawSheet};
use crate::place::SheetId;
use crate::schema::FieldType;

/// Rows whose shape is looked at.
const LOOKED_AT: usize = 50;
/// Cells of a row of data, at least.
const FEWEST_CELLS: usize = 3;

/// Reads again, with the header of the sheet before it, each sheet on which no header was found.
pub fn read(inputs: &Inputs, sources: &[SourceHints], context: &Context<'_>, outcomes: &mut [SheetOutcome]) {
    for file in inputs.files.iter().filter(|f| matches!(f.status, FileStatus::Read(_))) {
        let mut before: Option<(Headed, usize)> = None;
        for i in file.sheets.clone() {
            if let Some(headed) = &outcomes[i].header {
                before = Some((headed.clone(), i));
                continue;
            }
            let unread = outcomes[i].account.quarantined.contains_key("未识别工作表");
            let Some((headed, from)) = before.as_ref().filter(|_| unread && outcomes[i].tables.is_empty()) else {
                continue;
            };
            let raw = inputs.sheet(SheetId(i as u32));
            let Some(first) = first_row(raw, headed, context) else { continue };
            let mut out = SheetOutcome::default();
            out.account.read = outcomes[i].account.read;
            out.account.hidden_rows = outcomes[i].account.hidden_rows;
            out.account.kind = Some(headed.kind);
            out.account.layout = Some(crate::schema::Layout::Table);
            out.account.confidence = 0.8;
            let headed = Headed { first, last: first - 1, ..headed.clone() };
            let no_hints = SourceHints::default();
            let source = sources.get(file.source).unwrap_or(&no_hints);
            let grid = Grid::new(raw);
            let (unit, places) = unit_of_sheet(&grid, first, source, &file.path);
            let unit = unit.or_else(|| outcomes[*from].tables.first().and_then(|t| t.unit.clone()));
            let above = titles_before(&grid, first);
            let names = SheetHints {
                names: format!("{} {} {}", file.path, raw.name, above.join(" ")),
                ..SheetHints::default()
            };
            TableReader {
                grid: &grid,
                context,
                sheet: SheetId(i as u32),
                headed: &headed,
                sheet_unit: above.iter().find_map(|t| wording::money_unit_in_title(t)),
                unit,
                places,
                names: names.names,
            }
            .read(&mut out);
            guard::watch(raw, SheetId(i as u32), context, &source.ignore_columns, &mut out);
            balance(&mut out);
            let name = &inputs.sheet(SheetId(*from as u32)).name;
            let name =
                if name.is_empty() { "前一个表".to_string() } else { format!("前一个工作表“{name}”") };
            out.notice(Notice::new(NoticeKind::Other, SheetId(i as u32), format!("没有表头，按{name}的列续读")));
            out.header = Some(headed.clone());
            outcomes[i] = out;
        }
    }
}

/// The first row of data, where the rows of the sheet fit the columns: most of them have a resident's number where numbers
/// stand, sums and days where those stand, and nothing beyond the last column.
fn first_row(raw: &RawSheet, headed: &Headed, context: &Context<'_>) -> Option<u32> {
    let last = headed.printed.iter().map(|(col, _)| *col).max()?;
    let schema = &context.schemas.all()[headed.kind];
    let number = schema.index("id_number").and_then(|f| headed.columns.iter().find(|b| b.field == f))?;
    let rows: Vec<&RawRow> = raw
        .rows()
        .iter()
        .filter(|r| raw.cells(r).iter().filter(|c| !text::is_blank(raw.text(c))).count() >= FEWEST_CELLS)
        .take(LOOKED_AT)
        .collect();
    let fits = |row: &&&RawRow| {
        let inside = raw.cells(row).iter().all(|c| c.col <= last || text::is_blank(raw.text(c)));
        let numbered = raw.cell_in(row, number.col).is_some_and(|c| {
            let written = Written { text: raw.text(c), kind: c.kind };
            matches!(context.read(&schema.fields[number.field], written, None), Value::Id(id) if id.valid().is_some())
        });
        inside
            && numbered
            && headed.columns.iter().all(|b| {
                let field = &schema.fields[b.field];
                let typed = matches!(field.ty, FieldType::Date | FieldType::Money | FieldType::Int);
                let cell = raw.cell_in(row, b.col).filter(|_| typed);
                cell.is_none_or(|c| {
                    let written = Written { text: raw.text(c), kind: c.kind };
                    !matches!(context.read(field, written, b.unit), Value::Bad(_))
                })
            })
    };
    let good = rows.iter().filter(fits).count();
    (good > 0 && good * 10 >= rows.len() * 7).then(|| rows.iter().find(|r| fits(r)).map(|r| r.number)).flatten()
}
