//! One file a command. A command prints its result and gives the exit code.

pub mod again;
pub mod answers;
pub mod canary;
pub mod check;
pub mod collect;
pub mod diff;
pub mod due;
pub mod exchange;
pub mod explain;
pub mod forms;
pub mod generate;
pub mod help;
pub mod history;
pub mod init;
pub mod lists;
pub mod notify;
pub mod progress;
pub mod reference;
pub mod rules;
pub mod run;
pub mod sample;
pub mod say;
pub mod schedule;
pub mod schema;
pub mod screen;
pub mod status;
pub mod topics;
pub mod whatif;

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{Local, NaiveDate};

use crate::cli::{Cli, Command, OutputFormat};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::second_reader::serve;
use crate::schema::Schemas;

/// What every command is handed: where to print, and how.
pub struct Printer<'a> {
    pub out: &'a mut dyn Write,
    /// Where this program lies, to be started anew for the second reader.
    pub program: Option<PathBuf>,
    pub json: bool,
    pub quiet: bool,
    pub verbose: u8,
}

impl std::fmt::Debug for Printer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Printer").field("json", &self.json).field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

impl Printer<'_> {
    /// Prints text to standard output; a closed pipe is a graceful end.
    pub fn print(&mut self, text: &str) -> Result<()> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::io(ErrorKind::Output, "写不出结果", Path::new("标准输出"), &e))
            }
            _ => Ok(()),
        }
    }

    pub fn print_json(&mut self, value: &serde_json::Value) -> Result<()> {
        self.print(&format!("{value:#}\n"))
    }
}

/// Runs a command from `cwd`; gives the exit code. `program`: where this program lies; without it there is no second reader.
///
/// # Errors
/// Whatever stops the command.
pub fn execute(cli: Cli, cwd: &Path, program: Option<PathBuf>, out: &mut dyn Write) -> Result<u8> {
    let common = &cli.common;
    if let Some(threads) = common.threads {
        // Only the first call decides; a second one in the same process changes nothing.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    if common.log_json {
        say::as_json();
    }
    let json = common.format == OutputFormat::Json;
    let mut printer = Printer { out, program, json, quiet: common.quiet, verbose: common.verbose };
    match cli.command {
        Command::Init(args) => init::run(&args, cwd, &mut printer),
        Command::Check(args) => check::run(&args, cwd, today(), &mut printer),
        Command::Run(args) => run::run(&args, cwd, today(), &mut printer),
        Command::Diff(args) => diff::run(&args, cwd, &mut printer),
        Command::History(args) => history::run(&args, cwd, today(), &mut printer),
        Command::Exchange(args) => exchange::run(&args, cwd, today(), &mut printer),
        Command::Due(args) => due::run(&args, cwd, today(), &mut printer),
        Command::Lists(args) => lists::run(&args, cwd, today(), &mut printer),
        Command::Forms(args) => forms::run(&args, cwd, today(), &mut printer),
        Command::Sample(args) => sample::run(&args, cwd, today(), &mut printer),
        Command::Status(args) => status::run(&args, cwd, today(), &mut printer),
        Command::Schedule(args) => schedule::run(&args, cwd, &mut printer),
        Command::Answers(args) => answers::run(&args, cwd, today(), &mut printer),
        Command::Collect(args) => collect::run(&args, cwd, today(), &mut printer),
        Command::Explain(args) => explain::run(&args, cwd, today(), &mut printer),
        Command::Rules(args) => rules::run(&args, cwd, &mut printer),
        Command::Canary(args) => canary::run(&args, cwd, today(), &mut printer),
        Command::WhatIf(args) => whatif::run(&args, cwd, today(), &mut printer),
        Command::Schema(args) => {
            let schemas = Schemas::load(args.schemas.as_ref().map(|p| cwd.join(p)).as_deref())?;
            let template = args.template.as_ref().map(|p| cwd.join(p));
            schema::run(&schemas, args.kind.as_deref(), template.as_deref(), args.json_schema, json, printer.out)?;
            Ok(0)
        }
        Command::Generate(args) => generate::run(&args, cwd, &mut printer),
        Command::Help(args) => help::help(&args, &mut printer),
        Command::Completions(args) => help::completions(&args, &mut printer),
        Command::Man(args) => help::man(&args, cwd, &mut printer),
        Command::SecondReader(args) => {
            // Whoever started it listens to the pipe alone: what was said whole counts, whatever the exit code.
            let said = serve(args.memory, std::io::stdin().lock(), printer.out);
            Ok(u8::from(said.is_err()))
        }
    }
}

/// The local date, the only clock a run reads, once.
fn today() -> NaiveDate {
    Local::now().date_naive()
}
