//! Rows below the last that a sheet can have: a text has no such limit, and a damaged sheet may say any number.

use super::notice::{Doubt, Notice, NoticeKind};
use super::outcome::SheetOutcome;
use crate::ingest::sheet::RawSheet;
use crate::place::SheetId;

/// Rows below the last that is read: in the account, told with their numbers, and who is missing may stand in them.
pub(super) fn tell(raw: &RawSheet, sheet: SheetId, out: &mut SheetOutcome) {
    const WHY: &str = "超出界限";
    let Some((rows, first, last)) = raw.beyond() else { return };
    out.account.read += rows;
    *out.account.quarantined.entry(WHY).or_default() += rows;
    let what =
        format!("第{first}至{last}行超出可读的1048576行，有内容的{rows}行没有读入；凭“没有”下结论的核查按无法判定处理");
    out.notice(Notice::new(NoticeKind::Beyond, sheet, what).row(first).remedy("请按单位或年份拆成几个文件后重新报送"));
    let why = format!("第{first}至{last}行超出界限，没有读入");
    out.doubt(Doubt { sheet, kind: out.account.kind, unit: None, why });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::inputs::Inputs;
    use crate::ingest::second_reader::SecondReading;
    use crate::ingest::{CellKind, FileRead, Format, Reading, SheetBuilder};
    use crate::normalize::{self, Context};
    use crate::schema::Schemas;

    #[test]
    fn rows_beyond_are_in_the_account_told_and_a_doubt() {
        let mut builder = SheetBuilder::new("发放");
        let rows = [
            ["流水号", "姓名", "身份证号", "金额", "发放日期", "发放单位"],
            ["LS1", "测甲", "510105198001019971", "1000", "2019-05-01", "锦江区总工会"],
        ];
        for (number, row) in (1..).zip(rows) {
            builder.row(number, false);
            for (col, text) in (0..).zip(row) {
                builder.cell(col, CellKind::Text, text).expect("a cell");
            }
        }
        for row in [1_048_577, 1_048_577, 1_048_580] {
            builder.row_beyond(row);
        }
        let reading = Reading::Sheets { format: Format::Xlsx, sheets: vec![builder.finish()] };
        let second = SecondReading::None;
        let file = FileRead { path: "a.xlsx".into(), bytes: 1, sha256: [1; 32], reading, second };
        let inputs = Inputs::from_reads(vec![(0, file)]);
        let schemas = Schemas::load(None).unwrap_or_else(|e| panic!("{e}"));
        let day = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a day");
        let tables = normalize::tables(&inputs, &[], &Context::new(&schemas, day));
        let account = &tables.accounts[0];
        assert_eq!((account.read, account.used, account.quarantined["超出界限"]), (4, 1, 2));
        let told = tables.notices.iter().find(|n| n.kind == NoticeKind::Beyond).expect("it is told");
        assert!(told.what.contains("第1048577至1048580行") && told.what.contains("2行没有读入"), "{told:?}");
        assert!(tables.doubts.iter().any(|d| d.kind == account.kind && d.kind.is_some()), "{:?}", tables.doubts);
    }
}
