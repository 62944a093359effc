//! The civil-affairs registers: households with their persons, of union households and of others.

use chrono::NaiveDate;

use super::calendar::{days_before, months_before};
use super::household::{Household, Status, yuan};
use super::people::{People, Person};
use super::rng::Rng;
use super::units::Tree;

/// Everybody in a household and file, or a stranger.
#[derive(Debug, Clone)]
pub struct CivilPerson {
    pub name: String,
    pub id: String,
    /// 户主, 配偶, 子, 女 …
    pub relation: &'static str,
}

/// A household of civil affairs; its head is the first person.
#[derive(Debug, Clone)]
pub struct CivilHousehold {
    /// Index of the union household, if it is one.
    pub household: Option<usize>,
    pub cert_no: String,
    pub scheme: &'static str,
    /// 农村低保 instead of 城市低保.
    pub rural: bool,
    pub region: &'static str,
    pub persons: Vec<CivilPerson>,
    pub from: NaiveDate,
    /// End of the aid: the household is 停保.
    pub to: Option<NaiveDate>,
    /// Fen a month.
    pub monthly_amount: i64,
    /// Fen a month and head.
    pub per_capita: i64,
    /// Left out of the registers.
    pub hidden: bool,
}

impl CivilHousehold {
    /// Exported as a pair of files, whose name says the scheme; the other schemes, and those no longer 在保, as one list.
    pub fn in_pair(&self) -> Option<&'static str> {
        match (self.scheme, self.rural, self.to) {
            ("低保", false, None) => Some("城市低保"),
            ("低保", true, None) => Some("农村低保"),
            ("低保边缘", _, None) => Some("低保边缘"),
            _ => None,
        }
    }
}

/// The words that civil affairs use for a relation.
pub fn relation(person: &Person) -> &'static str {
    match person.relation {
        "妻子" | "丈夫" => "配偶",
        "儿子" => "子",
        "女儿" => "女",
        "本人" => "户主",
        other => other,
    }
}

/// A household of a scheme with exactly the persons of a union household.
pub fn of_household(h: &Household, index: usize, scheme: &'static str, code: &str) -> CivilHousehold {
    let persons =
        h.persons().map(|p| CivilPerson { name: p.name.clone(), id: p.id.clone(), relation: relation(p) }).collect();
    let missing = yuan(650) - h.per_capita();
    CivilHousehold {
        household: Some(index),
        cert_no: format!("{code}{}{:07}", if scheme == "低保边缘" { 'B' } else { 'D' }, index + 1),
        scheme,
        rural: h.hukou == "农业",
        region: h.region,
        persons,
        from: days_before(h.filed_on, 200),
        to: None,
        monthly_amount: if scheme == "低保边缘" { 0 } else { (missing * h.size()).max(yuan(50)) / 100 * 100 },
        per_capita: h.per_capita(),
        hidden: false,
    }
}

/// All civil households: one for each union household that is in a scheme, some that were stopped before an exit, and
/// those of strangers.
pub fn civil(
    households: &[Household],
    tree: &Tree,
    people: &mut People,
    rng: &mut Rng,
    as_of: NaiveDate,
) -> Vec<CivilHousehold> {
    let mut list = Vec::new();
    for (i, h) in households.iter().enumerate() {
        let Some(scheme) = h.scheme() else { continue };
        let code = tree.district_of(h.unit).code;
        match (h.status, h.left_on) {
            (Status::Active, _) => {
                // 特困 people live alone; a 低保户 may be one.
                let tekun = scheme == "低保" && h.members.is_empty() && rng.chance(30);
                list.push(of_household(h, i, if tekun { "特困" } else { scheme }, code));
            }
            (Status::Exited, Some(left)) if rng.chance(50) => {
                let mut stopped = of_household(h, i, scheme, code);
                stopped.to = Some(months_before(left, 8));
                stopped.from = stopped.from.min(months_before(left, 12));
                stopped.per_capita = yuan(600);
                stopped.monthly_amount = yuan(100);
                list.push(stopped);
            }
            _ => {}
        }
    }
    for n in 0..households.len() / 6 + 4 {
        let district = &tree.districts[rng.below(tree.districts.len())];
        let persons = (0..rng.between(1, 3))
            .map(|k| {
                let p = people.stranger(rng);
                CivilPerson { name: p.name, id: p.id, relation: if k == 0 { "户主" } else { "其他亲属" } }
            })
            .collect();
        list.push(CivilHousehold {
            household: None,
            cert_no: format!("{}S{:07}", district.code, n + 1),
            scheme: rng.weighted(&[(50, "低保"), (25, "低保边缘"), (15, "特困"), (10, "临时救助")]),
            rural: rng.chance(30),
            region: district.code,
            persons,
            from: days_before(as_of, rng.between(100, 2000)),
            to: rng.chance(10).then(|| days_before(as_of, rng.between(10, 90))),
            monthly_amount: rng.between(10, 120) * 1000,
            per_capita: rng.between(20, 60) * 1000,
            hidden: false,
        });
    }
    list
}
