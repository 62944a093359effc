//! Dependencies run one way, in the order of the crate's `mod` list.

use std::path::Path;

use crate::support::repository;

/// The line, first to last. A module may use those before it; `place`, `finding` and `error` stand beside the line.
const ORDER: [&str; 21] = [
    "place",
    "private",
    "error",
    "finding",
    "domain",
    "schema",
    "profile",
    "config",
    "ingest",
    "normalize",
    "link",
    "derive",
    "rules",
    "audit",
    "history",
    "report",
    "plan",
    "pipeline",
    "collect",
    "canary",
    "synth",
];

/// Types that stand in a later module's files but belong to no step: what a cell is, what a code table is.
const SHARED: [&str; 3] = ["ingest::sheet", "schema::model", "domain::text"];

fn files(dir: &Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|m| *m == module)
}

#[test]
fn dependencies_run_one_way() {
    let src = repository().join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    let mut wrong = Vec::new();
    for file in all {
        let relative = file.strip_prefix(&src).expect("below src");
        let own =
            relative.components().next().map(|c| c.as_os_str().to_string_lossy().trim_end_matches(".rs").to_string());
        let Some(own_rank) = own.as_deref().and_then(rank) else { continue };
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for part in code.split("crate::").skip(1) {
            let path: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
            let module = path.split("::").next().unwrap_or_default();
            if SHARED.iter().any(|s| path.starts_with(s)) {
                continue;
            }
            if rank(module).is_some_and(|r| r > own_rank) {
                wrong.push(format!(
                    "{}: uses `{module}`, which stands later in the line; move the shared type down",
                    relative.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_order_is_that_of_the_crate() {
    let lib = std::fs::read_to_string(repository().join("src/lib.rs")).expect("lib.rs");
    let listed: Vec<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let known: Vec<&str> = listed.iter().copied().filter(|m| rank(m).is_some()).collect();
    assert_eq!(known, ORDER);
}
