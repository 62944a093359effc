//! What a person must know about a sheet besides its rows: said once, with its place, in every output that has room for it
//! (`check`, the screen of a run, the manifest, 数据质量).
//!
//! A [`Notice`] tells; a [`Doubt`] also takes the source out of what conclusions from absence may rest on.

use crate::place::{SheetId, column_letters};

/// What a notice is about; the Chinese word stands before its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// What passes for an ID number, or an amount beside one, stands where nothing was read.
    Guard,
    /// The values of a row stand in other columns than their headings.
    Shifted,
    /// A row has more filled cells than the header has columns.
    Wide,
    /// Rows or columns beyond what is read.
    Beyond,
    /// A part of a sheet that looks like a table and could not be read as one.
    UnreadTable,
    /// One heading stands over two columns.
    DuplicateHeading,
    /// Formulas that nobody computed.
    Uncomputed,
    /// Error values of a spreadsheet (`#N/A`).
    ErrorCells,
    /// Values that a spreadsheet rewrote (a file number that became a date).
    Rewritten,
    /// Text struck through.
    Struck,
    /// Text hidden by its style.
    HiddenText,
    HiddenSheet,
    HiddenColumn,
    /// Day and month of a column cannot be told apart.
    DateOrder,
    /// A column of long numbers has lost its last digits.
    LostDigits,
    /// A column in which nothing is written though it is needed.
    EmptyColumn,
    /// Words that machines write for nothing, read as blank.
    MachineNull,
    /// Bytes that are no text in the file's encoding.
    BadBytes,
    /// Rows of two lists that speak of one thing and differ.
    Repeats,
    /// Columns that the last run knew and this one does not, or the other way round.
    ColumnsChanged,
    /// The second reader had to be used.
    SecondReader,
    /// Tokens of which nobody can tell the numbers.
    Tokens,
    /// Anything else said of the sheet as a whole.
    Other,
}

impl NoticeKind {
    /// The word that heads the sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guard => "未读入的号码",
            Self::Shifted => "错位",
            Self::Wide => "超出表头",
            Self::Beyond => "超出界限",
            Self::UnreadTable => "没有读的表",
            Self::DuplicateHeading => "列名重复",
            Self::Uncomputed => "未计算",
            Self::ErrorCells => "错误值",
            Self::Rewritten => "表格软件改写",
            Self::Struck => "删除线",
            Self::HiddenText => "隐藏文本",
            Self::HiddenSheet => "隐藏工作表",
            Self::HiddenColumn => "隐藏列",
            Self::DateOrder => "日期次序不明",
            Self::LostDigits => "末位丢失",
            Self::EmptyColumn => "整列空白",
            Self::MachineNull => "空值标记",
            Self::BadBytes => "坏字符",
            Self::Repeats => "两表重复",
            Self::ColumnsChanged => "列名变化",
            Self::SecondReader => "备用读法",
            Self::Tokens => "令牌",
            Self::Other => "注意",
        }
    }

    /// `check` is not 0 when it was said.
    pub fn alarms(self) -> bool {
        match self {
            Self::Guard
            | Self::Shifted
            | Self::Wide
            | Self::Beyond
            | Self::UnreadTable
            | Self::DuplicateHeading
            | Self::Uncomputed
            | Self::ErrorCells
            | Self::Rewritten
            | Self::Struck
            | Self::HiddenSheet
            | Self::DateOrder
            | Self::LostDigits
            | Self::EmptyColumn
            | Self::BadBytes
            | Self::Repeats
            | Self::ColumnsChanged
            | Self::SecondReader
            | Self::Tokens => true,
            Self::HiddenText | Self::HiddenColumn | Self::MachineNull | Self::Other => false,
        }
    }
}

/// Something about a sheet that is said once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub sheet: SheetId,
    /// Excel row; None where it concerns a column or the sheet.
    pub row: Option<u32>,
    /// Column from 0; None where it concerns a row or the sheet.
    pub col: Option<u16>,
    /// Title of the column, "" where it has none.
    pub title: String,
    /// An example as written; masked where it is printed. "" where there is none to show.
    pub written: String,
    /// What is wrong, and what the program did meanwhile. No place in it: that is printed before it.
    pub what: String,
    /// What to do, ready to paste where it is a setting.
    pub remedy: String,
}

impl Notice {
    pub fn new(kind: NoticeKind, sheet: SheetId, what: impl Into<String>) -> Self {
        Self {
            kind,
            sheet,
            row: None,
            col: None,
            title: String::new(),
            written: String::new(),
            what: what.into(),
            remedy: String::new(),
        }
    }

    #[must_use]
    pub fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    #[must_use]
    pub fn column(mut self, col: u16, title: impl Into<String>) -> Self {
        self.col = Some(col);
        self.title = title.into();
        self
    }

    #[must_use]
    pub fn written(mut self, text: impl Into<String>) -> Self {
        self.written = text.into();
        self
    }

    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// `第12行E列“身份证号”`, `E列“金额”`, `第12行`, or "".
    pub fn place(&self) -> String {
        let row = self.row.map_or_else(String::new, |r| format!("第{r}行"));
        let col = self.col.map_or_else(String::new, |c| format!("{}列", column_letters(c)));
        let title = if self.title.is_empty() { String::new() } else { format!("“{}”", self.title) };
        format!("{row}{col}{title}")
    }

    /// `E12`, `12`, `E`, or "": the place as the manifest lists it.
    pub fn cell(&self) -> String {
        let row = self.row.map_or_else(String::new, |r| r.to_string());
        self.col.map_or_else(String::new, column_letters) + &row
    }
}

/// Rows of a source that may be there and were not read: who is not found in it may be in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub sheet: SheetId,
    /// Index of the schema; None where it cannot be told what the rows are.
    pub kind: Option<usize>,
    /// Unit the rows belong to, as written; None where it cannot be told: then the sheet's names decide, else all units.
    pub unit: Option<String>,
    /// Why, in Chinese (`删除线的行没有读`).
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_a_person_looks_for_them() {
        let notice = Notice::new(NoticeKind::Guard, SheetId(0), "没有读入");
        assert_eq!((notice.place(), notice.cell()), (String::new(), String::new()));
        let notice = notice.row(12).column(4, "身份证号");
        assert_eq!((notice.place().as_str(), notice.cell().as_str()), ("第12行E列“身份证号”", "E12"));
    }
}
