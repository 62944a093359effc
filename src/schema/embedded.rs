//! The data files of `schemas/`, embedded in the binary, and the user's directory that lies over them.
//!
//! Nothing here names a kind: a file put into `schemas/` is a kind, whatever it is called.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::error::{Error, ErrorKind, Result};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// One TOML file: its text, and the name under which errors speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    pub shown: String,
    pub text: String,
}

/// The TOML files directly in a folder of `schemas/` (`""`, `"codes"`, `"profiles"`), by file name without
/// extension; a file of the user's directory takes the place of the embedded one of the same name.
///
/// # Errors
/// `kind` with the path, where the user's directory or a file of it cannot be read.
pub fn data_files(folder: &str, user: Option<&Path>, kind: ErrorKind) -> Result<BTreeMap<String, DataFile>> {
    let mut files = BTreeMap::new();
    let embedded = if folder.is_empty() { Some(&SCHEMAS) } else { SCHEMAS.get_dir(folder) };
    for file in embedded.into_iter().flat_map(|dir| dir.files()) {
        if let Some(id) = toml_stem(file.path())
            && let Some(text) = file.contents_utf8()
        {
            let shown = format!("内置 schemas/{}", file.path().to_string_lossy().replace('\\', "/"));
            files.insert(id, DataFile { shown, text: text.to_owned() });
        }
    }
    let Some(user) = user else { return Ok(files) };
    let directory = user.join(folder);
    // A directory of schemas need not have codes/ or profiles/; but the directory itself must be there.
    if !folder.is_empty() && !directory.exists() {
        return Ok(files);
    }
    let unreadable = |path: &Path, e: &std::io::Error| Error::io(kind, "读不了来源说明目录", path, e);
    for entry in fs::read_dir(&directory).map_err(|e| unreadable(&directory, &e))? {
        let path = entry.map_err(|e| unreadable(&directory, &e))?.path();
        let Some(id) = toml_stem(&path).filter(|_| path.is_file()) else { continue };
        let text = fs::read_to_string(&path).map_err(|e| Error::io(kind, "读不了说明文件", &path, &e))?;
        // Notepad puts a byte order mark before UTF-8.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        files.insert(id, DataFile { shown: path.display().to_string(), text });
    }
    Ok(files)
}

fn toml_stem(path: &Path) -> Option<String> {
    let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    is_toml.then(|| path.file_stem())?.map(|stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo does not notice a new file in an embedded directory.
    #[test]
    fn every_file_on_disk_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        for folder in ["", "codes", "profiles"] {
            let embedded = data_files(folder, None, ErrorKind::Schema).expect("embedded");
            for entry in fs::read_dir(root.join(folder)).expect("schemas/") {
                let Some(id) = toml_stem(&entry.expect("entry").path()) else { continue };
                assert!(
                    embedded.contains_key(&id),
                    "schemas/{folder}/{id}.toml 未嵌入，请 touch src/schema/embedded.rs"
                );
            }
        }
    }
}
