//! Tables for programs, read back: the same findings as in the CSV, typed; every file, payment and linked row once.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use hecha::pipeline::{Silent, run};
use hecha::report::json_schemas;
use hecha::synth::Plant;
use hecha::synth::write::Format;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use crate::support::{Written, plan, request, written};

/// The rows of a Parquet file as JSON objects: decimals and days as text.
fn rows(path: &Path) -> Vec<Value> {
    let reader = SerializedFileReader::new(File::open(path).expect("a file")).expect("Parquet");
    let cell = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Bool(yes) => (*yes).into(),
        Field::Long(n) => (*n).into(),
        Field::Double(n) => (*n).into(),
        Field::Str(text) => text.as_str().into(),
        Field::Decimal(_) | Field::Date(_) => field.to_string().into(),
        other => panic!("{other:?} is of a type that no column has"),
    };
    let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row"));
    rows.map(|row| row.get_column_iter().map(|(name, field)| (name.clone(), cell(field))).collect()).collect()
}

/// The parts of JSON Schema that the schemas of the outputs use.
fn conforms(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).ok_or(format!("{at}: no {name}"))?;
        conforms(root, target, value, at)?;
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{at}: {value} is another constant"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Err(format!("{at}: {value} is no word of the list"));
    }
    let is = |ty: &Value| match ty.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{at}: type {other}"),
    };
    if let Some(types) = schema.get("type")
        && !types.as_array().map_or_else(|| is(types), |several| several.iter().any(is))
    {
        return Err(format!("{at}: {value} is no {types}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
        && number < least
    {
        return Err(format!("{at}: {number} is below {least}"));
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            object.get(name).ok_or(format!("{at}: {name} is missing"))?;
        }
        for (name, inner) in object {
            let known = schema["properties"].get(name).or(schema.get("additionalProperties"));
            match known {
                Some(Value::Bool(false)) => return Err(format!("{at}: {name} is unknown")),
                Some(known) => conforms(root, known, inner, &format!("{at}.{name}"))?,
                None => {}
            }
        }
    }
    for (n, inner) in value.as_array().into_iter().flatten().enumerate() {
        conforms(root, &schema["items"], inner, &format!("{at}[{n}]"))?;
    }
    Ok(())
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).expect("a schema is JSON")
}

fn check(schema: &Value, value: &Value) -> Result<(), String> {
    conforms(schema, schema, value, "")
}

fn world() -> Written {
    written(&request(200, 46, 2, Plant::All), &[Format::Xlsx])
}

#[test]
fn the_tables_hold_what_the_run_holds() {
    let w = world();
    let (outcome, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(published.dir.join("findings.csv")).expect("findings.csv");
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = csv.headers().expect("a header").clone();
    let csv: Vec<csv::StringRecord> = csv.records().collect::<Result<_, _>>().expect("RFC 4180");
    let lines = std::fs::read_to_string(published.dir.join("findings.jsonl")).expect("findings.jsonl");
    let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let table = rows(&published.dir.join("findings.parquet"));
    assert!(csv.len() > 50 && csv.len() == lines.len() && csv.len() == table.len());
    for ((csv, line), row) in csv.iter().zip(&lines).zip(&table) {
        for (name, cell) in header.iter().zip(csv) {
            let cell = cell.strip_prefix('\'').unwrap_or(cell);
            let line = match &line[name] {
                Value::Null => String::new(),
                Value::Number(n) if name == "amount" => format!("{:.2}", n.as_f64().expect("a number")),
                Value::Number(n) => format!("{:.3}", n.as_f64().expect("a number")),
                text => text.as_str().expect("text").to_string(),
            };
            assert_eq!(line, cell, "{name} in findings.jsonl");
            let row = match &row[name] {
                Value::Null => String::new(),
                Value::Number(n) => format!("{:.3}", n.as_f64().expect("a number")),
                text => text.as_str().expect("text").to_string(),
            };
            assert_eq!(row, cell, "{name} in findings.parquet");
        }
    }
    let findings = schema(json_schemas::FINDINGS);
    for line in &lines {
        check(&findings, line).unwrap_or_else(|e| panic!("{e}"));
    }

    let households = rows(&published.dir.join("households.parquet"));
    let files: usize = outcome.report.units.iter().map(|u| u.files).sum();
    assert_eq!(households.len(), files);
    let numbers: BTreeSet<i64> = households.iter().map(|r| r["household"].as_i64().expect("a number")).collect();
    assert!(numbers.len() < files, "a person with two files is one household");
    assert_eq!(numbers.last(), Some(&(numbers.len() as i64)), "numbered from 1 without gaps");

    let payments = rows(&published.dir.join("payments.parquet"));
    let totals = || outcome.report.units.iter().flat_map(|u| &u.payments.totals);
    assert_eq!(payments.len(), totals().map(|t| t.payments).sum::<usize>());
    let fen = |text: &Value| text.as_str().map_or(0, |t| t.replace('.', "").parse::<i64>().expect("a decimal"));
    assert_eq!(payments.iter().map(|r| fen(&r["amount"])).sum::<i64>(), totals().map(|t| t.payment_fen).sum::<i64>());
    for total in totals() {
        let result = |r: &&Value| r["match_result"] == total.result;
        assert!(payments.iter().any(|r| result(&r)) || total.payments == 0, "{}", total.result);
    }
    for row in &payments {
        assert!(row["match_group"].is_null() || row["aid_records"].is_string(), "{row}");
    }

    let links = rows(&published.dir.join("links.parquet"));
    assert_eq!(links.iter().filter(|r| r["kind"] == "efile" && r["how"] == "file").count(), files);
    assert!(links.iter().all(|r| r["household"].as_i64().is_some_and(|n| numbers.contains(&n))));
    assert!(links.iter().any(|r| r["how"] == "suspected" && r["rule"].is_string() && r["confidence"].is_number()));
    let paid = |r: &&Value| r["kind"] == "payment";
    let with_household = payments.iter().filter(|r| !r["household"].is_null()).count();
    assert_eq!(links.iter().filter(paid).count(), with_household);
}

#[test]
fn the_manifest_is_as_its_schema_says() {
    let w = world();
    let (_, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(published.dir.join("manifest.json")).expect("manifest.json");
    let mut manifest: Value = serde_json::from_str(&text).expect("JSON");
    let schema = schema(json_schemas::MANIFEST);
    check(&schema, &manifest).unwrap_or_else(|e| panic!("{e}"));
    // The check itself can fail.
    manifest["inputs"][0]["status"] = "lost".into();
    assert!(check(&schema, &manifest).is_err());
    manifest["inputs"][0]["status"] = "read".into();
    manifest["rules"][0]["counts"]["guessed"] = 1.into();
    assert!(check(&schema, &manifest).is_err());
}

#[test]
fn masked_exports_show_no_number() {
    let w = world();
    let config = w.dir.path().join("hecha.toml");
    let text = std::fs::read_to_string(&config).expect("a configuration");
    std::fs::write(&config, format!("{text}\n[privacy]\nmask_exports = true\n")).expect("written");
    let (_, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let findings = schema(json_schemas::FINDINGS);
    for name in ["findings", "households", "links", "payments"] {
        let rows = rows(&published.dir.join(format!("{name}.parquet")));
        assert!(!rows.is_empty());
        for row in &rows {
            assert!(!has_long_number(&row.to_string()), "{name}: {row}");
            assert!(row["finding_id"].is_null());
        }
        let masked = |r: &Value| r.to_string().contains("********");
        assert!(rows.iter().any(masked), "{name}: numbers are masked, not taken out");
    }
    let lines = std::fs::read_to_string(published.dir.join("findings.jsonl")).expect("findings.jsonl");
    assert!(!has_long_number(&lines));
    for line in lines.lines() {
        check(&findings, &serde_json::from_str(line).expect("JSON")).unwrap_or_else(|e| panic!("{e}"));
    }
}

fn has_long_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 15)
}

#[test]
fn a_run_of_some_units_writes_their_rows_only() {
    let w = world();
    let mut plan = plan(w.dir.path());
    let unit = crate::support::judge(w.dir.path()).report.units.iter().find(|u| u.files > 0).map(|u| u.name.clone());
    let unit = unit.expect("a unit with files");
    plan.asked.units = vec![unit.clone()];
    plan.asked.tables_only = true;
    let (_, published) = run(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
    assert!(published.dir.ends_with("2019-08-20_局部"));
    assert!(!published.files.iter().any(|f| f.ends_with(".xlsx")));
    for name in ["households", "links", "payments"] {
        let rows = rows(&published.dir.join(format!("{name}.parquet")));
        assert!(!rows.is_empty() && rows.iter().all(|r| r["unit"] == unit.as_str()), "{name}");
    }
}
