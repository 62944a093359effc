//! 文书: the papers a union prints from its data, as Word documents of a template each.
//!
//! [`kinds`] says which there are, what each is of and what may stand in it; [`values`] fetches the values from the facts of a
//! run; [`fill`] writes them into the template. The templates lie in `schemas/forms/`; a folder of the user's own with files
//! of the same names goes before them.

pub mod fill;
pub mod kinds;
pub mod values;

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::error::{Error, ErrorKind, Result};
pub use fill::{Page, Template, Values};
pub use kinds::{KINDS, Kind, Of};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/schemas/forms");

/// The bytes of a kind's template: the one in `own`, else the one that comes along.
///
/// # Errors
/// The user's own cannot be read.
pub fn template(kind: &Kind, own: Option<&Path>) -> Result<Vec<u8>> {
    let name = kind.file_name();
    if let Some(path) = own.map(|dir| dir.join(&name)).filter(|path| path.exists()) {
        return std::fs::read(&path).map_err(|e| Error::io(ErrorKind::Config, "读不了文书模板", &path, &e));
    }
    let embedded = TEMPLATES.get_file(&name).map(|file| file.contents().to_vec());
    embedded.ok_or_else(|| {
        Error::new(ErrorKind::Defect, "程序里没有这个文书模板")
            .excerpt(name)
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
    })
}

/// The document of a kind with these pages.
///
/// # Errors
/// The template is no Word document or names what does not exist.
pub fn document(kind: &Kind, own: Option<&Path>, pages: &[Page]) -> Result<Vec<u8>> {
    let bytes = template(kind, own)?;
    let name = kind.file_name();
    let fields: Vec<&'static str> = kind.fields().map(|(name, _)| name).collect();
    let lists: Vec<&'static str> = kind.lists.iter().map(|list| list.name).collect();
    fill::fill(&Template { name: &name, bytes: &bytes, fields: &fields, lists: &lists }, pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_template_that_uses_what_it_declares() {
        for kind in KINDS {
            let one = document(kind, None, &[Page::default(), Page::default()]).unwrap_or_else(|e| panic!("{e}"));
            assert!(!one.is_empty());
            assert!(Kind::find(kind.title).is_ok_and(|found| found.id == kind.id));
        }
    }

    #[test]
    fn a_notice_can_hold_no_number() {
        let notice = Kind::find("附件5").unwrap();
        assert!(
            notice
                .fields()
                .all(|(name, _)| !name.contains("身份证") && !name.contains("电话") && !name.contains("账号"))
        );
    }

    #[test]
    fn an_unknown_kind_names_the_near_one() {
        let error = Kind::find("脱困申请书").unwrap_err().to_string();
        assert!(error.contains("脱困申请表"), "{error}");
    }
}
