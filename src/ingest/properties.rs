//! Custom properties of a document: what a program has noted about it besides its sheets.

use super::xml::{Xml, attr, decode, name, push_text};
use super::zip_parts::{Budget, Parts};
use quick_xml::events::Event;
use std::path::Path;

/// Properties are a few lines; a file that says more is not asked.
const LIMIT: u64 = 64 << 20;
/// The part that holds them and the attribute that names one: Office, OpenDocument.
const PLACES: [(&str, &str, &str); 2] =
    [("docProps/custom.xml", "property", "name"), ("meta.xml", "user-defined", "name")];

/// The custom property of this name; `None` where the file is no plain Office or OpenDocument package, or has none.
pub fn custom_property(path: &Path, wanted: &str) -> Option<String> {
    let size = std::fs::metadata(path).ok()?.len();
    if size > LIMIT {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let budget = Budget::new(LIMIT);
    let mut parts = Parts::open(&bytes).ok()?;
    PLACES.into_iter().find_map(|(part, element, named)| {
        let bytes = parts.read(part, &budget).ok()??;
        property(&decode(&bytes).ok()?, element, named, wanted)
    })
}

fn property(text: &str, element: &str, named: &str, wanted: &str) -> Option<String> {
    let mut xml = Xml::new(text);
    loop {
        match xml.next().ok()? {
            Event::Start(e) if name(&e) == element && attr(&e, named).is_some_and(|n| n == wanted) => {
                let outside = xml.depth() - 1;
                let mut value = String::new();
                while xml.depth() > outside {
                    push_text(&xml.next().ok()?, &mut value);
                }
                return Some(value.trim().to_owned());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_office_and_of_opendocument() {
        let office = "<Properties><property fmtid='x' pid='2' name='other'><vt:lpwstr>a</vt:lpwstr></property>\
                      <property pid='3' name='run_id'>\n <vt:lpwstr>0123abcd</vt:lpwstr></property></Properties>";
        assert_eq!(property(office, "property", "name", "run_id").as_deref(), Some("0123abcd"));
        assert_eq!(property(office, "property", "name", "none"), None);
        let open = "<m><meta:user-defined meta:name=\"run_id\" meta:value-type=\"string\">0123</meta:user-defined></m>";
        assert_eq!(property(open, "user-defined", "name", "run_id").as_deref(), Some("0123"));
    }

    #[test]
    fn what_is_no_package_has_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.xlsx");
        std::fs::write(&path, "no package").expect("it is written");
        assert_eq!(custom_property(&path, "run_id"), None);
        assert_eq!(custom_property(&dir.path().join("none"), "run_id"), None);
    }
}
