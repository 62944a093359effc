//! `hecha schema`: lists the kinds, shows one, writes an empty template or the JSON Schema, of a kind or of an output.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::error::{Error, ErrorKind, Result, nearest};
use crate::report::json_schemas;
use crate::schema::{Field, FieldType, Layout, Schema, Schemas, json_schema, template};

/// Runs the command; what it prints goes to `out`.
///
/// # Errors
/// [`ErrorKind::Usage`] for an unknown kind, or `--template`/`--json-schema` without one;
/// [`ErrorKind::Output`] where the template or the output cannot be written.
pub fn run(
    schemas: &Schemas,
    kind: Option<&str>,
    template: Option<&Path>,
    json_schema: bool,
    json: bool,
    out: &mut dyn Write,
) -> Result<()> {
    let output = kind.filter(|kind| json_schema && schemas.get(kind).is_none()).and_then(json_schemas::find);
    if let Some(text) = output {
        return print(text, out);
    }
    let schema = kind.map(|kind| find(schemas, kind)).transpose()?;
    let text = match (schema, template) {
        (Some(schema), Some(path)) => write_template(schemas, schema, path)?,
        (Some(schema), None) if json_schema => pretty(&json_schema::of_kind(schemas, schema)),
        (Some(schema), None) if json => pretty(&json!(schema)),
        (Some(schema), None) => one(schemas, schema),
        (None, Some(_)) => return Err(needs_kind("--template")),
        (None, None) if json_schema => return Err(needs_kind("--json-schema")),
        (None, None) if json => pretty(&json!(schemas.iter().collect::<Vec<_>>())),
        (None, None) => list(schemas),
    };
    print(&text, out)
}

fn print(text: &str, out: &mut dyn Write) -> Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // `hecha schema | head`: whoever reads has seen enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|e| Error::io(ErrorKind::Output, "写不出结果", Path::new("标准输出"), &e)),
    }
}

fn find<'a>(schemas: &'a Schemas, kind: &str) -> Result<&'a Schema> {
    // A cadre may give the Chinese title.
    if let Some(schema) = schemas.get(kind).or_else(|| schemas.iter().find(|s| s.title == kind)) {
        return Ok(schema);
    }
    let error = Error::new(ErrorKind::Usage, format!("没有类别“{kind}”"));
    if json_schemas::find(kind).is_some() {
        return Err(error.remedy(format!("它是输出文件：hecha schema {kind} --json-schema")));
    }
    Err(match nearest(kind, schemas.kinds()) {
        Some(near) => error.remedy(format!("是否想写“{near}”？")),
        None => error,
    }
    .remedy(format!("可用：{}。", schemas.kinds().collect::<Vec<_>>().join("、"))))
}

fn needs_kind(option: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("{option} 要指明类别"))
        .remedy(format!("例如 hecha schema payment {option}；类别见 hecha schema。"))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn list(schemas: &Schemas) -> String {
    let rows = schemas.iter().map(|s| {
        let role = if s.role == "register" { "部门名单" } else { "来源" };
        let required = s.fields.iter().filter(|f| f.required).count();
        [s.kind.clone(), s.title.clone(), role.into(), s.fields.len().to_string(), required.to_string()]
    });
    let mut text = table(&["类别", "名称", "性质", "列数", "必填"], rows);
    text.push_str("\n看一类：hecha schema 类别    空白模板：hecha schema 类别 --template 文件.xlsx\n");
    let outputs = json_schemas::ALL.map(|(name, _)| format!("hecha schema {name} --json-schema"));
    text.push_str(&format!("输出文件的JSON Schema：{}\n", outputs.join("、")));
    text
}

fn one(schemas: &Schemas, schema: &Schema) -> String {
    let layouts: Vec<&str> = schema
        .layouts
        .iter()
        .map(|l| if *l == Layout::Form { "表单（一户一张）" } else { "表格（一行一条）" })
        .collect();
    let mut text = format!("{}  {}\n版式  {}\n", schema.kind, schema.title, layouts.join("、"));
    if let Some(finding) = &schema.finding {
        text.push_str(&format!("疑点  {} {}\n", finding.code, finding.title));
    }
    if !schema.recognise.hints.is_empty() {
        text.push_str(&format!("字样  {}\n", schema.recognise.hints.join("、")));
    }
    text.push('\n');
    let rows = schema.fields.iter().map(|field| {
        let required = if field.required { "*" } else { "" };
        [required.into(), field.id.clone(), field.title.clone(), type_name(field), field.aliases.join("、")]
    });
    text.push_str(&table(&["", "字段", "列名", "类型", "也认得的列名"], rows));
    let tables: Vec<_> = schema.fields.iter().filter_map(|f| schemas.codes_of(f).map(|t| (f, t))).collect();
    if !tables.is_empty() {
        text.push_str("\n代码\n");
        let rows = tables.iter().map(|(field, t)| {
            let words: Vec<&str> = t.words.keys().map(String::as_str).collect();
            [field.title.clone(), if field.closed { "限于" } else { "例如" }.into(), words.join("、")]
        });
        text.push_str(&table(&["列名", "", "代码"], rows));
    }
    text
}

fn type_name(field: &Field) -> String {
    let name = match field.ty {
        FieldType::Text => "文字",
        FieldType::IdNumber => "身份证号",
        FieldType::IdNumbers => "多个身份证号",
        FieldType::Name => "姓名",
        FieldType::Names => "多个姓名",
        FieldType::Money => "金额",
        FieldType::Date => "日期",
        FieldType::Month => "年月",
        FieldType::Code => "代码",
        FieldType::Phone => "电话",
        FieldType::Org => "单位名称",
        FieldType::Unit => "工会名称",
        FieldType::Address => "地址",
        FieldType::Account => "账号",
        FieldType::Bool => "是否",
        FieldType::Int => "整数",
        FieldType::Area => "面积",
        FieldType::Narrative => "叙述",
    };
    name.into()
}

/// Columns padded by display width: a Chinese character takes two places. The last column is not padded.
fn table<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    let widths: [usize; N] = std::array::from_fn(|i| rows.iter().map(|r| r[i].width()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// Writes the template; a directory takes it under the kind's title. An existing file is never overwritten: it may
/// have been filled in.
fn write_template(schemas: &Schemas, schema: &Schema, path: &Path) -> Result<String> {
    let path = if path.is_dir() { path.join(format!("{}模板.xlsx", schema.title)) } else { path.to_path_buf() };
    let bytes = template::of_kind(schemas, schema)?;
    let written =
        OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| file.write_all(&bytes));
    match written {
        Ok(()) => Ok(format!("已写出空白模板：{}\n", path.display())),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let error = Error::new(ErrorKind::Usage, "模板文件已经存在，未覆盖").at(path.display().to_string());
            Err(error.remedy("换一个文件名，或先移走旧文件。"))
        }
        Err(e) => Err(Error::io(ErrorKind::Output, "写不出模板", &path, &e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Option<&str>, json_schema: bool, json: bool) -> Result<String> {
        let schemas = Schemas::load(None)?;
        let mut out = Vec::new();
        run(&schemas, kind, None, json_schema, json, &mut out)?;
        Ok(String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn lists_and_shows() {
        let list = shown(None, false, false).expect("list");
        assert!(list.contains("payment") && list.contains("资金发放明细"), "{list}");
        let one = shown(Some("资金发放明细"), false, false).expect("by title");
        assert!(one.contains("收款账号") && one.contains("社会保障卡"), "{one}");
    }

    #[test]
    fn machine_forms_are_json() {
        for (kind, json_schema) in [(None, false), (Some("efile"), false), (Some("efile"), true)] {
            let text = shown(kind, json_schema, !json_schema).expect("json");
            serde_json::from_str::<serde_json::Value>(&text).expect("valid JSON");
        }
    }

    #[test]
    fn outputs_have_a_schema_and_nothing_else() {
        for (name, schema) in json_schemas::ALL {
            assert_eq!(shown(Some(name), true, false).expect("a schema"), schema);
            let error = shown(Some(name), false, false).expect_err("no kind").to_string();
            assert!(error.contains(&format!("hecha schema {name} --json-schema")), "{error}");
        }
    }

    #[test]
    fn unknown_kind() {
        let error = shown(Some("paymnt"), false, false).expect_err("unknown");
        assert_eq!(error.exit_code(), 2);
        assert!(
            error.to_string().starts_with("错误 没有类别“paymnt”\n  处理  是否想写“payment”？\n        可用：aid、"),
            "{error}"
        );
        assert_eq!(shown(None, true, false).expect_err("kind").what(), "--json-schema 要指明类别");
    }

    #[test]
    fn a_filled_template_is_never_overwritten() {
        let schemas = Schemas::load(None).expect("schemas");
        let dir = tempfile::tempdir().expect("dir");
        let write = || run(&schemas, Some("aid"), Some(dir.path()), false, false, &mut Vec::new());
        write().expect("first");
        assert!(dir.path().join("帮扶系统帮扶记录模板.xlsx").is_file());
        assert_eq!(write().expect_err("second").what(), "模板文件已经存在，未覆盖");
    }
}
