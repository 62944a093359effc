//! 源数据问题: what the data officer must put right in the sources or the configuration, one line a column.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::looks::Weight;
use super::table::{Cell, Column, Table};
use super::{Page, charts};
use crate::report::model::SourceProblem;

/// Name of the sheet.
pub const NAME: &str = "源数据问题";

/// Where 等待核查的户数 stands.
const HOUSEHOLDS: u16 = 9;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let columns = [
        Column::new("问题", 110),
        Column::new("来源", 120),
        Column::new("列", 110),
        Column::new("报送单位", 130),
        Column::new("有几处", 56),
        Column::new("共填", 56),
        Column::new("在哪里", 260),
        Column::new("写的是", 180),
        Column::new("最接近的规范词", 120),
        Column::new("等待核查的户数", 70),
        Column::new("怎么办；程序先怎么处理", 300),
        Column::new("可直接粘贴的配置（hecha.toml）", 300),
    ];
    let note = "由数据管理员处理：一列一条，改一处，下面的户就都能查。最要紧的在前。“等待核查的户数”是改好以前有规则无法判定的户。";
    let mut table = Table::begin(book, page, (NAME, "源数据问题", note), &columns, 1)?;
    for problem in page.overview.source_problems {
        table.add(Weight::Plain, &cells(problem))?;
    }
    if let Some(last) = table.end("本期无")? {
        charts::colour_lacking(table.sheet, HOUSEHOLDS, (table.first_row(), last))?;
    }
    Ok(())
}

fn cells(problem: &SourceProblem) -> Vec<Cell<'_>> {
    let said = |text: &'_ str| if text.is_empty() { Cell::None } else { Cell::text(text.to_string()) };
    vec![
        Cell::text(problem.what.as_str()),
        said(&problem.source),
        said(&problem.column),
        said(&problem.unit),
        Cell::Count(problem.count),
        if problem.filled == 0 { Cell::None } else { Cell::Count(problem.filled) },
        said(&problem.places),
        said(&problem.written),
        said(&problem.nearest),
        Cell::Count(problem.households),
        said(&problem.remedy),
        said(&problem.setting),
    ]
}
