//! Error values as programs spell them.

/// Whether a text is the error value of a spreadsheet: `#N/A`, `#REF!`, `Err:502`, `错误:508`, or `####` for a column too
/// narrow for its number.
pub fn is_error_text(text: &str) -> bool {
    const VALUES: [&str; 19] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#GETTING_DATA",
        "#ERROR!",
        "#名称?",
        "#值!",
        "#引用!",
    ];
    let text = text.trim();
    if !text.starts_with(['#', 'E', 'e', '错', '＃']) {
        return false;
    }
    let folded = text.replace('＃', "#").replace('！', "!").replace('？', "?").replace('：', ":");
    let folded = folded.to_ascii_uppercase();
    let numbered = folded.strip_prefix("ERR:").or_else(|| folded.strip_prefix("错误:"));
    VALUES.contains(&folded.as_str())
        || numbered.is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()))
        || (folded.len() >= 4 && folded.bytes().all(|b| b == b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for text in ["#N/A", "#ref!", " #VALUE！ ", "Err:502", "错误：508", "#########", "#NAME?"] {
            assert!(is_error_text(text), "{text}");
        }
        for text in ["", "#", "#1", "###", "Error", "#N/A 待补", "3#楼", "Err:5", "错误"] {
            assert!(!is_error_text(text), "{text}");
        }
    }
}
