//! Files as they really are, read into [`RawSheet`]s: the first step of the line.
//!
//! What a file is, its content decides, never its name. Nothing is interpreted here: a cell keeps the text that
//! stands in the file. No file makes this step fail or panic: one that cannot be read says why and what to do
//! about it, in words for the person who delivered it. Memory stays below 128 MiB plus four times the unpacked
//! size of a file, and the unpacked size below a limit.

mod archive;
mod biff;
mod docx;
mod encrypted;
pub mod error_value;
mod grid;
mod html;
pub mod inputs;
mod mhtml;
mod numfmt;
mod ods;
mod ods_styles;
mod ole;
pub mod own;
pub mod properties;
pub mod second_reader;
pub mod serial;
pub mod sheet;
mod sniff;
mod spreadsheetml;
mod style;
#[cfg(test)]
mod tests;
mod text;
mod xls;
mod xls_text;
mod xlsb;
mod xlsx;
mod xml;
mod zip_parts;

pub use numfmt::NumberFormat;
pub use sheet::*;

use quick_xml::events::Event;
use second_reader::{Refusal, SecondReading};
use sha2::{Digest, Sha256};
use sniff::Kind;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use zip_parts::{Budget, Parts};

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// For encrypted Office files.
    pub password: Option<String>,
    /// A label of the Encoding Standard (`gb18030`) for text files; found out where it is `None`.
    pub encoding: Option<String>,
    /// Bytes that one file may have, and may unpack to.
    pub unpacked_limit: u64,
    /// Where this program lies, which the second reader is; without it a damaged file is not tried again.
    pub second_reader: Option<PathBuf>,
    /// Have both readers read every workbook, and compare.
    pub verify: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { password: None, encoding: None, unpacked_limit: 2 << 30, second_reader: None, verify: false }
    }
}

/// What a file was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    /// A web page, whatever its name.
    Html,
    /// A web page in one file with its parts.
    Mhtml,
    /// XML Spreadsheet 2003.
    SpreadsheetMl,
    /// Delimited text.
    Text {
        encoding: &'static str,
        delimiter: u8,
    },
    Docx,
}

impl Format {
    /// The name used in manifests.
    pub fn as_str(&self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Xlsb => "xlsb",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Html => "html",
            Format::Mhtml => "mhtml",
            Format::SpreadsheetMl => "spreadsheetml",
            Format::Text { .. } => "text",
            Format::Docx => "docx",
        }
    }
}

/// What came of reading a file.
#[derive(Debug)]
pub enum Reading {
    Sheets {
        format: Format,
        sheets: Vec<RawSheet>,
    },
    /// No table and not meant as one; why, in Chinese.
    Ignored {
        why: String,
    },
    Unreadable(ReadError),
}

/// Why a file cannot be read, in Chinese and without a person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What happened.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// The file is damaged: another reader may still read it.
    is_damage: bool,
}

impl ReadError {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into(), is_damage: false }
    }

    /// The file opens with the right password.
    pub fn needs_password(&self) -> bool {
        [encrypted::LOCKED, encrypted::WRONG].contains(&self.what.as_str())
    }

    fn damaged(what: impl Into<String>) -> Self {
        let remedy = "请用 WPS 或 Excel 打开核对后另存为 .xlsx；打不开的，请报送单位重新提供";
        Self { is_damage: true, ..Self::new(what, remedy) }
    }

    fn too_large(limit: u64) -> Self {
        Self::new(
            format!("文件解压后超过上限（{} MB）", limit >> 20),
            "请核实文件来源；确实需要时请拆成几个文件，或在配置里提高上限",
        )
    }

    /// An encrypted workbook that no password can help with here.
    fn encrypted_old() -> Self {
        Self::new("文件有密码，这种格式的密码无法解开", "请打开后另存为无密码的 .xlsx 文件")
    }

    fn old_biff() -> Self {
        Self::new("这是 Excel 4.0 或更早版本的文件", "请用 WPS 或 Excel 打开后另存为 .xlsx")
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}。{}", self.what, self.remedy)
    }
}

impl std::error::Error for ReadError {}

/// One file that was read, or one member of an archive.
#[derive(Debug)]
pub struct FileRead {
    /// As it is shown: `a.xlsx`, or `a.zip/b.xlsx` for a member; always with `/`.
    pub path: String,
    /// Size of the file, unpacked for a member.
    pub bytes: u64,
    /// All zero where the bytes could not be had.
    pub sha256: [u8; 32],
    pub reading: Reading,
    /// What the second reader had to do with it.
    pub second: SecondReading,
}

impl FileRead {
    fn without_bytes(path: &str, bytes: u64, reading: Reading) -> Self {
        Self { path: path.to_owned(), bytes, sha256: [0; 32], reading, second: SecondReading::None }
    }

    fn set_aside(path: &str, why: &inputs::SetAside) -> Self {
        let reading = match why {
            inputs::SetAside::Unreachable(error) => Reading::Unreadable(error.clone()),
            inputs::SetAside::Ignored(why) => Reading::Ignored { why: why.clone() },
        };
        Self::without_bytes(path, 0, reading)
    }
}

/// Reads a file: one entry, or one for each member of an archive. `shown` is the path to show, with `/`.
pub fn read_path(path: &Path, shown: &str, options: &ReadOptions) -> Vec<FileRead> {
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    if size > options.unpacked_limit {
        let error = ReadError::too_large(options.unpacked_limit);
        return vec![FileRead::without_bytes(shown, size, Reading::Unreadable(error))];
    }
    match std::fs::read(path) {
        Ok(bytes) => read_file(bytes, shown, options, &Budget::new(options.unpacked_limit), 0),
        Err(error) => {
            let what = match error.kind() {
                std::io::ErrorKind::NotFound => "文件不存在",
                std::io::ErrorKind::PermissionDenied => "没有读取这个文件的权限",
                _ => "文件读取失败，可能正被其他程序占用",
            };
            let error = ReadError::new(what, "请确认文件还在原处、未被 WPS 或 Excel 打开，并检查权限");
            vec![FileRead::without_bytes(shown, size, Reading::Unreadable(error))]
        }
    }
}

/// Reads a file that is in memory: one entry, or one for each member of an archive.
pub fn read_in_memory(bytes: Vec<u8>, shown: &str, options: &ReadOptions) -> Vec<FileRead> {
    read_file(bytes, shown, options, &Budget::new(options.unpacked_limit), 0)
}

/// The bytes of a file, or of the member `wanted` of an archive, as [`read_path`] calls it; deciphered where the options'
/// password opens it.
pub fn bytes_of(path: &Path, shown: &str, wanted: &str, options: &ReadOptions) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path).ok()?;
    let budget = Budget::new(options.unpacked_limit);
    let bytes = match shown == wanted {
        true => bytes,
        false => guarded(|| archive::member(&bytes, shown, wanted, &budget, 0)).ok().flatten()?,
    };
    let plain = options.password.as_deref().and_then(|password| ole::decrypted(&bytes, password, &budget));
    Some(plain.unwrap_or(bytes))
}

/// The package inside an encrypted file; None for anything else, or where the password does not open it.
pub fn decrypted(bytes: &[u8], password: &str) -> Option<Vec<u8>> {
    let budget = Budget::new(ReadOptions::default().unpacked_limit);
    guarded(|| Ok(ole::decrypted(bytes, password, &budget))).ok().flatten()
}

/// Reads the bytes of one file. An archive is not opened here: see [`read_path`].
pub fn read_bytes(bytes: Vec<u8>, shown: &str, options: &ReadOptions) -> Reading {
    read_one(bytes, shown, options, &Budget::new(options.unpacked_limit)).0
}

/// Reads a file, an archive by its members; `depth` counts the archives around it.
fn read_file(bytes: Vec<u8>, shown: &str, options: &ReadOptions, budget: &Budget, depth: u8) -> Vec<FileRead> {
    if !sniff::is_clutter(shown)
        && sniff::sniff(&bytes) == Kind::Zip
        && let Ok(mut members) = guarded(|| archive::members(&bytes, shown, options, budget, depth))
    {
        if let [whole] = &mut members[..]
            && whole.path == shown
            && let Reading::Ignored { why } = &whole.reading
        {
            whole.reading = ignored(shown, why.clone()).unwrap_or_else(Reading::Unreadable);
        }
        // A workbook by its name in which there is none: pictures packed and renamed, an export that failed.
        let nothing = |file: &FileRead| matches!(file.reading, Reading::Ignored { .. });
        if sniff::claims_workbook(shown) && members.iter().all(nothing) {
            let error = ReadError::damaged("文件名像表格，内容却不是（压缩包，里面没有表格）");
            return vec![FileRead::without_bytes(shown, bytes.len() as u64, Reading::Unreadable(error))];
        }
        return members;
    }
    let (size, sha256) = (bytes.len() as u64, Sha256::digest(&bytes).into());
    let (reading, second) = read_one(bytes, shown, options, budget);
    vec![FileRead { path: shown.to_owned(), bytes: size, sha256, reading, second }]
}

fn read_one(bytes: Vec<u8>, shown: &str, options: &ReadOptions, budget: &Budget) -> (Reading, SecondReading) {
    if sniff::is_clutter(shown) {
        return (Reading::Ignored { why: "系统或办公软件的临时文件".into() }, SecondReading::None);
    }
    if !matches!(sniff::sniff(&bytes), Kind::Zip | Kind::Ole) {
        let reading = guarded(|| read_kind(bytes, shown, options, budget));
        return (reading.unwrap_or_else(Reading::Unreadable), SecondReading::None);
    }
    let own = guarded(|| read_workbook(&bytes, shown, options, budget)).unwrap_or_else(Reading::Unreadable);
    match &options.second_reader {
        Some(program) => with_second_reader(own, program, &bytes, options),
        None => (own, SecondReading::None),
    }
}

/// Has the second reader read what the own one could not for damage, and whatever it can where a comparison is asked for.
fn with_second_reader(own: Reading, program: &Path, bytes: &[u8], options: &ReadOptions) -> (Reading, SecondReading) {
    let second = || {
        let plain = options.password.as_deref().and_then(|password| decrypted(bytes, password));
        second_reader::read(program, plain.as_deref().unwrap_or(bytes), options.unpacked_limit)
    };
    match own {
        Reading::Unreadable(error) if error.is_damage => match second() {
            Ok(read) => {
                let reading = Reading::Sheets { format: read.format, sheets: read.sheets };
                (reading, SecondReading::Used { instead_of: error, lost: read.lost })
            }
            Err(Refusal::Unavailable(why)) => (Reading::Unreadable(error), SecondReading::Unavailable(why)),
            // What the own reader said stands.
            Err(Refusal::Failed) => (Reading::Unreadable(error), SecondReading::None),
        },
        Reading::Sheets { format, sheets } if options.verify && second_reader::reads(format) => {
            let compared = second_reader::compared(&sheets, second());
            (Reading::Sheets { format, sheets }, compared)
        }
        other => (other, SecondReading::None),
    }
}

/// Keeps a defect in a library from ending the run.
fn guarded<T>(read: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(ReadError::damaged("文件内部结构异常，读取中止")))
}

/// Reads a package or a compound file.
fn read_workbook(bytes: &[u8], shown: &str, options: &ReadOptions, budget: &Budget) -> Result<Reading, ReadError> {
    let reading = match sniff::sniff(bytes) {
        Kind::Ole => ole::read(bytes, options, budget)?,
        _ => read_package(bytes, budget)?,
    };
    meant_as_table(shown, reading)
}

fn read_kind(bytes: Vec<u8>, shown: &str, options: &ReadOptions, budget: &Budget) -> Result<Reading, ReadError> {
    let one = |format, sheet| Ok(Reading::Sheets { format, sheets: vec![sheet] });
    let many = |format, sheets| Ok(Reading::Sheets { format, sheets });
    match sniff::sniff(&bytes) {
        Kind::Empty => Err(ReadError::new("文件是空的（0 字节）", "请报送单位重新提供")),
        Kind::Zip | Kind::Ole => read_workbook(&bytes, shown, options, budget),
        Kind::RawBiff => Err(ReadError::old_biff()),
        Kind::Html if own::is_overview(&bytes) => Ok(own::overview()),
        Kind::Html => meant_as_table(shown, html::read(bytes, options)?),
        Kind::Mhtml => mhtml::read(&bytes, options),
        Kind::SpreadsheetMl => many(Format::SpreadsheetMl, spreadsheetml::read(&bytes)?),
        Kind::FlatOds => many(Format::Ods, ods::read_content(&bytes)?),
        Kind::Rtf => Err(ReadError::new("这是 RTF 文档，不是表格", "请用 WPS 或 Word 打开，把表格另存为 .xlsx")),
        Kind::Exchange(name) => {
            Err(ReadError::new(format!("这是 {name} 格式的表格，读不了"), "请用 WPS 或 Excel 打开后另存为 .xlsx"))
        }
        Kind::Archive(kind) => {
            Err(ReadError::new(format!("这是 {kind} 压缩包"), "请解压后把里面的文件直接放进来，或改用 zip"))
        }
        Kind::Text => match own::of_text(&bytes) {
            Some(why) => Ok(Reading::Ignored { why: why.into() }),
            None => text::read(bytes, options).and_then(|(format, sheet)| one(format, sheet)),
        },
        Kind::Other(what) => ignored(shown, format!("{what}，不是表格")),
        Kind::Xml => ignored(shown, "XML 文件，不是认识的表格格式".into()),
        // UTF-16 without a mark, mostly Chinese, looks like nothing: the configuration may say what it is.
        Kind::Binary if options.encoding.is_some() && sniff::claims_table(shown) => {
            text::read(bytes, options).and_then(|(format, sheet)| one(format, sheet))
        }
        Kind::Binary => ignored(shown, "不是表格文件".into()),
    }
}

/// What was read, unless it is no table although its name says that it is meant as one.
fn meant_as_table(shown: &str, reading: Reading) -> Result<Reading, ReadError> {
    match reading {
        Reading::Ignored { why } => ignored(shown, why),
        other => Ok(other),
    }
}

/// What is no table is ignored, unless its name says that it is meant as one.
fn ignored(shown: &str, why: String) -> Result<Reading, ReadError> {
    if sniff::claims_table(shown) {
        return Err(ReadError::damaged(format!("文件名像表格，内容却不是（{why}）")));
    }
    Ok(Reading::Ignored { why })
}

/// Reads a zip file that is a document of its own.
fn read_package(bytes: &[u8], budget: &Budget) -> Result<Reading, ReadError> {
    let mut parts = Parts::open(bytes)?;
    let (format, sheets) = match document(&mut parts, budget)? {
        Some(Document::Xlsx(workbook)) => (Format::Xlsx, xlsx::read(parts, &workbook, budget)?),
        Some(Document::Xlsb(workbook)) => (Format::Xlsb, xlsb::read(parts, &workbook, budget)?),
        Some(Document::Ods) => (Format::Ods, ods::read(parts, budget)?),
        Some(Document::Docx(part)) => {
            if let Some(why) = docx::own_paper(&mut parts, budget)? {
                return Ok(Reading::Ignored { why: why.into() });
            }
            (Format::Docx, docx::read(parts, &part, budget)?)
        }
        Some(Document::Other(why)) => return Ok(Reading::Ignored { why: why.into() }),
        None => return Err(ReadError::new("这是压缩包，不是单个文件", "请解压后再读")),
    };
    Ok(Reading::Sheets { format, sheets })
}

/// The document in a zip file, with the name of its main part.
enum Document {
    Xlsx(String),
    Xlsb(String),
    Ods,
    Docx(String),
    Other(&'static str),
}

/// Tells documents from archives: `None` is an archive.
fn document(parts: &mut Parts, budget: &Budget) -> Result<Option<Document>, ReadError> {
    if parts.has("content.xml") && (parts.has("mimetype") || parts.has("META-INF/manifest.xml")) {
        let text = parts.read("mimetype", budget)?.unwrap_or_default();
        let other = [&b"opendocument.text"[..], b"opendocument.presentation", b"opendocument.graphics"];
        if other.iter().any(|kind| memchr::memmem::find(&text, kind).is_some()) {
            return Ok(Some(Document::Other("OpenDocument 文字或演示文档，不是表格")));
        }
        return Ok(Some(Document::Ods));
    }
    let main = zip_parts::relations(parts, "", budget)?
        .into_iter()
        .find(|r| r.kind == "officeDocument")
        .map(|r| r.target)
        .filter(|target| parts.has(target));
    let customary = ["xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"];
    let main = main.or_else(|| customary.into_iter().find(|name| parts.has(name)).map(str::to_owned));
    let Some(main) = main else {
        // An Office package that lost its main part is damaged, not an archive.
        if parts.has("[Content_Types].xml") {
            return Err(ReadError::damaged("文件不完整，缺少内部组成部分"));
        }
        return Ok(None);
    };
    let lower = main.to_lowercase();
    if lower.ends_with(".bin") {
        return Ok(Some(Document::Xlsb(main)));
    }
    // The root element tells the rest: writers name their parts as they like.
    let bytes = parts.require(&main, budget)?;
    let text = xml::decode(&bytes)?;
    let mut reader = xml::Xml::new(&text);
    Ok(Some(loop {
        match reader.next()? {
            Event::Start(e) | Event::Empty(e) => {
                break match xml::name(&e) {
                    "workbook" => Document::Xlsx(main),
                    "document" => Document::Docx(main),
                    _ => Document::Other("Office 文档，不是表格"),
                };
            }
            _ => {}
        }
    }))
}
