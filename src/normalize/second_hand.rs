//! What is told of files that only the second reader could read: why, and what is lost thereby.

use super::notice::{Doubt, Notice, NoticeKind};
use super::record::Tables;
use crate::ingest::Format;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::ingest::second_reader::SecondReading;
use crate::place::SheetId;

/// One notice a file, with its first sheet; a doubt for each sheet that could not be read by either reader.
pub(super) fn tell(inputs: &Inputs, tables: &mut Tables<'_>) {
    for file in &inputs.files {
        let (FileStatus::Read(format), SecondReading::Used { instead_of, lost }) = (&file.status, &file.second) else {
            continue;
        };
        let sheet = SheetId(file.sheets.start as u32);
        let mut what = format!("文件有损坏（{}），改用备用读法读出；{}", instead_of.what, lost_thereby(*format));
        if !lost.is_empty() {
            let names: Vec<String> = lost.iter().map(|name| format!("“{name}”")).collect();
            what.push_str(&format!("；工作表{}没有读全", names.join("、")));
        }
        for at in file.sheets.clone().filter(|at| lost.contains(&inputs.sheets[*at].raw.name)) {
            let why = format!("文件有损坏，工作表“{}”没有读全", inputs.sheets[at].raw.name);
            let kind = tables.accounts[at].kind;
            tables.doubts.push(Doubt { sheet: SheetId(at as u32), kind, unit: None, why });
        }
        let remedy = "请用 WPS 或 Excel 打开，核对后另存为 .xlsx 替换原文件；打不开的，请报送单位重新提供";
        tables.notices.push(Notice::new(NoticeKind::SecondReader, sheet, what).remedy(remedy));
    }
}

/// What calamine does not tell of a workbook of this format.
fn lost_thereby(format: Format) -> &'static str {
    match format {
        Format::Xlsx | Format::Xls => {
            "编号前面的零等显示格式、隐藏的行和列、删除线都没有读到，超过15位的数字可能丢了末几位"
        }
        _ => "编号前面的零等显示格式、隐藏的行和列、删除线、合并的单元格都没有读到，超过15位的数字可能丢了末几位",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{FileRead, ReadError, Reading, SheetBuilder};
    use crate::normalize::{self, Context};
    use crate::schema::Schemas;

    #[test]
    fn a_file_read_second_hand_is_told_once_and_its_lost_sheet_is_a_doubt() {
        let sheets = vec![SheetBuilder::new("一月").finish(), SheetBuilder::new("二月").finish()];
        let second =
            SecondReading::Used { instead_of: ReadError::new("压缩数据有错", ""), lost: vec!["二月".into()] };
        let reading = Reading::Sheets { format: Format::Xlsb, sheets };
        let file = FileRead { path: "a.xlsb".into(), bytes: 1, sha256: [1; 32], reading, second };
        let inputs = Inputs::from_reads(vec![(0, file)]);
        assert!(inputs.files[0].is_unread());
        let schemas = Schemas::load(None).unwrap_or_else(|e| panic!("{e}"));
        let day = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a day");
        let tables = normalize::tables(&inputs, &[], &Context::new(&schemas, day));
        let [notice] = &tables.notices[..] else { panic!("{:?}", tables.notices) };
        assert!(notice.kind == NoticeKind::SecondReader && notice.what.contains("合并的单元格"), "{notice:?}");
        assert!(notice.what.contains("压缩数据有错") && notice.what.contains("“二月”没有读全"), "{notice:?}");
        assert_eq!(tables.doubts.len(), 1);
    }
}
