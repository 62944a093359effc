//! The words of 核实结果: what a unit may answer about a finding.

use std::fmt;

/// An answer, one of seven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    Corrected,
    ToCorrect,
    SourceWrong,
    Special,
    ToVisit,
    SamePerson,
    OtherPerson,
}

impl Word {
    pub const ALL: [Self; 7] = [
        Self::Corrected,
        Self::ToCorrect,
        Self::SourceWrong,
        Self::Special,
        Self::ToVisit,
        Self::SamePerson,
        Self::OtherPerson,
    ];

    /// As the drop-down list prints it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Corrected => "疑点属实，已更正",
            Self::ToCorrect => "疑点属实，待更正",
            Self::SourceWrong => "疑点不属实，数据源有误",
            Self::Special => "情况特殊，不需更正",
            Self::ToVisit => "需入户核实",
            Self::SamePerson => "是同一人",
            Self::OtherPerson => "不是同一人",
        }
    }

    /// For the database.
    pub fn id(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::ToCorrect => "to_correct",
            Self::SourceWrong => "source_wrong",
            Self::Special => "special",
            Self::ToVisit => "to_visit",
            Self::SamePerson => "same_person",
            Self::OtherPerson => "other_person",
        }
    }

    /// Reads a cell: blanks, commas and full stops, 全角 or 半角, do not count.
    pub fn parse(written: &str) -> Option<Self> {
        let folded = letters(written);
        Self::ALL.into_iter().find(|word| letters(word.text()) == folded)
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.id() == id)
    }

    /// What was found is true.
    pub fn confirms(self) -> bool {
        matches!(self, Self::Corrected | Self::ToCorrect | Self::SamePerson)
    }

    /// What was found is not true.
    pub fn refutes(self) -> bool {
        matches!(self, Self::SourceWrong | Self::OtherPerson)
    }

    /// 是同一人 (true), 不是同一人 (false); None for the others.
    pub fn verdict(self) -> Option<bool> {
        match self {
            Self::SamePerson => Some(true),
            Self::OtherPerson => Some(false),
            _ => None,
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

fn letters(text: &str) -> String {
    crate::domain::text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_however_they_were_typed() {
        for word in Word::ALL {
            assert_eq!(Word::parse(word.text()), Some(word));
            assert_eq!(Word::from_id(word.id()), Some(word));
        }
        for (written, expected) in [
            ("疑点属实,已更正", Some(Word::Corrected)),
            (" 疑点属实， 待更正\u{3000}", Some(Word::ToCorrect)),
            ("情况特殊、不需更正。", Some(Word::Special)),
            ("不 是同一人", Some(Word::OtherPerson)),
            ("属实", None),
            ("疑点属实", None),
            ("", None),
        ] {
            assert_eq!(Word::parse(written), expected, "{written}");
        }
    }
}
