//! Remark and signature lines below the data, told by their place and shape.
//!
//! Below the last row that has a number, a file number or a serial nothing is a record that fills fewer than three cells, nor
//! one that holds only labels with a colon, list numbers, dates and names of organisations: it is 落款.

use super::wording::is_signature;
use crate::domain::text;
use crate::ingest::sheet::{RawRow, RawSheet};

/// Cells a row without any number fills at least, if it is a record.
const FEWEST_FILLED: usize = 3;
const ORGANISATIONS: [&str; 22] = [
    "工会",
    "办公室",
    "委员会",
    "管委会",
    "中心",
    "公司",
    "民政局",
    "财政局",
    "人社局",
    "银行",
    "支行",
    "分行",
    "街道",
    "街道办",
    "社区",
    "居委会",
    "村委会",
    "帮扶科",
    "保障部",
    "财务部",
    "财务科",
    "小组",
];

/// Where the remarks of one table begin.
#[derive(Debug, Clone, Copy)]
pub struct Remarks {
    /// Number of the last row with a number, file number or serial; None where no row has one, or where the kind has records
    /// without numbers: then nothing is a remark by its place.
    below: Option<u32>,
}

impl Remarks {
    /// `keyed`: the row has a number, a file number or a serial of its own or through a merged cell.
    pub fn find(rows: &[RawRow], applies: bool, keyed: impl Fn(&RawRow) -> bool) -> Self {
        let last = || rows.iter().rev().find(|r| keyed(r)).map(|r| r.number);
        Self { below: if applies { last() } else { None } }
    }

    /// A row with a number, file number or serial comes after this one.
    pub fn has_rows_below(&self, row: &RawRow) -> bool {
        self.below.is_some_and(|last| row.number < last)
    }

    /// The row stands below the data and has the shape of a remark.
    pub fn is_remark(&self, sheet: &RawSheet, row: &RawRow) -> bool {
        self.below.is_some_and(|last| row.number > last) && has_shape_of_remark(sheet, row)
    }
}

/// What stands in a column of file numbers or serials is one, and no remark that begins there.
pub fn is_key(written: &str) -> bool {
    let folded = text::fold(written);
    !text::is_none_mark(written)
        && folded.chars().count() <= 40
        && folded.chars().any(|c| c.is_ascii_alphanumeric())
        && !is_remark_text(written, &folded)
}

fn has_shape_of_remark(sheet: &RawSheet, row: &RawRow) -> bool {
    let texts: Vec<&str> = sheet.cells(row).iter().map(|c| sheet.text(c)).filter(|t| !text::is_blank(t)).collect();
    if texts.len() < FEWEST_FILLED {
        return true;
    }
    let mut after_label = false;
    texts.iter().all(|t| {
        let folded = text::fold(t);
        // 审核人： | 张三: what stands behind a label is its value.
        let value = std::mem::replace(&mut after_label, folded.ends_with([':', '：']));
        value || is_remark_text(t, &folded)
    })
}

fn is_remark_text(written: &str, folded: &str) -> bool {
    let bracketed = folded.starts_with(['(', '（', '[', '【']) && folded.ends_with([')', '）', ']', '】']);
    folded.contains([':', '：'])
        || bracketed
        || written.trim_start().starts_with(|c| ('①'..='⑳').contains(&c))
        || is_list_number(folded)
        || is_date(folded)
        || is_signature(written)
        || ORGANISATIONS.iter().any(|w| folded.ends_with(w))
}

/// `2.…`, `3、…`, `(2)…`, `一、…`, `①…`; a bare number too.
fn is_list_number(folded: &str) -> bool {
    let rest = folded.trim_start_matches(['(', '（']);
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let had = number.len() < rest.len();
    had && ((number.is_empty() && rest.len() <= 3) || number.starts_with(['.', '、', ')', '）', '．']))
}

fn is_date(folded: &str) -> bool {
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    let marks = "年月日号.-/:时分秒一二三四五六七八九十〇零";
    !folded.is_empty()
        && folded.chars().all(|c| c.is_ascii_digit() || marks.contains(c))
        && if folded.chars().all(|c| c.is_ascii_digit()) {
            digits == 8 && folded.starts_with(['1', '2'])
        } else {
            digits >= 5 || folded.contains(['年', '月'])
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::{CellKind, SheetBuilder};

    fn is_remark(cells: &[&str]) -> bool {
        let mut b = SheetBuilder::new("");
        b.row(1, false);
        for (col, text) in cells.iter().enumerate() {
            b.cell(col as u16, CellKind::Text, text).unwrap();
        }
        let sheet = b.finish();
        has_shape_of_remark(&sheet, &sheet.rows()[0])
    }

    #[test]
    fn remarks_below_the_data() {
        assert!(is_remark(&["2. 本表一式两份"]));
        assert!(is_remark(&["（本页以下空白）"]));
        assert!(is_remark(&["", "2019年8月20日"]));
        assert!(is_remark(&["武侯区总工会办公室", "2019-08-20"]));
        assert!(is_remark(&["审核人：", "敬亭山", "制表人：", "安庆绪"]));
        assert!(is_remark(&["单位：武侯区总工会", "负责人：敬亭山", "日期：2019.8.20"]));
        assert!(is_remark(&["①报表", "2019年8月", "武侯区总工会"]));
    }

    #[test]
    fn records_below_the_data() {
        assert!(!is_remark(&["荀望秋", "生活救助", "1000"]));
        assert!(!is_remark(&["荀望秋", "2019-08-20", "1000", "武侯区总工会"]));
    }
}
