//! The last published run once more: papers that are printed after it are made from its sources, read anew at its as-of.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::Printer;
use super::progress::Shown;
use super::say;
use crate::audit::Audit;
use crate::cli::AgainArgs;
use crate::derive::Facts;
use crate::error::Result;
use crate::history::History;
use crate::history::runs::RunHead;
use crate::ingest::inputs::Inputs;
use crate::pipeline;
use crate::plan::{Asked, Plan};
use crate::report::manifest::{InputStatus, Manifest};

/// The sources at the as-of of the last published run, or at the day asked for.
#[derive(Debug)]
pub struct Again {
    /// With the as-of of that run.
    pub plan: Plan,
    /// The state, if there is one.
    pub history: Option<History>,
    /// The last published run, if there is one.
    pub last: Option<RunHead>,
    /// Read anew.
    pub inputs: Inputs,
}

impl Again {
    /// # Errors
    /// A configuration or state that cannot be read.
    pub fn read(args: &AgainArgs, cwd: &Path, today: NaiveDate, printer: &Printer<'_>) -> Result<Self> {
        Self::read_of(args, &[], cwd, today, printer)
    }

    /// As [`Again::read`]; only these units and their children take part.
    ///
    /// # Errors
    /// As [`Again::read`].
    pub fn read_of(
        args: &AgainArgs,
        units: &[String],
        cwd: &Path,
        today: NaiveDate,
        printer: &Printer<'_>,
    ) -> Result<Self> {
        let asked = Asked {
            units: units.to_vec(),
            config: args.config.as_ref().map(|p| cwd.join(p)),
            second_reader: printer.program.clone(),
            ..Asked::default()
        };
        let mut plan = Plan::new(asked, cwd, today)?;
        let history = History::open_existing(&plan.state())?;
        let last = history.as_ref().map(History::runs).transpose()?.unwrap_or_default().pop();
        if let Some(on) = args.as_of.or(last.as_ref().map(|run| run.as_of)) {
            let asked = Asked { as_of: Some(on), ..plan.asked.clone() };
            plan = Plan::new(asked, cwd, today)?;
        }
        let inputs = pipeline::inputs(&plan, &Shown::new(printer));
        Ok(Self { plan, history, last, inputs })
    }

    /// What `then` makes of the facts and findings.
    ///
    /// # Errors
    /// A state that cannot be read.
    pub fn audited<R>(&self, then: impl FnOnce(&Facts<'_>, &Audit) -> R) -> Result<R> {
        pipeline::audited(&self.plan, &self.inputs, then)
    }

    /// Says on stderr how today's sources differ from those of the last run: 0 they do not, 1 a source is another one, 3 one is
    /// gone or cannot be read. `what` is the paper that may be incomplete then, such as 日期.
    pub fn tell_changes(&self, what: &str) -> u8 {
        let Some(last) = &self.last else { return 0 };
        let changes = self.changes(&last.run_id, last.as_of, what);
        for warning in changes.told {
            say::say(say::Level::Warning, &format!("注意：{warning}"));
        }
        changes.code
    }

    fn changes(&self, run_id: &str, as_of: NaiveDate, what: &str) -> Changes {
        let mut changes = Changes::default();
        let path = self.plan.out.join(as_of.to_string()).join("manifest.json");
        let manifest: Option<Manifest> = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(manifest) = manifest.filter(|m| m.run_id == run_id) else {
            changes.told.push("上次运行的结果不在，不知道来源有没有变".to_string());
            return changes;
        };
        let files = &self.inputs.files;
        let now: BTreeMap<&str, String> =
            files.iter().map(|f| (f.path.as_str(), data_encoding::HEXLOWER.encode(&f.sha256))).collect();
        let read = |i: &&crate::report::manifest::Input| i.status == InputStatus::Read;
        let gone = manifest.inputs.iter().filter(read).filter(|i| !now.contains_key(i.path.as_str())).count();
        let other = (manifest.inputs.iter().filter(read))
            .filter(|i| now.get(i.path.as_str()).is_some_and(|sha| i.sha256.as_ref() != Some(sha)))
            .count();
        if other > 0 {
            changes.told.push(format!("有{other}个来源与上次运行（{as_of}）时不同，{what}按现在的内容"));
            changes.code = 1;
        }
        let unread = files.iter().filter(|f| f.is_unread()).count();
        if gone + unread > 0 {
            let told = format!("上次运行（{as_of}）用过的来源有{gone}个不在了，{unread}个读不出，{what}可能不全");
            changes.told.push(told);
            changes.code = 3;
        }
        changes
    }
}

/// How today's sources differ from those of the last run.
#[derive(Debug, Default)]
struct Changes {
    code: u8,
    told: Vec<String>,
}
