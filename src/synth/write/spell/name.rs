//! Names with blanks inside and with other middle dots.

use super::Speller;

/// Middle dots that mean the one of GB 18030, `·`.
const DOTS: [char; 6] = ['•', '・', '．', '‧', '∙', '⋅'];

pub(super) fn write(speller: &mut Speller<'_>, name: &str) -> String {
    if speller.level < 2 {
        return name.to_owned();
    }
    let han: Vec<char> = name.chars().collect();
    if name.contains('·') {
        if speller.dice.chance(40) {
            let dot = speller.dice.pick(&DOTS).to_string();
            return name.replace('·', &dot);
        }
    } else if let [first, second] = han[..]
        && han.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        && speller.dice.chance(12)
    {
        let blank = speller.dice.pick(&[" ", "  ", "\u{3000}"]);
        return format!("{first}{blank}{second}");
    }
    match speller.dice.below(40) {
        0 => format!("{name} "),
        1 => format!(" {name}"),
        2 => format!("{name}\u{3000}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::spellings;
    use crate::synth::export::Val;
    use crate::synth::write::format::Format;

    #[test]
    fn names() {
        let of = |name: &str| spellings(2, Format::Xlsx, &Val::Name(name.into()));
        assert!(of("试一").contains("t 试　一") && of("试一").contains("t 试 一"));
        assert!(of("阿试·买买").contains("t 阿试•买买"));
        assert!(of("试一二").iter().all(|n| n[2..].trim() == "试一二"));
    }
}
