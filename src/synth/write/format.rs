//! The formats in which a synthetic export can be written, and what each of them can hold.

use std::fmt;
use std::str::FromStr;

/// A file format of 2-sources.md, “Files as they really are”.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Xlsx,
    Xlsm,
    /// Excel 97–2003: BIFF8 in an OLE container.
    Xls,
    /// WPS tables: the same container as `.xls`.
    Et,
    Xlsb,
    Ods,
    /// UTF-8, with or without a byte order mark.
    Csv,
    /// GBK, GB18030 where a character needs it.
    CsvGbk,
    /// What Excel calls “Unicode 文本”: UTF-16LE with tabs, named `.txt`.
    CsvUtf16,
    Tsv,
    /// An HTML table named `.xls`.
    Html,
    /// SpreadsheetML 2003 named `.xls`.
    SpreadsheetMl,
    /// Text with tabs named `.xls`.
    TextXls,
    /// An `.xlsx` named `.xls`.
    XlsxAsXls,
    /// A zip of several files in the formats above.
    Zip,
}

impl Format {
    pub const ALL: &'static [Format] = &[
        Self::Xlsx,
        Self::Xlsm,
        Self::Xls,
        Self::Et,
        Self::Xlsb,
        Self::Ods,
        Self::Csv,
        Self::CsvGbk,
        Self::CsvUtf16,
        Self::Tsv,
        Self::Html,
        Self::SpreadsheetMl,
        Self::TextXls,
        Self::XlsxAsXls,
        Self::Zip,
    ];

    /// The formats of a level of mess when none are asked for.
    pub fn usual(mess: u8) -> &'static [Format] {
        match mess {
            0 => &[Self::Xlsx],
            1 => &[Self::Xlsx, Self::Xls, Self::Csv, Self::CsvGbk],
            2 => Self::ALL.split_last().map_or(Self::ALL, |(_zip, others)| others),
            _ => Self::ALL,
        }
    }

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsm => "xlsm",
            Self::Xls => "xls",
            Self::Et => "et",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
            Self::Csv => "csv",
            Self::CsvGbk => "csv-gbk",
            Self::CsvUtf16 => "csv-utf16",
            Self::Tsv => "tsv",
            Self::Html => "html",
            Self::SpreadsheetMl => "spreadsheetml",
            Self::TextXls => "text-xls",
            Self::XlsxAsXls => "xlsx-as-xls",
            Self::Zip => "zip",
        }
    }

    /// How a file of the format is named; the name lies for four of them.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsm => "xlsm",
            Self::Xls | Self::Html | Self::SpreadsheetMl | Self::TextXls | Self::XlsxAsXls => "xls",
            Self::Et => "et",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
            Self::Csv | Self::CsvGbk => "csv",
            Self::CsvUtf16 => "txt",
            Self::Tsv => "tsv",
            Self::Zip => "zip",
        }
    }

    /// Lines of text: no merged cells, no types, no second sheet.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::CsvGbk | Self::CsvUtf16 | Self::Tsv | Self::TextXls)
    }

    /// Holds one sheet only.
    pub(super) fn one_sheet(self) -> bool {
        self.is_text() || self == Self::Html
    }

    /// Keeps the digits of a number as they were written into its XML.
    pub(super) fn keeps_literals(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xlsm | Self::XlsxAsXls)
    }

    /// May count its days from 1904.
    pub(super) fn knows_1904(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xlsm | Self::XlsxAsXls | Self::Xls | Self::Et | Self::Xlsb)
    }

    /// Rows that fit into a sheet, with room for titles and repeated headers.
    pub(super) fn row_limit(self) -> usize {
        match self {
            Self::Xls | Self::Et => 60_000,
            _ => 900_000,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no format; the message is for the person at the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Format::ALL.iter().map(|f| f.as_str()).collect();
        write!(f, "没有“{}”这种格式，可用：{}", self.0, names.join(" "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|f| f.as_str().eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for &format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        let error = "docx".parse::<Format>().unwrap_err().to_string();
        assert!(error.starts_with("没有“docx”这种格式，可用：xlsx xlsm "), "{error}");
        assert!(!Format::usual(2).contains(&Format::Zip) && Format::usual(3).contains(&Format::Zip));
    }
}
