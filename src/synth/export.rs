//! What the synthetic world hands to the writers of files: logical tables, not yet spelled or formatted.
//!
//! The world decides *what* stands in a register (and which mistakes are planted); the writers decide *how* it is
//! written: file format, header spelling, title rows, date and money spellings, merged cells.

use chrono::NaiveDate;

/// A value before it is spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Val {
    Empty,
    /// Free text or a code word: written as it stands (a messy writer may add blanks around it or use full-width
    /// forms of ASCII characters, nothing that changes its meaning).
    Text(String),
    /// A person's name: a messy writer may put a blank inside a two-character Chinese name or swap the middle dot.
    Name(String),
    /// An ID number that is right: a messy writer may write it with blanks, full-width, lower-case x, as text in
    /// `="…"`, or as a number whose 18 digits stand in the XML (only where that is read without loss).
    Id(String),
    /// Must be written exactly so, as text (planted mistakes in ID numbers, masked numbers, remarks).
    Verbatim(String),
    /// An ID number to be written as a spreadsheet number, losing its last three digits (planted; in text formats
    /// as `5.10105E+17`).
    DamagedId(String),
    /// Integer fen.
    Money(i64),
    Date(NaiveDate),
    /// Year and month.
    Month(i32, u32),
    Int(i64),
    /// Square metres in hundredths.
    Area(i64),
    Phone(String),
    /// 是 / 否.
    Flag(bool),
}

/// A column of an export: the field it carries (`id` of the source kind) and the headings a writer may choose from;
/// the first is the plainest.
#[derive(Debug, Clone)]
pub struct Column {
    pub field: &'static str,
    pub titles: &'static [&'static str],
}

/// How an export is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One row per record below a header.
    Table,
    /// A 附件3 form per record; `members` of the record fill the 家庭主要成员情况 block.
    Form,
    /// One row per household member; the head's columns are merged downward over the member rows, the members stand in a
    /// second block of columns headed 家庭成员姓名, 关系 ….
    MemberBlock,
}

/// One record, with the records nested in it.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Values in the order of [`Export::columns`].
    pub values: Vec<Val>,
    /// Values in the order of [`Export::member_columns`], for [`Shape::Form`] and [`Shape::MemberBlock`].
    pub members: Vec<Vec<Val>>,
}

/// One logical table: one unit's, or the whole city's, rows of one source kind.
#[derive(Debug, Clone)]
pub struct Export {
    /// Source kind (schema file name).
    pub kind: &'static str,
    /// Path without extension, `/` between folders: `锦江区总工会/电子档案`.
    pub stem: String,
    /// Title printed above the header: `锦江区困难职工档案汇总表`.
    pub title: String,
    /// 填报单位, for the line below the title. None for exports of other departments.
    pub unit: Option<String>,
    pub columns: Vec<Column>,
    pub member_columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub shape: Shape,
    /// Fields (money or count) for which a 合计 row is written, with the values that stand in it (a planted control
    /// total may be wrong). Empty: a messy writer must not add one of its own.
    pub totals: Vec<(&'static str, Val)>,
    /// The rows may be split over several sheets or files (never when `totals` is set).
    pub may_split: bool,
}

/// A finding that the product must give on the written world; the columns of `expected_findings.csv`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    pub rule: String,
    pub file_no: String,
    pub id_number: String,
    pub field: String,
    /// `ref` in the file.
    pub reference: String,
}
