//! `[notify]`: tells a program of the user's how a run went, as JSON on its standard input, after publishing or failing and
//! after the locks are let go.
//!
//! The summary names no person: counts, titles of sources and rules, exit code. The program is started without a shell.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::domain::text::mask_numbers;
use crate::error::{Error, io_reason};
use crate::pipeline::Outcome;
use crate::plan::Plan;
use crate::report::manifest::InputStatus;

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is told of a published run.
pub fn outcome(outcome: &Outcome) -> Value {
    let manifest = &outcome.report.manifest;
    let count = |status| manifest.inputs.iter().filter(|i| i.status == status).count();
    json!({
        "run_id": manifest.run_id,
        "findings": manifest.findings,
        "ended": manifest.ended,
        "inputs": { "read": count(InputStatus::Read), "unreadable": count(InputStatus::Unreadable) },
        "not_come": manifest.not_come.iter().map(|text| mask_numbers(text)).collect::<Vec<_>>(),
        "unchecked": manifest.unchecked.iter().map(|text| mask_numbers(text)).collect::<Vec<_>>(),
    })
}

/// The object that is handed over. Keys: `program`, `version`, `federation`, `as_of`, `exit_code`, `published`, `result`
/// (see [`outcome`], null where nothing was published), `error` (what went wrong, null where nothing did).
pub fn summary(plan: &Plan, exit_code: u8, published: Option<Value>, error: Option<&Error>) -> Value {
    json!({
        "program": "hecha",
        "version": env!("CARGO_PKG_VERSION"),
        "federation": plan.config().run.federation,
        "as_of": plan.as_of,
        "exit_code": exit_code,
        "published": published.is_some(),
        "result": published,
        "error": error.map(|e| mask_numbers(e.what())),
    })
}

/// Starts the program and waits for its end; why it could not be told, in Chinese.
///
/// # Errors
/// It cannot be started, takes too long, or ends with a failure.
pub fn tell(command: &[String], base: &Path, summary: &Value) -> Result<(), String> {
    tell_within(command, base, summary, PATIENCE)
}

fn tell_within(command: &[String], base: &Path, summary: &Value, patience: Duration) -> Result<(), String> {
    let [program, arguments @ ..] = command else { return Ok(()) };
    let started = Command::new(program)
        .args(arguments)
        .current_dir(base)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|e| format!("启动不了{program}（{}）", io_reason(&e)))?;
    let text = format!("{summary}\n");
    // Whoever does not read is not waited for any longer than whoever does not end.
    let mut stdin = child.stdin.take();
    thread::spawn(move || stdin.as_mut().map(|pipe| pipe.write_all(text.as_bytes())));
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                return Err(match status.code() {
                    Some(code) => format!("{program}以{code}结束"),
                    None => format!("{program}被中止"),
                });
            }
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(20)),
            waited => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(match waited {
                    Err(e) => format!("等不到{program}（{}）", io_reason(&e)),
                    Ok(_) => format!("{program}在{}秒内没有结束，已中止", patience.as_secs()),
                });
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_program_gets_the_summary_and_is_not_waited_for_in_vain() {
        let dir = tempfile::tempdir().unwrap();
        let summary = json!({ "exit_code": 3, "long": "长".repeat(100_000) });
        tell(&words(&["sh", "-c", "cat > told.json"]), dir.path(), &summary).unwrap();
        let told = std::fs::read_to_string(dir.path().join("told.json")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&told).unwrap(), summary);
        // No shell: what looks like one is a word.
        tell(&words(&["test", "$HOME; x", "=", "$HOME; x"]), dir.path(), &summary).unwrap();
        assert!(tell(&words(&["false"]), dir.path(), &summary).unwrap_err().contains("以1结束"));
        assert!(tell(&words(&["/没有/这个"]), dir.path(), &summary).unwrap_err().contains("启动不了"));
        let begun = Instant::now();
        let late = tell_within(&words(&["sleep", "30"]), dir.path(), &summary, Duration::from_millis(200));
        assert!(late.unwrap_err().contains("没有结束") && begun.elapsed() < Duration::from_secs(10));
    }
}
