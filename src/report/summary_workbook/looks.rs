//! Cell formats of the 汇总 workbook, made once.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatUnderline};

use crate::report::style::{self, BLUE, DARK, DIFFERS_FILL, DIM, INK, LINE, PALE, RED, SYSTEM_FILL};

/// How deep names are set in; units deeper down stand with the last.
const DEEPEST: usize = 5;

/// Weight of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// A unit with others below it.
    Parent,
    /// The sum of all.
    Total,
    /// Every other group of rows that belong together.
    Banded,
}

pub struct Looks {
    pub heading: Format,
    pub note: Format,
    pub link: Format,
    pub group: Format,
    pub header: Format,
    pub section: Format,
    pub nothing: Format,
    /// A number that cannot be trusted.
    pub warning: Format,
    /// By [`Weight`].
    rows: [RowLooks; 4],
}

/// Formats of one row.
pub struct RowLooks {
    /// By depth.
    names: Vec<Format>,
    pub text: Format,
    pub word: Format,
    pub count: Format,
    pub money: Format,
    pub day: Format,
    pub share: Format,
    /// Nothing is known or nothing applies.
    pub none: Format,
}

impl RowLooks {
    pub fn name(&self, depth: usize) -> &Format {
        &self.names[depth.min(DEEPEST)]
    }
}

impl Looks {
    pub fn new() -> Self {
        let font = |size: f64| Format::new().set_font_name(style::FONT).set_font_size(size).set_font_color(INK);
        let boxed = |format: Format| {
            format.set_border(FormatBorder::Thin).set_border_color(LINE).set_align(FormatAlign::VerticalCenter)
        };
        let header = |fill| {
            boxed(font(10.0))
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_font_color(rust_xlsxwriter::Color::White)
                .set_background_color(fill)
        };
        let row = |weight: Weight| {
            let weighted = |format: Format| match weight {
                Weight::Plain => format,
                Weight::Parent => format.set_bold(),
                Weight::Total => format.set_bold().set_background_color(PALE),
                Weight::Banded => format.set_background_color(SYSTEM_FILL),
            };
            let cell = || weighted(boxed(font(10.0)));
            let number = |form: &str| cell().set_num_format(form).set_align(FormatAlign::Right);
            let text = || cell().set_text_wrap().set_num_format("@");
            RowLooks {
                names: (0..=DEEPEST).map(|depth| text().set_indent(depth as u8)).collect(),
                text: text(),
                word: text().set_align(FormatAlign::Center),
                count: number("#,##0"),
                money: number("#,##0.00"),
                day: cell().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
                share: number("0.0%"),
                none: cell().set_align(FormatAlign::Center).set_font_color(DIM),
            }
        };
        Self {
            heading: font(14.0).set_bold().set_align(FormatAlign::VerticalCenter),
            note: font(9.0).set_font_color(DIM).set_align(FormatAlign::VerticalCenter),
            link: font(9.0)
                .set_font_color(BLUE)
                .set_underline(FormatUnderline::Single)
                .set_align(FormatAlign::VerticalCenter),
            group: header(BLUE),
            header: header(DARK),
            section: font(12.0)
                .set_bold()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(DARK),
            nothing: font(11.0).set_font_color(DIM),
            warning: boxed(font(10.0))
                .set_num_format("#,##0")
                .set_align(FormatAlign::Right)
                .set_font_color(RED)
                .set_background_color(DIFFERS_FILL),
            rows: [Weight::Plain, Weight::Parent, Weight::Total, Weight::Banded].map(row),
        }
    }

    pub fn row(&self, weight: Weight) -> &RowLooks {
        &self.rows[weight as usize]
    }
}
