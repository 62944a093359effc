//! A page under construction: markup stands in the source, everything else is escaped on its way in.

use crate::report::findings_csv::{masked, yuan};

/// HTML being written.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Markup as it stands in the source.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text or the value of a quoted attribute, escaped. A path or a heading may hold a number of a person: long numbers
    /// are masked. Characters that no page may hold are replaced.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in masked(text).chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\r' | '\t' => self.0.push(' '),
                c if c.is_control() || is_noncharacter(c) => self.0.push('\u{FFFD}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// A number with a comma between thousands.
    pub fn count(&mut self, number: usize) -> &mut Self {
        self.0.push_str(&thousands(&number.to_string()));
        self
    }

    /// Fen as yuan with a comma between thousands.
    pub fn yuan(&mut self, fen: i64) -> &mut Self {
        let text = yuan(fen);
        let (whole, rest) = text.split_once('.').unwrap_or((&text, "00"));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
        self.0.push_str(&format!("{sign}{}.{rest}", thousands(digits)));
        self
    }

    /// A coordinate of a drawing.
    pub fn at(&mut self, place: f64) -> &mut Self {
        self.0.push_str(&format!("{place:.1}"));
        self
    }

    /// `<td>` with a number.
    pub fn cell(&mut self, number: usize) -> &mut Self {
        self.raw("<td>").count(number).raw("</td>")
    }

    /// A table cell of a class, with text.
    pub fn said(&mut self, text: &str) -> &mut Self {
        self.raw("<td class=\"t\">").text(text).raw("</td>")
    }

    /// Headings of columns. The first is a text's, the others are numbers'; so marked by `t:` are texts'.
    pub fn head(&mut self, titles: &[&'static str]) -> &mut Self {
        self.raw("<thead><tr>");
        for title in titles {
            match title.strip_prefix("t:") {
                Some(title) => self.raw("<th scope=\"col\" class=\"t\">").raw(title),
                None => self.raw("<th scope=\"col\">").raw(title),
            };
            self.raw("</th>");
        }
        self.raw("</tr></thead>")
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

fn thousands(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_becomes_markup() {
        let mut page = Html::default();
        page.raw("<p>").text("<script>\"&'\u{0}\n510104198001011234").raw("</p>");
        assert_eq!(page.into_string(), "<p>&lt;script&gt;&quot;&amp;&#39;\u{FFFD} 510104********1234</p>");
    }

    #[test]
    fn numbers_are_read_in_thousands() {
        let mut page = Html::default();
        page.count(0).raw(" ").count(1_234_567).raw(" ").yuan(-123_456_789).raw(" ").yuan(5).raw(" ").yuan(100_000);
        assert_eq!(page.into_string(), "0 1,234,567 -1,234,567.89 0.05 1,000.00");
    }
}
