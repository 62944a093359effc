//! The patch list of a unit: which value to change in which system, for which household. Nothing is changed by itself.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, IgnoreError, Workbook, XlsxError};

use super::check::{Grade, Reader};
use super::list::Cell;
use super::merge::Judged;
use crate::domain::text;
use crate::history::Word;
use crate::history::sealed;
use crate::report::style::{self, Styles, cell_text, text_px};
use crate::report::unit_workbook::columns::Column;

/// Columns of the list.
pub const COLUMNS: [&str; 12] = [
    "档案号",
    "姓名",
    "身份证号",
    "系统",
    "字段",
    "原值",
    "更正为",
    "答复",
    "完成日期",
    "核实人",
    "核实说明",
    "疑点编号",
];
/// Where the values of the columns 电子档案 … 其他数据 are kept.
const SYSTEMS: [&str; 5] = ["电子档案", "纸质档案", "民政数据", "发放台账", "其他来源"];
/// Said where the finding does not tell which system is wrong.
const NO_SYSTEM: &str = "见疑点说明";

/// The side of what was paid.
const PAYMENT: usize = 3;
/// What to do about a payment that is not as it should be.
const PAID: &str = "已发放的记录不改；按核实说明补发、追回或更正帮扶记录，并留凭证";

/// One value to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    pub system: &'static str,
    pub field: String,
    pub old: String,
    pub new: String,
    pub answer: &'static str,
    pub done_on: Option<NaiveDate>,
    pub checked_by: String,
    pub note: String,
    pub finding: String,
}

/// What an accepted row asks to be changed.
pub fn patches(judged: &Judged<'_>, reader: &Reader<'_>) -> Vec<Patch> {
    let (Some(said), Some(listed)) = (&judged.said, judged.listed) else { return Vec::new() };
    let answer = match said.word {
        Word::Corrected => "已更正，待核验",
        Word::ToCorrect => "待更正",
        Word::SamePerson => "是同一人，改错的一方",
        Word::SourceWrong if !said.corrected.is_empty() => "数据源有误",
        _ => return Vec::new(),
    };
    // Answers that differ decide nothing.
    if judged.reply.is_none() || judged.has(Grade::Conflict) {
        return Vec::new();
    }
    let shown = &listed.shown;
    // A row that was changed is not believed: then the values are those of the state, numbers masked.
    let own = shown.own.as_ref();
    let cell = |column: Column, kept: &str| match judged.intact {
        true => judged.row.cells[column].text.clone(),
        false => sealed::opened(kept, &Default::default()),
    };
    let values = &judged.sides;
    let line = |system: &'static str, old: &str, new: &str| Patch {
        file_no: cell(Column::FileNo, own.map_or(&shown.file_no, |own| &own.file_no)),
        name: cell(Column::Name, own.map_or(&shown.name, |own| &own.name)),
        id_number: cell(Column::IdNumber, own.map_or(&shown.id_number, |own| &own.id_number)),
        system,
        field: shown.field_title.clone(),
        old: old.to_string(),
        new: new.to_string(),
        answer,
        done_on: said.done_on,
        checked_by: said.checked_by.clone(),
        note: said.note.clone(),
        finding: judged.row.id(),
    };
    let (wrong, new) = match said.word {
        Word::SamePerson => {
            let right = sealed::opened(&shown.reference, &Default::default());
            let new = if said.corrected.is_empty() { right } else { said.corrected.clone() };
            (naming(values, &cell(Column::IdNumber, &shown.id_number)), new)
        }
        _ if said.corrected.is_empty() => (by_conclusion(&shown.conclusion), "（未填，见核实说明）".to_string()),
        _ => {
            let mut wrong = differing(values, &judged.row.cells[Column::Corrected], reader, judged);
            wrong.extend(lacking(&shown.conclusion));
            (wrong, said.corrected.clone())
        }
    };
    let written: Vec<usize> = (0..5).filter(|&side| !values[side].is_empty()).collect();
    // Where only one source says anything, or can, it is that one.
    let wrong = match (wrong.is_empty(), written.as_slice(), of_kinds(reader, &shown.kinds, &shown.field).as_slice()) {
        (false, ..) => wrong,
        (true, [only], _) | (true, [], [only]) => vec![*only],
        _ => Vec::new(),
    };
    // What was paid is paid: no list changes it.
    let paid = wrong.contains(&PAYMENT);
    let wrong: Vec<usize> = wrong.into_iter().filter(|side| *side != PAYMENT).collect();
    if wrong.is_empty() {
        let old: Vec<&str> = values.iter().map(String::as_str).filter(|v| !v.is_empty()).collect();
        return vec![line(NO_SYSTEM, &old.join("；"), if paid { PAID } else { &new })];
    }
    wrong.into_iter().map(|side| line(SYSTEMS[side], &values[side], &new)).collect()
}

/// Sides that hold the number the row names.
fn naming(values: &[String; 5], number: &str) -> Vec<usize> {
    let same = |v: &str| text::fold(v) == text::fold(number);
    let holds = |side: &usize| values[*side].split('；').any(same);
    let exact: Vec<usize> = (0..5).filter(holds).collect();
    if exact.is_empty() { (0..5).filter(|&side| !values[side].is_empty()).collect() } else { exact }
}

/// Sides with a value that is not the corrected one.
fn differing(values: &[String; 5], corrected: &Cell, reader: &Reader<'_>, judged: &Judged<'_>) -> Vec<usize> {
    let field = judged.listed.and_then(|l| reader.field(&l.shown));
    let meaning = |cell: &Cell| field.map_or_else(|| text::fold(&cell.text), |f| reader.meaning(f, cell));
    let right = meaning(corrected);
    let differs = |value: &str| meaning(&Cell { text: value.to_string(), ..Cell::default() }) != right;
    (0..5).filter(|&side| !values[side].is_empty() && values[side].split('；').any(differs)).collect()
}

/// The side the finding says is the odd one.
fn by_conclusion(conclusion: &str) -> Vec<usize> {
    match conclusion {
        "电子异" => vec![0],
        "纸质异" => vec![1],
        "民政异" => vec![2],
        other => lacking(other),
    }
}

/// Sides whose sources, among those the finding rests on, have its fields.
fn of_kinds(reader: &Reader<'_>, kinds: &[String], fields: &str) -> Vec<usize> {
    let side = |kind: &str| match kind {
        "efile" | "emember" | "aid" => 0,
        "paper" | "paper_member" => 1,
        "civil" | "civil_household" | "civil_person" => 2,
        "payment" => PAYMENT,
        _ => 4,
    };
    let knows = |kind: &&String| {
        let schema = reader.context.schemas.get(kind);
        schema.is_some_and(|s| fields.split('+').any(|field| s.index(field).is_some()))
    };
    let mut sides: Vec<usize> = kinds.iter().filter(knows).map(|kind| side(kind)).collect();
    sides.sort_unstable();
    sides.dedup();
    sides
}

fn lacking(conclusion: &str) -> Vec<usize> {
    match conclusion {
        "缺电子" => vec![0],
        "缺纸质" => vec![1],
        "缺民政" => vec![2],
        _ => Vec::new(),
    }
}

/// The list as a workbook.
///
/// # Errors
/// A defect of this program.
pub fn workbook(patches: &[Patch], unit: &str, as_of: NaiveDate, today: NaiveDate) -> Result<Vec<u8>, XlsxError> {
    let mut sorted: Vec<&Patch> = patches.iter().collect();
    sorted
        .sort_by(|a, b| (&a.file_no, &a.name, a.system, &a.finding).cmp(&(&b.file_no, &b.name, b.system, &b.finding)));
    let styles = Styles::new();
    let mut book = Workbook::new();
    let year = u16::try_from(today.year()).unwrap_or(1970);
    let created = ExcelDateTime::from_ymd(year, today.month() as u8, today.day() as u8)?;
    let properties = DocProperties::new().set_title(format!("{} 更正清单", cell_text(unit)));
    book.set_properties(&properties.set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name("更正清单")?;
    let lines: Vec<[String; 12]> = sorted.into_iter().map(cells).collect();
    let mut widths = COLUMNS.map(text_px);
    for line in &lines {
        for (width, text) in widths.iter_mut().zip(line) {
            *width = (*width).max(text_px(text).clamp(60, 240));
        }
    }
    for (column, (title, &width)) in (0..).zip(COLUMNS.iter().zip(&widths)) {
        sheet.set_column_width_pixels(column, width)?;
        sheet.write_string_with_format(0, column, *title, &styles.header)?;
    }
    for (row, line) in (1..).zip(&lines) {
        for (column, text) in (0..).zip(line) {
            sheet.write_string_with_format(row, column, cell_text(text), &styles.cell_text)?;
        }
        let measured = line.iter().map(String::as_str).zip(widths);
        sheet.set_row_height_pixels(row, style::row_px(measured))?;
    }
    let (last, last_column) = (lines.len() as u32, COLUMNS.len() as u16 - 1);
    if last > 0 {
        sheet.ignore_error_range(1, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
    }
    sheet.autofilter(0, 0, last, last_column)?;
    sheet.set_freeze_panes(1, 3)?;
    style::page(sheet, unit, &as_of.to_string(), 1)?;
    style::print_columns(sheet, &widths, (0, 1))?;
    book.save_to_buffer()
}

fn cells(patch: &Patch) -> [String; 12] {
    [
        patch.file_no.clone(),
        patch.name.clone(),
        patch.id_number.clone(),
        patch.system.to_string(),
        patch.field.clone(),
        if patch.old.is_empty() { "（空）".into() } else { patch.old.clone() },
        patch.new.clone(),
        patch.answer.to_string(),
        patch.done_on.map(|d| d.to_string()).unwrap_or_default(),
        patch.checked_by.clone(),
        patch.note.clone(),
        patch.finding.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_to_change_is_the_one_that_is_wrong() {
        for (conclusion, side) in [
            ("电子异", vec![0]),
            ("纸质异", vec![1]),
            ("民政异", vec![2]),
            ("缺纸质", vec![1]),
            ("三不同", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(by_conclusion(conclusion), side, "{conclusion}");
        }
        assert!(lacking("纸质异").is_empty(), "a value that is there does not lack");
        let values = ["", "510105198001019972", "", "510105198001019971；某某", ""].map(str::to_string);
        assert_eq!(naming(&values, "510105198001019971"), [3]);
        assert_eq!(naming(&values, "510105 19800101 9972"), [1]);
        assert_eq!(naming(&values, "没有的"), [1, 3]);
    }
}
