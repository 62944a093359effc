//! The columns of `findings.csv`, typed.

use std::borrow::Cow;

use super::table::{Cell, Column, Kind, Table};
use crate::report::findings_csv::{COLUMNS, evidence, single_line};
use crate::report::model::FindingRow;

/// How a column of the findings is typed in tables for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    Text,
    /// Yuan.
    Money,
    Day,
    /// 0 to 1.
    Share,
}

/// Name, type and meaning of each column, in the order of [`COLUMNS`].
pub fn columns_of_findings() -> Vec<(&'static str, Typed, &'static str)> {
    let doc = |name: &str| match name {
        "finding_id" => "疑点编号；证件号遮盖时为空",
        "rule" => "规则代码",
        "severity" => "严重程度：high 严重，medium 一般，low 提示",
        "status" => "状态：new persisting reopened answered disputed unchecked",
        "unit" => "单位",
        "parent_unit" => "上级工会",
        "file_no" => "档案号",
        "name" => "姓名",
        "id_number" => "身份证号（无效的为原文）",
        "field" => "字段代码，多个以、相连",
        "ref" => "同一规则、同一人的多条疑点以此区别",
        "case" => "跨单位疑点的案号",
        "electronic" => "电子档案的值，原样",
        "paper" => "纸质档案的值，原样",
        "civil" => "民政数据的值，原样",
        "payment" => "发放数据的值，原样",
        "other" => "其他来源的值，原样",
        "amount" => "涉及金额，元",
        "message" => "说明",
        "evidence" => "数据出处：路径!工作表!行[列名]，以; 相连",
        "basis" => "政策依据",
        "advice" => "处理建议",
        "confidence" => "疑似匹配的可靠程度，0至1；确切的为空",
        "first_seen" => "首次发现的基准日",
        "last_seen" => "最近发现的基准日",
        _ => "",
    };
    let typed = |name: &str| match name {
        "amount" => Typed::Money,
        "confidence" => Typed::Share,
        "first_seen" | "last_seen" => Typed::Day,
        _ => Typed::Text,
    };
    COLUMNS.into_iter().map(|name| (name, typed(name), doc(name))).collect()
}

/// The table; with `mask` without finding_id, which is a hash of few possible numbers.
pub fn table<'a>(mask: bool) -> Table<'a, &'a FindingRow> {
    let column = |(name, typed, doc): (&'static str, Typed, &'static str)| {
        let kind = match typed {
            Typed::Money => Kind::Yuan,
            Typed::Day => Kind::Day,
            Typed::Share => Kind::Share,
            Typed::Text if ["finding_id", "id_number", "message", "evidence"].contains(&name) => Kind::Key,
            Typed::Text => Kind::Text,
        };
        Column::new(name, kind, doc, move |row: &'a FindingRow| cell(row, name, mask))
    };
    Table { name: "findings", columns: columns_of_findings().into_iter().map(column).collect() }
}

/// A cell as in `findings.csv`, but for the mark that keeps spreadsheet programs from computing.
fn cell<'a>(row: &'a FindingRow, column: &str, mask: bool) -> Cell<'a> {
    let [electronic, paper, civil, payment, other] = &row.values;
    let text: &str = match column {
        "finding_id" if mask => "",
        "finding_id" => &row.id,
        "rule" => &row.rule,
        "severity" => row.severity.id(),
        "status" => row.status.id(),
        "unit" => &row.unit,
        "parent_unit" => &row.parent_unit,
        "file_no" => &row.file_no,
        "name" => &row.name,
        "id_number" => &row.id_number,
        "field" => &row.field,
        "ref" => &row.reference,
        "case" => &row.case,
        "electronic" => electronic,
        "paper" => paper,
        "civil" => civil,
        "payment" => payment,
        "other" => other,
        "message" => &row.message,
        "basis" => &row.basis,
        "advice" => &row.advice,
        "amount" => return row.amount.map_or(Cell::Null, Cell::Hundredths),
        "confidence" => return row.confidence.map_or(Cell::Null, Cell::Thousandths),
        "first_seen" => return Cell::Day(row.first_seen),
        "last_seen" => return Cell::Day(row.last_seen),
        "evidence" => return Cell::text(Cow::Owned(single_line(&evidence(&row.evidence)).into_owned())),
        _ => return Cell::Null,
    };
    Cell::text(single_line(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_column_of_the_contract_is_typed_filled_and_explained() {
        let mut row = sample::finding(3);
        (row.reference, row.case, row.values) = ("2019".into(), "C1".into(), std::array::from_fn(|n| n.to_string()));
        (row.confidence, row.amount) = (Some(987), Some(-5));
        for (column, (name, _, doc)) in table(false).columns.iter().zip(columns_of_findings()) {
            assert_ne!(cell(&row, &column.name, false), Cell::Null, "{name}");
            assert!(!doc.is_empty(), "{name}");
        }
        assert_eq!(cell(&row, "finding_id", true), Cell::Null);
    }
}
