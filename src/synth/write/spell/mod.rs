//! From a value to a written cell, in one of the many ways that mean the same (3-values-and-matching.md).
//!
//! | level | what is added |
//! | --- | --- |
//! | 0 | real dates, numbers, ID numbers as text |
//! | 1 | numbers as text, other date formats, blanks around text, √ for 是 |
//! | 2 | ID numbers in pieces, dates and money in every spelling, `-` for no amount |
//! | 3 | ID numbers as numbers whose 18 digits stand in the file |
//!
//! A column keeps one way of writing, as a person or a system does; from level 2 on some cells depart from it.

mod date;
pub(super) mod heading;
mod id;
mod money;
mod name;

use crate::synth::export::{Column, Row, Val};

use super::dice::Dice;
use super::format::Format;
use super::grid::{Cell, Style};

/// How one column is written.
#[derive(Debug, Clone)]
pub(super) struct ColumnStyle {
    pub kind: Kind,
    /// The heading says 万元, and the cells are written in it.
    pub wan: bool,
    field: &'static str,
    date: date::Spelling,
    money: money::Spelling,
    flag: (&'static str, &'static str),
}

/// What a column holds, as far as the way of writing depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Money,
    Area,
    Time,
    Other,
}

/// Ways to write yes and no.
const FLAGS: [(&str, &str); 6] = [("是", "否"), ("√", "×"), ("有", "无"), ("Y", "N"), ("1", "0"), ("☑", "☐")];

/// Fields that other tables refer to, or that are digits only by accident: written as they are.
const KEYS: [&str; 10] =
    ["file_no", "record_no", "serial", "cert_no", "code", "account", "ss_card", "uscc", "plate", "program"];

/// Spells the values of one sheet.
pub(super) struct Speller<'a> {
    pub level: u8,
    pub format: Format,
    pub date1904: bool,
    pub dice: &'a mut Dice,
}

impl Speller<'_> {
    /// Decides how a column is written; `values` are all that will stand in it.
    pub fn column<'v>(&mut self, column: &Column, values: impl Iterator<Item = &'v Val> + Clone) -> ColumnStyle {
        let mut filled = values.clone().filter(|v| !matches!(v, Val::Empty | Val::Verbatim(_)));
        let kind = match filled.next() {
            Some(Val::Money(_)) => Kind::Money,
            Some(Val::Area(_)) => Kind::Area,
            Some(Val::Date(_) | Val::Month(..)) => Kind::Time,
            _ => Kind::Other,
        };
        let wan = kind == Kind::Money
            && self.level >= 2
            && self.dice.chance(10)
            && values.clone().all(|v| matches!(v, Val::Empty) || money::is_fit_for_wan(v));
        let flags = if self.level == 0 { 1 } else { FLAGS.len() };
        ColumnStyle {
            kind,
            wan,
            field: column.field,
            date: date::Spelling::choose(self),
            money: money::Spelling::choose(self),
            flag: FLAGS[self.dice.below(flags)],
        }
    }

    /// Decides how the columns of a table are written; `totals` are what its 合计 row will hold.
    pub fn columns(&mut self, columns: &[Column], rows: &[Row], totals: &[(&'static str, Val)]) -> Vec<ColumnStyle> {
        let style = |(i, column): (usize, &Column)| {
            let total = totals.iter().filter(|(field, _)| *field == column.field).map(|(_, v)| v);
            self.column(column, rows.iter().filter_map(move |r| r.values.get(i)).chain(total))
        };
        columns.iter().enumerate().map(style).collect()
    }

    /// The same for the columns of the members.
    pub fn member_columns(&mut self, columns: &[Column], rows: &[Row]) -> Vec<ColumnStyle> {
        let style = |(i, column): (usize, &Column)| {
            self.column(column, rows.iter().flat_map(|r| &r.members).filter_map(move |m| m.get(i)))
        };
        columns.iter().enumerate().map(style).collect()
    }

    /// Writes a value.
    pub fn cell(&mut self, value: &Val, style: &ColumnStyle) -> Cell {
        match value {
            Val::Empty => self.nothing(style),
            Val::Text(text) => Cell::text(self.text(text, style.field)),
            Val::Name(text) => Cell::text(name::write(self, text)),
            Val::Id(number) => id::write(self, number),
            Val::Verbatim(text) => Cell::text(text.as_str()),
            Val::DamagedId(number) => id::damaged(number, self.format),
            Val::Money(fen) => money::write(self, *fen, style),
            Val::Date(day) => date::write(self, *day, style.date),
            Val::Month(year, month) => date::write_month(self, *year, *month),
            Val::Int(n) => self.int(*n, style.field),
            Val::Area(hundredths) => self.area(*hundredths),
            Val::Phone(phone) => self.phone(phone),
            Val::Flag(yes) => self.flag(*yes, style),
        }
    }

    /// A cell that departs from the way of its column.
    fn departs(&mut self) -> bool {
        self.level >= 2 && self.dice.chance(15)
    }

    /// Numbers can stand as numbers.
    fn has_numbers(&self) -> bool {
        !self.format.is_text() && self.format != Format::Html
    }

    fn nothing(&mut self, style: &ColumnStyle) -> Cell {
        if style.kind == Kind::Money && self.level >= 2 && self.dice.chance(30) {
            return Cell::text(self.dice.pick(&["-", "无", "/"]));
        }
        Cell::Blank
    }

    fn text(&mut self, text: &str, field: &str) -> String {
        if self.level == 0 || KEYS.contains(&field) || !self.dice.chance(6) {
            return text.to_owned();
        }
        match self.dice.below(4) {
            0 => format!(" {text}"),
            1 => format!("{text} "),
            2 => format!("{text}\u{3000}"),
            _ if matches!(field, "address" | "employer") => full_width(text),
            _ => text.to_owned(),
        }
    }

    fn int(&mut self, n: i64, field: &str) -> Cell {
        let persons = matches!(field, "household_size" | "persons");
        match self.dice.below(20) {
            0 if self.level >= 2 && persons => Cell::text(format!("{n}人")),
            1 if self.level >= 2 && persons => Cell::text(format!("{n}口")),
            2 if self.level >= 2 => Cell::text(full_width(&n.to_string())),
            3 | 4 if self.level >= 1 => Cell::text(n.to_string()),
            _ => Cell::number(n),
        }
    }

    fn area(&mut self, hundredths: i64) -> Cell {
        let plain = decimal(hundredths, 2);
        match self.dice.below(20) {
            0 if self.level >= 2 => Cell::text(format!("{plain}㎡")),
            1 if self.level >= 2 => Cell::text(format!("{plain}平方米")),
            2 | 3 if self.level >= 1 => Cell::text(plain),
            _ => Cell::Number(plain, Style::General),
        }
    }

    fn phone(&mut self, phone: &str) -> Cell {
        let digits = phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit()) && phone.starts_with('1');
        if !digits || self.level == 0 {
            return Cell::text(phone);
        }
        let (a, b, c) = (&phone[..3], &phone[3..7], &phone[7..]);
        match self.dice.below(20) {
            0 if self.level >= 2 => Cell::text(format!("{a}-{b}-{c}")),
            1 if self.level >= 2 => Cell::text(format!("{a} {b} {c}")),
            2 if self.level >= 2 => Cell::text(format!("+86 {phone}")),
            3..=7 => Cell::number(phone),
            _ => Cell::text(phone),
        }
    }

    fn flag(&mut self, yes: bool, style: &ColumnStyle) -> Cell {
        let (positive, negative) = if self.departs() { self.dice.pick(&FLAGS) } else { style.flag };
        let mark = if yes { positive } else { negative };
        if mark.bytes().all(|b| b.is_ascii_digit()) { Cell::number(mark) } else { Cell::text(mark) }
    }
}

/// The spelling of a signature on a form: a tick or a cross at most, for a blank would mean unknown.
pub(super) fn signature(yes: bool, dice: &mut Dice, level: u8) -> Cell {
    let (positive, negative) = FLAGS[dice.below(if level == 0 { 1 } else { 2 })];
    Cell::text(if yes { positive } else { negative })
}

/// A whole number of small units as a decimal without superfluous zeros: `decimal(120050, 2)` → `1200.5`.
fn decimal(value: i64, places: usize) -> String {
    let text = fixed(value, places);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The same with all its places: `fixed(120050, 2)` → `1200.50`.
fn fixed(value: i64, places: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

/// ASCII letters, digits and signs in their full-width forms; everything else as it stands.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
            c => c,
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// Every spelling of a value that many throws give.
    pub fn spellings(level: u8, format: Format, value: &Val) -> std::collections::BTreeSet<String> {
        let mut all = std::collections::BTreeSet::new();
        for seed in 0..400 {
            let mut dice = Dice::new(seed, "spellings");
            let mut speller = Speller { level, format, date1904: false, dice: &mut dice };
            let column = Column { field: "x", titles: &["某列"] };
            let style = speller.column(&column, [value].into_iter());
            all.insert(match speller.cell(value, &style) {
                Cell::Blank => "∅".to_owned(),
                Cell::Text(text) => format!("t {text}"),
                Cell::Number(literal, _) => {
                    format!("n {literal}{}", if style.wan { " 万元" } else { "" })
                }
                Cell::Date(day, _) => format!("d {day}"),
            });
        }
        all
    }

    fn set(items: &[&str]) -> std::collections::BTreeSet<String> {
        items.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn level_0_is_plain() {
        let day = NaiveDate::from_ymd_opt(2019, 8, 25).unwrap();
        for (value, expected) in [
            (Val::Empty, "∅"),
            (Val::Text("低保".into()), "t 低保"),
            (Val::Name("试一".into()), "t 试一"),
            (Val::Id("51010519800101997X".into()), "t 51010519800101997X"),
            (Val::Money(120_050), "n 1200.5"),
            (Val::Date(day), "d 2019-08-25"),
            (Val::Month(2019, 10), "t 2019-10"),
            (Val::Int(3), "n 3"),
            (Val::Area(7500), "n 75"),
            (Val::Phone("19900001234".into()), "t 19900001234"),
            (Val::Flag(false), "t 否"),
        ] {
            assert_eq!(spellings(0, Format::Xlsx, &value), set(&[expected]), "{value:?}");
        }
    }

    #[test]
    fn what_must_stay_stays() {
        let exact = Val::Verbatim("510105********9971".into());
        assert_eq!(spellings(3, Format::Xlsx, &exact), set(&["t 510105********9971"]));
    }

    #[test]
    fn flags_and_phones() {
        assert_eq!(spellings(1, Format::Xlsx, &Val::Flag(true)), set(&["t 是", "t √", "t 有", "t Y", "n 1", "t ☑"]));
        assert_eq!(
            spellings(2, Format::Xlsx, &Val::Phone("19900001234".into())),
            set(&["t 199-0000-1234", "t 199 0000 1234", "t +86 19900001234", "n 19900001234", "t 19900001234"])
        );
    }

    #[test]
    fn decimals() {
        for (value, places, short, long) in [
            (120_050, 2, "1200.5", "1200.50"),
            (5, 2, "0.05", "0.05"),
            (-50_000, 2, "-500", "-500.00"),
            (0, 2, "0", "0.00"),
            (120_000, 6, "0.12", "0.120000"),
        ] {
            assert_eq!((decimal(value, places).as_str(), fixed(value, places).as_str()), (short, long));
        }
        assert_eq!(full_width("12栋"), "１２栋");
    }
}
