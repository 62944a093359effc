//! The second reader: calamine, in a process of its own.
//!
//! A workbook that the own readers cannot read for damage may still be readable to another reader. calamine knows neither
//! hidden rows nor the formats in which numbers are shown, and on hostile files it panics or takes memory until the process
//! is aborted; so it comes second, and never in this process: the program starts itself anew with [`COMMAND`], hands the
//! bytes over a pipe and takes back cells ([`wire`]). The child bounds itself before it reads anything ([`bounds`]); its
//! parent ends it after [`PATIENCE`]. Whatever becomes of it, the run goes on.

mod bounds;
mod child;
mod compare;
mod wire;

pub use child::serve;
pub use compare::{Comparison, Difference};

use super::zip_parts::Package;
use super::{Format, RawSheet, ReadError};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The hidden command under which the program reads for itself.
pub const COMMAND: &str = "second-reader";
/// After this time the child is ended.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Memory of the child beyond four times the unpacked bytes.
const BASE_MEMORY: u64 = 128 << 20;

/// What the second reader had to do with a file.
#[derive(Debug, Default)]
pub enum SecondReading {
    /// Nothing: the file was read by the own reader alone, or by none.
    #[default]
    None,
    /// It read what the own reader could not.
    Used {
        /// Why the own reader could not.
        instead_of: ReadError,
        /// Names of sheets that it could not read either, not to their end.
        lost: Vec<String>,
    },
    /// It was needed, or asked for, and could not be started; why, in Chinese.
    Unavailable(String),
    /// Both readers read the file, and what they read was compared.
    Compared(Comparison),
    /// The comparison was asked for and the second reader could not read the file.
    NotCompared,
}

/// What the second reader read.
#[derive(Debug)]
pub struct SecondHand {
    pub format: Format,
    pub sheets: Vec<RawSheet>,
    /// Names of sheets that are not there, or not to their end.
    pub lost: Vec<String>,
}

/// Why the second reader read nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It could not be started; why, in Chinese.
    Unavailable(String),
    /// It was ended, ended itself, or said what makes no sense.
    Failed,
}

/// Whether calamine reads workbooks of this format.
pub fn reads(format: Format) -> bool {
    matches!(format, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods)
}

/// Reads a workbook by `program`, which is this program; `limit` is what the file may unpack to.
///
/// # Errors
/// See [`Refusal`].
pub(super) fn read(program: &Path, bytes: &[u8], limit: u64) -> Result<SecondHand, Refusal> {
    read_within(program, bytes, limit, PATIENCE)
}

fn read_within(program: &Path, bytes: &[u8], limit: u64, patience: Duration) -> Result<SecondHand, Refusal> {
    let memory = unpacked(bytes).min(limit).saturating_mul(4).saturating_add(BASE_MEMORY);
    let mut child = start(program, memory)?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        end(&mut child);
        return Err(Refusal::Failed);
    };
    std::thread::scope(|scope| {
        let (done, outcome) = mpsc::channel();
        // A child that ends before it has read everything breaks the pipe; what it said tells the rest.
        scope.spawn(move || drop(stdin.write_all(bytes)));
        scope.spawn(move || done.send(wire::read(stdout, memory)));
        let said = outcome.recv_timeout(patience);
        // Both threads wait for the child's pipes: it must be gone before they can be.
        end(&mut child);
        let second = said.ok().and_then(Result::ok).ok_or(Refusal::Failed)?;
        if second.sheets.iter().all(RawSheet::is_empty) { Err(Refusal::Failed) } else { Ok(second) }
    })
}

fn start(program: &Path, memory: u64) -> Result<Child, Refusal> {
    let mut command = Command::new(program);
    command.arg(COMMAND).arg(memory.to_string());
    // What a library says when it breaks may quote the file: nobody hears it.
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|error| Refusal::Unavailable(crate::error::io_reason(&error)))
}

fn end(child: &mut Child) {
    // It may have ended by itself; then there is nothing to end.
    let _ = child.kill();
    let _ = child.wait();
}

/// What the package says it unpacks to; the size of the file where it is none.
fn unpacked(bytes: &[u8]) -> u64 {
    let declared = Package::open(bytes).map(|mut package| package.declared());
    declared.unwrap_or(0).max(bytes.len() as u64)
}

/// Compares what the two readers read of one workbook.
pub(super) fn compared(own: &[RawSheet], second: Result<SecondHand, Refusal>) -> SecondReading {
    match second {
        Ok(second) => SecondReading::Compared(compare::compare(own, &second)),
        Err(Refusal::Unavailable(why)) => SecondReading::Unavailable(why),
        Err(Refusal::Failed) => SecondReading::NotCompared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_unavailable() {
        let refused = read(Path::new("/nonexistent/hecha"), b"PK\x03\x04", 1 << 20);
        assert_eq!(refused.map(|_| ()).unwrap_err(), Refusal::Unavailable("文件或目录不存在".into()));
    }

    #[cfg(unix)]
    #[test]
    fn whatever_the_child_does_the_parent_goes_on() {
        use std::time::Instant;
        // `true` says nothing, `echo` says its arguments, `yes` never ends, `sleep` says nothing for ever.
        for program in ["true", "false", "echo", "yes"] {
            assert_eq!(
                read(Path::new(program), &[b'x'; 1 << 20], 1 << 20).map(|_| ()),
                Err(Refusal::Failed),
                "{program}"
            );
        }
        let before = Instant::now();
        let folder = tempfile::tempdir().expect("a directory");
        let script = folder.path().join("hang");
        std::fs::write(&script, "#!/bin/sh\nexec sleep 600\n").expect("a script");
        std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
        let hung = read_within(&script, &[b'x'; 1 << 20], 1 << 20, Duration::from_millis(200));
        assert_eq!(hung.map(|_| ()), Err(Refusal::Failed));
        assert!(before.elapsed() < Duration::from_secs(60));
    }
}
