//! Standard error: what is said besides the result. A log that cannot be written (a full disk, a closed pipe) never stops a
//! run and never changes its exit code.

use std::io::Write;

use crate::domain::text::printable;

/// Says one thing on a line of its own.
pub fn line(text: &str) {
    lines(&format!("{text}\n"));
}

/// Says several lines, each with its line break.
pub fn lines(text: &str) {
    let shown: String = text.split_inclusive('\n').map(shown).collect();
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(shown.as_bytes()).and_then(|()| out.flush());
}

fn shown(line: &str) -> String {
    match line.strip_suffix('\n') {
        Some(line) => format!("{}\n", printable(line)),
        None => printable(line).into_owned(),
    }
}
