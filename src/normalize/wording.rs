//! Rows of a register that are no records: titles, repeated headers, totals, signature and remark lines.

use rustc_hash::FxHashSet;

use super::grid::Grid;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::ingest::sheet::RawRow;

/// Why a row was not used though nothing is wrong with it. The words are the contract of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Skip {
    Title,
    Header,
    Blank,
    /// Of a form that was printed beforehand and that nobody filled in: what stands there is the electronic file's own.
    Unfilled,
    Total,
    Signature,
    DuplicateFile,
    DuplicateRow,
    OldVersion,
    /// A further row of one payment whose amount is merged downward: its payee shares the first row's payment.
    Continued,
    /// A group's name over its rows.
    Group,
    /// Struck through as a whole.
    Struck,
    /// In a sheet that is hidden and that the configuration does not name.
    HiddenSheet,
    /// Hidden by its style as a whole.
    HiddenText,
}

impl Skip {
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Header => "表头",
            Self::Blank | Self::Unfilled => "空白",
            Self::Total => "合计",
            Self::Signature => "落款",
            Self::DuplicateFile => "重复文件",
            Self::DuplicateRow => "重复行",
            Self::OldVersion => "旧版本",
            Self::Continued => "合并续行",
            Self::Group => "分组标题",
            Self::Struck => "删除线",
            Self::HiddenSheet => "隐藏工作表",
            Self::HiddenText => "隐藏文本",
        }
    }
}

/// A merged cell that spans (nearly) all columns is a title, not a group heading.
pub fn is_wide_title(grid: &Grid<'_>, at: (u32, u16), columns: usize) -> bool {
    grid.merge_at(at.0, at.1).is_some_and(|m| {
        let width = usize::from(m.last_col - m.first_col) + 1;
        width >= 4 && width * 10 >= columns * 8
    })
}

/// The row prints a row of the header again (per printed page): most of what it says stands there in the same columns.
pub fn is_repeated_header(grid: &Grid<'_>, row: &RawRow, header: &FxHashSet<(u16, String)>) -> bool {
    let cells = grid.raw.cells(row);
    let same = cells.iter().filter(|c| header.contains(&(c.col, text::fold(grid.raw.text(c))))).count();
    same > 0 && same * 10 >= cells.len() * 6
}

const SIGNATURES: [&str; 30] = [
    "审核人",
    "制表人",
    "制表",
    "填表人",
    "填报人",
    "经办人",
    "复核人",
    "负责人",
    "单位负责人",
    "分管领导",
    "主管领导",
    "审批人",
    "签字",
    "签名",
    "盖章",
    "单位盖章",
    "填报单位",
    "填报日期",
    "填表日期",
    "制表日期",
    "制表单位",
    "报送单位",
    "联系人",
    "联系电话",
    "备注",
    "说明",
    "注",
    "填表说明",
    "打印时间",
    "导出时间",
];

/// A signature, remark or note line below (or above) the data: `审核人：　　制表人：`, `备注：本表一式两份`.
pub fn is_signature(written: &str) -> bool {
    let folded = text::fold(written);
    let head = folded.split([':', '：']).next().unwrap_or("");
    let colon = head.len() < folded.len();
    let head = head.split(['(', '（']).next().unwrap_or(head);
    let numbered =
        folded.strip_prefix('注').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit() || c == '、' || c == '.'));
    numbered
        || (colon && SIGNATURES.contains(&head))
        || ["审核人", "制表人", "填表人", "单位(盖章)", "(盖章)", "第"].iter().any(|w| {
            *w != "第"
                && folded.starts_with(w)
                && folded.chars().count() <= 60
                && (folded.contains(':') || folded.contains("签") || folded.contains("章"))
        })
        || is_page_mark(&folded)
}

/// `第1页共3页`, `1/3`.
fn is_page_mark(folded: &str) -> bool {
    folded.starts_with('第') && folded.contains('页') && folded.chars().count() <= 16
}

/// The unit that title rows name: `填报单位：锦江区总工会（盖章）`.
pub fn unit_in_title(written: &str) -> Option<String> {
    for word in ["填报单位", "报送单位", "上报单位", "填表单位", "制表单位", "编报单位", "单位名称", "单位"]
    {
        let Some(at) = written.find(word) else { continue };
        let rest = written[at + word.len()..].trim_start_matches([' ', '\u{3000}']);
        // `单位（盖章）：…` and `单位：元`
        let rest = match rest.strip_prefix(['（', '(']) {
            Some(inner) => inner.split_once(['）', ')']).map_or("", |(_, after)| after),
            None => rest,
        };
        let Some(rest) = rest.trim_start_matches([' ', '\u{3000}']).strip_prefix(['：', ':']) else { continue };
        let rest = rest.trim_start_matches([' ', '\u{3000}', '_']);
        let end = rest
            .find([' ', '\u{3000}', '\t', '\n', ',', '，', ';', '；'])
            .or_else(|| ["填报日期", "填表日期", "日期", "金额单位", "单位"].iter().filter_map(|w| rest.find(w)).min())
            .unwrap_or(rest.len());
        let name = rest[..end].trim().trim_matches('_');
        if name.chars().count() >= 3 && !["万元", "人民币元", "平方米"].contains(&name) {
            return Some(name.to_string());
        }
    }
    None
}

/// Money unit for the whole sheet from its title rows: `单位：万元`.
pub fn money_unit_in_title(written: &str) -> Option<MoneyUnit> {
    let folded = text::fold(written);
    let at = folded.find("单位:")?;
    let rest = &folded[at + "单位:".len()..];
    if rest.starts_with("万元") {
        Some(MoneyUnit::WanYuan)
    } else if rest.starts_with('元') {
        Some(MoneyUnit::Yuan)
    } else {
        None
    }
}
