//! Progress: bars on a terminal, a line a stage with `-v`, nothing with `-q`.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Printer, say};
use crate::pipeline::Progress;

/// What is shown while a command works; goes to standard error.
#[derive(Debug)]
pub struct Shown {
    quiet: bool,
    told: bool,
    terminal: bool,
    current: Mutex<Option<(String, Instant, ProgressBar)>>,
}

impl Shown {
    /// As the command line asks: nothing with `-q`, a line for each stage with `-v`.
    pub fn new(printer: &Printer<'_>) -> Self {
        let quiet = printer.quiet || printer.json;
        Self {
            quiet,
            told: !quiet && printer.verbose > 0,
            terminal: std::io::stderr().is_terminal(),
            current: Mutex::new(None),
        }
    }

    fn close(&self) {
        let Ok(mut current) = self.current.lock() else { return };
        if let Some((name, since, bar)) = current.take() {
            bar.finish_and_clear();
            if self.told {
                say::say(say::Level::Info, &format!("{name} {:.1}秒", since.elapsed().as_secs_f64()));
            }
        }
    }
}

impl Progress for Shown {
    fn stage(&self, name: &str, steps: Option<usize>) {
        self.close();
        let bar = match (self.terminal && !self.quiet, steps) {
            (false, _) => ProgressBar::hidden(),
            (true, Some(n)) => ProgressBar::new(n as u64),
            (true, None) => ProgressBar::new_spinner(),
        };
        let template = if steps.is_some() { "{prefix} {bar:30} {pos}/{len} {wide_msg}" } else { "{prefix} {spinner}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_string());
        bar.enable_steady_tick(Duration::from_millis(120));
        if let Ok(mut current) = self.current.lock() {
            *current = Some((name.to_string(), Instant::now(), bar));
        }
    }

    fn step(&self, what: &str) {
        if let Ok(current) = self.current.lock()
            && let Some((_, _, bar)) = &*current
        {
            bar.set_message(what.to_string());
            bar.inc(1);
        }
    }

    fn finish(&self) {
        self.close();
    }
}
