//! Rows of people without a file: the dead, other union members, other patients, owners of cars, firms and flats.

use chrono::NaiveDate;

use super::calendar::days_before;
use super::events::Medical;
use super::people::{People, Person};
use super::rng::Rng;
use super::units::Tree;

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
