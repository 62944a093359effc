//! Looks of the workbooks: fonts, colours, cell formats, widths that suit Chinese, page setup.

use std::borrow::Cow;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, ProtectionOptions, Worksheet, XlsxError};

use crate::finding::Severity;

/// On every Windows since Vista and in every WPS; LibreOffice substitutes a Chinese sans serif.
pub const FONT: &str = "微软雅黑";

pub const RED: Color = Color::RGB(0xC0_1F_1F);
pub const AMBER: Color = Color::RGB(0xC4_72_00);
pub const BLUE: Color = Color::RGB(0x2F_6E_B5);
pub const GREEN: Color = Color::RGB(0x3B_86_55);
pub const LINE: Color = Color::RGB(0xC4_CA_D0);
pub const DARK: Color = Color::RGB(0x33_47_5B);
pub const INK: Color = Color::RGB(0x22_2B_35);
pub const DIM: Color = Color::RGB(0x6B_75_80);
pub const SYSTEM_FILL: Color = Color::RGB(0xF1_F2_F4);
const ANSWER_HEADER: Color = Color::RGB(0xFF_F2_B3);
pub const DIFFERS_FILL: Color = Color::RGB(0xFB_D9_D5);
pub const PALE: Color = Color::RGB(0xE8_EE_F5);

/// A4 landscape less margins, in pixels at 100 %, with a little to spare: programs round widths differently.
pub const PAGE_WIDTH_PX: u32 = 1000;
/// Height of one line of a 10-point font.
pub const LINE_PX: u32 = 19;
/// What a cell keeps free at both sides.
const PADDING_PX: u32 = 10;
/// Longest text of a cell, in UTF-16 units.
const MAX_UNITS: usize = 32_767;

pub fn severity_color(severity: Severity) -> Color {
    match severity {
        Severity::High => RED,
        Severity::Medium => AMBER,
        Severity::Low => BLUE,
    }
}

/// Behind a word in [`severity_color`].
pub fn severity_fill(severity: Severity) -> Color {
    match severity {
        Severity::High => Color::RGB(0xFB_D5_D0),
        Severity::Medium => Color::RGB(0xFD_EC_CB),
        Severity::Low => Color::RGB(0xDC_E8_F6),
    }
}

/// The cell formats, made once a workbook.
pub struct Styles {
    pub title: Format,
    pub subtitle: Format,
    pub section: Format,
    pub label: Format,
    pub fact: Format,
    pub body: Format,
    pub step: Format,
    pub count: Format,
    pub count_bold: Format,
    pub money: Format,
    pub money_bold: Format,
    /// In the rows of a wide table.
    pub money_small: Format,
    pub money_differs: Format,
    pub link: Format,
    pub header: Format,
    pub group_header: Format,
    pub answer_header: Format,
    /// System cells of 疑点清单: grey, wrapped.
    pub system: Format,
    pub system_small: Format,
    pub system_center: Format,
    /// Short values that must stay text.
    pub system_text: Format,
    pub system_money: Format,
    pub answer: Format,
    pub answer_date: Format,
    /// Plain read-only cells of the protected sheets.
    pub cell: Format,
    pub cell_text: Format,
    pub cell_center: Format,
    pub differs: Format,
    /// No such column or no such row in that source.
    pub absent: Format,
    pub nothing: Format,
    /// 入户调查表: what is printed, and what is left to fill in.
    pub form_label: Format,
    pub form_value: Format,
    pub form_blank: Format,
    pub form_label_marked: Format,
    pub form_value_marked: Format,
    pub form_blank_marked: Format,
    pub form_member: Format,
    pub form_text: Format,
    pub form_hint: Format,
    pub page_number: Format,
    /// Runs inside a cell.
    pub run: Format,
    pub marked_run: Format,
}

impl Styles {
    pub fn new() -> Self {
        let font = |size: f64| Format::new().set_font_name(FONT).set_font_size(size).set_font_color(INK);
        let boxed = |format: Format| {
            format.set_border(FormatBorder::Thin).set_border_color(LINE).set_align(FormatAlign::VerticalCenter)
        };
        let wrapped = || boxed(font(10.0)).set_text_wrap();
        let system = || wrapped().set_background_color(SYSTEM_FILL).set_align(FormatAlign::Top);
        let header =
            || boxed(font(10.0)).set_bold().set_text_wrap().set_align(FormatAlign::Center).set_font_color(Color::White);
        let centered = |format: Format| format.set_align(FormatAlign::Center);
        Self {
            title: centered(font(20.0)).set_bold().set_align(FormatAlign::VerticalCenter),
            subtitle: centered(font(10.0)).set_font_color(DIM).set_align(FormatAlign::VerticalCenter),
            section: font(12.0)
                .set_bold()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(DARK),
            label: boxed(font(10.0)).set_background_color(PALE).set_font_color(DIM),
            fact: wrapped().set_bold(),
            body: font(11.0).set_text_wrap().set_align(FormatAlign::VerticalCenter),
            step: centered(font(12.0)).set_bold().set_font_color(BLUE).set_align(FormatAlign::VerticalCenter),
            count: centered(boxed(font(11.0))).set_num_format("0"),
            count_bold: centered(boxed(font(11.0))).set_bold().set_num_format("0").set_background_color(PALE),
            money: boxed(font(11.0)).set_num_format("#,##0.00").set_align(FormatAlign::Right),
            money_bold: boxed(font(11.0))
                .set_num_format("#,##0.00")
                .set_align(FormatAlign::Right)
                .set_bold()
                .set_background_color(PALE),
            money_small: wrapped().set_num_format("#,##0.00").set_align(FormatAlign::Right),
            money_differs: wrapped()
                .set_num_format("#,##0.00")
                .set_align(FormatAlign::Right)
                .set_background_color(DIFFERS_FILL)
                .set_font_color(RED),
            link: wrapped().set_font_color(BLUE).set_underline(rust_xlsxwriter::FormatUnderline::Single),
            header: header().set_background_color(DARK),
            group_header: header().set_background_color(BLUE),
            answer_header: header().set_background_color(ANSWER_HEADER).set_font_color(INK),
            system: system(),
            system_small: system().set_font_size(8).set_font_color(DIM).set_num_format("@"),
            system_center: centered(system()),
            system_text: system().set_num_format("@"),
            system_money: system().set_num_format("#,##0.00").set_align(FormatAlign::Right),
            answer: wrapped().set_num_format("@").set_align(FormatAlign::Top).set_unlocked(),
            answer_date: centered(wrapped()).set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top).set_unlocked(),
            cell: wrapped(),
            cell_text: wrapped().set_num_format("@"),
            cell_center: centered(wrapped()),
            differs: wrapped().set_num_format("@").set_background_color(DIFFERS_FILL).set_font_color(RED),
            absent: centered(wrapped()).set_background_color(SYSTEM_FILL).set_font_color(DIM),
            nothing: font(11.0).set_font_color(DIM),
            form_label: form_cell(font(10.0)).set_background_color(PALE).set_align(FormatAlign::Center),
            form_value: form_cell(font(10.0)).set_num_format("@"),
            form_blank: form_cell(font(10.0)).set_num_format("@").set_unlocked(),
            form_label_marked: form_cell(font(10.0))
                .set_background_color(DIFFERS_FILL)
                .set_font_color(RED)
                .set_bold()
                .set_align(FormatAlign::Center),
            form_value_marked: form_cell(font(10.0)).set_num_format("@").set_background_color(DIFFERS_FILL).set_bold(),
            // A thick frame stays when colours are lost.
            form_blank_marked: form_cell(font(10.0))
                .set_num_format("@")
                .set_border(FormatBorder::Medium)
                .set_border_color(INK)
                .set_unlocked(),
            form_member: boxed(font(9.0))
                .set_border_color(DIM)
                .set_num_format("@")
                .set_align(FormatAlign::VerticalCenter)
                .set_shrink()
                .set_unlocked(),
            form_text: form_cell(font(10.0)).set_align(FormatAlign::Top),
            form_hint: font(10.0).set_font_color(DIM),
            page_number: font(10.0).set_font_color(DIM).set_align(FormatAlign::Right),
            run: font(10.0),
            marked_run: font(10.0).set_bold().set_font_color(Color::RGB(0xE0_00_00)),
        }
    }
}

/// Boxed in dark lines, to be printed and written on.
fn form_cell(format: Format) -> Format {
    format.set_border(FormatBorder::Thin).set_border_color(DIM).set_text_wrap().set_align(FormatAlign::VerticalCenter)
}

/// Text as a cell can hold it: no control characters besides line feed, not above Excel's limit.
pub fn cell_text(text: &str) -> Cow<'_, str> {
    let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    // Every character that is not wanted begins with one of these bytes; most texts have none.
    let suspect = text.bytes().any(|b| (b < b' ' && b != b'\n') || matches!(b, 0x7F | 0xC2 | 0xEF));
    let mut clean = Cow::Borrowed(text);
    if suspect && text.contains(bad) {
        clean = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace(bad, " "));
    }
    // UTF-16 never needs more units than UTF-8 bytes.
    if clean.len() > MAX_UNITS && clean.encode_utf16().count() > MAX_UNITS {
        const CUT: &str = "……（过长，已截断）";
        let mut room = MAX_UNITS - CUT.chars().count();
        let fits = |c: &char| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        };
        clean = Cow::Owned(clean.chars().take_while(fits).chain(CUT.chars()).collect());
    }
    clean
}

/// Width of the widest line in a 10-point font. Library autofit takes a Chinese character for a Latin one.
pub fn text_px(text: &str) -> u32 {
    text.lines().map(line_px).max().unwrap_or(0) + PADDING_PX
}

fn line_px(line: &str) -> u32 {
    line.chars().map(|c| if c.is_ascii() { 7 } else { 14 }).sum()
}

/// Lines that `text` takes in a cell of that width.
pub fn lines_in(text: &str, width_px: u32) -> u32 {
    let room = width_px.saturating_sub(PADDING_PX).max(14);
    text.lines().map(|line| line_px(line).div_ceil(room).max(1)).sum::<u32>().max(1)
}

/// Height of a row that shows all of `cells` (text, width of the column), up to what Excel allows. It is written into
/// the file because LibreOffice and older WPS do not measure rows when they open one.
pub fn row_px<'a>(cells: impl IntoIterator<Item = (&'a str, u32)>) -> u32 {
    const TALLEST_PX: u32 = 545;
    let lines = cells.into_iter().map(|(text, width)| lines_in(text, width)).max().unwrap_or(1);
    (LINE_PX * lines + 5).min(TALLEST_PX)
}

/// A4 landscape, margins, unit and page in the footer, header rows on every page.
pub fn page(sheet: &mut Worksheet, unit: &str, as_of: &str, header_rows: u32) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_landscape().set_paper_size(A4).set_margins(0.4, 0.4, 0.5, 0.65, 0.3, 0.3);
    sheet.set_print_center_horizontally(true);
    // Header and footer hold 255 characters; `&` is their own sign.
    let unit: String = unit.chars().filter(|c| !c.is_control()).take(60).collect();
    let unit = unit.replace('&', "&&");
    let font = format!("&\"{FONT},Regular\"&9 ");
    sheet.set_footer(format!("&L{font}{unit}&C{font}第 &P 页 共 &N 页&R{font}截至 {as_of}"));
    if header_rows > 0 {
        sheet.set_repeat_rows(0, header_rows - 1)?;
    }
    Ok(())
}

/// Lays a wide table on as few pages side by side as leave it legible; each repeats the columns `repeat`. Pages are
/// counted, not scaled: programs measure columns by the font they have, and only a page count fits all of them.
pub fn print_columns(sheet: &mut Worksheet, widths: &[u32], repeat: (u16, u16)) -> Result<(), XlsxError> {
    /// Below this a 10-point font is not read without a glass.
    const SMALLEST_PERCENT: u32 = 58;
    let room = PAGE_WIDTH_PX * 100 / SMALLEST_PERCENT;
    let total: u32 = widths.iter().sum();
    let repeated: u32 = widths[usize::from(repeat.0)..=usize::from(repeat.1)].iter().sum();
    let pages = if total <= room { 1 } else { total.saturating_sub(repeated).div_ceil((room - repeated).max(1)) };
    sheet.set_print_fit_to_pages(u16::try_from(pages).unwrap_or(u16::MAX), 0);
    if pages > 1 {
        sheet.set_repeat_columns(repeat.0, repeat.1)?.set_page_order(false);
    }
    Ok(())
}

/// Protected against slips, without a password; filtering, sorting and widening stay allowed.
pub fn protect(sheet: &mut Worksheet) {
    let allowed = ProtectionOptions {
        use_autofilter: true,
        sort: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&allowed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_what_excel_can_hold() {
        assert_eq!(cell_text("甲\r\n乙\u{0}丙\t丁"), "甲\n乙 丙 丁");
        assert!(matches!(cell_text("=1+1"), Cow::Borrowed("=1+1")));
        for long in ["长".repeat(40_000), "😀".repeat(20_000), format!("a{}", "😀".repeat(20_000))] {
            let cut = cell_text(&long);
            let units = cut.encode_utf16().count();
            assert!((MAX_UNITS - 1..=MAX_UNITS).contains(&units), "{units}");
            assert!(cut.ends_with("已截断）"));
        }
    }

    #[test]
    fn chinese_is_twice_as_wide() {
        assert_eq!(text_px("身份证号"), 66);
        assert_eq!(text_px("ab\n身份证号"), 66);
        assert_eq!(lines_in("身份证号身份证号", 66), 2);
        assert_eq!(lines_in("", 66), 1);
        assert_eq!(row_px([("甲", 66), ("身份证号\n身份证号", 66)]), 2 * LINE_PX + 5);
        assert_eq!(row_px([("长".repeat(9_000).as_str(), 66)]), 545);
    }
}
