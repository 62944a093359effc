//! Standard error: what is said besides the result. A log that cannot be written (a full disk, a closed pipe) never stops a
//! run and never changes its exit code.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::text::printable;

/// One object a line, with time and level (`--log-json`).
static AS_JSON: AtomicBool = AtomicBool::new(false);

/// From now on for machines.
pub fn as_json() {
    AS_JSON.store(true, Ordering::Relaxed);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A stage, a file (`-v`).
    Info,
    Warning,
    Error,
}

impl Level {
    fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Says one thing, which may have several lines.
pub fn say(level: Level, text: &str) {
    let shown = if AS_JSON.load(Ordering::Relaxed) {
        // The hour of a log line is the one thing here that is not the run's as-of.
        let time = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, false);
        format!("{}\n", serde_json::json!({ "time": time, "level": level.id(), "message": text.trim_end() }))
    } else {
        let lines = text.trim_end_matches('\n').split('\n').map(printable);
        format!("{}\n", lines.collect::<Vec<_>>().join("\n"))
    };
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(shown.as_bytes()).and_then(|()| out.flush());
}
