//! Errors of the TOML reader in Chinese, with the line and the line itself.

use std::ops::Range;

use crate::error::{Error, ErrorKind, nearest};

/// 1-based number and text of the line in which a byte offset lies.
pub fn line_at(text: &str, offset: usize) -> (usize, &str) {
    let offset = (0..=offset.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |i| offset + i);
    (before.matches('\n').count() + 1, text[start..end].trim_end_matches('\r'))
}

/// An error that points at a span: `file › 第 3 行`, and the line as written.
pub fn error_at(kind: ErrorKind, what: impl Into<String>, shown: &str, text: &str, span: &Range<usize>) -> Error {
    let (number, line) = line_at(text, span.start);
    Error::new(kind, what).at(format!("{shown} › 第 {number} 行")).excerpt(line.trim())
}

/// Reads a file's text into its type.
///
/// # Errors
/// `kind`, with the line, for text that is no TOML and for unknown, missing or ill-typed keys.
pub fn read<T: serde::de::DeserializeOwned>(kind: ErrorKind, shown: &str, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|e| chinese(kind, shown, text, &e))
}

/// What the reader said, in Chinese.
pub fn chinese(kind: ErrorKind, shown: &str, text: &str, error: &toml::de::Error) -> Error {
    let (what, remedy) = explain(error.message());
    match error.span() {
        Some(span) => error_at(kind, what, shown, text, &span),
        None => Error::new(kind, what).at(shown),
    }
    .remedy(remedy)
}

/// The messages come from serde and toml and are English; what is not known here gets a general word.
fn explain(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or_default();
    let others = quoted.get(1..).unwrap_or_default();
    let suggestion = || match nearest(first, others.iter().copied()) {
        Some(near) => format!("是否想写“{near}”？可用：{}。", others.join("、")),
        None if others.is_empty() => "删去，或改成认识的写法。".to_owned(),
        None => format!("可用：{}。", others.join("、")),
    };
    if message.starts_with("unknown field") {
        (format!("不认识的键“{first}”"), suggestion())
    } else if message.starts_with("unknown variant") {
        (format!("不认识的值“{first}”"), suggestion())
    } else if message.starts_with("missing field") {
        (format!("缺少键“{first}”"), format!("补上“{first}”。"))
    } else if message.starts_with("duplicate key") || message.starts_with("duplicate field") {
        ("同一个键写了两次".into(), "只留一个。".into())
    } else if message.starts_with("invalid type")
        || message.starts_with("invalid value")
        || message.starts_with("invalid length")
    {
        ("值的类型不对".into(), "文字加英文引号，数字和 true/false 不加引号，列表用方括号。".into())
    } else if !message.is_ascii() {
        // Raised by this crate while reading a value, hence Chinese already.
        (message.to_owned(), "改正后重试。".into())
    } else {
        ("不是合法的 TOML 文本".into(), "检查这一行的英文引号、方括号和等号是否成对，文字是否加了英文引号。".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        title: String,
        #[allow(dead_code)]
        count: Option<u32>,
    }

    #[test]
    fn errors_are_chinese_and_point_at_the_line() {
        let cases = [
            (
                "title = \"x\"\ncoumt = 1\n",
                "错误 不认识的键“coumt”\n  位置  a.toml › 第 2 行\n  原文  coumt = 1\n  处理  是否想写“count”？可用：title、count。",
            ),
            ("count = 1\n", "错误 缺少键“title”\n  位置  a.toml › 第 1 行\n  原文  count = 1\n  处理  补上“title”。"),
            (
                "title = 1\n",
                "错误 值的类型不对\n  位置  a.toml › 第 1 行\n  原文  title = 1\n  处理  文字加英文引号，数字和 true/false 不加引号，列表用方括号。",
            ),
            (
                "title = “x”\n",
                "错误 不是合法的 TOML 文本\n  位置  a.toml › 第 1 行\n  原文  title = “x”\n  处理  检查这一行的英文引号、方括号和等号是否成对，文字是否加了英文引号。",
            ),
        ];
        for (text, expected) in cases {
            let error = read::<Sample>(ErrorKind::Schema, "a.toml", text).expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
    }
}
