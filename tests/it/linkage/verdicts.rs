//! What persons have answered goes before what the engine thinks; ties are shown; reasons are given.

use hecha::domain::name::Name;
use hecha::link::suspected::chinese::CHINESE;
use hecha::link::suspected::{Field, Mode, Number, Person, Stance, dedupe, link, nearest};
use hecha::link::verdicts::Verdicts;
use hecha::synth::rng::Rng;

use super::population::{self, Real, Slip};

fn people(count: usize) -> Vec<Real> {
    let mut rng = Rng::new(5);
    (0..count).map(|n| population::real(&mut rng, n)).collect()
}

fn one_digit_off(real: &Real) -> Person {
    real.bare(Slip::OneDigit.make(real.id, &mut Rng::new(8)).expect("an invalid number"))
}

#[test]
fn an_answer_goes_before_the_rules() {
    let people = people(3);
    let right: Vec<Person> = people.iter().map(Real::person).collect();
    let left = [one_digit_off(&people[0]), people[1].bare(Number::None)];
    let plain = link(&left, &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    assert_eq!(
        plain.links.iter().map(|l| (l.left, l.right, l.rule.name)).collect::<Vec<_>>(),
        [(0, 0, "号码差1位+同名")]
    );

    let mut verdicts = Verdicts::default();
    verdicts.different(&left[0].key, "x");
    verdicts.same("x", &right[0].key);
    verdicts.same(&left[1].key, &right[2].key);
    let told = link(&left, &right, &CHINESE, Mode::OneToOne, &verdicts);
    assert_eq!(told.links.iter().map(|l| (l.left, l.right, l.rule.name)).collect::<Vec<_>>(), [(1, 2, "核实为同一人")]);

    verdicts.same(&left[0].key, "x");
    let contradicted = link(&left, &right, &CHINESE, Mode::OneToOne, &verdicts);
    assert_eq!(contradicted.settled.contradictions.len(), 1);
    assert_eq!(contradicted.links.len(), 2, "void answers leave the rules to speak");
}

#[test]
fn ties_are_shown_and_not_decided() {
    let people = people(1);
    let mut right = vec![people[0].person(), people[0].person()];
    right[1].number = Number::None;
    let full = people[0].id.full();
    // Two persons of one name whose first 15 digits agree.
    let body = &full[..15];
    let fits = hecha::domain::id_number::damaged_candidates(body, None);
    right[0].number = Number::Valid(fits[0]);
    right[1].number = Number::Valid(fits[2]);
    for person in &mut right {
        (person.birth, person.sex) = (None, None);
    }
    let mut left = vec![people[0].bare(Number::Damaged(body.into()))];
    let outcome = link(&left, &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    assert_eq!(outcome.links.len(), 0);
    assert_eq!(outcome.ties.len(), 1);
    assert_eq!(outcome.ties[0].candidates, [0, 1]);
    // A telephone that only one of them has decides within the same rule.
    right[1].phones = vec![13_900_000_001];
    left[0].phones = vec![13_900_000_001];
    let outcome = link(&left, &right, &CHINESE, Mode::ManyToOne, &Verdicts::default());
    assert_eq!(outcome.links.iter().map(|l| l.right).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_right_person_is_given_once_or_many_times() {
    let people = people(1);
    let right = [people[0].person()];
    let left = [people[0].person(), one_digit_off(&people[0])];
    let one = link(&left, &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    assert_eq!(one.links.iter().map(|l| l.left).collect::<Vec<_>>(), [0]);
    assert_eq!(one.taken.iter().map(|l| l.left).collect::<Vec<_>>(), [1]);
    let many = link(&left, &right, &CHINESE, Mode::ManyToOne, &Verdicts::default());
    assert_eq!(many.links.iter().map(|l| l.left).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn two_persons_with_one_number_are_told_apart() {
    let people = people(2);
    let right = [people[0].person()];
    let left = [people[0].person(), people[1].bare(Number::Valid(people[0].id))];
    for mode in [Mode::OneToOne, Mode::ManyToOne] {
        let outcome = link(&left, &right, &CHINESE, mode, &Verdicts::default());
        assert_eq!(outcome.links.iter().map(|l| l.left).collect::<Vec<_>>(), [0], "{mode:?}");
    }
}

#[test]
fn a_link_says_what_spoke_for_and_against() {
    let people = people(1);
    let mut right = people[0].person();
    right.unit = Some(999);
    let left = [one_digit_off(&people[0])];
    let right = [right];
    let outcome = link(&left, &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    let said = outcome.evidence(&outcome.links[0], &left, &right);
    let of = |field: Field| said.iter().find(|e| e.field == field).map(|e| (e.stance, e.text.as_str()));
    let (stance, text) = of(Field::Number).expect("the number");
    assert_eq!(stance, Stance::For);
    assert!(text.starts_with("号码第") && text.ends_with("位不同"), "{text}");
    assert_eq!(of(Field::Name), Some((Stance::For, "姓名一致")));
    assert_eq!(of(Field::Unit), Some((Stance::Against, "所属工会不同")));
    assert_eq!(of(Field::Phone).map(|(s, _)| s), Some(Stance::Missing));
}

#[test]
fn the_nearest_are_named_with_the_reason() {
    let people = people(50);
    let right: Vec<Person> = people.iter().map(Real::person).collect();
    let mut person = one_digit_off(&people[17]);
    person.name = Name::parse("欧阳某甲").into();
    let outcome = link(std::slice::from_ref(&person), &right, &CHINESE, Mode::OneToOne, &Verdicts::default());
    assert!(outcome.links.is_empty());
    let near = nearest(&person, &right, &CHINESE, outcome.shared(), 3);
    assert_eq!(near[0].right, 17);
    assert_eq!(near[0].rule.map(|r| r.name), None);
    assert!(near[0].reason.contains("号码差1位+同名") && near[0].reason.contains("姓名相同"), "{}", near[0].reason);
    assert!(near[0].reason.contains("姓名不同"), "{}", near[0].reason);
}

#[test]
fn one_list_is_put_together() {
    let people = people(4);
    let mut list: Vec<Person> = people.iter().map(Real::person).collect();
    list.push(one_digit_off(&people[2]));
    list.push(people[2].person());
    let found = dedupe(&list, &CHINESE, &Verdicts::default());
    assert_eq!(found.clusters, [vec![2, 4, 5]]);
    let mut verdicts = Verdicts::default();
    list[5].key = "other".into();
    verdicts.different(&list[5].key, &list[2].key);
    assert!(dedupe(&list, &CHINESE, &verdicts).clusters.is_empty());
}
