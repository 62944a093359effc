//! Headings and labels: one of a column's titles, dressed in ways that folding takes off again.

use super::{ColumnStyle, Kind};
use crate::synth::export::Column;
use crate::synth::write::dice::Dice;

/// Titles of the columns of one table. No two are alike, for which the plainer title steps in where needed.
pub(in crate::synth::write) fn choose(columns: &[Column], level: u8, dice: &mut Dice) -> Vec<&'static str> {
    let plain = |c: &Column| c.titles.first().copied().unwrap_or(c.field);
    let mut taken: Vec<&str> = columns.iter().map(plain).collect();
    if level >= 1 {
        for (i, column) in columns.iter().enumerate() {
            if !column.titles.is_empty() && dice.chance(60) {
                let title = dice.pick(column.titles);
                if !taken.contains(&title) {
                    taken[i] = title;
                }
            }
        }
    }
    taken
}

/// Dresses a title: line breaks, blanks, full-width brackets, a unit behind and a star before it.
pub(in crate::synth::write) fn dress(title: &str, style: &ColumnStyle, level: u8, dice: &mut Dice) -> String {
    if style.wan {
        return format!("{title}（万元）");
    }
    if level == 0 {
        return title.to_owned();
    }
    let count = title.chars().count();
    let bracketed = title.contains(['(', '（']);
    let mut text = title.to_owned();
    if bracketed && dice.chance(50) {
        text = text.replace('(', "（").replace(')', "）");
    } else if !bracketed && count == 2 && dice.chance(30) {
        let blank = dice.pick(&[" ", "  ", "\u{3000}"]);
        text = split(title, 1, blank);
    } else if !bracketed && count >= 4 && dice.chance(20) {
        text = split(title, count / 2, dice.pick(&["\n", "\n", " "]));
    }
    if !bracketed && style.kind == Kind::Money && dice.chance(40) {
        text.push_str(dice.pick(&["（元）", "(元)", "\n（元）"]));
    } else if !bracketed && style.kind == Kind::Area && dice.chance(40) {
        text.push_str(dice.pick(&["（㎡）", "(平方米)"]));
    }
    if dice.chance(15) {
        text.insert_str(0, dice.pick(&["*", "﹡", "* "]));
    }
    text
}

/// Puts something between the first `at` characters and the rest.
fn split(text: &str, at: usize, between: &str) -> String {
    let head: String = text.chars().take(at).collect();
    format!("{head}{between}{}", &text[head.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::export::Val;
    use crate::synth::write::format::Format;
    use crate::synth::write::spell::Speller;

    fn undressed(text: &str) -> String {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && !"*﹡".contains(*c)).collect();
        ["（元）", "(元)", "（㎡）", "(平方米)"].iter().fold(text, |t, unit| t.replace(unit, ""))
    }

    #[test]
    fn dresses_come_off() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..300 {
            let mut dice = Dice::new(seed, "h");
            let column = Column { field: "amount", titles: &["发放金额"] };
            let style = Speller { level: 1, format: Format::Xlsx, date1904: false, dice: &mut dice }
                .column(&column, [&Val::Money(1)].into_iter());
            let text = dress("发放金额", &style, 1, &mut dice);
            assert_eq!(undressed(&text), "发放金额");
            seen.insert(text);
        }
        assert!(seen.len() > 12, "{seen:?}");
        assert!(seen.contains("发放\n金额（元）"));
    }

    #[test]
    fn titles_stay_apart() {
        let columns = [
            Column { field: "a", titles: &["姓名", "职工姓名"] },
            Column { field: "b", titles: &["户主姓名", "姓名"] },
        ];
        for seed in 0..100 {
            let titles = choose(&columns, 2, &mut Dice::new(seed, "t"));
            assert_ne!(titles[0], titles[1]);
        }
        assert_eq!(choose(&columns, 0, &mut Dice::new(1, "t")), ["姓名", "户主姓名"]);
    }
}
