//! Thin binary: arguments in, exit code out.

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use hecha::commands::say;
use hecha::error::{Error, ErrorKind, Result};

/// Where the last panic began. Its message is not kept: it could hold what stands in a cell.
static PANICKED_AT: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    // A reader that stumbles over a hostile file is caught and costs that file only: nothing is printed for it.
    panic::set_hook(Box::new(|info| {
        if let Ok(mut at) = PANICKED_AT.lock() {
            *at = info.location().map(ToString::to_string);
        }
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(defect()));
    ExitCode::from(outcome.unwrap_or_else(|error| {
        say::say(say::Level::Error, &error.to_string());
        error.exit_code()
    }))
}

fn run() -> Result<u8> {
    let cwd = std::env::current_dir().unwrap_or_else(|_| ".".into());
    match hecha::cli::parse(std::env::args_os())? {
        Ok(cli) => hecha::commands::execute(cli, &cwd, Some(program()), &mut std::io::stdout().lock()),
        Err(text) => {
            // A closed pipe behind `--help` is nobody's mistake.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
            Ok(0)
        }
    }
}

/// Where this program lies: it starts itself anew to read damaged files. On Linux by its own file, though that may have been
/// replaced on disk since.
fn program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    // Nothing can be started under an empty name; that is said of the files it is needed for.
    std::env::current_exe().unwrap_or_default()
}

fn defect() -> Error {
    let at = PANICKED_AT.lock().ok().and_then(|at| at.clone()).unwrap_or_default();
    Error::new(ErrorKind::Defect, "程序内部出错，这是程序的缺陷")
        .at(at)
        .remedy("请把这一行位置和所用版本（hecha --version）反馈给维护者")
        .meanwhile("没有发布本次结果，上一次的结果没有改动")
}
