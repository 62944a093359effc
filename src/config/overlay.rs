//! Changes put over the text of a config (`--set level.全国级.exit_multiple=1.2`), so that the changed config is read, checked
//! and complained about like any other.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

use crate::error::{Error, ErrorKind, Result};

/// Tables of which there are several, and the keys by which one is meant: `standard.510100.2019-07-01.dibao`. Trailing ones
/// may be left out where the file leaves them out (`cap.生活救助.amount`).
const SEVERAL: [(&str, &[&str]); 4] = [
    ("standard", &["region", "from"]),
    ("cap", &["program", "year"]),
    ("deadline", &["level"]),
    ("target", &["year", "level"]),
];

/// One `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As written.
    pub key: String,
    pub value: String,
    path: Vec<String>,
}

impl Change {
    /// # Errors
    /// Text that is no `KEY=VALUE`, or a key that cannot be changed.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: String| {
            Error::new(ErrorKind::Usage, what).remedy("写成 --set 键=值，例如 --set level.全国级.exit_multiple=1.2")
        };
        let Some((key, value)) = text.split_once('=') else {
            return Err(wrong(format!("“{text}”里没有“=”")));
        };
        let path = steps(key.trim());
        if path.len() < 2 || path.iter().any(String::is_empty) {
            return Err(wrong(format!("“{key}”不是配置里的一个键")));
        }
        if path[0] == "source" {
            let error = Error::new(ErrorKind::Usage, "来源不能这样改：改动前后核查的是同一批文件".to_string());
            return Err(error.remedy("要换来源，改配置文件里的 [[source]]"));
        }
        Ok(Self { key: key.trim().to_string(), value: value.trim().to_string(), path })
    }
}

/// The parts of a key between dots; `"…"` may hold a dot.
fn steps(key: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut step = String::new();
    let mut quoted = false;
    for c in key.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => out.push(std::mem::take(&mut step)),
            _ => step.push(c),
        }
    }
    out.push(step);
    out
}

/// The config's text with the changes in it.
///
/// # Errors
/// Text that is no TOML, and a key that goes through something that is no table.
pub fn changed(text: &str, changes: &[Change]) -> Result<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document: DocumentMut =
        text.parse().map_err(|_| Error::new(ErrorKind::Config, "配置文件不是正确的TOML"))?;
    for change in changes {
        put(document.as_table_mut(), change).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("“{}”走不通：中间有一级不是一节（表）", change.key))
                .remedy("键从节名写起，用点隔开，例如 rule.YZ305.difference_yuan；各节见 hecha.toml 里的说明")
        })?;
    }
    Ok(document.to_string())
}

/// None where a step of the key is no table.
fn put(root: &mut Table, change: &Change) -> Option<()> {
    let (section, rest) = change.path.split_first()?;
    let several = SEVERAL.iter().find(|(name, _)| name == section).filter(|(_, ids)| rest.len() <= ids.len() + 1);
    if let Some((_, ids)) = several
        && let Some((leaf, given)) = rest.split_last()
    {
        let item = root.entry(section).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let own = element(item, ids, given)?;
        own.insert(leaf, Item::Value(value(&change.value)));
        return Some(());
    }
    let (leaf, tables) = change.path.split_last()?;
    let mut at: &mut dyn TableLike = root;
    for step in tables {
        at = at.entry(step).or_insert(Item::Table(Table::new())).as_table_like_mut()?;
    }
    at.insert(leaf, Item::Value(value(&change.value)));
    Some(())
}

/// The table that says what is given of its identifying keys and no more; a new one where there is none.
fn element<'i>(item: &'i mut Item, ids: &[&str], given: &[String]) -> Option<&'i mut Table> {
    if item.is_array() {
        *item = Item::ArrayOfTables(std::mem::take(item).into_array_of_tables().ok()?);
    }
    let tables = item.as_array_of_tables_mut()?;
    let said = |table: &Table, key: &str| table.get(key).and_then(Item::as_value).map(plain);
    let is_meant = |table: &Table| ids.iter().enumerate().all(|(i, key)| said(table, key) == given.get(i).cloned());
    let found = tables.iter().position(is_meant);
    let at = match found {
        Some(at) => at,
        None => {
            let mut table = Table::new();
            for (key, id) in ids.iter().zip(given) {
                let id = if *key == "year" { value(id) } else { Value::from(id.as_str()) };
                table.insert(key, Item::Value(id));
            }
            tables.push(table);
            tables.len() - 1
        }
    };
    tables.get_mut(at)
}

/// A value as a key would write it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string().trim().to_string(), str::to_string)
}

/// A number, date, flag, list or quoted text; anything else is text.
fn value(written: &str) -> Value {
    written.parse().unwrap_or_else(|_| Value::from(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[run]\nfederation = \"成都市总工会\" # 本级\n[[standard]]\nregion = \"510100\"\nfrom = 2018-07-01\ndibao = 650\n[[cap]]\nprogram = \"生活救助\"\namount = 12000\n[level.\"全国级\"]\nexit_multiple = 1.0\n";

    #[test]
    fn keys_find_their_place() {
        let cases = [
            ("level.全国级.exit_multiple=1.2", "[level.\"全国级\"]\nexit_multiple = 1.2\n"),
            ("standard.510100.2018-07-01.dibao=700", "from = 2018-07-01\ndibao = 700\n"),
            (
                "standard.510100.2019-07-01.dibao=700",
                "[[standard]]\nregion = \"510100\"\nfrom = \"2019-07-01\"\ndibao = 700\n",
            ),
            ("cap.生活救助.amount=9000", "program = \"生活救助\"\namount = 9000\n"),
            ("cap.生活救助.2019.amount=9000", "[[cap]]\nprogram = \"生活救助\"\nyear = 2019\namount = 9000\n"),
            ("deadline.全国级.date=2020-06-30", "[[deadline]]\nlevel = \"全国级\"\ndate = 2020-06-30\n"),
            ("rule.TK503.report_borderline=true", "[rule.TK503]\nreport_borderline = true\n"),
            ("run.profile=ordos-2020", "profile = \"ordos-2020\"\n"),
            ("fund_source.\"中央.财政\".levels=[\"全国级\"]", "levels = [\"全国级\"]\n"),
        ];
        for (written, expected) in cases {
            let change = Change::parse(written).unwrap_or_else(|e| panic!("{written}: {e}"));
            let text = changed(TEXT, &[change]).unwrap_or_else(|e| panic!("{written}: {e}"));
            assert!(text.contains(expected), "{written}:\n{text}");
            assert!(text.contains("# 本级"), "the rest stays as written");
        }
    }

    #[test]
    fn what_is_no_change_is_said() {
        for (written, what) in [
            ("level.全国级", "没有“=”"),
            ("level=1", "不是配置里的一个键"),
            ("a..b=1", "不是配置里的一个键"),
            ("source.path=x", "来源不能这样改"),
        ] {
            let error = Change::parse(written).expect_err(written).to_string();
            assert!(error.contains(what), "{error}");
        }
        let through = Change::parse("run.federation.x=1").expect("a change");
        assert!(changed(TEXT, &[through]).expect_err("no table").to_string().contains("走不通"));
    }
}
