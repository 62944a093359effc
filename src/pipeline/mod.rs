//! The line: ingest → normalize → link → derive → audit → report, one step after the other, forward only.

mod clock;
mod reach;
mod remember;

use std::collections::BTreeMap;

use crate::audit::{self, Audit, Policy};
use crate::config::model::HandOut;
use crate::derive::past::Past;
use crate::derive::payments::conservation;
use crate::derive::{self, Facts};
use crate::error::Result;
use crate::history::layouts;
use crate::history::roster::{self, Roster};
use crate::history::{History, Known, Lock, RunRecord, ledger, ledger_log};
use crate::ingest::inputs::{InputFile, Inputs};
use crate::link::verdicts::Verdicts;
use crate::link::{self, Answers, UnitId, Units};
use crate::normalize::{self, Context, Tables};
use crate::plan::Plan;
use crate::report::corrections::RunPoint;
use crate::report::model::{Report, RunInfo};
use crate::report::passwords::Passwords;
use crate::report::publish::Staging;
use crate::report::{self, accounts, assemble, rates, tables};
use chrono::{Days, NaiveDate};

pub use clock::{Progress, Silent, Timings};

use clock::{Clock, timings_json};

/// What a run found, before anything is written.
#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    pub timings: Timings,
    /// A source could not be read, or a directory that delivered last time holds nothing.
    pub unreadable: bool,
    /// What a person should know besides the findings, in Chinese.
    pub warnings: Vec<String>,
    /// Names of old results that were removed after publishing.
    pub cleared: Vec<String>,
}

/// Reads everything and judges it, against the state if there is one. Writes nothing.
///
/// # Errors
/// A unit asked for that does not exist; a state that cannot be read; aid and payments that do not add up, which is a
/// defect of the program.
pub fn judge(plan: &Plan, progress: &dyn Progress) -> Result<Outcome> {
    let history = existing(plan)?;
    judge_with(plan, history.as_ref(), None, progress).map(|(outcome, _)| outcome)
}

/// As [`judge`]; with what the state is to remember of it. The tables of the records go into `staging`, for the records do
/// not outlive the judging.
fn judge_with(
    plan: &Plan,
    history: Option<&History>,
    staging: Option<&Staging>,
    progress: &dyn Progress,
) -> Result<(Outcome, Option<RunRecord>)> {
    let mut clock = Clock::new(progress);
    clock.stage("读取文件", "ingest", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    let known = history.map(|h| Known::load(h, plan.as_of)).transpose()?;
    let memory = Memory::of(history, known.as_ref());
    let unread = inputs.files.iter().any(InputFile::is_unread);
    let edit = |_: &mut Tables<'_>, _: &Context<'_>| {};
    let (report, record, warnings, silent) = judged(plan, &inputs, memory, &mut clock, edit, |middle, clock| {
        let Middle { facts, audit, policy, roster, ledger } = middle;
        if !plan.asked.allow_empty {
            reach::something_was_read(plan, &inputs, facts.book, known.as_ref())?;
        }
        let mut warnings = contradictions(facts);
        warnings.extend_from_slice(&roster.warnings);
        warnings.extend(roster.silent.iter().map(|dir| {
            format!("文件夹{dir}上次有来源，这次一个文件也没有：先看共享文件夹是不是没有连上；涉及的疑点列为未核对")
        }));
        clock.stage("对照上次", "compare", None);
        let compared = match (history, &known) {
            (Some(history), Some(known)) => {
                let mut compared = known.compare(history, facts, audit, roster, hands_out(plan))?;
                if plan.is_partial() {
                    // What was not asked for is not missing.
                    compared.carried.clear();
                } else {
                    audit.silence(&compared.spoken_for);
                }
                Some(compared)
            }
            _ => None,
        };
        clock.stage("汇总", "report", None);
        let keep = units_asked(plan, &facts.book.units)?;
        let run = run_info(plan, &inputs);
        let conservation = conservation::account(facts.book, &facts.payments)?;
        let mut manifest = accounts::manifest(&run, &inputs, facts.book, audit, &conservation, &keep);
        manifest.unchecked = remember::unchecked(roster, compared.as_ref());
        manifest.not_come = roster.not_come.clone();
        manifest.ended = remember::ended(compared.as_ref());
        manifest.ledger = remember::vanished(facts);
        let settled = |id: &str| compared.as_ref().and_then(|c| c.of(id)).is_some_and(|s| !s.status.is_open());
        let open = audit.findings.iter().filter(|f| !settled(&f.id));
        manifest.rates = rates::rates(facts, audit, open, policy.profile, &keep);
        let mut report = assemble::report(facts, audit, policy, run, manifest, compared.as_ref(), &keep);
        let mut record = None;
        if let (Some(history), Some(known), Some(compared)) = (history, &known, &compared) {
            let summary = remember::summary(known, &report, compared);
            let mut kept = remember::record(known, facts, audit, &report, &summary, compared, roster)?;
            // A run of a day that lies behind a later one says nothing of what is gone since.
            if !plan.asked.tables_only && newest(Some(history), plan)? {
                kept.ledger = Some(ledger);
            }
            record = Some(kept);
            report.corrections = remember::corrections(history, known, facts, &report, summary, compared, roster)?;
        }
        if let Some(staging) = staging {
            clock.stage("写出数据表", "tables", None);
            tables::write_records(&report.run, facts, &keep, staging, plan.config().privacy.mask_exports)?;
        }
        Ok((report, record, warnings, !roster.silent.is_empty()))
    })??;
    Ok((Outcome { report, timings: clock.end(), unreadable: unread || silent, warnings, cleared: Vec::new() }, record))
}

/// The published runs as the trend shows them, by as-of.
///
/// # Errors
/// The state cannot be read.
pub fn trend(history: &History) -> Result<Vec<RunPoint>> {
    remember::points(history)
}

/// What is listed from now on counts as handed out.
fn hands_out(plan: &Plan) -> bool {
    plan.asked.hand_out || plan.config().history.hand_out == HandOut::Publish
}

/// The state of earlier runs, if there is one and it is wanted.
fn existing(plan: &Plan) -> Result<Option<History>> {
    if plan.asked.no_history { Ok(None) } else { History::open_existing(&plan.state()) }
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
    let history = existing(plan)?;
    let known = history.as_ref().map(|h| Known::load(h, plan.as_of)).transpose()?;
    let memory = Memory::of(history.as_ref(), known.as_ref());
    judged(plan, inputs, memory, &mut Clock::new(&Silent), edit, |m, _| then(m.facts, m.audit))
}

/// As [`audited`]; `then` is also told which sources of the last run did not come.
///
/// # Errors
/// As [`audited`].
pub fn checked<R>(plan: &Plan, inputs: &Inputs, then: impl FnOnce(&Facts<'_>, &Audit, &[String]) -> R) -> Result<R> {
    let history = existing(plan)?;
    let known = history.as_ref().map(|h| Known::load(h, plan.as_of)).transpose()?;
    let memory = Memory::of(history.as_ref(), known.as_ref());
    let edit = |_: &mut Tables<'_>, _: &Context<'_>| {};
    judged(plan, inputs, memory, &mut Clock::new(&Silent), edit, |m, _| then(m.facts, m.audit, &m.roster.not_come))
}

/// As [`audited`], after earlier runs that left this.
///
/// # Errors
/// As [`audited`].
pub fn audited_after<R>(
    plan: &Plan,
    inputs: &Inputs,
    past: Past,
    then: impl FnOnce(&Facts<'_>, &Audit) -> R,
) -> Result<R> {
    let (mut clock, edit) = (Clock::new(&Silent), |_: &mut Tables<'_>, _: &Context<'_>| {});
    judged(plan, inputs, Memory::Given(Box::new(past)), &mut clock, edit, |m, _| then(m.facts, m.audit))
}

/// Answers that contradict each other are void until one is withdrawn.
fn contradictions(facts: &Facts<'_>) -> Vec<String> {
    match facts.book.who.contradictions.len() {
        0 => Vec::new(),
        n => vec![format!("有{n}组核实结论（是同一人、不是同一人）互相矛盾，这些结论都暂不采用，请重新核实")],
    }
}

/// Where a run knows of earlier ones from.
enum Memory<'h> {
    None,
    State { history: &'h History, known: &'h Known },
    Given(Box<Past>),
}

impl<'h> Memory<'h> {
    fn of(history: Option<&'h History>, known: Option<&'h Known>) -> Self {
        match (history, known) {
            (Some(history), Some(known)) => Self::State { history, known },
            _ => Self::None,
        }
    }
}

/// What the middle of the line gives.
struct Middle<'a> {
    facts: &'a Facts<'a>,
    audit: &'a mut Audit,
    policy: &'a Policy<'a>,
    roster: &'a Roster,
    /// What the ledger of payments and aid records is to take up.
    ledger: ledger_log::Changes,
}

fn judged<'p, R>(
    plan: &Plan,
    inputs: &Inputs,
    memory: Memory<'_>,
    clock: &mut Clock<'p>,
    edit: impl FnOnce(&mut Tables<'_>, &Context<'_>),
    then: impl FnOnce(Middle<'_>, &mut Clock<'p>) -> R,
) -> Result<R> {
    let (verdicts, key) = match &memory {
        Memory::State { history, .. } => (history.verdicts()?, Some(history.key())),
        _ => (Verdicts::default(), None),
    };
    let called = |text: &str| key.map_or_else(String::new, |k| k.digest(text));
    let answers = Answers { verdicts, called: &called };

    clock.stage("识别与规范", "normalize", None);
    let context = Context::new(&plan.loaded.schemas, plan.as_of);
    let mut tables = normalize::tables(inputs, &plan.hints, &context);
    normalize::tokens::resolve(&mut tables, plan.salt.as_ref());
    edit(&mut tables, &context);

    clock.stage("匹配", "link", None);
    let config = plan.config();
    let mut book = link::casebook(tables, &config.run.federation, &config.unit_aliases, plan.as_of, &answers);
    let mut roster = Roster::default();
    let mut changes = ledger_log::Changes::default();
    let past = match memory {
        Memory::None => Past::default(),
        Memory::Given(past) => *past,
        Memory::State { known, history } => {
            let last = known.past.as_ref().map(|p| p.run.as_of);
            let kept = ledger::compare(history, &book, inputs, plan.as_of, last)?;
            changes = kept.changes;
            let complete = plan.asked.complete;
            roster = roster::roster(&book, inputs, known, plan.as_of, complete);
            let past = known.past.as_ref().map_or(&[][..], |p| &p.layouts);
            let former = known.former.as_ref().map(|p| &p.layouts[..]);
            let mut laid_out = layouts::compare(&book, inputs, past, former, &roster.kinds_gone, complete);
            laid_out.tell(&mut book.tables);
            roster.not_come.append(&mut laid_out.not_come);
            roster.layouts = laid_out.layouts;
            roster.silent = laid_out.silent;
            Past {
                as_of: last,
                vanished: kept.vanished,
                back: kept.back,
                known: kept.known.into_iter().collect(),
                known_files: known.past.as_ref().map(|past| roster.known_files(past)).unwrap_or_default(),
                gone: roster.gone.clone(),
                unanswered: known.unanswered(),
                short: roster.partial(),
                watched: known.watched(&roster),
            }
        }
    };

    clock.stage("推算", "derive", None);
    let facts = derive::facts(&book, inputs, &plan.setting, past);

    clock.stage("核查", "audit", None);
    let policy = policy(plan);
    let mut audit = audit::findings(&facts, &policy);
    Ok(then(Middle { facts: &facts, audit: &mut audit, policy: &policy, roster: &roster, ledger: changes }, clock))
}

/// The whole job: judges, publishes complete or not at all, and remembers what was published.
///
/// # Errors
/// Another run holds the lock; as [`judge`]; and whatever stops the result from being written.
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<(Outcome, report::Published)> {
    let passwords = Passwords::load(plan.config(), &plan.out)?;
    let _lock = Lock::take(&plan.state(), "核查")?;
    let _out_lock = Lock::take_out(&plan.out, "核查")?;
    report::publish::recover(&plan.out)?;
    if !plan.asked.no_history {
        remember::database_is_there(&plan.state(), &plan.out)?;
    }
    let mut history = match plan.asked.no_history {
        true => None,
        false => Some(History::open(&plan.state())?),
    };
    if let Some(history) = &mut history {
        history.seal_forms()?;
        history.settle_interrupted(|place, as_of| report::publish::output_of(&plan.out, place, as_of))?;
    }
    let options = report::Options {
        partial: plan.is_partial(),
        backdate: plan.asked.backdate && !newest(history.as_ref(), plan)?,
        tables_only: plan.asked.tables_only,
        mask_exports: plan.config().privacy.mask_exports,
        passwords,
    };
    let staging = report::begin(&plan.out, plan.as_of, &options)?;
    let (mut outcome, record) = judge_with(plan, history.as_ref(), Some(&staging), progress)?;
    if let Some(passwords) = options.passwords.as_ref().filter(|_| !options.tables_only) {
        outcome.report.manifest.warnings.extend(passwords.held_back(&outcome.report)?);
    }
    let mut clock = Clock::new(progress);
    clock.stage("写出结果", "write", None);
    report::fill(&outcome.report, &staging, &options)?;
    outcome.timings.extend(clock.end());
    staging.write("timings.json", timings_json(&outcome.timings).as_bytes())?;
    let last = history.as_ref().map(History::runs).transpose()?.unwrap_or_default().last().map(|run| run.as_of);
    let published = match (history, record) {
        (Some(mut history), Some(mut record)) if !plan.is_partial() => {
            record.output = staging.digest_of("findings.csv")?;
            record.place = plan.out.canonicalize().unwrap_or_else(|_| plan.out.clone());
            let seq = history.begin_run(&record)?;
            let published = staging.publish()?;
            history.confirm(seq)?;
            published
        }
        _ => staging.publish()?,
    };
    if !options.partial && !options.backdate {
        match retain(plan, last) {
            Ok(cleared) => outcome.cleared = cleared,
            // What was published stays published.
            Err(error) => outcome.warnings.push(error.to_string()),
        }
    }
    progress.finish();
    Ok((outcome, published))
}

/// Removes results that are older than `[retention]` keeps them. `last`: as-of of the run before this one.
fn retain(plan: &Plan, last: Option<NaiveDate>) -> Result<Vec<String>> {
    /// As for `hecha history prune`: so long what was handed out may come back.
    const HANDED_OUT_DAYS: u32 = 90;
    /// A clock that jumped ahead takes no more than two months' results along.
    const LONGEST_GAP: Days = Days::new(60);
    let retention = plan.config().retention;
    let (Some(days), Some(last)) = (retention.results, last) else { return Ok(Vec::new()) };
    let today = plan.as_of.min(last + LONGEST_GAP);
    let days = Days::new(u64::from(days.max(HANDED_OUT_DAYS)));
    let Some(limit) = today.checked_sub_days(days) else { return Ok(Vec::new()) };
    report::publish::clear(&plan.out, limit, retention.keep_monthly)
}

/// No later run was published, and the day is not to come: one that `--backdate` was not needed for.
fn newest(history: Option<&History>, plan: &Plan) -> Result<bool> {
    let runs = history.map(History::runs).transpose()?.unwrap_or_default();
    Ok(plan.as_of <= plan.today && runs.last().is_none_or(|last| last.as_of <= plan.as_of))
}

/// The inputs only, read (`hecha check`).
pub fn inputs(plan: &Plan, progress: &dyn Progress) -> Inputs {
    progress.stage("读取文件", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    progress.finish();
    inputs
}

/// The inputs only, read and recognised.
pub fn read<'s>(plan: &'s Plan, progress: &dyn Progress) -> (Inputs, Tables<'s>) {
    let inputs = inputs(plan, progress);
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
        partial: plan.is_partial(),
        contact: config.run.contact.clone(),
        version,
        run_id,
        config_digest: digest,
    }
}
