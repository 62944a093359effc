//! Income lines by level and category of hardship, looked up from narrow to wide, and lines that overlap: a household that
//! a filing line lets in and an exit line sends away at once.

use std::fmt;

use super::amount::{Thousandths, Yuan};
use super::model::{Profile, Threshold};

/// Which of the two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// 脱困标准: income above it for months means that a household can leave.
    Exit,
    /// 建档标准: income above it keeps a household off the files.
    Filing,
}

/// A line as it is written: per person and month. Displays as the config writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Times the dibao standard.
    Multiple(Thousandths),
    Amount(Yuan),
}

impl Threshold {
    /// What this table itself says of a line.
    pub fn own(&self, edge: Edge) -> Option<Line> {
        let (multiple, amount) = match edge {
            Edge::Exit => (self.exit_multiple, self.exit_amount),
            Edge::Filing => (self.filing_multiple, self.filing_amount),
        };
        amount.map(Line::Amount).or(multiple.map(Line::Multiple))
    }
}

impl Profile {
    /// The line of a level for a category: the category's own, else the level's. The config's tables already lie over the
    /// profile's of the same name.
    pub fn line(&self, edge: Edge, level: &str, category: Option<&str>) -> Option<Line> {
        self.line_table(edge, level, category)?.own(edge)
    }

    /// The line of a level, whatever the category.
    pub fn level_line(&self, edge: Edge, level: &str) -> Option<Line> {
        self.line(edge, level, None)
    }

    /// The exit line of a level is the paper's own words.
    pub fn exit_stands(&self, level: &str, category: Option<&str>) -> bool {
        self.line_table(Edge::Exit, level, category).is_some_and(|t| t.exit_stands)
    }

    fn line_table(&self, edge: Edge, level: &str, category: Option<&str>) -> Option<&Threshold> {
        let of_level = self.thresholds.get(level)?;
        let of_category = category.and_then(|c| of_level.category.get(c));
        of_category.into_iter().chain([of_level]).find(|t| t.own(edge).is_some())
    }
}

impl Line {
    fn key(self, edge: Edge) -> &'static str {
        match (edge, self) {
            (Edge::Exit, Self::Multiple(_)) => "exit_multiple",
            (Edge::Exit, Self::Amount(_)) => "exit_amount",
            (Edge::Filing, Self::Multiple(_)) => "filing_multiple",
            (Edge::Filing, Self::Amount(_)) => "filing_amount",
        }
    }

    /// Below another, where the two can be compared: multiples with multiples, amounts with amounts, and a multiple with an
    /// amount under some standard (fen).
    fn is_below(self, other: Self, standards: &[i64]) -> bool {
        let at = |line: Self, dibao: i64| match line {
            Self::Multiple(m) => m.times(dibao),
            Self::Amount(yuan) => i128::from(yuan.fen) * 1000,
        };
        match (self, other) {
            (Self::Multiple(a), Self::Multiple(b)) => a < b,
            (Self::Amount(a), Self::Amount(b)) => a < b,
            _ => standards.iter().any(|&dibao| at(self, dibao) < at(other, dibao)),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Multiple(m) => m.fmt(f),
            Self::Amount(yuan) => yuan.fmt(f),
        }
    }
}

/// Levels and categories whose exit line lies below their filing line, each as a sentence that names both. `standards`: dibao
/// standards in fen, by which a multiple is compared with an amount. Lines that are the paper's own words are left out.
pub fn overlaps(profile: &Profile, standards: &[i64]) -> Vec<String> {
    let mut out = Vec::new();
    for (level, threshold) in &profile.thresholds {
        let categories = std::iter::once(None).chain(threshold.category.keys().map(|c| Some(c.as_str())));
        for category in categories {
            let line = |edge| profile.line(edge, level, category);
            let (Some(exit), Some(filing)) = (line(Edge::Exit), line(Edge::Filing)) else { continue };
            if profile.exit_stands(level, category) || !exit.is_below(filing, standards) {
                continue;
            }
            let table = category.map_or_else(
                || format!("[level.\"{level}\"]"),
                |category| format!("[level.\"{level}\".category.\"{category}\"]"),
            );
            out.push(format!(
                "{table} 的脱困标准 {} = {exit} 低于建档标准 {} = {filing}",
                exit.key(Edge::Exit),
                filing.key(Edge::Filing)
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The five papers' own tables, and what a config puts over them.
    fn profile(id: &str, change: impl Fn(&mut Profile)) -> Profile {
        let mut profile = super::super::load(id, None).unwrap_or_else(|e| panic!("{e}"));
        change(&mut profile);
        profile
    }

    fn filing(profile: &mut Profile, level: &str, line: Line) {
        let table = profile.thresholds.entry(level.to_string()).or_default();
        match line {
            Line::Multiple(m) => table.filing_multiple = Some(m),
            Line::Amount(yuan) => table.filing_amount = Some(yuan),
        }
    }

    #[test]
    fn narrow_wins_over_wide() {
        for id in ["chengdu-2019", "ordos-2020", "qinghai-2018", "shantou-2017"] {
            let p = profile(id, |p| filing(p, "全国级", Line::Multiple(Thousandths(1500))));
            for level in ["全国级", "省级"] {
                for (category, multiple) in
                    [("低保户", 1000), ("低保边缘户", 1500), ("深度困难", 1000), ("相对困难", 2000)]
                {
                    for edge in [Edge::Exit, Edge::Filing] {
                        let line = p.line(edge, level, Some(category));
                        assert_eq!(line, Some(Line::Multiple(Thousandths(multiple))), "{id} {level} {category}");
                    }
                }
                let wide = p.line(Edge::Exit, level, Some("未享受低保"));
                assert_eq!(wide, Some(Line::Multiple(Thousandths(1000))), "{id}");
            }
            let filed = p.line(Edge::Filing, "全国级", Some("未享受低保"));
            assert_eq!(filed, Some(Line::Multiple(Thousandths(1500))), "{id}");
            assert_eq!(p.line(Edge::Exit, "区县级", Some("低保户")), None, "{id}");
        }
        let guangming = profile("guangming-2020", |_| {});
        for category in ["低保户", "低保边缘户", "深度困难", "相对困难"] {
            let line = |level| guangming.line(Edge::Exit, level, Some(category));
            assert_eq!(line("全国级"), Some(Line::Multiple(Thousandths(1000))));
            assert_eq!(line("地市级"), Some(Line::Multiple(Thousandths(1500))));
            assert_eq!(line("区县级"), None);
        }
    }

    #[test]
    fn no_paper_lets_in_whom_it_sends_away() {
        for id in super::super::names(None).expect("names") {
            assert_eq!(overlaps(&profile(&id, |_| {}), &[65_000]), Vec::<String>::new(), "{id}");
        }
    }

    #[test]
    fn a_config_that_makes_lines_overlap_is_told_of_both() {
        let multiple = |thousandths| Line::Multiple(Thousandths(thousandths));
        let overlapping = |id: &str, level: &str, line: Line| {
            overlaps(&profile(id, |p| filing(p, level, line)), &[65_000]).join("；")
        };
        let told = overlapping("chengdu-2019", "全国级", multiple(1500));
        assert_eq!(told, "[level.\"全国级\"] 的脱困标准 exit_multiple = 1 低于建档标准 filing_multiple = 1.5");
        assert_eq!(overlapping("chengdu-2019", "全国级", multiple(1000)), "");
        // A multiple and an amount by the standards there are: 650 yuan.
        assert_eq!(overlapping("chengdu-2019", "全国级", Line::Amount(Yuan { fen: 65_000 })), "");
        assert!(
            overlapping("chengdu-2019", "全国级", Line::Amount(Yuan { fen: 65_001 }))
                .contains("filing_amount = 650.01")
        );
        // 光明区 orders its exit line in so many words.
        assert_eq!(overlapping("guangming-2020", "全国级", multiple(1500)), "");
    }
}
