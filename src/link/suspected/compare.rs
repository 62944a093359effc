//! Compares two persons field by field. What is missing on either side neither agrees nor disagrees.

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edit::{Edit, Form, edit, forms, same_word};
use super::person::{Number, Person, PersonName, Place, PlaceKind};
use crate::domain::id_number::{ResidentId, mask_fits};
use crate::domain::{address, name, org};

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberMatch {
    /// One of them is missing or shows too little.
    Unknown,
    Equal,
    /// Apart by one or two edits.
    Near(Edit),
    /// The first 15 digits agree, and the rest of one is lost or wrong.
    First15,
    /// What a mask shows agrees: the first six places or the last four at least.
    MaskFits,
    Far,
}

/// How two names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFit {
    Unknown,
    Same,
    /// Equal but for characters that one side could not write.
    Rare,
    /// Equal as far as one side shows it.
    Masked,
    /// One character differs, or two neighbours are swapped. `sound`: both are read the same.
    OneChar {
        sound: bool,
    },
    /// One character is missing or too many.
    OneMore,
    /// Given name and surname stand in each other's column.
    Swapped,
    /// One of two parts agrees.
    OnePart,
    Different,
}

/// How two birth dates compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BirthMatch {
    Unknown,
    Same,
    /// One digit differs, two digits side by side are swapped, or month and day are.
    Near,
    Different,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    Unknown,
    Same,
    Different,
}

impl Agreement {
    fn of(same: bool) -> Self {
        if same { Self::Same } else { Self::Different }
    }
}

/// Two persons, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    pub number: NumberMatch,
    /// How many digits a mask shows; 0 where neither number is masked.
    pub mask_shown: u8,
    /// Both numbers may well be somebody's own: both passed their check and differ, or one is an unchecked old form
    /// whose sequence differs. Brothers, twins and namesakes have such numbers.
    pub two_owners: bool,
    /// Sequence and check character agree: an error elsewhere does not lead from one namesake to another.
    pub tail_kept: bool,
    /// Two valid numbers of one sequence, one edit apart in place or birth date (and so in the check character).
    pub body_near: bool,
    pub name: NameFit,
    pub birth: BirthMatch,
    pub sex: Agreement,
    pub phone: Agreement,
    pub file_no: Agreement,
    pub unit: Agreement,
    pub address: Agreement,
    pub employer: Agreement,
    /// Of all places that both have: how many agree, how many do not.
    pub places_same: u8,
    pub places_different: u8,
}

/// Telephone and file numbers that so many persons of one list give that they say nothing about any of them
/// (the union's own telephone, 0, 无编号).
#[derive(Debug, Default)]
pub struct Shared {
    phones: FxHashSet<u64>,
    file_nos: FxHashSet<Box<str>>,
}

/// More persons than this in one list do not share a telephone or a file.
const SHARED_BY: u32 = 50;

impl Shared {
    pub fn of(lists: &[&[Person]]) -> Self {
        let mut shared = Self::default();
        for list in lists {
            let mut phones: FxHashMap<u64, u32> = FxHashMap::default();
            let mut files: FxHashMap<&str, u32> = FxHashMap::default();
            for person in *list {
                person.phones.iter().for_each(|p| *phones.entry(*p).or_default() += 1);
                *files.entry(&person.file_no).or_default() += 1;
            }
            shared.phones.extend(phones.into_iter().filter(|(_, n)| *n > SHARED_BY).map(|(p, _)| p));
            shared.file_nos.extend(files.into_iter().filter(|(_, n)| *n > SHARED_BY).map(|(f, _)| f.into()));
        }
        shared
    }

    /// Telephone numbers that tell something.
    pub fn phones<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = u64> + 'a {
        person.phones.iter().copied().filter(|p| !self.phones.contains(p))
    }

    /// The file number, if it tells something.
    pub fn file_no<'a>(&self, person: &'a Person) -> Option<&'a str> {
        (!person.file_no.is_empty() && !self.file_nos.contains(&person.file_no)).then_some(&*person.file_no)
    }
}

impl Comparison {
    pub fn of(a: &Person, b: &Person, shared: &Shared) -> Self {
        let (number, tail_kept) = numbers(&a.number, &b.number);
        let both_checked = a.number.is_checked() && b.number.is_checked();
        let old_form = [&a.number, &b.number].iter().any(|n| n.valid().is_some_and(ResidentId::is_old_form));
        let (mut places_same, mut places_different) = (0, 0);
        let (mut address, mut employer) = (Agreement::Unknown, Agreement::Unknown);
        for (x, y) in a.places.iter().zip(&b.places) {
            let agreement = places(x, y);
            places_same += u8::from(agreement == Agreement::Same);
            places_different += u8::from(agreement == Agreement::Different);
            match x.kind {
                PlaceKind::Address => address = agreement,
                PlaceKind::Employer => employer = agreement,
                PlaceKind::Words | PlaceKind::Code => {}
            }
        }
        Self {
            number,
            mask_shown: mask_shown(&a.number, &b.number),
            two_owners: number != NumberMatch::Equal && (both_checked || old_form && !tail_kept),
            tail_kept,
            body_near: body_near(&a.number, &b.number),
            name: names(&a.name, &b.name),
            birth: births(a, b),
            sex: both(a.known_sex(), b.known_sex(), |x, y| x == y),
            phone: phones(a, b, shared),
            file_no: both(shared.file_no(a), shared.file_no(b), |x, y| x == y),
            unit: both(a.unit, b.unit, |x, y| x == y),
            address,
            employer,
            places_same,
            places_different,
        }
    }

    /// How many fields besides the number speak for, and how many against: what breaks a tie within one rule.
    pub fn weight(&self) -> (u32, u32) {
        let fields = [self.sex, self.phone, self.file_no, self.unit];
        let count = |wanted| fields.iter().filter(|f| **f == wanted).count() as u32;
        let name_for = matches!(self.name, NameFit::Same | NameFit::Rare) as u32;
        let name_half = matches!(self.name, NameFit::OneChar { .. } | NameFit::OneMore | NameFit::Swapped) as u32;
        let birth = (self.birth == BirthMatch::Same) as u32 * 2 + (self.birth == BirthMatch::Near) as u32;
        let number = match self.number {
            NumberMatch::Equal => 4,
            NumberMatch::Near(edit) => 4 - edit.cost() as u32,
            NumberMatch::First15 | NumberMatch::MaskFits => 2,
            NumberMatch::Unknown | NumberMatch::Far => 0,
        };
        let pro = number + name_for * 2 + name_half + birth + count(Agreement::Same) + u32::from(self.places_same);
        let contra = (self.number == NumberMatch::Far) as u32
            + (self.name == NameFit::Different) as u32
            + (self.birth == BirthMatch::Different) as u32
            + count(Agreement::Different)
            + u32::from(self.places_different);
        (pro, contra)
    }
}

fn both<T>(a: Option<T>, b: Option<T>, same: impl Fn(&T, &T) -> bool) -> Agreement {
    match (a, b) {
        (Some(a), Some(b)) => Agreement::of(same(&a, &b)),
        _ => Agreement::Unknown,
    }
}

/// Compares numbers; says also whether sequence and check character agree.
fn numbers(a: &Number, b: &Number) -> (NumberMatch, bool) {
    use Number::{Damaged, Masked, None, Text, Valid};
    let found = match (a, b) {
        (None, _) | (_, None) => NumberMatch::Unknown,
        (Valid(x), Valid(y)) if x == y => NumberMatch::Equal,
        (Text(x), Text(y)) if x == y => NumberMatch::Equal,
        (Damaged(x), Damaged(y)) => match (x.len(), y.len()) {
            (15, 15) if x == y => NumberMatch::First15,
            (15, 15) => NumberMatch::Far,
            _ => NumberMatch::Unknown,
        },
        (Damaged(prefix), other) | (other, Damaged(prefix)) => damaged(prefix, other),
        (Masked(x), Masked(y)) if x == y => NumberMatch::MaskFits,
        (Masked(mask), Valid(id)) | (Valid(id), Masked(mask)) => {
            match (mask_fits(mask, *id), mask_head(mask).is_some() || mask_tail(mask).is_some()) {
                (true, true) => NumberMatch::MaskFits,
                (true, false) => NumberMatch::Unknown,
                (false, _) => NumberMatch::Far,
            }
        }
        (Masked(_), _) | (_, Masked(_)) => NumberMatch::Unknown,
        _ => return near(a, b),
    };
    (found, found == NumberMatch::Equal)
}

fn body_near(a: &Number, b: &Number) -> bool {
    let (Number::Valid(x), Number::Valid(y)) = (a, b) else { return false };
    let (x, y) = (Form::full(*x), Form::full(*y));
    let (x, y) = (&x.as_bytes()[..17], &y.as_bytes()[..17]);
    x[14..] == y[14..] && matches!(edit(x, y), Edit::One(_) | Edit::AdjacentSwap(_))
}

/// Digits shown by the mask of the two that shows less.
fn mask_shown(a: &Number, b: &Number) -> u8 {
    let masks = [a, b].into_iter().filter_map(|n| match n {
        Number::Masked(mask) => Some(mask.bytes().filter(|c| *c != b'*').count()),
        _ => None,
    });
    masks.min().and_then(|n| u8::try_from(n).ok()).unwrap_or(0)
}

/// The first six places of a masked number, if they are shown.
pub fn mask_head(mask: &str) -> Option<&str> {
    mask.get(..6).filter(|h| !h.contains('*'))
}

/// The last four places of a masked number, if they are shown.
pub fn mask_tail(mask: &str) -> Option<&str> {
    mask.get(mask.len().checked_sub(4)?..).filter(|t| !t.contains('*'))
}

/// What is left of a number after its last digits were lost, against a whole one.
fn damaged(prefix: &str, other: &Number) -> NumberMatch {
    let Some(form) = forms(other)[0].filter(|f| f.as_bytes().len() == 18) else { return NumberMatch::Unknown };
    // A numeric cell cannot have held an X.
    if form.as_bytes().ends_with(b"X") {
        return NumberMatch::Far;
    }
    // The last digit of scientific text is rounded.
    let sure = if prefix.len() == 15 { prefix } else { prefix.get(..prefix.len().saturating_sub(1)).unwrap_or("") };
    match form.as_bytes().starts_with(sure.as_bytes()) {
        true if prefix.len() == 15 => NumberMatch::First15,
        true => NumberMatch::Unknown,
        false => NumberMatch::Far,
    }
}

/// Two whole numbers that differ, in whichever of their forms they are nearest.
fn near(a: &Number, b: &Number) -> (NumberMatch, bool) {
    let (forms_a, forms_b) = (forms(a), forms(b));
    let pairs = forms_a.iter().flatten().flat_map(|x| forms_b.iter().flatten().map(move |y| (x, y)));
    let best = pairs
        .filter(|(x, y)| x.as_bytes().len().abs_diff(y.as_bytes().len()) <= 2)
        .map(|(x, y)| (edit(x.as_bytes(), y.as_bytes()), x.tail() == y.tail()))
        .min_by_key(|(edit, tail)| (edit.cost(), !tail));
    match best {
        // Only forms that were not written are equal: a number of one digit more or less than the other's old form.
        Some((Edit::None, tail)) => (NumberMatch::Equal, tail),
        Some((Edit::Far, tail)) => (first15(a, b, &forms_a, &forms_b), tail),
        Some((edit, tail)) => (NumberMatch::Near(edit), tail),
        None => (first15(a, b, &forms_a, &forms_b), false),
    }
}

fn first15(a: &Number, b: &Number, forms_a: &[Option<Form>], forms_b: &[Option<Form>]) -> NumberMatch {
    let head = |forms: &[Option<Form>]| -> Option<[u8; 15]> {
        forms[0].as_ref().and_then(|f| f.as_bytes().get(..15)).and_then(|h| h.try_into().ok())
    };
    let one_is_wrong = matches!(a, Number::Text(_)) || matches!(b, Number::Text(_));
    match (head(forms_a), head(forms_b)) {
        (Some(x), Some(y)) if one_is_wrong && x == y && x.iter().all(u8::is_ascii_digit) => NumberMatch::First15,
        _ => NumberMatch::Far,
    }
}

fn names(a: &PersonName, b: &PersonName) -> NameFit {
    match (a, b) {
        (PersonName::Whole(x), PersonName::Whole(y)) => whole_names(x, y),
        (PersonName::Parts { given: g, surname: s }, PersonName::Parts { given: h, surname: t }) => {
            parted_names((g, s), (h, t))
        }
        _ => NameFit::Unknown,
    }
}

fn whole_names(a: &name::Name, b: &name::Name) -> NameFit {
    if a.key() == b.key() && a.is_complete() {
        return NameFit::Same;
    }
    match name::same(a, b) {
        name::NameMatch::Same | name::NameMatch::RareChar => return NameFit::Rare,
        name::NameMatch::Masked => return NameFit::Masked,
        name::NameMatch::Different if !a.is_complete() || !b.is_complete() => return NameFit::Different,
        name::NameMatch::Different => {}
    }
    let (x, y): (Vec<char>, Vec<char>) = (a.key().chars().collect(), b.key().chars().collect());
    let head = x.iter().zip(&y).take_while(|(p, q)| p == q).count();
    let tail = x[head..].iter().rev().zip(y[head..].iter().rev()).take_while(|(p, q)| p == q).count();
    // Something must agree: of one-character keys nothing would.
    match (&x[head..x.len() - tail], &y[head..y.len() - tail]) {
        _ if head + tail == 0 && x.len().min(y.len()) != 2 => NameFit::Different,
        ([p], [q]) => NameFit::OneChar { sound: same_sound(*p, *q) },
        ([p, q], [r, s]) if p == s && q == r => NameFit::OneChar { sound: false },
        ([_], []) | ([], [_]) if x.len().min(y.len()) >= 2 => NameFit::OneMore,
        _ => NameFit::Different,
    }
}

/// Two characters share a reading, tones apart. Corroborates, never decides.
fn same_sound(a: char, b: char) -> bool {
    use pinyin::ToPinyinMulti;
    let readings = |c: char| c.to_pinyin_multi().into_iter().flatten().map(|p| p.plain()).collect::<Vec<_>>();
    let of_b = readings(b);
    readings(a).iter().any(|r| of_b.contains(r))
}

fn parted_names((given_a, surname_a): (&str, &str), (given_b, surname_b): (&str, &str)) -> NameFit {
    let part = |x: &str, y: &str| {
        if x.is_empty() || y.is_empty() { Agreement::Unknown } else { Agreement::of(same_word(x, y)) }
    };
    let straight = (part(given_a, given_b), part(surname_a, surname_b));
    match straight {
        (Agreement::Same, Agreement::Same) => return NameFit::Same,
        (Agreement::Unknown, Agreement::Unknown) => return NameFit::Unknown,
        _ => {}
    }
    if (part(given_a, surname_b), part(surname_a, given_b)) == (Agreement::Same, Agreement::Same) {
        return NameFit::Swapped;
    }
    let one_part = straight.0 == Agreement::Same || straight.1 == Agreement::Same;
    if one_part { NameFit::OnePart } else { NameFit::Different }
}

fn births(a: &Person, b: &Person) -> BirthMatch {
    let mut best = BirthMatch::Unknown;
    for x in a.births() {
        for y in b.births() {
            match birth(x, y) {
                BirthMatch::Same => return BirthMatch::Same,
                BirthMatch::Near => best = BirthMatch::Near,
                other if best == BirthMatch::Unknown => best = other,
                _ => {}
            }
        }
    }
    best
}

fn birth(a: NaiveDate, b: NaiveDate) -> BirthMatch {
    if a == b {
        return BirthMatch::Same;
    }
    let turned = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    let digits = |d: NaiveDate| {
        let mut rest = d.year().unsigned_abs() * 10_000 + d.month() * 100 + d.day();
        let mut digits = [0u8; 8];
        for place in digits.iter_mut().rev() {
            *place = (rest % 10) as u8;
            rest /= 10;
        }
        digits
    };
    let near = matches!(edit(&digits(a), &digits(b)), Edit::One(_) | Edit::AdjacentSwap(_));
    if turned || near { BirthMatch::Near } else { BirthMatch::Different }
}

fn phones(a: &Person, b: &Person, shared: &Shared) -> Agreement {
    let mut seen = false;
    for x in shared.phones(a) {
        for y in shared.phones(b) {
            if same_phone(x, y) {
                return Agreement::Same;
            }
            seen = true;
        }
    }
    if seen { Agreement::Different } else { Agreement::Unknown }
}

/// Equal, or one is the other without its area code.
fn same_phone(a: u64, b: u64) -> bool {
    let (local, full) = (a.min(b), a.max(b));
    let digits = |n: u64| n.checked_ilog10().map_or(1, |l| l + 1);
    let (short, long) = (digits(local), digits(full));
    a == b || matches!(short, 7 | 8) && matches!(long - short, 2 | 3) && full % 10u64.pow(short) == local
}

fn places(a: &Place, b: &Place) -> Agreement {
    if a.text.is_empty() || b.text.is_empty() || a.kind != b.kind {
        return Agreement::Unknown;
    }
    Agreement::of(match a.kind {
        PlaceKind::Employer => a.text == b.text || org::same(&a.text, &b.text),
        PlaceKind::Address => a.text == b.text || address::same(&a.text, &b.text),
        PlaceKind::Words => same_word(&a.text, &b.text),
        PlaceKind::Code => a.text == b.text || swapped_code(&a.text, &b.text),
    })
}

/// Codes of four characters or more with two neighbours swapped.
fn swapped_code(a: &str, b: &str) -> bool {
    a.len() >= 4 && matches!(edit(a.as_bytes(), b.as_bytes()), Edit::AdjacentSwap(_))
}
