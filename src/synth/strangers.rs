//! Rows of people without a file: the dead, other union members, other patients, owners of cars, firms and flats. And rows
//! of people with a file in the registers of other departments, of which no rule makes anything.

use chrono::NaiveDate;

use super::calendar::days_before;
use super::civil::{CivilHousehold, CivilPerson};
use super::events::Medical;
use super::household::Status;
use super::people::{People, Person};
use super::rng::Rng;
use super::rows::text;
use super::units::Tree;
use super::world::World;

/// People without a file, by the register they stand in.
#[derive(Debug, Default)]
pub struct Strangers {
    pub dead: Vec<(Person, NaiveDate)>,
    /// With the union they belong to.
    pub roster: Vec<(Person, usize)>,
    pub medical: Vec<(Person, Medical)>,
    pub vehicle: Vec<Person>,
    pub business: Vec<Person>,
    pub real_estate: Vec<Person>,
    pub fiscal_payroll: Vec<Person>,
}

impl Strangers {
    pub fn new(households: usize, tree: &Tree, people: &mut People, rng: &mut Rng, as_of: NaiveDate) -> Self {
        let some = |share: usize| households / share + 6;
        let mut list = |n: usize, rng: &mut Rng| -> Vec<Person> { (0..n).map(|_| people.stranger(rng)).collect() };
        Self {
            dead: list(some(20), rng).into_iter().map(|p| (p, days_before(as_of, rng.between(5, 900)))).collect(),
            roster: list(some(3), rng)
                .into_iter()
                .map(|mut p| {
                    let unit = rng.below(tree.units.len());
                    p.place.clone_from(&tree.units[unit].employers[rng.below(tree.units[unit].employers.len())]);
                    p.status = "在岗";
                    (p, unit)
                })
                .collect(),
            medical: list(some(20), rng)
                .into_iter()
                .map(|p| {
                    let (own, insured) = (rng.between(100, 9000) * 100, rng.between(0, 20_000) * 100);
                    let settled_on = days_before(as_of, rng.between(5, 500));
                    let total = own + insured;
                    (p, Medical { person: 0, settled_on, total, insured, out_of_pocket: own, revoked: false })
                })
                .collect(),
            vehicle: list(some(25), rng),
            business: list(some(30), rng),
            real_estate: list(some(25), rng),
            fiscal_payroll: list(some(30), rng),
        }
    }
}

impl Strangers {
    /// A department's register.
    pub fn register(&mut self, kind: &str) -> Option<&mut Vec<Person>> {
        match kind {
            "vehicle" => Some(&mut self.vehicle),
            "business" => Some(&mut self.business),
            "real_estate" => Some(&mut self.real_estate),
            "fiscal_payroll" => Some(&mut self.fiscal_payroll),
            _ => None,
        }
    }
}

/// Rows that a careless rule would make something of: a scrapped car, a dissolved firm, one flat and one shop of people on
/// file; a car of somebody who left; union members whose civil aid has stopped, or was aid for once.
pub fn harmless(world: &mut World) {
    let as_of = world.as_of;
    for (i, h) in world.households.iter().enumerate() {
        let rows: &[(&'static str, &'static str, &str)] = match (h.status, i % 12) {
            (Status::Active, 1) => &[("vehicle", "state", "报废")],
            (Status::Active, 4) => &[("business", "state", "注销")],
            (Status::Active, 7) => &[("real_estate", "usage", "住宅"), ("real_estate", "usage", "商业")],
            (Status::Active, _) => &[],
            (_, 0..=5) => &[("vehicle", "state", "正常")],
            _ => &[("fiscal_payroll", "kind", "事业编制")],
        };
        for &(kind, field, word) in rows {
            let Some(list) = world.strangers.register(kind) else { continue };
            list.push(h.head.clone());
            world.edits.set((kind, list.len() - 1, 0), field, text(word));
        }
    }
    for (i, (person, unit)) in world.strangers.roster.iter().enumerate().filter(|(i, _)| i % 5 == 0) {
        let code = world.tree.district_of(*unit).code;
        let once = i % 2 == 0;
        world.civil.push(CivilHousehold {
            household: None,
            cert_no: format!("{code}Z{:07}", i + 1),
            scheme: if once { "临时救助" } else { "低保" },
            rural: false,
            region: code,
            persons: vec![CivilPerson { name: person.name.clone(), id: person.id.clone(), relation: "户主" }],
            from: days_before(as_of, 700),
            to: (!once).then(|| days_before(as_of, 70)),
            monthly_amount: 30_000,
            per_capita: 40_000,
            hidden: false,
        });
    }
}
