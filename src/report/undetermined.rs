//! What rules could not judge, told once for each rule and grouped by reason, the most frequent first.

use std::cmp::Reverse;

use super::manifest::{Counts, RuleAccount};

/// Rules told on the screen; the rest are counted, and stand on 汇总 and 总览.
const MOST_LINES: usize = 12;

/// `156户无法判定：没有区县级建档标准（写 [level."区县级"] filing_amount）；3户无法判定：…`; "" where every subject was judged.
pub fn grouped(code: &str, undetermined: &Counts) -> String {
    let mut reasons: Vec<(&String, &usize)> = undetermined.iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(**count));
    let counter = counter(code);
    reasons.iter().map(|(reason, count)| format!("{count}{counter}无法判定：{reason}")).collect::<Vec<_>>().join("；")
}

/// Subjects that could not be judged are at least half of those the rule is about: that it found nothing says nothing.
pub fn says_little(compliant: usize, finding: usize, undetermined: usize) -> bool {
    undetermined > 0 && undetermined >= compliant + finding
}

/// The lines of a screen, each with the rule's code and title: first those that a line of the configuration would mend, then
/// those of which little could be judged, then by count.
pub fn lines<'a>(rules: &'a [RuleAccount], title: &dyn Fn(&str) -> &'a str) -> Vec<String> {
    let mut concerned: Vec<&RuleAccount> = rules.iter().filter(|r| r.run && !r.undetermined.is_empty()).collect();
    concerned.sort_by_key(|r| {
        let c = &r.counts;
        let configurable = r.undetermined.keys().any(|reason| reason.contains('['));
        (!configurable, !says_little(c.compliant, c.finding, c.undetermined), Reverse(c.undetermined))
    });
    let mut out: Vec<String> = (concerned.iter().take(MOST_LINES))
        .map(|r| format!("{} {} {}", r.code, title(&r.code), grouped(&r.code, &r.undetermined)))
        .collect();
    if concerned.len() > MOST_LINES {
        out.push(format!("另有{}条规则也有无法判定的，见汇总“未运行规则”", concerned.len() - MOST_LINES));
    }
    out
}

/// What a family's subjects are counted in.
fn counter(code: &str) -> &'static str {
    match code.get(..2) {
        Some("FF") => "笔",
        Some("ID") => "项",
        Some("JZ") => "个单位",
        _ => "户",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_grouped_the_most_frequent_first() {
        let counts = Counts::from([("缺列：甲".to_string(), 3), ("没有低保标准（写 [[standard]]）".to_string(), 156)]);
        assert_eq!(grouped("JD209", &counts), "156户无法判定：没有低保标准（写 [[standard]]）；3户无法判定：缺列：甲");
        assert_eq!(grouped("JD209", &Counts::new()), "");
        assert!(says_little(1, 0, 1) && says_little(0, 0, 1) && !says_little(2, 0, 1) && !says_little(0, 0, 0));
    }
}
