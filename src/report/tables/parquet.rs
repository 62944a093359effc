//! A table as Parquet: row groups of a fixed size, each column gathered and written by itself.
//!
//! Snappy: every reader has it, and it is a small pure-Rust crate (zstd brings a C library that takes as long to build as
//! the rest together).

use std::fs::File;
use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::table::{Cell, Column, Kind, Table};
use crate::report::findings_csv::masked;
use crate::report::model::RunInfo;

/// Rows of a group: what DuckDB takes for one thread.
const GROUP: usize = 122_880;
/// Rows of a column gathered at a time: cells may be long.
const BATCH: usize = 4096;

/// Writes the rows. The file's own notes say table, run, day, and what each column holds.
///
/// # Errors
/// As the system says.
pub fn write<R: Copy>(
    file: File,
    run: &RunInfo,
    table: &Table<'_, R>,
    rows: impl Iterator<Item = R>,
    mask: bool,
) -> io::Result<()> {
    written(file, run, table, rows, mask).map_err(|error| match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(system) => *system,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    })
}

fn written<R: Copy>(
    file: File,
    run: &RunInfo,
    table: &Table<'_, R>,
    mut rows: impl Iterator<Item = R>,
    mask: bool,
) -> Result<()> {
    let mut writer = SerializedFileWriter::new(file, schema(table)?, Arc::new(properties(run, table)))?;
    let mut group: Vec<R> = Vec::new();
    loop {
        group.clear();
        group.extend(rows.by_ref().take(GROUP));
        if group.is_empty() {
            break;
        }
        let mut row_group = writer.next_row_group()?;
        for column in &table.columns {
            // One writer for each column of the schema, which was made from the same list.
            let Some(mut out) = row_group.next_column()? else { break };
            for batch in group.chunks(BATCH) {
                write_batch(out.untyped(), column, batch, mask)?;
            }
            out.close()?;
        }
        row_group.close()?;
    }
    writer.close()?;
    Ok(())
}

fn schema<R>(table: &Table<'_, R>) -> Result<TypePtr> {
    let column = |column: &Column<'_, R>| {
        let (physical, logical, decimal) = match column.kind {
            Kind::Text | Kind::Key => (Physical::BYTE_ARRAY, Some(LogicalType::String), None),
            Kind::Yuan | Kind::SquareMetres => (Physical::INT64, Some(LogicalType::decimal(2, 18)), Some((18, 2))),
            Kind::Day => (Physical::INT32, Some(LogicalType::Date), None),
            Kind::Whole => (Physical::INT64, None, None),
            Kind::Share => (Physical::DOUBLE, None, None),
            Kind::YesNo => (Physical::BOOLEAN, None, None),
        };
        let mut built = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        if let Some((precision, scale)) = decimal {
            built = built.with_precision(precision).with_scale(scale);
        }
        built.build().map(Arc::new)
    };
    let columns = table.columns.iter().map(column).collect::<Result<_>>()?;
    Type::group_type_builder(table.name).with_fields(columns).build().map(Arc::new)
}

fn properties<R>(run: &RunInfo, table: &Table<'_, R>) -> WriterProperties {
    let docs: serde_json::Map<String, serde_json::Value> =
        table.columns.iter().map(|c| (c.name.to_string(), (&*c.doc).into())).collect();
    let note = |key: &str, value: String| KeyValue::new(key.to_string(), value);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(vec![
            note("hecha.table", format!("hecha.{}/1", table.name)),
            note("hecha.run_id", run.run_id.clone()),
            note("hecha.as_of", run.as_of.to_string()),
            note("hecha.columns", serde_json::Value::Object(docs).to_string()),
        ]));
    for column in table.columns.iter().filter(|c| c.kind == Kind::Key) {
        let path = ColumnPath::from(column.name.to_string());
        properties = properties.set_column_dictionary_enabled(path, false);
    }
    properties.build()
}

/// Gathers one column of some rows and writes it; what is null is left out of the values and told by its level.
fn write_batch<R: Copy>(out: &mut ColumnWriter<'_>, column: &Column<'_, R>, rows: &[R], mask: bool) -> Result<()> {
    let cells = rows.iter().map(|&row| column.cell(row));
    match out {
        ColumnWriter::ByteArrayColumnWriter(out) => {
            // One buffer for all texts, not an allocation each.
            let (mut buffer, mut ends) = (Vec::new(), Vec::new());
            let levels: Vec<i16> = cells
                .map(|cell| {
                    let Cell::Text(text) = cell else { return 0 };
                    if mask {
                        buffer.extend_from_slice(masked(&text).as_bytes());
                    } else {
                        buffer.extend_from_slice(text.as_bytes());
                    }
                    ends.push(buffer.len());
                    1
                })
                .collect();
            let buffer = ByteArray::from(buffer);
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let values: Vec<ByteArray> = starts.zip(&ends).map(|(from, to)| buffer.slice(from, to - from)).collect();
            out.write_batch(&values, Some(&levels), None)
        }
        ColumnWriter::Int64ColumnWriter(out) => {
            let (values, levels) = gather(cells, |cell| match cell {
                Cell::Hundredths(n) | Cell::Whole(n) => Some(n),
                _ => None,
            });
            out.write_batch(&values, Some(&levels), None)
        }
        ColumnWriter::Int32ColumnWriter(out) => {
            let (values, levels) = gather(cells, |cell| match cell {
                Cell::Day(day) => i32::try_from((day - chrono::NaiveDate::default()).num_days()).ok(),
                _ => None,
            });
            out.write_batch(&values, Some(&levels), None)
        }
        ColumnWriter::DoubleColumnWriter(out) => {
            let (values, levels) = gather(cells, |cell| match cell {
                Cell::Thousandths(n) => Some(f64::from(n) / 1000.0),
                _ => None,
            });
            out.write_batch(&values, Some(&levels), None)
        }
        ColumnWriter::BoolColumnWriter(out) => {
            let (values, levels) = gather(cells, |cell| match cell {
                Cell::YesNo(yes) => Some(yes),
                _ => None,
            });
            out.write_batch(&values, Some(&levels), None)
        }
        _ => Err(ParquetError::General(format!("column {} has a type that no kind has", column.name))),
    }?;
    Ok(())
}

fn gather<'a, T>(cells: impl Iterator<Item = Cell<'a>>, value: impl Fn(Cell<'a>) -> Option<T>) -> (Vec<T>, Vec<i16>) {
    let mut values = Vec::new();
    let mut level = |value: Option<T>| {
        let said = i16::from(value.is_some());
        values.extend(value);
        said
    };
    let levels = cells.map(|cell| level(value(cell))).collect();
    (values, levels)
}
