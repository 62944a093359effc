//! JSON Schemas of the outputs for machines, as `hecha schema --json-schema` prints them. They are files of `schemas/output/`.

/// Name, and schema: of `manifest.json`, and of a line of `findings.jsonl`.
pub const ALL: [(&str, &str); 2] = [("manifest", MANIFEST), ("findings", FINDINGS)];

pub const MANIFEST: &str = include_str!("../../schemas/output/manifest.schema.json");
pub const FINDINGS: &str = include_str!("../../schemas/output/findings.schema.json");

/// The schema of an output, by name.
pub fn find(name: &str) -> Option<&'static str> {
    ALL.into_iter().find(|(known, _)| *known == name).map(|(_, schema)| schema)
}
