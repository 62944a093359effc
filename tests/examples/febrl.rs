//! The linkage engine on the public FEBRL sets, which carry their truth in `rec_id`.
//!
//! `febrl A.csv B.csv` links two files, `febrl A.csv` finds the duplicates of one. Nothing is trained. Prints the links of
//! each rule and how many are right. `febrl --scale 1000000` links as many made-up Chinese persons to as many,
//! two in a hundred of them with a bad number.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use hecha::link::suspected::chinese::CHINESE;
use hecha::link::suspected::{Mode, Number, Person, PersonName, Place, PlaceKind, dedupe, link};
use hecha::link::verdicts::Verdicts;

use febrl_rules::FEBRL;

#[path = "febrl_rules.rs"]
mod febrl_rules;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../it/linkage/population.rs"]
mod population;

/// The places of a FEBRL row, and how they are compared.
const PLACES: [(&str, PlaceKind); 5] = [
    ("street_number", PlaceKind::Code),
    ("address_1", PlaceKind::Words),
    ("address_2", PlaceKind::Words),
    ("suburb", PlaceKind::Words),
    ("postcode", PlaceKind::Code),
];

/// A row: the true person it speaks of, and what it says.
struct Row {
    truth: String,
    person: Person,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--scale", size] => scale(size.parse()?),
        [one] => find_duplicates(&read(Path::new(one))?),
        [one, other] => link_files(&read(Path::new(one))?, &read(Path::new(other))?),
        _ => return Err("febrl FILE [FILE], or febrl --scale N".into()),
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path)?;
    let headers = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let field = |name: &str| {
            headers.iter().position(|h| h == name).and_then(|i| record.get(i)).unwrap_or_default().to_owned()
        };
        let place = |(name, kind): (&str, PlaceKind)| Place { kind, text: field(name).into() };
        let person = Person {
            number: Number::text(&field("soc_sec_id")),
            name: PersonName::Parts { given: field("given_name").into(), surname: field("surname").into() },
            birth: NaiveDate::parse_from_str(&field("date_of_birth"), "%Y%m%d").ok(),
            places: PLACES.into_iter().map(place).collect(),
            ..Person::default()
        };
        rows.push(Row { truth: field("rec_id").split('-').nth(1).unwrap_or_default().to_owned(), person });
    }
    Ok(rows)
}

fn link_files(left: &[Row], right: &[Row]) {
    let (a, b) = (persons(left), persons(right));
    let start = Instant::now();
    let outcome = link(&a, &b, &FEBRL, Mode::OneToOne, &Verdicts::default());
    let seconds = start.elapsed().as_secs_f64();
    let found = outcome.links.iter().map(|l| (&left[l.left as usize], &right[l.right as usize], l.rule.name));
    let mut of_right: BTreeMap<&str, usize> = BTreeMap::new();
    right.iter().for_each(|r| *of_right.entry(&r.truth).or_default() += 1);
    let wanted = left.iter().map(|l| of_right.get(l.truth.as_str()).copied().unwrap_or(0)).sum();
    println!("ties {}", outcome.ties.len());
    report(found.map(|(l, r, rule)| (l.truth == r.truth, rule)), wanted, seconds);
}

fn find_duplicates(rows: &[Row]) {
    let all = persons(rows);
    let start = Instant::now();
    let found = dedupe(&all, &FEBRL, &Verdicts::default());
    let seconds = start.elapsed().as_secs_f64();
    let mut rule_of: BTreeMap<(u32, u32), &str> = BTreeMap::new();
    found.links.iter().for_each(|l| {
        rule_of.insert((l.left, l.right), l.rule.name);
    });
    let mut pairs = Vec::new();
    for cluster in &found.clusters {
        for (i, &a) in cluster.iter().enumerate() {
            pairs.extend(cluster[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().for_each(|r| *sizes.entry(&r.truth).or_default() += 1);
    let wanted = sizes.values().map(|n| n * (n - 1) / 2).sum();
    let judged = pairs.iter().map(|&(a, b)| {
        let right = rows[a as usize].truth == rows[b as usize].truth;
        (right, rule_of.get(&(a, b)).copied().unwrap_or("through_others"))
    });
    report(judged, wanted, seconds);
}

fn persons(rows: &[Row]) -> Vec<Person> {
    rows.iter().map(|r| r.person.clone()).collect()
}

/// Prints links per rule, and the figures.
fn report<'a>(links: impl Iterator<Item = (bool, &'a str)>, wanted: usize, seconds: f64) {
    let mut rules: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (right, rule) in links {
        let count = rules.entry(rule).or_default();
        count.0 += 1;
        count.1 += usize::from(right);
    }
    for (rule, (links, right)) in &rules {
        println!("rule {rule} {links}");
        if right < links {
            println!("wrong {rule} {}", links - right);
        }
    }
    let (pairs, tp) = rules.values().fold((0, 0), |sum, n| (sum.0 + n.0, sum.1 + n.1));
    let share = |part: usize, whole: usize| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    println!(
        "pairs={pairs} tp={tp} fp={} fn={} precision={:.5} recall={:.5} f1={:.5} seconds={seconds:.3}",
        pairs - tp,
        wanted - tp,
        share(tp, pairs),
        share(tp, wanted),
        share(2 * tp, pairs + wanted),
    );
}

fn scale(size: usize) {
    let (left, right) = population::pair_of_lists(size);
    let start = Instant::now();
    let outcome = link(&left, &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    let seconds = start.elapsed().as_secs_f64();
    // The n-th left is the n-th right person.
    println!("candidates={} ties={} crowded={}", outcome.candidates, outcome.ties.len(), outcome.crowded);
    report(outcome.links.iter().map(|l| (l.left == l.right, l.rule.name)), size, seconds);
}
