//! A synthetic federation: units, households, registers, and the mistakes planted in them.
//!
//! Equal requests give equal worlds. Without plants and mess no rule finds anything in one.

use chrono::NaiveDate;

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
    pub(super) wording: Wording,
    pub(super) tree: Tree,
    pub(super) households: Vec<Household>,
    pub(super) civil: Vec<CivilHousehold>,
    pub(super) strangers: Strangers,
    pub(super) edits: Edits,
    pub(super) expected: Vec<Expected>,
}

/// Codes of the rules that have plants, sorted.
pub fn plantable() -> Vec<&'static str> {
    plant::codes()
}

/// Makes the world.
pub fn world(request: &Request) -> World {
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
        wording: Wording { mess: request.mess, seed },
        tree,
        households,
        civil,
        strangers,
        edits: Edits::default(),
        expected: Vec::new(),
    };
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

    /// The `hecha.toml` that goes with the exports.
    pub fn config_text(&self) -> String {
        use chrono::Datelike;
        let as_of = self.as_of;
        let (from, to) = campaign(as_of);
        // The standard rises each July.
        let july = if as_of.month() >= 7 { as_of.year() } else { as_of.year() - 1 };
        format!(
            r#"# 由 hecha generate 生成的模拟数据的配置。
[run]
federation = "{FEDERATION}"
profile = "chengdu-2019"
as_of = "{as_of}"
due = "{to}"

[campaign]
from = "{from}"
to = "{to}"

[[source]]
path = "inbox/**/*"

[[standard]]
region = "510100"
from = "{before:04}-07-01"
dibao = 620

[[standard]]
region = "510100"
from = "{july:04}-07-01"
dibao = 650
"#,
            before = july - 1,
        )
    }
}
