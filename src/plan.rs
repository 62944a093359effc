//! What was asked, made definite: files found, schemas and profile loaded, the as-of date fixed.

mod files;
mod own;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::config::{self, Config, Loaded, Source};
use crate::derive::{DibaoStandard, Setting};
use crate::domain::calendar::WorkCalendar;
use crate::domain::token::Salt;
use crate::error::{Error, ErrorKind, Result};
use crate::history::History;
use crate::ingest::ReadOptions;
use crate::ingest::inputs::{SetAside, Wanted};
use crate::normalize::SourceHints;
use crate::profile::{ParameterType, RuleSpec};

/// Under this name returned forms are shown, as if they lay in a directory.
const RETURNED_FORMS: &str = "回收表";

/// What the command line may change of a run.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Config file; else found upward from `start`.
    pub config: Option<PathBuf>,
    pub as_of: Option<NaiveDate>,
    pub out: Option<PathBuf>,
    /// Units with their children; empty for all.
    pub units: Vec<String>,
    /// Rule codes; empty for all.
    pub rules: Vec<String>,
    pub tables_only: bool,
    /// Neither reads nor writes the state.
    pub no_history: bool,
    /// What this run lists counts as handed out, where the configuration leaves that to the user.
    pub hand_out: bool,
    /// The exports are whole although they shrank.
    pub complete: bool,
    /// A run that reads nothing is meant.
    pub allow_empty: bool,
    /// An as-of before the last run's or after today is meant; it does not move `latest`.
    pub backdate: bool,
    /// Where this program lies, for the second reader.
    pub second_reader: Option<PathBuf>,
    /// Both readers are to read every workbook.
    pub verify: bool,
}

/// A run made definite.
#[derive(Debug)]
pub struct Plan {
    pub loaded: Loaded,
    pub as_of: NaiveDate,
    /// The local date, read once at the start.
    pub today: NaiveDate,
    pub wanted: Vec<Wanted>,
    /// By `[[source]]`.
    pub hints: Vec<SourceHints>,
    pub out: PathBuf,
    pub asked: Asked,
    pub setting: Setting,
    /// What the configuration promises and is not there: globs without files, passwords that are not set; a day on which the
    /// paper is not in force.
    pub warnings: Vec<String>,
    /// Shared with other departments, where the environment has it.
    pub salt: Option<Salt>,
}

impl Plan {
    /// Loads the configuration and finds the files. `today` is the local date, read once by the caller.
    ///
    /// # Errors
    /// No configuration, one that is wrong, or a required source without files.
    pub fn new(asked: Asked, start: &Path, today: NaiveDate) -> Result<Self> {
        let path = config::locate(asked.config.as_deref(), start)?;
        let loaded = load(&path)?;
        let as_of = asked.as_of.or(loaded.config.run.as_of).unwrap_or(today);
        let out = asked.out.clone().unwrap_or_else(|| loaded.config.resolve(&loaded.config.run.out));
        let (mut wanted, mut hints, mut warnings) = sources(&loaded.config, &path, &out)?;
        returned_forms(&loaded.config, &mut wanted, &mut hints)?;
        for one in &mut wanted {
            one.options.second_reader.clone_from(&asked.second_reader);
            one.options.verify = asked.verify;
        }
        warnings.extend(outside_validity(&loaded, as_of)?);
        warnings.extend(overlapping_lines(&loaded));
        Ok(Self { today, wanted, hints, warnings, ..Self::without_files(loaded, asked, as_of)? })
    }

    /// A run on inputs that are already in memory.
    ///
    /// # Errors
    /// A calendar of the configuration that cannot be read.
    pub fn without_files(loaded: Loaded, asked: Asked, as_of: NaiveDate) -> Result<Self> {
        let out = asked.out.clone().unwrap_or_else(|| loaded.config.resolve(&loaded.config.run.out));
        let setting = setting(&loaded, as_of)?;
        Ok(Self {
            as_of,
            today: as_of,
            wanted: Vec::new(),
            hints: Vec::new(),
            out,
            asked,
            salt: salt(&loaded.config),
            loaded,
            setting,
            warnings: Vec::new(),
        })
    }

    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// The state database.
    pub fn state(&self) -> PathBuf {
        self.loaded.config.resolve(&self.loaded.config.run.state)
    }

    /// The run sees only some units or rules.
    pub fn is_partial(&self) -> bool {
        !self.asked.units.is_empty() || !self.asked.rules.is_empty()
    }
}

/// Reads a configuration with the schemas and the profile it names, and proves that the profile fits the rules.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn load(path: &Path) -> Result<Loaded> {
    let loaded = with_rule_specs(|specs| config::load(path, specs))?;
    Error::several(crate::rules::check_profile(&loaded.terms, &loaded.schemas)).map_or(Ok(loaded), Err)
}

/// A day outside the paper's validity is said, with what to use instead, and switches nothing off: files of that time are
/// still judged by it.
fn outside_validity(loaded: &Loaded, as_of: NaiveDate) -> Result<Option<String>> {
    let profile = &loaded.terms;
    let document = &profile.document;
    if profile.is_valid_on(as_of) {
        return Ok(None);
    }
    let (id, from) = (&profile.id, document.valid_from);
    let Some(to) = document.valid_to.filter(|&to| to < as_of) else {
        return Ok(Some(format!(
            "基准日{as_of}早于政策“{id}”的有效期（{from}起），仍按它核查；政策在配置 [run] profile 中选定"
        )));
    };
    let user = loaded.config.run.schemas.as_ref().map(|path| loaded.config.resolve(path));
    let instead = crate::profile::national_on(as_of, user.as_deref())?;
    let instead: Vec<String> = instead.iter().map(|id| format!("profile = \"{id}\"")).collect();
    let paper = document.number.as_ref().unwrap_or(&document.title);
    Ok(Some(format!(
        "政策“{id}”（{paper}）的有效期{from}至{to}已过，基准日{as_of}仍按它核查，它的年度目标不再考核；当地有新文件的照新文件写政策，没有的在配置 [run] 中改写 {}",
        instead.join(" 或 ")
    )))
}

/// Exit lines below filing lines: between the two a household is lawfully on file and nobody is accused.
fn overlapping_lines(loaded: &Loaded) -> Vec<String> {
    let standards: Vec<i64> = loaded.config.standards.iter().map(|s| s.dibao.fen).collect();
    let told = crate::profile::overlaps(&loaded.terms, &standards).into_iter();
    told.map(|what| format!("{what}；收入在两线之间的户不判应退、超期或错评。两线不同的，在配置中把两个值都写上"))
        .collect()
}

/// Codes and parameters of the catalogue, against which the configuration is checked.
pub fn rule_specs() -> Vec<(&'static str, Vec<(&'static str, ParameterType)>)> {
    crate::rules::catalogue()
        .map(|r| (r.code, r.params.iter().map(|p| (p.name, p.default.parameter_type())).collect()))
        .collect()
}

/// Hands the catalogue's codes and parameters to what loads a configuration.
pub fn with_rule_specs<R>(load: impl FnOnce(&[RuleSpec<'_>]) -> R) -> R {
    let specs = rule_specs();
    let specs: Vec<RuleSpec<'_>> = specs.iter().map(|(code, p)| RuleSpec { code, parameters: p }).collect();
    load(&specs)
}

fn setting(loaded: &Loaded, as_of: NaiveDate) -> Result<Setting> {
    let mut calendar = WorkCalendar::embedded().clone();
    if let Some(path) = &loaded.config.run.calendar {
        let path = loaded.config.resolve(path);
        let text =
            std::fs::read_to_string(&path).map_err(|e| Error::io(ErrorKind::Config, "读不了节假日表", &path, &e))?;
        calendar.extend(&text).map_err(|fault| {
            Error::new(ErrorKind::Config, fault.to_string())
                .at(path.display().to_string())
                .remedy("每行写：日期、制表符、W（上班）或R（休息），如 2027-02-15<Tab>R")
        })?;
    }
    let tolerance = |name: &str| {
        let yuan = crate::rules::find("YZ301").map_or(1.0, |rule| rule.number(&loaded.terms, name));
        (yuan * 100.0).round() as i64
    };
    let campaign = loaded.terms.campaign.as_ref().map(|c| (c.from, c.to));
    Ok(Setting {
        as_of,
        campaign,
        calendar,
        money_tolerance: tolerance("tolerance_yuan"),
        area_tolerance: tolerance("tolerance_area"),
        standards: loaded
            .config
            .standards
            .iter()
            .map(|s| DibaoStandard { region: s.region.clone(), from: s.from, fen: s.dibao.fen })
            .collect(),
        payment_window_days: i64::from(loaded.config.matching.payment_window_days),
        payment_far_days: i64::from(loaded.config.matching.payment_far_days),
        source_units: loaded.config.sources.iter().map(|s| s.unit.clone()).collect(),
    })
}

/// Files of all sources, the settings of each source, and what is to be said of sources without files. A file named by several
/// sources belongs to the most particular one: the one that says more about it, else the later.
fn sources(config: &Config, path: &Path, out: &Path) -> Result<(Vec<Wanted>, Vec<SourceHints>, Vec<String>)> {
    let mut found: BTreeMap<PathBuf, (usize, Option<SetAside>)> = BTreeMap::new();
    let (mut missing, mut warnings) = (Vec::new(), Vec::new());
    if config.sources.is_empty() {
        warnings.push("配置里没有 [[source]]，没有读取任何文件".to_string());
    }
    for (i, source) in config.sources.iter().enumerate() {
        let led_to = files::find(config, source)?;
        if led_to.is_empty() {
            let there = led_to.no_directory.as_ref().map_or("没有匹配到任何文件".to_string(), |dir| {
                format!("没有匹配到任何文件：目录“{}”不存在", shown(config, dir))
            });
            if source.required {
                missing.push(
                    Error::new(ErrorKind::Config, "必需的来源没有文件")
                        .at(format!("配置第{}行 [[source]]", source.line))
                        .excerpt(source.path.clone())
                        .found(there)
                        .remedy("放好文件后重新运行，或改正path，或去掉required = true"),
                );
            } else {
                warnings.push(format!("配置第{}行 path = \"{}\" {there}", source.line, source.path));
            }
        }
        if let Some(name) = &source.password_env
            && std::env::var_os(name).is_none()
        {
            warnings.push(format!("配置第{}行的环境变量{name}没有设置，加密的文件读不了", source.line));
        }
        let files = led_to.files.into_iter().map(|file| (file, None));
        for (file, why) in files.chain(led_to.set_aside.into_iter().map(|(path, why)| (path, Some(why)))) {
            let entry = found.entry(file).or_insert((i, why));
            if particular(source) >= particular(&config.sources[entry.0]) {
                entry.0 = i;
            }
        }
    }
    if let Some(error) = Error::several(missing) {
        return Err(error);
    }
    let own = own::Own::new(config, path, out);
    let mut wanted = Vec::new();
    for (path, (source, set_aside)) in found {
        // The program's own bookkeeping is no delivery, wherever it lies.
        if own.is_bookkeeping(&path) {
            continue;
        }
        let settings = &config.sources[source];
        wanted.push(Wanted {
            shown: shown(config, &path),
            options: ReadOptions {
                password: password(config, settings)?,
                encoding: settings.encoding.clone(),
                unpacked_limit: config.limits.unpacked_bytes(),
                ..ReadOptions::default()
            },
            path,
            source,
            returned: false,
            set_aside,
            kept: None,
        });
    }
    let hints = config
        .sources
        .iter()
        .map(|s| SourceHints {
            kind: s.kind.clone(),
            unit: s.unit.clone(),
            columns: s.columns.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            sheet: s.sheet.clone(),
            header_row: s.header_row,
            ignore_columns: s.ignore_columns.clone(),
            received: None,
        })
        .collect();
    Ok((wanted, hints, warnings))
}

/// Forms that units returned: read like any other file, newer than all that was delivered.
fn returned_forms(config: &Config, wanted: &mut Vec<Wanted>, hints: &mut Vec<SourceHints>) -> Result<()> {
    let Some(history) = History::open_existing(&config.resolve(&config.run.state))? else { return Ok(()) };
    let (mut day, mut names) = (None, BTreeMap::new());
    for form in history.forms()? {
        // The forms of a day are one source.
        if day != Some(form.given_on) {
            hints.push(SourceHints { received: Some(form.given_on), ..SourceHints::default() });
            day = Some(form.given_on);
        }
        let count = names.entry(form.name.clone()).and_modify(|n| *n += 1).or_insert(1);
        let name = match (*count, form.name.rsplit_once('.')) {
            (1, _) => form.name.clone(),
            (n, Some((stem, extension))) => format!("{stem}_{n}.{extension}"),
            (n, None) => format!("{}_{n}", form.name),
        };
        wanted.push(Wanted {
            kept: history.form_bytes(&form)?,
            path: form.path,
            shown: format!("{RETURNED_FORMS}/{name}"),
            source: hints.len() - 1,
            returned: true,
            set_aside: None,
            options: ReadOptions { unpacked_limit: config.limits.unpacked_bytes(), ..ReadOptions::default() },
        });
    }
    Ok(())
}

/// How much a source says about its files.
fn particular(source: &Source) -> usize {
    usize::from(source.kind.is_some())
        + usize::from(source.unit.is_some())
        + usize::from(!source.columns.is_empty())
        + usize::from(source.sheet.is_some())
        + usize::from(source.header_row.is_some())
        + usize::from(source.password_env.is_some() || source.password_file.is_some())
}

/// Path relative to the configuration's directory, with `/`.
fn shown(config: &Config, path: &Path) -> String {
    let relative = path.strip_prefix(&config.base).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/").replace("//", "/")
}

/// The salt of `[exchange] salt_env`; one that is too short is none.
fn salt(config: &Config) -> Option<Salt> {
    Salt::new(&std::env::var(config.exchange.salt_env.as_ref()?).ok()?)
}

fn password(config: &Config, source: &Source) -> Result<Option<String>> {
    if let Some(name) = &source.password_env {
        return Ok(std::env::var(name).ok().filter(|p| !p.is_empty()));
    }
    let Some(file) = &source.password_file else { return Ok(None) };
    let path = config.resolve(file);
    let text = std::fs::read_to_string(&path).map_err(|e| Error::io(ErrorKind::Config, "读不了密码文件", &path, &e))?;
    Ok(text.lines().next().map(|l| l.trim().to_string()).filter(|p| !p.is_empty()))
}
