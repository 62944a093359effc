//! Reads the text of a config: the tables in their order, each by its function in [`super::sections`] or
//! [`super::policy`].

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeTable;

use super::model::{Config, Run};
use super::section::{Mistakes, Section};
use super::{policy, sections};
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::profile::{self, RuleSpec};
use crate::schema::{Schemas, toml_error};

/// What the config may name.
pub(super) struct Known<'a> {
    pub schemas: &'a Schemas,
    pub profiles: &'a [String],
    pub rules: &'a [RuleSpec<'a>],
}

/// A config that is TOML.
pub(super) struct Document<'t> {
    shown: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// # Errors
    /// Every place where the text is no TOML.
    pub fn parse(text: &'t str, shown: &'t str) -> Result<Self> {
        let (root, errors) = DeTable::parse_recoverable(text);
        // One slip makes several messages on its line; the first says enough.
        let mut lines = Vec::new();
        let mut reported = Vec::new();
        for error in errors {
            let line = error.span().map(|span| toml_error::line_at(text, span.start).0);
            if !lines.contains(&line) {
                lines.push(line);
                reported.push(toml_error::chinese(ErrorKind::Config, shown, text, &error));
            }
        }
        Error::several(reported).map_or(Ok(Self { shown, text, root }), Err)
    }

    /// `[run] schemas`, needed before anything else can be checked; its type is checked with the rest.
    pub fn schemas_directory(&self) -> Option<PathBuf> {
        let get = |table: &'_ DeTable<'t>, key: &str| {
            table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v.get_ref().clone())
        };
        let run = get(self.root.get_ref(), "run")?;
        get(run.as_table()?, "schemas")?.as_str().filter(|s| !s.trim().is_empty()).map(PathBuf::from)
    }

    /// # Errors
    /// Every mistake in the file.
    pub fn config(&self, base: &Path, known: &Known<'_>) -> Result<Config> {
        let mut mistakes = Mistakes::new(self.shown, self.text);
        let m = &mut mistakes;
        let mut root = Section::new("", self.root.get_ref(), self.root.span());
        let config = Config {
            base: base.to_path_buf(),
            run: run(&mut root, known, m),
            campaign: sections::campaign(&mut root, m),
            sources: sections::sources(&mut root, known, m),
            unit_aliases: sections::unit_aliases(&mut root, m),
            standards: sections::standards(&mut root, m),
            thresholds: policy::thresholds(&mut root, known, m),
            income: policy::income(&mut root, m),
            audiences: policy::audiences(&mut root, known, m),
            matching: sections::matching(&mut root, m),
            caps: policy::caps(&mut root, known, m),
            deadlines: policy::deadlines(&mut root, known, m),
            targets: policy::targets(&mut root, known, m),
            fund_sources: policy::fund_sources(&mut root, known, m),
            rules: sections::rules(&mut root, known, m),
            codes: sections::codes(&mut root, known, m),
            limits: sections::limits(&mut root, m),
            privacy: sections::privacy(&mut root, m),
            history: sections::history(&mut root, m),
            notify: sections::notify(&mut root, m),
            retention: sections::retention(&mut root, m),
            forms: sections::forms(&mut root, m),
            exchange: sections::exchange(&mut root, m),
        };
        root.finish(m);
        mistakes.finish()?;
        Ok(config)
    }
}

/// Hours: a nightly run, and a day's grace for one that was late.
const MAX_AGE: u32 = 36;

fn run(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Run {
    let mut run = Run {
        federation: String::new(),
        profile: profile::DEFAULT.into(),
        as_of: None,
        due: None,
        out: "out".into(),
        state: "state/hecha.sqlite".into(),
        contact: None,
        schemas: None,
        calendar: None,
        findings_exit: true,
        threads: None,
        max_age: MAX_AGE,
    };
    let Some(mut section) = root.table(m, "run") else {
        root.needs::<()>(m, "run", "…：单起一行写 [run]，其下写 federation = \"××市总工会\"", None);
        return run;
    };
    let federation = section.text(m, "federation");
    if let Some(federation) = section.needs(m, "federation", "\"××市总工会\"", federation) {
        run.federation = federation;
    }
    if let Some(profile) = section.text(m, "profile") {
        if !known.profiles.contains(&profile) {
            let span = section.value("profile").map(toml::Spanned::span).unwrap_or_default();
            let near =
                nearest(&profile, known.profiles.iter().map(String::as_str)).map(|near| format!("是否想写“{near}”？"));
            let all = format!("可用：{}", known.profiles.join("、"));
            m.add(format!("没有政策“{profile}”"), &span, &section.name, near.into_iter().chain([all]));
        }
        run.profile = profile;
    }
    run.as_of = section.date(m, "as_of");
    run.due = section.date(m, "due");
    run.out = section.path(m, "out").unwrap_or(run.out);
    run.state = section.path(m, "state").unwrap_or(run.state);
    run.contact = section.text(m, "contact");
    run.schemas = section.path(m, "schemas");
    run.calendar = section.path(m, "calendar");
    run.findings_exit = section.integer(m, "findings_exit", 0..=1) != Some(0);
    run.threads = section.integer(m, "threads", 1..=1024).and_then(|n| usize::try_from(n).ok());
    if let Some(days) = sections::span(&mut section, m, "max_age", "36h") {
        run.max_age = days;
    }
    section.finish(m);
    run
}
