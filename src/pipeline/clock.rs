//! How a run goes on, and how long its stages took.

use std::time::Instant;

/// Told how a run goes on; nothing of it changes the result.
pub trait Progress: Sync {
    /// A stage begins; `steps` of it are announced where they can be counted.
    fn stage(&self, name: &str, steps: Option<usize>);
    /// One step of the stage is done.
    fn step(&self, what: &str);
    /// All stages are done.
    fn finish(&self) {}
}

/// Says nothing.
#[derive(Debug)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: Option<usize>) {}
    fn step(&self, _: &str) {}
}

/// Seconds of each stage, in order.
pub type Timings = Vec<(&'static str, f64)>;

pub(super) fn timings_json(timings: &Timings) -> String {
    let stages: Vec<_> = timings
        .iter()
        .map(|(name, s)| serde_json::json!({ "stage": name, "seconds": (s * 1000.0).round() / 1000.0 }))
        .collect();
    format!("{:#}\n", serde_json::json!({ "stages": stages }))
}

/// Times the stages and announces them.
pub(super) struct Clock<'p> {
    progress: &'p dyn Progress,
    timings: Timings,
    running: Option<(&'static str, Instant)>,
}

impl<'p> Clock<'p> {
    pub fn new(progress: &'p dyn Progress) -> Self {
        Self { progress, timings: Vec::new(), running: None }
    }

    pub fn stage(&mut self, shown: &str, name: &'static str, steps: Option<usize>) {
        self.close();
        self.progress.stage(shown, steps);
        self.running = Some((name, Instant::now()));
    }

    fn close(&mut self) {
        if let Some((name, since)) = self.running.take() {
            self.timings.push((name, since.elapsed().as_secs_f64()));
        }
    }

    pub fn end(mut self) -> Timings {
        self.close();
        self.timings
    }
}
