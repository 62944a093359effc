//! How a cell was read: its value in words, and each step from what is written to what is compared.

use crate::domain::id_number::IdNumber;
use crate::domain::money::Fen;
use crate::normalize::Value;
use crate::schema::FieldType;

/// A cell's value in words, and the steps that led to it, in Chinese. `written`: as it stands in the file.
pub fn reading(ty: FieldType, written: &str, value: &Value) -> (String, Vec<String>) {
    let mut steps = characters(written);
    let read = match value {
        Value::Absent => "（表中没有这一列）".to_string(),
        Value::Blank => {
            if !written.trim().is_empty() {
                steps.push(format!("“{}”表示没有内容", written.trim()));
            }
            "（空）".to_string()
        }
        Value::Bad(why) => {
            steps.push(format!("读不出：{why}；此格不参加比对，同一行的其他格照常使用"));
            "（无法识别）".to_string()
        }
        Value::Id(number) => {
            id_steps(number, written, &mut steps);
            number.shown()
        }
        Value::Ids(list) => {
            steps.push(format!("一格写了{}人的号码，逐人拆开", list.len()));
            list.iter()
                .map(|n| n.as_ref().map_or_else(|| "（空）".to_string(), IdNumber::shown))
                .collect::<Vec<_>>()
                .join("、")
        }
        Value::Name(name) => {
            if name.key() != written.trim() {
                steps.push(format!("按“{}”比对（间隔号、空白、异体字统一）", name.key()));
            }
            name.shown().to_string()
        }
        Value::Names(names) => names.iter().map(|n| n.shown()).collect::<Vec<_>>().join("、"),
        Value::Text(text) => text.to_string(),
        Value::Unit(unit) => unit.to_string(),
        Value::Money(fen) => {
            if written.contains('万') {
                steps.push("以万元计，乘以10000".to_string());
            }
            if *fen < 0 && !written.contains('-') {
                steps.push("带括号的金额是冲回".to_string());
            }
            format!("{}元", Fen(*fen))
        }
        Value::Date(date) => {
            let text = date.to_string();
            if date.exact().is_none() {
                steps.push("只写到月（或年），按较粗的一方比".to_string());
            }
            if text != written.trim() {
                steps.push("日期写法统一为年-月-日".to_string());
            }
            text
        }
        Value::Month(month) => month.0.to_string(),
        Value::Code(code) => {
            match code.word() {
                Some(word) if word != written.trim() => steps.push(format!("是代码“{word}”的同义写法")),
                Some(_) => {}
                None => steps.push("代码表里没有这个词，按原文比对".to_string()),
            }
            code.shown().to_string()
        }
        Value::Phone(phones) => phones.numbers().collect::<Vec<_>>().join("、"),
        Value::Account(account) => account.digits().to_string(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Area(area) => area.to_string(),
    };
    if ty == FieldType::Narrative && matches!(value, Value::Text(_)) {
        steps.push("叙述文字：含有代码的任一同义词即为一致".to_string());
    }
    (read, steps)
}

/// What was done to the characters, whatever the type.
fn characters(written: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut say = |found: bool, what: &str| {
        if found {
            steps.push(what.to_string());
        }
    };
    say(written.starts_with(['\'', '’']), "去掉前导撇号");
    say(written.starts_with("=\""), "去掉外层的=\"\"");
    say(written.chars().any(|c| matches!(c, '\u{FF01}'..='\u{FF5E}')), "全角字符改为半角");
    let invisible = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{00A0}' | '\u{2060}');
    say(written.chars().any(invisible), "去掉看不见的字符");
    say(written.trim().chars().any(|c| c.is_whitespace() && !invisible(c)), "去掉（或归并）其中的空白");
    steps
}

fn id_steps(number: &IdNumber, written: &str, steps: &mut Vec<String>) {
    match number {
        IdNumber::Valid(id) => {
            if id.is_old_form() {
                steps.push("15位旧号：年份前补19，末尾补校验码，成18位".to_string());
            }
            if written.contains('x') {
                steps.push("小写x改为X".to_string());
            }
            if written.chars().any(|c| matches!(c, '-' | '－' | '—')) {
                steps.push("去掉其中的横线".to_string());
            }
            steps.push("校验码（GB 11643-1999）相符，出生日期有效".to_string());
        }
        IdNumber::Document(_) => steps.push("其他证件，不校验，按文字比对".to_string()),
        IdNumber::Invalid { fault, .. } => steps.push(format!("无效：{fault}")),
        IdNumber::Damaged { prefix, .. } => {
            steps.push(format!("以数值存放，只有前{}位是真的，不能当作准确号码", prefix.len()));
        }
        IdNumber::Masked(_) => steps.push("部分被遮盖，只能作为候选".to_string()),
        IdNumber::Several(list) => steps.push(format!("一格写了{}个不同的号码", list.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::written::Written;

    #[test]
    fn numbers_tell_what_was_done_to_them() {
        let as_of = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
        for (written, read, step) in [
            ("51010519800101997１", "510105198001019971", "全角字符改为半角"),
            ("510105 19800101 9971", "510105198001019971", "去掉（或归并）其中的空白"),
            ("510105800101997", "510105198001019971", "15位旧号：年份前补19，末尾补校验码，成18位"),
            ("510105198001019972", "510105198001019972", "无效"),
            ("510105********9971", "510105********9971", "部分被遮盖，只能作为候选"),
        ] {
            let number = IdNumber::parse(Written::text(written), as_of).expect("a number");
            let (shown, steps) = reading(FieldType::IdNumber, written, &Value::Id(Box::new(number)));
            assert_eq!(shown, read, "{written}");
            assert!(steps.iter().any(|s| s.contains(step)), "{written}: {steps:?}");
        }
    }
}
