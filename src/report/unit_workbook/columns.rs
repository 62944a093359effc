//! The columns of 疑点清单, declared once: title, width, and the two orders in which they are needed.
//!
//! [`Column::ALL`] is the order on the sheet: question and answer stand together. [`Column::SYSTEM`] and then
//! [`Column::ANSWERS`] is the order of workbooks handed out before; row checksums are taken in it, so that a row is known
//! again whatever order its workbook has.

use std::ops::{Index, IndexMut};

/// A column of 疑点清单, in the order of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    Severity,
    Title,
    Name,
    IdNumber,
    FileNo,
    Message,
    Advice,
    Answer,
    Corrected,
    Note,
    DoneOn,
    CheckedBy,
    Field,
    Electronic,
    Paper,
    Civil,
    Payment,
    Other,
    Conclusion,
    Amount,
    Status,
    Basis,
    Places,
    Id,
}

impl Column {
    /// The order of the sheet.
    pub const ALL: [Self; 24] = [
        Self::Severity,
        Self::Title,
        Self::Name,
        Self::IdNumber,
        Self::FileNo,
        Self::Message,
        Self::Advice,
        Self::Answer,
        Self::Corrected,
        Self::Note,
        Self::DoneOn,
        Self::CheckedBy,
        Self::Field,
        Self::Electronic,
        Self::Paper,
        Self::Civil,
        Self::Payment,
        Self::Other,
        Self::Conclusion,
        Self::Amount,
        Self::Status,
        Self::Basis,
        Self::Places,
        Self::Id,
    ];

    /// What the system prints, in the order of the row checksum.
    pub const SYSTEM: [Self; 19] = [
        Self::Id,
        Self::Severity,
        Self::Status,
        Self::Title,
        Self::FileNo,
        Self::Name,
        Self::IdNumber,
        Self::Field,
        Self::Electronic,
        Self::Paper,
        Self::Civil,
        Self::Payment,
        Self::Other,
        Self::Conclusion,
        Self::Amount,
        Self::Message,
        Self::Advice,
        Self::Basis,
        Self::Places,
    ];

    /// What the cadre fills in.
    pub const ANSWERS: [Self; 5] = [Self::Answer, Self::Corrected, Self::Note, Self::DoneOn, Self::CheckedBy];

    /// What the sources say, by [`crate::finding::Side::ALL`].
    pub const SIDES: [Self; 5] = [Self::Electronic, Self::Paper, Self::Civil, Self::Payment, Self::Other];

    /// Question and answer: what fits a screen of 1366 pixels and is printed.
    pub const PRINTED: usize = 12;
    /// Columns that stay while the rest scrolls.
    pub const FROZEN: usize = 3;
    /// First of the columns that are folded away; they go on to the last.
    pub const FOLDED: Self = Self::Other;

    /// Place on the sheet, from 0.
    pub const fn at(self) -> u16 {
        self as u16
    }

    /// Row 1 of the sheet.
    pub const fn title(self) -> &'static str {
        TABLE[self as usize].0
    }

    /// In pixels at 100 %.
    pub const fn width_px(self) -> u32 {
        TABLE[self as usize].1
    }

    pub fn is_answer(self) -> bool {
        Self::ANSWERS.contains(&self)
    }

    /// The column of a title.
    pub fn titled(title: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.title() == title)
    }
}

/// Title and width by [`Column::ALL`]. The first twelve widths, with the row numbers and the scroll bar, fill a screen.
const TABLE: [(&str, u32); 24] = [
    ("严重程度", 48),
    ("疑点", 92),
    ("姓名", 58),
    ("身份证号", 140),
    ("档案号", 92),
    ("说明", 280),
    ("处理建议", 168),
    ("核实结果", 98),
    ("更正后的值", 92),
    ("核实说明", 112),
    ("完成日期", 78),
    ("核查人", 54),
    ("字段", 66),
    ("电子档案", 150),
    ("纸质档案", 150),
    ("民政数据", 150),
    ("发放数据", 190),
    ("其他数据", 150),
    ("比对结论", 66),
    ("涉及金额", 84),
    ("状态", 54),
    ("政策依据", 190),
    ("数据出处", 280),
    ("编号", 96),
];

/// One of something for each column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByColumn<T>(pub [T; 24]);

impl<T> ByColumn<T> {
    pub fn iter(&self) -> impl Iterator<Item = (Column, &T)> {
        Column::ALL.into_iter().zip(&self.0)
    }
}

impl<T> Index<Column> for ByColumn<T> {
    type Output = T;

    fn index(&self, column: Column) -> &T {
        &self.0[column as usize]
    }
}

impl<T> IndexMut<Column> for ByColumn<T> {
    fn index_mut(&mut self, column: Column) -> &mut T {
        &mut self.0[column as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_have_every_column_once() {
        assert!(Column::ALL.into_iter().enumerate().all(|(at, column)| usize::from(column.at()) == at));
        let mut former: Vec<Column> = Column::SYSTEM.into_iter().chain(Column::ANSWERS).collect();
        former.sort_unstable();
        assert_eq!(former, Column::ALL);
        assert!(Column::ALL.into_iter().all(|column| Column::titled(column.title()) == Some(column)));
    }

    #[test]
    fn question_and_answer_fit_a_small_screen() {
        let shown: u32 = Column::ALL[..Column::PRINTED].iter().map(|c| c.width_px()).sum();
        // Beside them the row numbers and the scroll bar.
        assert!(shown + 36 + 18 <= 1366, "{shown}");
        assert!(Column::ALL[..Column::PRINTED].ends_with(&Column::ANSWERS));
    }
}
