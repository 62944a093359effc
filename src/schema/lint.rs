//! Checks of schemas and code tables at load: a schema that passes can be used without further questions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::embedded::DataFile;
use super::header::{fold_header, fold_word};
use super::model::{CodeTable, FieldType, Schema};
use super::toml_error::error_at;
use crate::error::{Error, ErrorKind, nearest};

/// Words of `side`: the value columns of the outputs.
pub const SIDES: [&str; 5] = ["electronic", "paper", "civil", "payment", "other"];

/// Errors of one file, each with the line where the word at fault stands.
pub(super) struct Lint<'a> {
    file: &'a DataFile,
    errors: Vec<Error>,
}

impl<'a> Lint<'a> {
    fn new(file: &'a DataFile) -> Self {
        Self { file, errors: Vec::new() }
    }

    fn report(&mut self, what: String, word: &str, remedy: String) {
        // Words stand in quotes, keys do not.
        let DataFile { shown, text } = self.file;
        let error = match text.find(&format!("\"{word}\"")).or_else(|| text.find(word)) {
            Some(at) if !word.is_empty() => error_at(ErrorKind::Schema, what, shown, text, &(at..at)),
            _ => Error::new(ErrorKind::Schema, what).at(shown.clone()),
        };
        self.errors.push(error.remedy(remedy));
    }

    /// Reports a name that is not among those known, with the nearest.
    fn known<'n>(&mut self, what: &str, name: &str, names: impl Iterator<Item = &'n str> + Clone) {
        if names.clone().any(|n| n == name) {
            return;
        }
        let remedy = match nearest(name, names.clone()) {
            Some(near) => format!("是否想写“{near}”？"),
            None => format!("可用：{}。", names.collect::<Vec<_>>().join("、")),
        };
        self.report(format!("{what}“{name}”不存在"), name, remedy);
    }
}

/// Errors of a code table.
pub(super) fn code_table(id: &str, table: &CodeTable, file: &DataFile) -> Vec<Error> {
    let mut lint = Lint::new(file);
    if table.id != id {
        lint.report(format!("代码表编号“{}”与文件名“{id}”不同", table.id), &table.id, format!("写成 id = \"{id}\"。"));
    }
    if table.words.is_empty() {
        lint.report("代码表没有任何代码".into(), "words", "在 [words] 下写 “规范词 = [同义词]”。".into());
    }
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (word, synonyms) in &table.words {
        for spelling in std::iter::once(word).chain(synonyms) {
            let key = fold_word(spelling);
            if key.is_empty() {
                lint.report(format!("“{word}”有空的同义词"), word, "删去。".into());
            } else if let Some(other) = seen.insert(key, word) {
                let what = if other == word {
                    format!("“{spelling}”在“{word}”中写了两次")
                } else {
                    format!("“{spelling}”既属“{other}”又属“{word}”")
                };
                lint.report(what, spelling, "只留一处。".into());
            }
        }
    }
    lint.errors
}

/// Errors of a schema within itself and against the other kinds and the code tables.
pub(super) fn schema(
    id: &str,
    schema: &Schema,
    file: &DataFile,
    kinds: &BTreeSet<&str>,
    codes: &BTreeMap<String, CodeTable>,
) -> Vec<Error> {
    let mut lint = Lint::new(file);
    if schema.kind != id {
        lint.report(
            format!("类别“{}”与文件名“{id}”不同", schema.kind),
            &schema.kind,
            format!("写成 kind = \"{id}\"。"),
        );
    }
    lint.known("role ", &schema.role, ["source", "register"].into_iter());
    lint.known("side ", &schema.side, SIDES.into_iter());
    fields(&mut lint, schema, codes);
    references(&mut lint, schema, kinds, codes);
    finding(&mut lint, schema);
    lint.errors
}

fn fields(lint: &mut Lint<'_>, schema: &Schema, codes: &BTreeMap<String, CodeTable>) {
    let mut ids = BTreeSet::new();
    let mut headings: HashMap<String, &str> = HashMap::new();
    for field in &schema.fields {
        let id = field.id.as_str();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            lint.report(format!("字段名“{id}”只能用小写英文字母、数字和下划线"), id, "改写字段名。".into());
        }
        if !ids.insert(id) {
            lint.report(format!("字段“{id}”写了两次"), id, "只留一个。".into());
        }
        match (&field.codes, field.ty) {
            (Some(table), FieldType::Code | FieldType::Narrative) => {
                lint.known("代码表", table, codes.keys().map(String::as_str))
            }
            (None, FieldType::Code | FieldType::Narrative) => {
                lint.report(
                    format!("字段“{id}”是代码却没有代码表"),
                    id,
                    "补上 codes = \"…\"，或把 type 改成 \"text\"。".into(),
                );
            }
            (Some(table), _) => lint.report(
                format!("字段“{id}”不是代码却有代码表“{table}”"),
                id,
                "把 type 改成 \"code\"，或删去 codes。".into(),
            ),
            (None, _) => {}
        }
        if field.closed && field.ty != FieldType::Code {
            lint.report(format!("字段“{id}”不是代码，不能写 closed"), id, "删去 closed。".into());
        }
        for heading in std::iter::once(&field.title).chain(&field.aliases) {
            let key = fold_header(heading);
            if key.is_empty() {
                lint.report(format!("字段“{id}”有空的列名"), id, "删去空的列名。".into());
            } else if let Some(other) = headings.insert(key, id) {
                let what = if other == id {
                    format!("列名“{heading}”在字段“{id}”中写了两次")
                } else {
                    format!("列名“{heading}”既属字段“{other}”又属字段“{id}”")
                };
                lint.report(what, heading, "一个列名在一个类别中只能属于一个字段，只留一处。".into());
            }
        }
    }
    if ids.is_empty() {
        lint.report("没有任何字段".into(), "field", "至少写一个字段。".into());
    }
}

fn references(lint: &mut Lint<'_>, schema: &Schema, kinds: &BTreeSet<&str>, codes: &BTreeMap<String, CodeTable>) {
    let names = || schema.fields.iter().map(|f| f.id.as_str());
    let recognise = &schema.recognise;
    let conditions = schema.finding.iter().flat_map(|f| f.when.iter().map(|c| &c.field).chain(&f.key));
    let used = recognise.need.iter().flatten().chain(&recognise.distinct).chain(&schema.unit_field).chain(conditions);
    for name in used.chain(schema.from_name.keys()).chain(schema.absent.keys()) {
        lint.known("字段", name, names());
    }
    for kind in schema.members.iter().chain(&schema.folds_into) {
        lint.known("类别", kind, kinds.iter().copied());
    }
    if recognise.need.iter().any(Vec::is_empty) {
        lint.report("recognise.need 中有空的一组".into(), "need", "每组至少写一个字段。".into());
    }
    if recognise.distinct.is_empty() && !recognise.hint_required && !recognise.fallback {
        let remedy = "写出别的类别所没有的字段，或写 hint_required = true，或写 fallback = true。";
        lint.report("recognise.distinct 为空，无法与别的类别区分".into(), "recognise", remedy.into());
    }
    if (recognise.hint_required || recognise.hint_suffices) && recognise.hints.is_empty() {
        lint.report("recognise.hints 为空".into(), "recognise", "写出文件名、工作表名或标题中的字样。".into());
    }
    let words = schema
        .from_name
        .iter()
        .flat_map(|(f, pairs)| pairs.iter().map(move |(_, word)| (f, word)))
        .chain(&schema.absent);
    for (field, word) in words {
        let table = schema.index(field).and_then(|i| schema.fields[i].codes.as_ref()).and_then(|id| codes.get(id));
        if let Some(table) = table {
            lint.known("代码", word, table.words.keys().map(String::as_str));
        }
    }
}

fn finding(lint: &mut Lint<'_>, schema: &Schema) {
    let finding = match (&schema.finding, schema.role.as_str()) {
        (Some(finding), "register") => finding,
        (None, "register") => {
            return lint.report(
                "部门名单没有 [finding]".into(),
                "register",
                "补上 [finding]，或把 role 改成 \"source\"。".into(),
            );
        }
        (Some(_), _) => {
            return lint.report(
                "只有部门名单可以有 [finding]".into(),
                "finding",
                "写 role = \"register\"，或删去 [finding]。".into(),
            );
        }
        (None, _) => return,
    };
    lint.known("severity ", &finding.severity, ["high", "medium", "low"].into_iter());
    let code = finding.code.as_bytes();
    if code.len() != 5 || !code[..2].iter().all(u8::is_ascii_uppercase) || !code[2..].iter().all(u8::is_ascii_digit) {
        lint.report(
            format!("疑点编号“{}”应为两个大写字母和三位数字", finding.code),
            &finding.code,
            "例如 BD805。".into(),
        );
    }
    if finding.at_least == 0 {
        lint.report("at_least 应不小于 1".into(), "at_least", "写 1 或更大的数。".into());
    }
    for condition in &finding.when {
        if condition.any_of.is_empty() && condition.none_of.is_empty() {
            lint.report(
                format!("字段“{}”的条件没有写字样", condition.field),
                &condition.field,
                "写出 any_of = [\"…\"] 或 none_of = [\"…\"]。".into(),
            );
        }
        let field = schema.index(&condition.field).map(|i| &schema.fields[i]);
        if field.is_some_and(|f| !IN_WORDS.contains(&f.ty)) {
            lint.report(
                format!("字段“{}”不是文字，不能写条件", condition.field),
                &condition.field,
                "条件只看文字中有没有某些字样；把这个字段的 type 改成 \"text\"，或删去这个条件。".into(),
            );
        }
    }
    if !schema.fields.iter().any(|f| f.id == "id_number" && f.ty == FieldType::IdNumber) {
        lint.report(
            "部门名单没有身份证号".into(),
            "field",
            "按身份证号比对：写一个 id = \"id_number\"、type = \"id_number\" 的字段。".into(),
        );
    }
    for case in &finding.cases {
        lint.known("示例结论", &case.verdict, ["疑点", "合规", "不适用", "无法判定"].into_iter());
    }
    // {count} is the number of matching rows; all other holes are fields.
    for hole in holes(&finding.message) {
        let names = schema.fields.iter().map(|f| f.id.as_str()).chain(["count"]);
        lint.known("message 中的字段", hole, names);
    }
}

/// Types of fields whose value is words.
const IN_WORDS: [FieldType; 6] =
    [FieldType::Text, FieldType::Code, FieldType::Org, FieldType::Unit, FieldType::Address, FieldType::Narrative];

/// Names between braces.
fn holes(message: &str) -> impl Iterator<Item = &str> {
    message.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
