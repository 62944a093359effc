//! The reference page of the rules is what the declarations say.

use hecha::commands::reference;
use hecha::profile;
use hecha::rules;
use hecha::schema::Schemas;

use crate::support::repository;

/// `UPDATE_REFERENCE=1 cargo test reference` writes the page anew.
#[test]
fn the_reference_page_is_fresh() {
    let schemas = Schemas::load(None).expect("the schemas load");
    let names = profile::names(None).expect("profiles");
    let profiles: Vec<_> = names.iter().map(|id| profile::load(id, None).expect("a profile")).collect();
    let page = reference::markdown(&rules::all(&schemas), &profiles, &schemas);
    let path = repository().join("src/rules/CATALOGUE.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, &page).expect("the page is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = page.lines().zip(kept.lines()).position(|(a, b)| a != b);
    assert!(
        page == kept,
        "src/rules/CATALOGUE.md is stale from line {}; UPDATE_REFERENCE=1 cargo test reference",
        differing.map_or(kept.lines().count().min(page.lines().count()), |n| n) + 1
    );
}

#[test]
fn the_page_tells_every_rule_whole() {
    let page = std::fs::read_to_string(repository().join("src/rules/CATALOGUE.md")).expect("the page");
    for rule in rules::all(&Schemas::load(None).expect("the schemas load")) {
        assert!(page.contains(&format!("\n### {} {}\n", rule.code, rule.title)), "{}", rule.code);
        assert!(page.contains(rule.general_basis) && page.contains(rule.advice), "{}", rule.code);
    }
}
