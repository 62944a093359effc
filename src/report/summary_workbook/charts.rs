//! Native charts of findings by severity, and the colours of numbers.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color,
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar, Format, Worksheet, XlsxError,
};

use crate::finding::Severity;
use crate::report::style;

/// The cells a chart is drawn from.
pub struct Source<'a> {
    pub sheet: &'a str,
    pub first_row: u32,
    pub last_row: u32,
    pub names: u16,
    /// Of 严重; 一般 and 提示 stand beside it.
    pub severities: u16,
}

/// Open findings by severity: stacked columns or bars, or lines over days. `tallest`: the greatest number drawn.
pub fn severities(kind: ChartType, source: &Source<'_>, tallest: usize, title: &str, description: &str) -> Chart {
    let Source { sheet, first_row, last_row, names, severities } = *source;
    let mut chart = Chart::new(kind);
    for (column, severity) in (severities..).zip(Severity::ALL) {
        let colour = style::severity_color(severity);
        let series = chart.add_series();
        series
            .set_name(severity.chinese())
            .set_categories((sheet, first_row, names, last_row, names))
            .set_values((sheet, first_row, column, last_row, column));
        if kind == ChartType::Line {
            series.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(colour).set_width(2.0)));
        } else {
            series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(colour)));
            series.set_gap(60);
        }
    }
    let font = |size: u32| {
        let mut font = ChartFont::new();
        font.set_name(style::FONT).set_size(size);
        font
    };
    let mut grid = ChartLine::new();
    grid.set_color(Color::RGB(0xE2_E5_E9));
    chart.title().set_name(title).set_font(font(11).set_bold());
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
    // Bars lie: their names stand on the axis that goes up.
    let lying = kind == ChartType::BarStacked;
    let names = if lying { chart.y_axis() } else { chart.x_axis() };
    names.set_font(&font(9));
    if kind == ChartType::Line {
        // Left alone, some programs print the number of the day.
        names.set_num_format("yyyy-mm-dd");
    }
    if lying {
        // The first row on top.
        names.set_reverse();
    }
    let counts = if lying { chart.x_axis() } else { chart.y_axis() };
    counts.set_font(&font(9)).set_num_format("0").set_min(0).set_major_gridlines_line(&grid);
    if tallest < 5 {
        // Left alone, a program marks halves of findings.
        counts.set_max(5).set_major_unit(1);
    }
    chart.set_alt_text(description);
    chart
}

/// Numbers above 0 in the colour of a severity.
pub fn colour_severity(
    sheet: &mut Worksheet,
    column: u16,
    rows: (u32, u32),
    severity: Severity,
) -> Result<(), XlsxError> {
    let format = Format::new()
        .set_background_color(style::severity_fill(severity))
        .set_font_color(style::severity_color(severity));
    above(sheet, (column, column), rows, 0, format)
}

/// The more, the darker.
pub fn colour_heat(sheet: &mut Worksheet, columns: (u16, u16), rows: (u32, u32)) -> Result<(), XlsxError> {
    for (limit, fill) in [(49, 0xF4_A5_82), (9, 0xFB_D0_B5), (0, 0xFD_EE_E2)] {
        above(sheet, columns, rows, limit, Format::new().set_background_color(Color::RGB(fill)))?;
    }
    Ok(())
}

/// What is lacking.
pub fn colour_lacking(sheet: &mut Worksheet, column: u16, rows: (u32, u32)) -> Result<(), XlsxError> {
    let format = Format::new().set_background_color(style::DIFFERS_FILL).set_font_color(style::RED);
    above(sheet, (column, column), rows, 0, format)
}

fn above(
    sheet: &mut Worksheet,
    columns: (u16, u16),
    rows: (u32, u32),
    limit: u32,
    format: Format,
) -> Result<(), XlsxError> {
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(limit)).set_format(format);
    sheet.add_conditional_format(rows.0, columns.0, rows.1, columns.1, &rule.set_stop_if_true(true))?;
    Ok(())
}

/// A bar in each cell, as long as its number.
pub fn bars(sheet: &mut Worksheet, column: u16, rows: (u32, u32)) -> Result<(), XlsxError> {
    let bar = ConditionalFormatDataBar::new().set_fill_color(Color::RGB(0xB7_CF_E8)).set_solid_fill(true);
    sheet.add_conditional_format(rows.0, column, rows.1, column, &bar.set_border_off(true))?;
    Ok(())
}
