//! The line: ingest → normalize → link → derive → audit → report, one step after the other, forward only.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::audit::{self, Audit, Policy};
use crate::derive::payments::conservation;
use crate::derive::{self, Facts};
use crate::error::Result;
use crate::history::History;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::link::verdicts::Verdicts;
use crate::link::{self, Answers, UnitId, Units};
use crate::normalize::{self, Context, Tables};
use crate::plan::Plan;
use crate::report::model::{Report, RunInfo};
use crate::report::passwords::Passwords;
use crate::report::{self, accounts, assemble, rates};

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

/// What a run found, before anything is written.
#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    pub timings: Timings,
    /// A source could not be read.
    pub unreadable: bool,
    /// What a person should know besides the findings, in Chinese.
    pub warnings: Vec<String>,
}

/// Reads everything and judges it. Writes nothing.
///
/// # Errors
/// A unit asked for that does not exist; aid and payments that do not add up, which is a defect of the program.
pub fn judge(plan: &Plan, progress: &dyn Progress) -> Result<Outcome> {
    let mut clock = Clock::new(progress);
    clock.stage("读取文件", "ingest", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    let mut warnings = Vec::new();
    let report = judged(
        plan,
        &inputs,
        &mut clock,
        |_, _| {},
        |facts, audit, policy, clock| {
            warnings = contradictions(facts);
            clock.stage("汇总", "report", None);
            let keep = units_asked(plan, &facts.book.units)?;
            let run = run_info(plan, &inputs);
            let conservation = conservation::account(facts.book, &facts.payments)?;
            let mut manifest = accounts::manifest(&run, &inputs, facts.book, audit, &conservation, &keep);
            manifest.rates = rates::rates(facts, audit, audit.findings.iter(), policy.profile, &keep);
            Ok(assemble::report(facts, audit, policy, run, manifest, &keep))
        },
    )??;
    let unreadable = inputs.files.iter().any(|f| matches!(f.status, FileStatus::Unreadable(_)));
    Ok(Outcome { report, timings: clock.end(), unreadable, warnings })
}

/// The middle of the line on inputs that have been read: normalize → link → derive → audit; `then` looks at what was found.
///
/// # Errors
/// A state database that cannot be read.
pub fn audited<R>(plan: &Plan, inputs: &Inputs, then: impl FnOnce(&Facts<'_>, &Audit) -> R) -> Result<R> {
    audited_with(plan, inputs, |_, _| {}, then)
}

/// As [`audited`], with the records changed after they were normalised.
///
/// # Errors
/// As [`audited`].
pub fn audited_with<R>(
    plan: &Plan,
    inputs: &Inputs,
    edit: impl FnOnce(&mut Tables<'_>, &Context<'_>),
    then: impl FnOnce(&Facts<'_>, &Audit) -> R,
) -> Result<R> {
    judged(plan, inputs, &mut Clock::new(&Silent), edit, |facts, audit, _, _| then(facts, audit))
}

/// Answers that contradict each other are void until one is withdrawn.
fn contradictions(facts: &Facts<'_>) -> Vec<String> {
    match facts.book.who.contradictions.len() {
        0 => Vec::new(),
        n => vec![format!("有{n}组核实结论（是同一人、不是同一人）互相矛盾，这些结论都暂不采用，请重新核实")],
    }
}

fn judged<'p, R>(
    plan: &Plan,
    inputs: &Inputs,
    clock: &mut Clock<'p>,
    edit: impl FnOnce(&mut Tables<'_>, &Context<'_>),
    then: impl FnOnce(&Facts<'_>, &Audit, &Policy<'_>, &mut Clock<'p>) -> R,
) -> Result<R> {
    let history = History::open_existing(&plan.config().resolve(&plan.config().run.state))?;
    let verdicts = history.as_ref().map(History::verdicts).transpose()?;
    let key = history.map(History::into_key);
    let called = |text: &str| key.as_ref().map_or_else(String::new, |k| k.digest(text));
    let answers = Answers { verdicts: verdicts.unwrap_or_else(Verdicts::default), called: &called };

    clock.stage("识别与规范", "normalize", None);
    let context = Context::new(&plan.loaded.schemas, plan.as_of);
    let mut tables = normalize::tables(inputs, &plan.hints, &context);
    edit(&mut tables, &context);

    clock.stage("匹配", "link", None);
    let config = plan.config();
    let book = link::casebook(tables, &config.run.federation, &config.unit_aliases, plan.as_of, &answers);

    clock.stage("推算", "derive", None);
    let facts = derive::facts(&book, inputs, &plan.setting);

    clock.stage("核查", "audit", None);
    let policy = policy(plan);
    let audit = audit::findings(&facts, &policy);
    Ok(then(&facts, &audit, &policy, clock))
}

/// The whole job: judges, then publishes complete or not at all.
///
/// # Errors
/// As [`judge`], and whatever stops the result from being written.
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<(Outcome, report::Published)> {
    report::publish::recover(&plan.out)?;
    let passwords = Passwords::load(plan.config(), &plan.out)?;
    let mut outcome = judge(plan, progress)?;
    let mut clock = Clock::new(progress);
    clock.stage("写出结果", "write", None);
    let options = report::Options {
        partial: plan.is_partial(),
        tables_only: plan.asked.tables_only,
        mask_exports: plan.config().privacy.mask_exports,
        passwords,
    };
    let staging = report::prepare(&outcome.report, &plan.out, options)?;
    outcome.timings.extend(clock.end());
    staging.write("timings.json", timings_json(&outcome.timings).as_bytes())?;
    let published = staging.publish()?;
    progress.finish();
    Ok((outcome, published))
}

/// The inputs only, read and recognised (`hecha check`, `hecha init`).
pub fn read<'s>(plan: &'s Plan, progress: &dyn Progress) -> (Inputs, Tables<'s>) {
    progress.stage("读取文件", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    progress.stage("识别与规范", None);
    let context = Context::new(&plan.loaded.schemas, plan.as_of);
    let tables = normalize::tables(&inputs, &plan.hints, &context);
    progress.finish();
    (inputs, tables)
}

pub fn policy(plan: &Plan) -> Policy<'_> {
    let config = plan.config();
    let disabled =
        config.rules.iter().filter(|(_, r)| r.enabled == Some(false)).map(|(code, _)| code.clone()).collect();
    let severities: BTreeMap<_, _> =
        config.rules.keys().filter_map(|code| config.severity(code).map(|s| (code.clone(), s))).collect();
    Policy { profile: &plan.loaded.terms, disabled, only: plan.asked.rules.clone(), severities }
}

/// Which units take part: all, or those asked for with their children.
///
/// # Errors
/// A unit that does not exist; the near name is said.
pub fn units_asked<'a>(plan: &'a Plan, units: &'a Units) -> Result<impl Fn(UnitId) -> bool + 'a> {
    use crate::error::{Error, ErrorKind, nearest};
    let mut asked = Vec::new();
    for name in &plan.asked.units {
        let names: Vec<&str> = units.ids().map(|u| units.name(u)).collect();
        let unit = if name == link::UNASSIGNED { Some(Units::NONE) } else { units.find(name) };
        asked.push(unit.ok_or_else(|| {
            let mut error = Error::new(ErrorKind::Usage, format!("没有叫“{name}”的单位"))
                .remedy("用工会组织名册或电子档案里的单位名称");
            if let Some(near) = nearest(name, names.iter().copied()) {
                error = error.remedy(format!("是不是“{near}”？"));
            }
            error
        })?);
    }
    Ok(move |unit: UnitId| asked.is_empty() || asked.iter().any(|&a| unit == a || units.is_within(unit, a)))
}

fn run_info(plan: &Plan, inputs: &Inputs) -> RunInfo {
    let config = plan.config();
    let terms = &plan.loaded.terms;
    let digest = crate::config::effective_digest(config, terms);
    let version = env!("CARGO_PKG_VERSION").to_string();
    let run_id = accounts::run_id(&version, &digest, &plan.as_of.to_string(), inputs);
    let number = terms.document.number.as_ref().map(|n| format!("{n} ")).unwrap_or_default();
    RunInfo {
        federation: config.run.federation.clone(),
        profile: terms.id.clone(),
        profile_title: format!("{number}{}", terms.document.title),
        as_of: plan.as_of,
        due: config.run.due,
        campaign: plan.setting.campaign,
        contact: config.run.contact.clone(),
        version,
        run_id,
        config_digest: digest,
    }
}

fn timings_json(timings: &Timings) -> String {
    let stages: Vec<_> = timings
        .iter()
        .map(|(name, s)| serde_json::json!({ "stage": name, "seconds": (s * 1000.0).round() / 1000.0 }))
        .collect();
    format!("{:#}\n", serde_json::json!({ "stages": stages }))
}

/// Times the stages and announces them.
struct Clock<'p> {
    progress: &'p dyn Progress,
    timings: Timings,
    running: Option<(&'static str, Instant)>,
}

impl<'p> Clock<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        Self { progress, timings: Vec::new(), running: None }
    }

    fn stage(&mut self, shown: &str, name: &'static str, steps: Option<usize>) {
        self.close();
        self.progress.stage(shown, steps);
        self.running = Some((name, Instant::now()));
    }

    fn close(&mut self) {
        if let Some((name, since)) = self.running.take() {
            self.timings.push((name, since.elapsed().as_secs_f64()));
        }
    }

    fn end(mut self) -> Timings {
        self.close();
        self.timings
    }
}
