//! A synthetic federation: units, households, registers, and the mistakes planted in them.
//!
//! Equal requests give equal worlds. Without plants and mess no rule finds anything in one.

use chrono::{Datelike, NaiveDate};

use super::calendar::campaign;
use super::civil::{CivilHousehold, civil};
use super::edits::Edits;
use super::export::{Expected, Export};
use super::household::{Builder, Household};
use super::people::People;
use super::plant;
use super::rng::Rng;
use super::rows::Wording;
use super::strangers::Strangers;
use super::units::{FEDERATION, Tree};
use crate::profile::{self, Counting, Profile};

/// Which mistakes are planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plant {
    None,
    All,
    /// Rule codes; codes that have no plants are passed over, see [`plantable`].
    Codes(Vec<String>),
}

/// What `hecha generate` is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub households: usize,
    /// Unions that own files; their district federations come on top.
    pub units: usize,
    pub seed: u64,
    /// 0 to 3.
    pub mess: u8,
    pub plant: Plant,
    pub as_of: NaiveDate,
}

/// The world of a request.
#[derive(Debug)]
pub struct World {
    pub as_of: NaiveDate,
    /// Id of the profile by which it is to be judged.
    pub profile: String,
    pub(super) wording: Wording,
    pub(super) tree: Tree,
    pub(super) households: Vec<Household>,
    pub(super) civil: Vec<CivilHousehold>,
    pub(super) strangers: Strangers,
    pub(super) edits: Edits,
    pub(super) expected: Vec<Expected>,
}

/// Codes of the rules that have plants under the default profile, sorted.
pub fn plantable() -> Vec<&'static str> {
    plantable_under(profile::DEFAULT)
}

/// As [`plantable`], under another profile.
pub fn plantable_under(profile: &str) -> Vec<&'static str> {
    plant::codes(profile)
}

/// Makes the world, to be judged by the default profile.
pub fn world(request: &Request) -> World {
    world_under(request, profile::DEFAULT)
}

/// Makes the world, to be judged by a given profile: what its paper alone demands can be planted too.
pub fn world_under(request: &Request, profile: &str) -> World {
    let (seed, as_of) = (request.seed, request.as_of);
    let tree = Tree::new(request.units, &mut Rng::topic(seed, "units"));
    let mut people = People::new(as_of);
    let mut builder = Builder { tree: &tree, people: &mut people, as_of, rng: Rng::topic(seed, "households") };
    let units = tree.units.len();
    let mut spread = Rng::topic(seed, "spread");
    let households: Vec<Household> = (0..request.households)
        // Every unit gets its share of a third, the rest falls where it may.
        .map(|n| if n < units || n % 3 == 0 { n % units } else { spread.below(units) })
        .enumerate()
        .map(|(n, unit)| builder.household(n, unit))
        .collect();
    let civil = civil(&households, &tree, &mut people, &mut Rng::topic(seed, "civil"), as_of);
    let strangers = Strangers::new(request.households, &tree, &mut people, &mut Rng::topic(seed, "strangers"), as_of);
    let mut world = World {
        as_of,
        profile: profile.to_owned(),
        wording: Wording { mess: request.mess, seed },
        tree,
        households,
        civil,
        strangers,
        edits: Edits::default(),
        expected: Vec::new(),
    };
    super::strangers::harmless(&mut world);
    plant::plant(&mut world, &mut people, request);
    world.expected.sort();
    world
}

impl World {
    /// The tables to be written, under `inbox/`.
    pub fn exports(&self) -> Vec<Export> {
        super::exports::exports(self)
    }

    /// The findings that the product must give, sorted.
    pub fn expected(&self) -> Vec<Expected> {
        self.expected.clone()
    }

    fn paper(&self) -> Option<Profile> {
        profile::load(&self.profile, None).ok()
    }

    /// An income equal to a line is above it.
    pub(super) fn is_free_on_the_line(&self) -> bool {
        self.paper().is_some_and(|p| p.income.bound == profile::Bound::Lt)
    }

    /// A household in dibao may be one of accident as well.
    pub(super) fn has_accident_beside_dibao(&self) -> bool {
        self.paper().is_some_and(|p| p.income.accident_beside_dibao)
    }

    /// Central money of that day is for all members, on file or not.
    pub(super) fn is_central_for_members(&self, day: NaiveDate) -> bool {
        self.paper().is_some_and(|p| p.audience("生活救助", "中央财政", Some(day.into())) == profile::Who::Member)
    }

    /// The profile asks for the papers of a filing: ledger, consents, reports of the means test.
    pub(super) fn has_filing_ledger(&self) -> bool {
        self.paper().is_some_and(|p| p.enable.iter().any(|code| code == "JD216"))
    }

    /// The paper's deadline of some level has passed.
    pub(super) fn has_past_deadline(&self) -> bool {
        profile::load(&self.profile, None).is_ok_and(|p| p.deadlines.iter().any(|d| d.date < self.as_of))
    }

    /// The dibao standard valid on a day, in yuan; it rises each July.
    pub(super) fn dibao(&self, day: NaiveDate) -> i64 {
        let standards = self.standards();
        standards.iter().rev().find(|(from, _)| *from <= day).unwrap_or(&standards[0]).1
    }

    /// First day and yuan, oldest first; from before the first month with an income.
    fn standards(&self) -> [(NaiveDate, i64); 3] {
        let july = if self.as_of.month() >= 7 { self.as_of.year() } else { self.as_of.year() - 1 };
        let first = |year| NaiveDate::from_ymd_opt(year, 7, 1).unwrap_or(self.as_of);
        [(first(july - 2), 590), (first(july - 1), 620), (first(july), 650)]
    }

    /// The `hecha.toml` that goes with the exports.
    pub fn config_text(&self) -> String {
        let as_of = self.as_of;
        let (from, to) = campaign(as_of);
        let standards: String = self
            .standards()
            .iter()
            .map(|(from, yuan)| format!("\n[[standard]]\nregion = \"510100\"\nfrom = \"{from}\"\ndibao = {yuan}\n"))
            .collect();
        let targets = profile::load(&self.profile, None).map_or_else(|_| String::new(), |p| put_off(&p, as_of, to));
        format!(
            r#"# 由 hecha generate 生成的模拟数据的配置。
[run]
federation = "{FEDERATION}"
profile = "{profile}"
as_of = "{as_of}"
due = "{to}"

[campaign]
from = "{from}"
to = "{to}"

[[source]]
path = "inbox/**/*"

[level."全国级"]
exit_multiple = 1.5
filing_multiple = 1.5
[level."省级"]
exit_multiple = 1.5
filing_multiple = 1.5
[level."地市级"]
exit_multiple = 1.5
filing_multiple = 1.5
[level."区县级"]
exit_amount = {OWN_STANDARD}
filing_amount = {OWN_STANDARD}
[level."基层级"]
exit_amount = {OWN_STANDARD}
filing_amount = {OWN_STANDARD}

[[cap]]
program = "生活救助"
amount = {CAP}
{targets}{standards}"#,
            profile = self.profile,
        )
    }
}

/// Income threshold of 区县级 and 基层级, yuan.
pub(super) const OWN_STANDARD: i64 = 1100;

/// Most of 生活救助 that a household may get in a year, yuan.
pub(super) const CAP: i64 = 12_000;

/// The profile's targets that would have been due: nobody manages the world so that it reaches them, so they are put off.
fn put_off(profile: &Profile, as_of: NaiveDate, to: NaiveDate) -> String {
    let due = profile.targets.iter().filter(|t| t.due().is_some_and(|due| due <= as_of));
    due.map(|t| {
        let level = t.level.iter().map(|l| format!("level = \"{l}\"\n")).collect::<String>();
        let cohort = t.filed_before.iter().map(|d| format!("filed_before = \"{d}\"\n")).collect::<String>();
        let counting = if t.counting == Counting::Yearly { "counting = \"yearly\"\n" } else { "" };
        format!("\n[[target]]\nyear = {}\n{level}{cohort}rate = {}\n{counting}date = \"{to}\"\n", t.year, t.rate)
    })
    .collect()
}
