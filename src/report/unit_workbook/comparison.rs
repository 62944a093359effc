//! 三方对照: a household a row; electronic, paper and civil side by side for every field that was compared in this unit, under
//! two header rows: the field, the side. A field that neither paper nor civil affairs tell of is left out, and so is a side
//! that tells nothing of it.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::style::{self, Styles, cell_text, text_px};
use super::{Page, big_sheet, nothing};
use crate::report::model::{ComparedField, Comparison};

/// Name of the sheet.
pub const NAME: &str = "三方对照";

/// Columns before the fields.
const LEADING: [&str; 7] = ["档案号", "姓名", "身份证号", "档案状态", "纸质档案匹配", "民政匹配", "不一致项数"];
const LEADING_WIDTHS: [u32; 7] = [120, 70, 144, 66, 90, 90, 62];
const HEADER_ROWS: u32 = 2;
/// Rows looked at for the widths.
const SAMPLE: usize = 1_000;

/// The three sides of a field, as its sub-columns are headed.
const SIDES: [&str; 3] = ["电子", "纸质", "民政"];

/// One compared field and the columns it takes.
struct Group<'a> {
    title: &'a str,
    /// Index into the report's compared titles.
    field: usize,
    first: u16,
    /// Sub-columns, by [`SIDES`]: those of which some household has a value.
    sides: Vec<usize>,
}

impl Group<'_> {
    /// Each column with its side.
    fn columns(&self) -> impl Iterator<Item = (u16, usize)> {
        (self.first..).zip(self.sides.iter().copied())
    }
}

/// Cells the sheet will hold, about.
pub fn cells(page: &Page) -> usize {
    page.comparisons.len() * (LEADING.len() + 3 * page.report.compared_titles.len())
}

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let groups = groups(page);
    let columns = LEADING.len() as u16 + groups.iter().map(|group| group.sides.len() as u16).sum::<u16>();
    let sheet = big_sheet(book, cells(page))?;
    sheet.set_name(NAME)?.set_tab_color(style::BLUE);
    let widths = widths(page, &groups);
    for (column, &width) in (0..).zip(&widths) {
        sheet.set_column_width_pixels(column, width)?;
    }
    write_header(sheet, page, &groups)?;
    for (row, household) in (HEADER_ROWS..).zip(page.comparisons) {
        write_household(sheet, row, household, &groups, &widths, page)?;
    }
    if page.comparisons.is_empty() {
        sheet.write_string_with_format(HEADER_ROWS, 0, nothing(page), &page.styles.nothing)?;
    } else {
        let last = HEADER_ROWS + page.comparisons.len() as u32 - 1;
        sheet.autofilter(HEADER_ROWS - 1, 0, last, columns - 1)?;
        sheet.ignore_error_range(HEADER_ROWS, 0, last, columns - 1, IgnoreError::NumberStoredAsText)?;
    }
    sheet.set_freeze_panes(HEADER_ROWS, 2)?;
    style::protect(sheet);
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), HEADER_ROWS)?;
    style::print_columns(sheet, &widths, (0, 1))
}

fn groups<'a>(page: &Page<'a>) -> Vec<Group<'a>> {
    // Of the whole unit, so that every part has the same columns.
    let fields = || page.unit.comparisons.iter().flat_map(|household| &household.fields);
    let told = |side: fn(&ComparedField) -> bool| -> BTreeSet<usize> {
        fields().filter(|field| side(field)).map(|field| field.column).collect()
    };
    let (on_paper, in_civil) = (told(|field| field.paper.is_some()), told(|field| field.civil.is_some()));
    let mut first = LEADING.len() as u16;
    let titles = page.report.compared_titles.iter().enumerate();
    titles
        .filter(|(field, _)| on_paper.contains(field) || in_civil.contains(field))
        .map(|(field, title)| {
            let tells = [true, on_paper.contains(&field), in_civil.contains(&field)];
            let group = Group { title, field, first, sides: (0..SIDES.len()).filter(|&side| tells[side]).collect() };
            first += group.sides.len() as u16;
            group
        })
        .collect()
}

fn write_header(sheet: &mut Worksheet, page: &Page, groups: &[Group]) -> Result<(), XlsxError> {
    let styles = &page.styles;
    sheet.set_row_height_pixels(0, 40)?;
    sheet.set_row_height_pixels(1, 36)?;
    // Row by row: a sheet that is too big for memory takes no cell of a row that is behind it.
    for column in 0..LEADING.len() as u16 {
        sheet.write_blank(0, column, &styles.header)?;
    }
    // The title stands over each side: a page may end within a field, and a person may scroll past its first side.
    for (group, look) in groups.iter().zip(looks(styles)) {
        for (column, _) in group.columns() {
            sheet.write_string_with_format(0, column, cell_text(group.title), look)?;
        }
    }
    for (column, title) in (0..).zip(LEADING) {
        sheet.write_string_with_format(1, column, title, &styles.header)?;
    }
    for (group, look) in groups.iter().zip(looks(styles)) {
        for (column, side) in group.columns() {
            sheet.write_string_with_format(1, column, SIDES[side], look)?;
        }
    }
    Ok(())
}

/// Neighbouring fields look different.
fn looks(styles: &Styles) -> impl Iterator<Item = &Format> {
    [&styles.group_header, &styles.header].into_iter().cycle()
}

fn write_household(
    sheet: &mut Worksheet,
    row: u32,
    household: &Comparison,
    groups: &[Group],
    widths: &[u32],
    page: &Page,
) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let leading: [(&str, &Format); 6] = [
        (&household.file_no, &styles.cell_text),
        (&household.name, &styles.cell),
        (&household.id_number, &styles.cell_text),
        (&household.status, &styles.cell),
        (&household.paper_match, &styles.cell),
        (&household.civil_match, &styles.cell),
    ];
    let fields = groups.iter().flat_map(|group| {
        let field = household.fields.iter().find(|field| field.column == group.field);
        let texts = group.sides.iter().map(move |&side| field.and_then(|f| side_of(f, side)));
        texts.map(|told| told.map_or("", |(text, _)| text))
    });
    let texts = leading.iter().map(|&(text, _)| text).chain([""]).chain(fields);
    sheet.set_row_height_pixels(row, style::row_px(texts.zip(widths.iter().copied())))?;
    for (column, (text, format)) in (0..).zip(leading) {
        sheet.write_string_with_format(row, column, cell_text(text), format)?;
    }
    let differing = household.fields.iter().filter(|f| f.paper_differs || f.civil_differs).count();
    sheet.write_number_with_format(row, 6, differing as f64, &styles.cell_center)?;
    for group in groups {
        let field = household.fields.iter().find(|field| field.column == group.field);
        for (column, side) in group.columns() {
            match field.and_then(|field| side_of(field, side)) {
                Some((text, true)) => sheet.write_string_with_format(row, column, cell_text(text), &styles.differs)?,
                Some((text, false)) => {
                    sheet.write_string_with_format(row, column, cell_text(text), &styles.cell_text)?
                }
                None => sheet.write_string_with_format(row, column, "—", &styles.absent)?,
            };
        }
    }
    Ok(())
}

/// Value of a side and whether it differs; the electronic one differs as soon as another does.
fn side_of(field: &ComparedField, side: usize) -> Option<(&str, bool)> {
    let (value, differs) = match side {
        0 => (&field.electronic, field.paper_differs || field.civil_differs),
        1 => (&field.paper, field.paper_differs),
        _ => (&field.civil, field.civil_differs),
    };
    value.as_deref().map(|value| (value, differs))
}

fn widths(page: &Page, groups: &[Group]) -> Vec<u32> {
    let mut widths = LEADING_WIDTHS.to_vec();
    for group in groups {
        // Room for the title in two lines.
        let mut sides = [(text_px(group.title) / 2 + 14).clamp(54, 150); 3];
        let fields = page.comparisons.iter().take(SAMPLE).flat_map(|household| &household.fields);
        for field in fields.filter(|field| field.column == group.field) {
            for (side, width) in sides.iter_mut().enumerate() {
                *width = text_px(side_of(field, side).map_or("", |(text, _)| text)).clamp(*width, 150);
            }
        }
        widths.extend(group.sides.iter().map(|&side| sides[side]));
    }
    widths
}
