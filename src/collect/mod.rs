//! Taking back what units return: workbooks with answers, and 附件3 forms.
//!
//! `found → recognise → list → merge (check) → keep → annotated copy, patch list`, file by file. The answers of one file are
//! kept in one step, all or none; what is written is put in place after that, the annotated copy last: where it is missing
//! although the file was taken, the program died in between, and the next time it is written.

pub mod annotated;
pub mod check;
pub mod forms;
pub mod found;
pub mod list;
pub mod merge;
pub mod outcome;
pub mod patches;
pub mod place;
pub mod recognise;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::NaiveDate;
use data_encoding::HEXLOWER;

use crate::config::{self, Config, Loaded};
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::history::answers::{Ledger, Receipt};
use crate::history::{History, Listed, Lock, RunHead};
use crate::ingest::properties::custom_property;
use crate::ingest::{ReadOptions, Reading, bytes_of};
use crate::normalize::Context;
use crate::pipeline::Progress;
use crate::plan;
use crate::report::passwords::Passwords;
use crate::report::unit_workbook::columns::Column;
use crate::report::{names, publish};

use check::{Grade, Reader};
use found::{Found, Read};
use list::List;
use merge::{Base, Judged};
pub use outcome::Outcome;
use outcome::{FileOutcome, State};
use place::Shelf;
use recognise::{Marked, NotOurs};

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub config: Option<PathBuf>,
    pub out: Option<PathBuf>,
    /// Files, directories, archives.
    pub paths: Vec<PathBuf>,
    pub dry_run: bool,
}

/// Takes files back.
///
/// # Errors
/// A path that does not exist, a wrong configuration, another run at work, a state or an output that cannot be written.
/// What is wrong with a returned file is no error but said in the outcome.
pub fn collect(asked: &Asked, cwd: &Path, today: NaiveDate, progress: &dyn Progress) -> Result<Outcome> {
    let loaded = plan::load(&config::locate(asked.config.as_deref(), cwd)?)?;
    let found = found::find(&asked.paths, cwd)?;
    let state = loaded.config.resolve(&loaded.config.run.state);
    // A trial writes nothing, not even a lock beside a state that is not there.
    let lock = (!asked.dry_run || state.exists()).then(|| Lock::take(&state, "收回")).transpose()?;
    let mut desk = Desk::new(&loaded, state, asked, today)?;
    progress.stage("收回", Some(found.len()));
    let mut outcome = Outcome { dry_run: asked.dry_run, ..Outcome::default() };
    for file in &found {
        for read in found::read(file, desk.passwords.as_ref(), loaded.config.limits.unpacked_bytes()) {
            match desk.take(file, read) {
                Ok(taken) => outcome.files.push(taken),
                Err(error) => return Err(desk.stopped(error)),
            }
        }
        progress.step(&text::mask_numbers(&file.shown));
    }
    progress.finish();
    drop(lock);
    Ok(outcome)
}

/// What one run listed, by digest of the finding id.
type Listing = Rc<HashMap<String, Listed>>;

/// The run that handed a workbook out, and the newest one where that is another.
struct HandedOut {
    run: RunHead,
    listed: Listing,
    latest: Option<(NaiveDate, Listing)>,
}

/// What all files are held against.
struct Desk<'a> {
    config: &'a Config,
    loaded: &'a Loaded,
    context: Context<'a>,
    today: NaiveDate,
    dry_run: bool,
    state: PathBuf,
    out: PathBuf,
    /// Where workbooks are sealed, what goes back is sealed too.
    passwords: Option<Passwords>,
    history: Option<History>,
    /// Published runs by as-of.
    runs: Vec<RunHead>,
    /// Runs that a later one of their day took the place of.
    superseded: Vec<RunHead>,
    listed: HashMap<i64, Listing>,
    ledger: Option<Ledger>,
    /// Opened with the first file that is written.
    shelf: Option<Shelf>,
    /// Files of which the state now has the answers or the forms, masked.
    kept: Vec<String>,
}

impl<'a> Desk<'a> {
    fn new(loaded: &'a Loaded, state: PathBuf, asked: &Asked, today: NaiveDate) -> Result<Self> {
        let config = &loaded.config;
        let out = asked.out.clone().unwrap_or_else(|| config.resolve(&config.run.out));
        let mut history = History::open_existing(&state)?;
        if let Some(history) = history.as_mut().filter(|_| !asked.dry_run) {
            // A run that died after its result was put in place was published all the same.
            publish::recover(&out)?;
            history.seal_forms()?;
            history.settle_interrupted(|place, as_of| publish::output_of(&out, place, as_of))?;
        }
        let runs = history.as_ref().map(History::runs).transpose()?.unwrap_or_default();
        let superseded = history.as_ref().map(History::superseded).transpose()?.unwrap_or_default();
        let ledger = match (&history, runs.last()) {
            (Some(history), Some(newest)) => Some(history.ledger(newest.as_of)?),
            _ => None,
        };
        Ok(Self {
            config,
            loaded,
            context: Context::new(&loaded.schemas, today),
            today,
            dry_run: asked.dry_run,
            state,
            passwords: Passwords::load(config, &out)?,
            out,
            history,
            runs,
            superseded,
            listed: HashMap::new(),
            ledger,
            shelf: None,
            kept: Vec::new(),
        })
    }

    /// What was taken in before something stopped the work is said: repeated, the same files are told from new ones.
    fn stopped(&self, error: Error) -> Error {
        let said = match self.kept.as_slice() {
            [] => "没有收下任何答复".to_string(),
            files => format!("已收下并记录：{}", files.join("、")),
        };
        error
            .meanwhile(format!("{said}；以前的核查结果没有改动"))
            .remedy("排除问题后把同样的文件再收一次：已收下的不会重复计算，没写出的批注和更正清单会补写")
    }

    /// Takes one file.
    fn take(&mut self, found: &Found, read: Read) -> Result<FileOutcome> {
        let path = read.file.path.clone();
        let sheets = match &read.file.reading {
            Reading::Sheets { sheets, .. } => sheets,
            Reading::Unreadable(error) => {
                return Ok(FileOutcome::new(&path, State::Unreadable).note(&error.what).note(&error.remedy));
            }
            Reading::Ignored { why } => {
                // What was named was meant; what lies beside workbooks is not.
                let state = if found.named && path == found.shown { State::NotOurs } else { State::Ignored };
                return Ok(FileOutcome::new(&path, state).note(why));
            }
        };
        let list = list::read(sheets);
        match (recognise::marked(sheets), list) {
            (Some(Ok(marked)), list) => self.workbook(found, read, marked, list),
            (Some(Err(why)), _) => Ok(not_ours(&path, why)),
            (None, Some(_)) => {
                let what = "是疑点清单，但认出它的隐藏表_hecha没有了（多半是复制到了新文件，或存成了别的格式）";
                Ok(not_ours(&path, NotOurs::new(what, "请在下发的原文件里填写后交回")))
            }
            (None, None) => self.form(found, read),
        }
    }

    /// A returned form becomes an input of every later run.
    fn form(&mut self, found: &Found, read: Read) -> Result<FileOutcome> {
        let (path, sha256) = (read.file.path.clone(), HEXLOWER.encode(&read.file.sha256));
        if read.password.is_some() {
            let why = NotOurs::new("调查表有密码", "请取消密码另存后再交");
            return Ok(not_ours(&path, why));
        }
        let forms = match forms::count(read.file, &self.loaded.schemas, self.today) {
            Ok(forms) => forms,
            Err(why) => return Ok(not_ours(&path, why)),
        };
        if self.history.as_ref().map(|h| h.has_form(&sha256)).transpose()? == Some(true) {
            return Ok(FileOutcome::new(&path, State::FormRepeated));
        }
        if !self.dry_run && !self.keep_form(found, &path, &sha256, None)? {
            return Ok(FileOutcome::new(&path, State::Unreadable).note("文件读取失败，可能正被其他程序占用"));
        }
        let mut outcome = FileOutcome::new(&path, State::Form).note(forms_note(forms));
        outcome.forms = forms;
        Ok(outcome)
    }

    /// Keeps a file with forms; false where its bytes cannot be had any more.
    fn keep_form(&mut self, found: &Found, path: &str, sha256: &str, password: Option<String>) -> Result<bool> {
        let unpacked_limit = self.config.limits.unpacked_bytes();
        let options = ReadOptions { unpacked_limit, password, ..ReadOptions::default() };
        let Some(bytes) = bytes_of(&found.path, &found.shown, path, &options) else { return Ok(false) };
        if self.history.is_none() {
            self.history = Some(History::open(&self.state)?);
        }
        if let Some(history) = &mut self.history {
            let name = text::mask_numbers(path.rsplit('/').next().unwrap_or(path));
            history.keep_form(sha256, &name, &bytes, self.today)?;
            self.kept.push(text::mask_numbers(path));
        }
        Ok(true)
    }

    fn workbook(&mut self, found: &Found, read: Read, marked: Marked, list: Option<List>) -> Result<FileOutcome> {
        let Read { file, password } = read;
        let (path, sha256) = (file.path.clone(), HEXLOWER.encode(&file.sha256));
        let path = path.as_str();
        let HandedOut { run, listed, latest } = match self.handed_out(found, path, &marked)? {
            Ok(handed_out) => handed_out,
            Err(why) => return Ok(not_ours(path, why)),
        };
        // 入户调查表 of the workbook, filled in beside the answers or alone.
        let forms = forms::filled(file, &self.loaded.schemas, self.today);
        if forms > 0 && !self.dry_run && !self.keep_form(found, path, &sha256, password.clone())? {
            return Ok(FileOutcome::new(path, State::Unreadable).note("文件读取失败，可能正被其他程序占用"));
        }
        let Some(list) = list else {
            if forms > 0 {
                let mut outcome = FileOutcome::new(path, State::Form).note(forms_note(forms));
                (outcome.unit, outcome.as_of, outcome.forms) = (Some(marked.unit), Some(marked.as_of), forms);
                outcome.run_id = Some(marked.run_id);
                return Ok(outcome);
            }
            let why = NotOurs::new("工作簿里的疑点清单（或它的表头）没有了", "请在下发的原文件里填写后交回");
            return Ok(not_ours(path, why));
        };
        if !list.sheets.iter().any(|sheet| sheet.has(Column::Answer)) {
            let why = NotOurs::new("疑点清单里没有“核实结果”列", "请在下发的原文件里填写后交回");
            return Ok(not_ours(path, why));
        }
        let (Some(history), Some(ledger)) = (&self.history, &self.ledger) else {
            return Ok(not_ours(path, never_published(&marked)));
        };
        let mut outcome = FileOutcome::new(path, State::Unfilled);
        outcome.unit = Some(marked.unit.clone());
        outcome.as_of = Some(marked.as_of);
        outcome.run_id = Some(marked.run_id.clone());
        outcome.notes = notes(&marked, &list, run.run_id == marked.run_id);
        outcome.forms = forms;
        if forms > 0 {
            outcome.state = State::Form;
            outcome.notes.push(forms_note(forms));
        }

        let taken_on = history.taken_back(&sha256)?;
        if let Some(day) = taken_on
            && place::has_annotated(&self.out, day, &marked.unit, path)
        {
            outcome.state = State::Repeated;
            outcome.notes = vec![format!("{day}收过同一份文件")];
            return Ok(outcome);
        }
        let reader =
            Reader { context: &self.context, today: self.today, handed_out: marked.as_of, due: self.config.run.due };
        let base = Base {
            as_of: marked.as_of,
            listed: &listed,
            same_run: run.run_id == marked.run_id,
            latest: latest.as_ref().map(|(day, listed)| (*day, &**listed)),
            key: history.key(),
        };
        let sheets = list.sheets.clone();
        // A trial run of the ledger: what stands in it is taken over when the file is kept.
        let mut after = ledger.clone();
        let rows = merge::judge(list, &marked, &base, &reader, &mut after);
        outcome.tell(&sheets, &rows);
        if rows.iter().all(|r| !r.row.is_answered()) {
            return Ok(outcome);
        }
        let replies: Vec<_> = rows.iter().filter_map(|r| r.reply.clone()).collect();
        let keeps = taken_on.is_none() && replies.iter().any(|(_, relation)| relation.is_kept());
        outcome.state = match (taken_on, keeps) {
            (Some(_), _) => State::Repeated,
            (None, true) => State::Taken,
            (None, false) => State::Unchanged,
        };
        let receipt = Receipt {
            sha256,
            unit: marked.unit.clone(),
            run_id: marked.run_id.clone(),
            as_of: marked.as_of,
            given_on: self.today,
            accepted: outcome.counts.accepted,
            refused: outcome.counts.refused,
            conflicts: outcome.counts.conflicts,
        };
        let says_more = outcome.counts.refused + outcome.counts.conflicts > 0;
        if self.dry_run || !(keeps || says_more || taken_on.is_some()) {
            if keeps {
                self.ledger = Some(after);
            }
            return Ok(outcome);
        }
        // Taken before, and what was to be written is missing: the same is written again.
        let day = taken_on.unwrap_or(self.today);
        let kept_then = taken_on.map(|_| history.answered_by(&receipt.sha256)).transpose()?.flatten();
        let asks = |r: &&Judged<'_>| match (taken_on, &kept_then, &r.reply) {
            (None, ..) => is_new(r),
            (Some(_), Some(kept), Some((reply, _))) => kept.contains(&reply.finding),
            (Some(_), None, _) => true,
            (Some(_), Some(_), None) => false,
        };
        let copy = annotated::Copy { marked: &marked, sheets: &sheets, rows: &rows, today: day };
        let copy = copy.bytes().map_err(|e| defect("批注", &e))?;
        let lines: Vec<_> = rows.iter().filter(asks).flat_map(|r| patches::patches(r, &reader)).collect();
        let list = (!lines.is_empty())
            .then(|| patches::workbook(&lines, &marked.unit, marked.as_of, day))
            .transpose()
            .map_err(|e| defect("更正清单", &e))?;
        let shelf = match self.shelf.take() {
            Some(shelf) => self.shelf.insert(shelf),
            None => self.shelf.insert(Shelf::open(&self.out)?),
        };
        let password = self.passwords.as_ref().and_then(|p| p.of(&marked.unit)).or(password.as_deref());
        let stem = format!("{}{}", place::PATCHES, names::safe(&marked.unit));
        // The list is put in place before the copy: killed in between, it lies there already.
        let list = list.filter(|bytes| taken_on.is_none() || !shelf.has(bytes, password, day, &marked.unit, &stem));
        let mut stage = |bytes: &[u8]| match password {
            Some(password) => shelf.stage_sealed(bytes, password),
            None => shelf.stage(bytes),
        };
        let copy = stage(&copy)?;
        let list = list.map(|bytes| stage(&bytes)).transpose()?;
        if keeps {
            if let Some(history) = &mut self.history {
                history.take_back(&receipt, &replies, &after)?;
                self.kept.push(text::mask_numbers(path));
            }
            self.ledger = Some(after);
        }
        if let Some(list) = list {
            outcome.written.push(shelf.put(list, day, &marked.unit, &stem)?);
        }
        outcome.written.push(shelf.put(copy, day, &marked.unit, &place::annotated(path))?);
        Ok(outcome)
    }

    /// The run a workbook was handed out by.
    fn handed_out(
        &mut self,
        found: &Found,
        path: &str,
        marked: &Marked,
    ) -> Result<std::result::Result<HandedOut, NotOurs>> {
        if let Err(why) = recognise::of_federation(marked, &self.config.run.federation) {
            return Ok(Err(why));
        }
        // Members of archives and encrypted files keep theirs to themselves.
        if path == found.shown
            && let Some(noted) = custom_property(&found.path, "run_id")
            && noted != marked.run_id
        {
            let what = "工作簿的隐藏表和文件属性说的不是同一次核查，像是把两份工作簿拼在了一起";
            return Ok(Err(NotOurs::new(what, "请在下发的原文件里填写后交回")));
        }
        let of = |run: &&RunHead| run.as_of == marked.as_of;
        let handed_out = |run: &&RunHead| of(run) && run.run_id == marked.run_id;
        // A later run of the day may have taken the place of the one that handed it out.
        let exact = self.runs.iter().chain(&self.superseded).find(handed_out);
        // One that is no longer known: its findings have the same ids in the run that stands.
        let Some(run) = exact.or_else(|| self.runs.iter().find(of)).cloned() else {
            return Ok(Err(never_published(marked)));
        };
        let listed = self.listing(run.seq)?;
        if !marked.rows.is_empty() && !listed.values().any(|l| text::fold(&l.unit) == text::fold(&marked.unit)) {
            let what = format!("{}的核查没有给“{}”下发过疑点", run.as_of, marked.unit);
            return Ok(Err(NotOurs::new(what, "核对单位名称；改过名的，请在下发的原文件里填写后交回")));
        }
        let newest = self.runs.last().filter(|newest| newest.seq != run.seq).cloned();
        let latest = match newest {
            Some(newest) => Some((newest.as_of, self.listing(newest.seq)?)),
            None => None,
        };
        Ok(Ok(HandedOut { run, listed, latest }))
    }

    fn listing(&mut self, seq: i64) -> Result<Listing> {
        if let Some(listed) = self.listed.get(&seq) {
            return Ok(listed.clone());
        }
        let listed = self.history.as_ref().map(|h| h.listed(seq)).transpose()?.unwrap_or_default();
        let listed = Rc::new(listed);
        self.listed.insert(seq, listed.clone());
        Ok(listed)
    }
}

/// The row brought an answer that was not known.
fn is_new(judged: &Judged<'_>) -> bool {
    judged.reply.as_ref().is_some_and(|(_, relation)| relation.is_kept()) && !judged.has(Grade::Conflict)
}

fn not_ours(path: &str, why: NotOurs) -> FileOutcome {
    FileOutcome::new(path, State::NotOurs).note(why.what).note(why.remedy)
}

fn never_published(marked: &Marked) -> NotOurs {
    NotOurs::new(
        format!("本机没有发布过这次核查（基准日{}，编号{}）", marked.as_of, marked.run_id),
        "在下发它的那台电脑上收回；或用 --config 指明那边的配置",
    )
}

/// What is to be said of the workbook as a whole.
fn forms_note(forms: usize) -> String {
    format!("入户调查表{forms}户，下次核查起作为纸质档案的登记，从调查时间起算")
}

fn notes(marked: &Marked, list: &List, same_run: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !same_run {
        notes.push("是同一基准日较早一次核查下发的，按疑点编号对上现在的记录".to_string());
    }
    if !marked.is_whole() {
        notes.push("隐藏表_hecha有改动，按本机的记录处理".to_string());
    }
    for sheet in &list.sheets {
        let missing = sheet.missing();
        if !missing.is_empty() {
            let name = text::mask_numbers(&sheet.name);
            notes.push(format!("工作表“{name}”少了列{}，按本机的记录处理", missing.join("、")));
        }
        let answers = Column::ANSWERS.into_iter().filter(|&c| c != Column::Answer);
        let gone: Vec<&str> = answers.filter(|&c| !sheet.has(c)).map(Column::title).collect();
        if !gone.is_empty() {
            notes.push(format!("工作表“{}”少了填写列{}", text::mask_numbers(&sheet.name), gone.join("、")));
        }
    }
    let there: std::collections::HashSet<String> = list.rows.iter().map(list::Row::id).collect();
    let gone = marked.rows.iter().filter(|(id, _)| !there.contains(id)).count();
    if gone > 0 && list.sheets.iter().all(|sheet| sheet.has(Column::Id)) {
        notes.push(format!("下发的{}行里有{gone}行不在表中，按未填写处理", marked.rows.len()));
    }
    notes
}

fn defect(what: &str, error: &rust_xlsxwriter::XlsxError) -> Error {
    Error::new(ErrorKind::Defect, format!("{what}写不成工作簿"))
        .found(error.to_string())
        .remedy("这是程序的问题，请把本条信息告诉开发者。")
}
