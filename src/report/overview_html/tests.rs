//! The page as a browser reads it: well-formed, whole, harmless, without persons.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::*;
use crate::report::model::Report;
use crate::report::sample;

const HOSTILE: &str = "<script>alert(1)</script>总工会";

/// What a tokeniser by the standard makes of the page.
#[derive(Debug, Default)]
struct Read {
    /// Elements that are open.
    open: Vec<String>,
    /// Start tags with their attributes.
    tags: Vec<(String, Vec<(String, String)>)>,
    /// Text by the element it stands in.
    texts: Vec<(String, String)>,
    errors: Vec<String>,
}

impl Read {
    fn text_in(&self, element: &str) -> String {
        self.texts.iter().filter(|(at, _)| at == element).map(|(_, text)| text.as_str()).collect()
    }

    fn whole_text(&self) -> String {
        self.texts.iter().filter(|(at, _)| at != "script" && at != "style").map(|(_, text)| text.as_str()).collect()
    }
}

#[derive(Default)]
struct Sink(RefCell<Read>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut read = self.0.borrow_mut();
        match token {
            CharacterTokens(text) => {
                let at = read.open.last().cloned().unwrap_or_default();
                match read.texts.last_mut() {
                    Some((last, so_far)) if *last == at => so_far.push_str(&text),
                    _ => read.texts.push((at, text.to_string())),
                }
            }
            TagToken(Tag { kind: StartTag, name, self_closing, attrs, .. }) => {
                let name = name.to_string();
                let attrs = attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string()));
                read.tags.push((name.clone(), attrs.collect()));
                if !self_closing && name != "meta" {
                    read.open.push(name.clone());
                }
                match name.as_str() {
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => {}
                }
            }
            TagToken(Tag { kind: EndTag, name, .. }) => {
                let last = read.open.pop();
                if last.as_deref() != Some(&*name) {
                    read.errors.push(format!("line {line}: </{name}> closes {last:?}"));
                }
            }
            Token::ParseError(what) => read.errors.push(format!("line {line}: {what}")),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn read(page: &str) -> Read {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

fn page_of(report: &Report) -> String {
    page(&Overview::of(report), &report.rules)
}

/// Nothing found, a first run, and a second one that remembers the first, with a unit of an evil name.
fn reports() -> Vec<Report> {
    let mut evil = sample::remembered(20);
    for finding in evil.findings.iter_mut().skip(5) {
        finding.unit = HOSTILE.into();
    }
    evil.manifest.inputs[0].path = "inbox/510104198001011234.xlsx".into();
    evil.manifest.unchecked.push("<b>走访</b>\u{0}回访记录".into());
    vec![sample::report(0), sample::report(9), sample::remembered(20), evil]
}

#[test]
fn the_page_is_well_formed_and_asks_for_nothing() {
    for report in reports() {
        let page = page_of(&report);
        let read = read(&page);
        assert_eq!((&read.errors, &read.open), (&Vec::new(), &Vec::new()));
        let scripts = read.tags.iter().filter(|(name, _)| name == "script").count();
        assert_eq!(scripts, 1, "what is called <script> is text");
        let mut ids = std::collections::BTreeSet::new();
        for (name, attributes) in &read.tags {
            assert!(!["link", "img", "iframe", "object", "embed", "use", "image"].contains(&name.as_str()), "{name}");
            for (attribute, value) in attributes {
                match attribute.as_str() {
                    "href" => assert!(value.starts_with('#'), "{value}"),
                    "id" => assert!(ids.insert(value.clone()), "two elements are called {value}"),
                    "style" | "src" | "srcset" | "action" | "xmlns" => panic!("{name} {attribute}={value}"),
                    event => assert!(!event.starts_with("on"), "{name} {event}"),
                }
            }
        }
        for (_, value) in read.tags.iter().flat_map(|(_, a)| a).filter(|(a, _)| a == "href") {
            assert!(ids.contains(&value[1..]), "{value} leads nowhere");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}

#[test]
fn the_page_allows_its_own_style_and_script_only() {
    let read = read(&page_of(&sample::report(9)));
    let policy = read.tags.iter().find(|(name, a)| name == "meta" && a.iter().any(|(n, _)| n == "http-equiv"));
    let policy = policy.and_then(|(_, a)| a.iter().find(|(n, _)| n == "content")).map(|(_, v)| v.clone()).unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for element in ["style", "script"] {
        let digest = BASE64.encode(&Sha256::digest(read.text_in(element)));
        assert!(policy.contains(&format!("{element}-src 'sha256-{digest}'")), "{element}: {policy}");
    }
}

#[test]
fn nobody_is_named() {
    for report in reports() {
        let page = page_of(&report);
        let text = read(&page).whole_text();
        for finding in &report.findings {
            assert!(!page.contains(&finding.id) && !page.contains(&finding.id_number));
            assert!(!text.contains(&finding.message) && !text.contains("王小明"));
        }
        let longest = page.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(longest < Some(15), "a number of {longest:?} digits");
    }
}

#[test]
fn the_sums_are_those_of_the_manifest() {
    for report in reports() {
        let overview = Overview::of(&report);
        let text = read(&page_of(&report)).whole_text();
        let total = &overview.total().all;
        assert_eq!(total.total, report.manifest.findings.total);
        let sum = format!(
            "全部疑点 {} 条 = 待核实 {} + 已答复了结 {} + 本次未核对 {}",
            total.total,
            total.all_open(),
            total.answered,
            total.unchecked
        );
        assert!(text.contains(&sum), "{sum}");
        let rows = |of: fn(&crate::report::manifest::RowAccount) -> usize| -> usize {
            report.manifest.inputs.iter().flat_map(|i| &i.sheets).map(|s| of(&s.rows)).sum()
        };
        let account = format!(
            "读到 {} 行 = 采用 {} + 跳过 {} + 隔离 {}",
            rows(|r| r.read),
            rows(|r| r.used),
            rows(|r| r.skipped.values().sum()),
            rows(|r| r.quarantined.values().sum())
        );
        assert!(text.contains(&account), "{account}");
        for unit in &overview.units {
            assert!(text.contains(&unit.name.replace(['\0', '\n'], "")), "{}", unit.name);
        }
        for rule in &report.manifest.rules {
            assert!(text.contains(&rule.code), "{}", rule.code);
        }
    }
}

#[test]
fn drawings_say_what_they_show() {
    let page = page_of(&sample::remembered(20));
    let read = read(&page);
    let drawings: Vec<_> = read.tags.iter().filter(|(name, _)| name == "svg").collect();
    assert_eq!(drawings.len(), 2);
    for (_, attributes) in drawings {
        let of = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(of("role"), Some("img"));
        for id in of("aria-labelledby").unwrap().split(' ') {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
    assert!(!read.text_in("desc").is_empty());
    assert!(page.contains("lang=\"zh-CN\""));
}
