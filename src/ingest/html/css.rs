//! As much of CSS as tells what of a page is seen: rules of `<style>` and inline declarations (CSS 2.2 §6, Selectors 3).
//!
//! Selectors of tags, classes, ids and descendants are understood; others (attributes, pseudo-classes, siblings) are
//! passed over, so that a rule that is not understood hides nothing.

use html5ever::tokenizer::Tag;

/// What an element looks like, as far as its text is concerned. `None`: nothing is said of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks {
    /// `display: none`: it takes no place at all.
    pub gone: Option<bool>,
    /// `visibility`, size and place: it keeps its place and shows nothing.
    pub invisible: Option<bool>,
    pub struck: Option<bool>,
}

impl Looks {
    /// What `other` says counts before what is here.
    fn take(&mut self, other: Self) {
        self.gone = other.gone.or(self.gone);
        self.invisible = other.invisible.or(self.invisible);
        self.struck = other.struck.or(self.struck);
    }
}

/// An element as selectors see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub name: String,
    pub id: String,
    pub classes: Vec<String>,
}

impl Element {
    pub fn of(tag: &Tag) -> Self {
        let attr = |name| super::attribute(tag, name).unwrap_or_default();
        Self {
            name: tag.name.to_string(),
            id: attr("id").to_string(),
            classes: attr("class").split_ascii_whitespace().map(str::to_string).collect(),
        }
    }
}

/// One step of a selector: `td.hide#x`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        let mut step = Self::default();
        let mut rest = text;
        let head = rest.find(['.', '#']).unwrap_or(rest.len());
        if head > 0 && &rest[..head] != "*" {
            step.name = Some(rest[..head].to_ascii_lowercase());
        }
        rest = &rest[head..];
        while let Some(mark) = rest.chars().next() {
            let body = &rest[1..];
            let end = body.find(['.', '#']).unwrap_or(body.len());
            let word = body[..end].to_string();
            if word.is_empty() {
                return None;
            }
            match mark {
                '.' => step.classes.push(word),
                _ => step.id = Some(word),
            }
            rest = &body[end..];
        }
        let plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let all = step.name.iter().chain(&step.id).chain(&step.classes);
        all.map(String::as_str).all(plain).then_some(step)
    }

    fn fits(&self, element: &Element) -> bool {
        self.name.as_ref().is_none_or(|n| *n == element.name)
            && self.id.as_ref().is_none_or(|id| *id == element.id)
            && self.classes.iter().all(|c| element.classes.contains(c))
    }

    fn weight(&self) -> u32 {
        u32::from(self.id.is_some()) * 10_000 + self.classes.len() as u32 * 100 + u32::from(self.name.is_some())
    }
}

#[derive(Debug)]
struct Rule {
    /// From the outermost element to the one that is meant.
    steps: Vec<Step>,
    looks: Looks,
    weight: u32,
}

/// The rules of a page that hide or strike.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
}

/// More rules than any page has that is meant to be read.
const MOST_RULES: usize = 5000;

impl Sheet {
    /// The rules of all `<style>` elements of a page.
    pub fn of_page(page: &str) -> Self {
        let mut sheet = Self::default();
        let mut rest = page;
        while let Some(at) = find_tag(rest, "<style") {
            let Some(open) = rest[at..].find('>') else { break };
            let body = &rest[at + open + 1..];
            let end = find_tag(body, "</style").unwrap_or(body.len());
            sheet.add(&body[..end]);
            rest = &body[end..];
        }
        sheet.rules.sort_by_key(|r| r.weight);
        sheet
    }

    fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find('{') {
            let prelude = rest[..open].trim().trim_start_matches(['}', ';']).trim();
            let (body, after) = block(&rest[open + 1..]);
            rest = after;
            match prelude.strip_prefix("@media") {
                // What is only printed is not what is seen.
                Some(media) if media.contains("print") => {}
                Some(_) => self.add(body),
                None if prelude.starts_with('@') => {}
                None => self.rule(prelude, body),
            }
        }
    }

    fn rule(&mut self, selectors: &str, body: &str) {
        let looks = declarations(body);
        if looks == Looks::default() {
            return;
        }
        let important = if body.contains("!important") { 1_000_000 } else { 0 };
        for selector in selectors.split(',') {
            let steps: Option<Vec<Step>> = selector
                .split(|c: char| c.is_whitespace() || c == '>')
                .filter(|s| !s.is_empty())
                .map(Step::parse)
                .collect();
            if let Some(steps) = steps.filter(|s| !s.is_empty())
                && self.rules.len() < MOST_RULES
            {
                let weight = important + steps.iter().map(Step::weight).sum::<u32>();
                self.rules.push(Rule { steps, looks, weight });
            }
        }
    }

    /// What the rules, its attributes and its own style say of an element. `around`: the elements it lies in.
    pub fn looks<'e>(&self, tag: &Tag, element: &Element, around: impl Fn() -> Vec<&'e Element>) -> Looks {
        let mut looks = Looks::default();
        if super::attribute(tag, "hidden").is_some_and(|v| !v.eq_ignore_ascii_case("until-found")) {
            looks.gone = Some(true);
        }
        for rule in &self.rules {
            let Some((last, outer)) = rule.steps.split_last() else { continue };
            if !last.fits(element) {
                continue;
            }
            // Each outer step fits an element further in than the one before.
            let fits = outer.is_empty() || {
                let mut around = around().into_iter();
                outer.iter().all(|step| around.any(|e| step.fits(e)))
            };
            if fits {
                looks.take(rule.looks);
            }
        }
        if let Some(style) = super::attribute(tag, "style") {
            looks.take(declarations(style));
        }
        looks
    }
}

/// Where a tag begins, whatever the case of its letters.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', &text.as_bytes()[from..]) {
        let start = from + at;
        if text.get(start..start + tag.len()).is_some_and(|t| t.eq_ignore_ascii_case(tag)) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

fn without_comments(css: &str) -> String {
    let css = css.replace("<!--", " ").replace("-->", " ");
    let mut out = String::with_capacity(css.len());
    let mut rest = css.as_str();
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out + rest
}

/// The text up to the brace that closes the block just opened, and what is behind it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// What declarations say of the looks of a text.
fn declarations(style: &str) -> Looks {
    let mut looks = Looks::default();
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.replace("!important", "").trim().to_ascii_lowercase();
        match property.trim().to_ascii_lowercase().as_str() {
            "display" => looks.gone = Some(value == "none"),
            "mso-hide" if value == "all" || value == "screen" => looks.gone = Some(true),
            "visibility" => looks.invisible = Some(matches!(value.as_str(), "hidden" | "collapse")),
            "opacity" | "font-size" => {
                if let Some(number) = leading_number(&value) {
                    looks.invisible = Some(number == 0.0).filter(|hidden| *hidden).or(looks.invisible);
                }
            }
            // Moved out of sight.
            "text-indent" | "left" | "top" | "margin-left" if leading_number(&value).is_some_and(|n| n <= -500.0) => {
                looks.invisible = Some(true);
            }
            "clip" if value.replace([' ', ','], "").contains("rect(0") => looks.invisible = Some(true),
            "text-decoration" | "text-decoration-line" => looks.struck = Some(value.contains("line-through")),
            _ => {}
        }
    }
    looks
}

fn leading_number(value: &str) -> Option<f64> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(value.len());
    value[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_declarations_hide() {
        let gone = ["display:none", "DISPLAY : none ;", "color:red;mso-hide:all", "display:none !important"];
        let invisible =
            ["visibility:hidden", "font-size:0", "font-size:0pt", "opacity:0", "position:absolute;left:-9999px"];
        let neither = ["display:inline", "font-size:10pt", "opacity:0.5", "left:-2px", "visibility:visible", "x", ""];
        assert!(gone.iter().all(|s| declarations(s).gone == Some(true)));
        assert!(invisible.iter().all(|s| declarations(s).invisible == Some(true)));
        for style in neither {
            let looks = declarations(style);
            assert!(looks.gone != Some(true) && looks.invisible != Some(true), "{style}");
        }
        assert_eq!(declarations("text-decoration:underline line-through").struck, Some(true));
    }

    #[test]
    fn rules_by_tag_class_id_and_descent() {
        let sheet = Sheet::of_page(
            "<STYLE>/* .a{display:none} */ .k, td.x {display:none} #z{display:none} tr.old td{text-decoration:line-through}
            .k.on{display:inline} a:hover{display:none} @media print{.p{display:none}} @media screen{.q{display:none}}</STYLE>",
        );
        let element = |name: &str, id: &str, class: &str| Element {
            name: name.into(),
            id: id.into(),
            classes: class.split_whitespace().map(str::to_string).collect(),
        };
        let tag = |name: &str| Tag {
            kind: html5ever::tokenizer::StartTag,
            name: name.into(),
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        let row = element("tr", "", "old");
        let looks = |e: &Element| sheet.looks(&tag(&e.name), e, || vec![&row]);
        let gone = |e: Element| looks(&e).gone;
        assert_eq!(gone(element("span", "", "k")), Some(true));
        assert_eq!(gone(element("span", "", "k on")), Some(false));
        assert_eq!(gone(element("td", "", "x")), Some(true));
        assert_eq!(gone(element("th", "", "x")), None);
        assert_eq!(gone(element("i", "z", "")), Some(true));
        assert_eq!(gone(element("b", "", "a p")), None);
        assert_eq!(gone(element("b", "", "q")), Some(true));
        assert_eq!(gone(element("a", "", "")), None);
        assert_eq!(looks(&element("td", "", "")).struck, Some(true));
    }
}
