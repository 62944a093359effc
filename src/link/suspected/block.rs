//! Blocking: pairs worth a look are those that share a key. Never all pairs.
//!
//! Each key is made of enough that its blocks stay small however many persons there are: a common name is joined with a
//! birth date, a telephone, a sequence; what stands alone (a number with one character left out, the first 15 digits) is
//! rare by itself. A key joined with a name is left out for names that are not fully known. Where a block of a name key
//! still holds more than [`CROWDED`] records it says nothing about any of them and is passed over, and counted;
//! blocks of numbers are never passed over, so no near number is lost.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use super::compare::{Shared, mask_head, mask_tail};
use super::edit::{Form, forms};
use super::person::{Number, Person, PersonName, PlaceKind};
use crate::domain::org;

/// More records than this under one name key are no block.
const CROWDED: usize = 1000;

/// What two persons may share that makes them worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// The number with any one character left out: numbers one edit apart share one.
    NearNumber,
    /// The first 15 digits.
    First15,
    /// Name and sequence: two slips elsewhere in the number.
    NameSequence,
    /// Name and the digits of the number in any order: two of them swapped.
    NameDigits,
    /// Name and what a mask leaves: the last four places, else the first six.
    NameMask,
    /// What a mask leaves, where the name is hidden in part too.
    Mask,
    NameBirth,
    /// Name and the last seven digits of a telephone.
    NamePhone,
    NameFile,
    /// Name and union, name and employer: for rows with neither number nor birth date.
    NameWork,
    /// The whole name: for a reader who asks who is near.
    Name,
    /// A telephone by itself, for the same.
    Phone,
    /// Birth date and one part of the name.
    BirthPart,
    /// Both parts of the name, in any order.
    BothParts,
    /// One part of the name and one place.
    PartPlace,
    BirthPlace,
}

/// Pairs worth a look, sorted, each once.
#[derive(Debug, Default)]
pub struct Candidates {
    pub pairs: Vec<(u32, u32)>,
    /// Blocks that were passed over because too many records share them.
    pub crowded: usize,
}

/// A hash of a key, and whether its block is kept at any size.
type Emitted = (u64, bool);

/// Makes keys of persons.
#[derive(Debug)]
pub struct Blocking<'a> {
    keys: &'a [Key],
    shared: &'a Shared,
    /// Somebody's number has about 15 digits: then the old forms of all others count.
    old_forms: bool,
    /// Somebody hides his name in part, and somebody his number.
    masked: bool,
    /// Somebody has neither a number to compare nor a birth date.
    bare: bool,
}

impl<'a> Blocking<'a> {
    pub fn new<'p>(keys: &'a [Key], shared: &'a Shared, all: impl Iterator<Item = &'p Person>) -> Self {
        let mut blocking = Self { keys, shared, old_forms: false, masked: false, bare: false };
        let (mut a_mask, mut a_hidden_name) = (false, false);
        for p in all {
            a_hidden_name |= matches!(&p.name, PersonName::Whole(name) if !name.is_complete());
            blocking.bare |= p.births().next().is_none() && !matches!(p.number, Number::Text(_) | Number::Valid(_));
            match &p.number {
                Number::Valid(id) => blocking.old_forms |= id.is_old_form(),
                Number::Text(text) => blocking.old_forms |= matches!(text.len(), 13..=17),
                Number::Masked(_) => a_mask = true,
                Number::None | Number::Damaged(_) => {}
            }
        }
        blocking.masked = a_mask && a_hidden_name;
        blocking
    }

    /// Candidates between two lists; `lefts`, `rights`: the records that take part.
    pub fn between(&self, left: &[Person], lefts: &[u32], right: &[Person], rights: &[u32]) -> Candidates {
        if lefts.len() <= rights.len() {
            let index = self.index(left, lefts);
            let pairs = self.probe(&index, right, rights, |inner, probe| Some((inner, probe)));
            Candidates { pairs: sorted(pairs), crowded: index.crowded }
        } else {
            let index = self.index(right, rights);
            let pairs = self.probe(&index, left, lefts, |inner, probe| Some((probe, inner)));
            Candidates { pairs: sorted(pairs), crowded: index.crowded }
        }
    }

    /// Candidates within one list, the smaller index first.
    pub fn within(&self, persons: &[Person]) -> Candidates {
        let all: Vec<u32> = (0..persons.len() as u32).collect();
        let index = self.index(persons, &all);
        let pairs = self.probe(&index, persons, &all, |inner, probe| (inner < probe).then_some((inner, probe)));
        Candidates { pairs: sorted(pairs), crowded: index.crowded }
    }

    fn index(&self, persons: &[Person], which: &[u32]) -> Index {
        let mut entries: Vec<(Emitted, u32)> = which
            .par_iter()
            .with_min_len(1024)
            .fold(Vec::new, |mut entries, &i| {
                let mut keys = Vec::new();
                self.keys_of(&persons[i as usize], &mut keys);
                entries.extend(keys.into_iter().map(|key| (key, i)));
                entries
            })
            .reduce(Vec::new, concat);
        entries.par_sort_unstable();
        entries.dedup();
        let mut index = Index { filter: Filter::new(entries.len()), ..Index::default() };
        index.blocks.reserve(entries.len());
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            let ((key, any_size), _) = block[0];
            if !any_size && block.len() > CROWDED {
                index.crowded += 1;
                continue;
            }
            let start = index.members.len() as u32;
            index.members.extend(block.iter().map(|(_, i)| *i));
            index.filter.add(key);
            index.blocks.insert(key, (start, index.members.len() as u32));
        }
        index
    }

    fn probe(
        &self,
        index: &Index,
        persons: &[Person],
        which: &[u32],
        pair: impl Fn(u32, u32) -> Option<(u32, u32)> + Sync,
    ) -> Vec<(u32, u32)> {
        let chunks = which.par_iter().with_min_len(1024).fold(
            || (Vec::new(), Vec::new(), Vec::new()),
            |(mut pairs, mut keys, mut found): (Vec<(u32, u32)>, Vec<Emitted>, Vec<u32>), &i| {
                keys.clear();
                found.clear();
                self.keys_of(&persons[i as usize], &mut keys);
                for (key, _) in &keys {
                    found.extend_from_slice(index.block(*key));
                }
                found.sort_unstable();
                found.dedup();
                pairs.extend(found.iter().filter_map(|&inner| pair(inner, i)));
                (pairs, keys, found)
            },
        );
        chunks.map(|(pairs, ..)| pairs).reduce(Vec::new, concat)
    }

    fn keys_of(&self, person: &Person, out: &mut Vec<Emitted>) {
        for &key in self.keys {
            let tag = key as u8;
            let mut add = |hash: u64, any_size: bool| out.push((hash, any_size));
            match key {
                Key::NearNumber => {
                    for form in self.forms_of(person) {
                        deletions(form.as_bytes(), |h| add(hash(&(tag, h)), true));
                    }
                }
                Key::First15 => {
                    let digits = match &person.number {
                        Number::Damaged(prefix) => prefix.get(..15).and_then(|p| p.parse::<u64>().ok()),
                        Number::Valid(id) => Some(id.key() / 100),
                        Number::Text(text) => text.get(..15).and_then(|p| p.parse().ok()),
                        Number::Masked(_) | Number::None => None,
                    };
                    digits.into_iter().for_each(|d| add(hash(&(tag, d)), true));
                }
                Key::NameSequence
                | Key::NameDigits
                | Key::NameMask
                | Key::NameBirth
                | Key::NamePhone
                | Key::NameFile
                | Key::NameWork => {
                    if let Some(name) = person.whole_name() {
                        self.name_keys(key, hash(&(tag, name)), person, add);
                    }
                }
                Key::Mask if self.masked => match &person.number {
                    Number::Masked(mask) => {
                        let shown = mask_tail(mask).or_else(|| mask_head(mask));
                        shown.into_iter().for_each(|s| add(hash(&(tag, s.as_bytes())), false));
                    }
                    Number::Valid(id) => {
                        let full = Form::full(*id);
                        add(hash(&(tag, full.tail())), false);
                        add(hash(&(tag, &full.as_bytes()[..6])), false);
                    }
                    _ => {}
                },
                Key::Mask => {}
                Key::Name => person.whole_name().into_iter().for_each(|name| add(hash(&(tag, name)), false)),
                Key::Phone => self.shared.phones(person).for_each(|p| add(hash(&(tag, p)), false)),
                Key::BirthPart | Key::BothParts | Key::PartPlace | Key::BirthPlace => {
                    part_keys(key, person, |h| add(hash(&(tag, h)), false));
                }
            }
        }
    }

    fn name_keys(&self, key: Key, name: u64, person: &Person, mut add: impl FnMut(u64, bool)) {
        match key {
            Key::NameSequence => {
                for form in self.forms_of(person) {
                    let tail = form.tail();
                    add(hash(&(name, &tail[..tail.len().min(3)])), true);
                }
            }
            Key::NameDigits => {
                for form in self.forms_of(person) {
                    let mut digits = form.as_bytes().to_vec();
                    digits.sort_unstable();
                    add(hash(&(name, digits)), true);
                }
            }
            Key::NameMask => match &person.number {
                Number::Masked(mask) => {
                    let shown = mask_tail(mask).or_else(|| mask_head(mask));
                    shown.into_iter().for_each(|s| add(hash(&(name, s.as_bytes())), false));
                }
                Number::Valid(id) => {
                    let full = Form::full(*id);
                    add(hash(&(name, full.tail())), false);
                    add(hash(&(name, &full.as_bytes()[..6])), false);
                }
                _ => {}
            },
            Key::NameBirth => person.births().for_each(|b| add(hash(&(name, b)), false)),
            Key::NamePhone => {
                self.shared.phones(person).for_each(|p| add(hash(&(name, p % 10_000_000)), false));
            }
            Key::NameFile => {
                self.shared.file_no(person).into_iter().for_each(|f| add(hash(&(name, f)), false));
            }
            Key::NameWork if self.bare => {
                person.unit.into_iter().for_each(|unit| add(hash(&(name, unit)), false));
                let employer = person.places.iter().find(|p| p.kind == PlaceKind::Employer && !p.text.is_empty());
                employer.into_iter().for_each(|p| add(hash(&(name, org::key(&p.text))), false));
            }
            _ => {}
        }
    }

    fn forms_of(&self, person: &Person) -> impl Iterator<Item = Form> + use<> {
        let written = if self.old_forms { 2 } else { 1 };
        forms(&person.number).into_iter().take(written).flatten()
    }
}

fn part_keys(key: Key, person: &Person, mut add: impl FnMut(u64)) {
    let PersonName::Parts { given, surname } = &person.name else { return };
    let plain = |text: &str| {
        let mut hasher = FxHasher::default();
        text.bytes().filter(|c| *c != b' ').for_each(|c| hasher.write_u8(c));
        hasher.finish()
    };
    let parts = || [given, surname].into_iter().filter(|p| !p.is_empty()).map(|p| plain(p));
    let places = || {
        let told = person.places.iter().enumerate().filter(|(_, p)| !p.text.is_empty());
        told.map(|(slot, p)| hash(&(slot, plain(&p.text))))
    };
    match key {
        Key::BirthPart => {
            person.birth.into_iter().for_each(|b| parts().for_each(|p| add(hash(&(b, p)))));
        }
        Key::BothParts if !given.is_empty() && !surname.is_empty() => {
            let (a, b) = (plain(given), plain(surname));
            add(hash(&(a.min(b), a.max(b))));
        }
        Key::PartPlace => parts().for_each(|part| places().for_each(|place| add(hash(&(part, place))))),
        Key::BirthPlace => {
            person.birth.into_iter().for_each(|b| places().for_each(|p| add(hash(&(b, p)))));
        }
        _ => {}
    }
}

/// The hash of a text, and of each text with one character less.
fn deletions(text: &[u8], mut add: impl FnMut(u64)) {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let whole = |text: &[u8]| text.iter().fold(0u64, |h, c| h.wrapping_mul(BASE).wrapping_add(u64::from(*c) + 1));
    add(whole(text));
    // The hash without place i is that of what stands before, moved by what stands behind, and that of what stands behind.
    let (mut power, mut behind) = (1u64, 0u64);
    let mut before = [0u64; Form::LONGEST + 1];
    for (i, c) in text.iter().enumerate() {
        before[i + 1] = before[i].wrapping_mul(BASE).wrapping_add(u64::from(*c) + 1);
    }
    for i in (0..text.len()).rev() {
        // Of equal neighbours any one may go.
        if text.get(i + 1) != Some(&text[i]) {
            add(before[i].wrapping_mul(power).wrapping_add(behind));
        }
        behind = (u64::from(text[i]) + 1).wrapping_mul(power).wrapping_add(behind);
        power = power.wrapping_mul(BASE);
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn sorted(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.par_sort_unstable();
    pairs
}

fn concat<T>(mut a: Vec<T>, mut b: Vec<T>) -> Vec<T> {
    if a.is_empty() {
        return b;
    }
    a.append(&mut b);
    a
}

#[derive(Debug, Default)]
struct Index {
    filter: Filter,
    blocks: FxHashMap<u64, (u32, u32)>,
    members: Vec<u32>,
    crowded: usize,
}

impl Index {
    fn block(&self, key: u64) -> &[u32] {
        if !self.filter.may_hold(key) {
            return &[];
        }
        self.blocks.get(&key).map_or(&[], |&(start, end)| &self.members[start as usize..end as usize])
    }
}

/// Says quickly of most keys that nobody has them: a bit per key, eight times as many bits as keys.
#[derive(Debug, Default)]
struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn new(keys: usize) -> Self {
        let words = (keys / 8).next_power_of_two().max(1);
        Self { bits: vec![0; words], shift: 64 - words.ilog2() - 6 }
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let at = key.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> self.shift;
        ((at >> 6) as usize, 1 << (at & 63))
    }

    fn add(&mut self, key: u64) {
        let (word, bit) = self.place(key);
        self.bits[word] |= bit;
    }

    fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.bits.get(word).is_some_and(|w| w & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::edit::edit;
    use super::*;

    fn keys(text: &str) -> Vec<u64> {
        let mut keys = Vec::new();
        deletions(text.as_bytes(), |h| keys.push(h));
        keys
    }

    proptest! {
        #[test]
        fn texts_one_edit_apart_share_a_key(a in "[0-9]{15,18}", at in 0usize..18, c in "[0-9X]", how in 0..4) {
            let mut b = a.clone().into_bytes();
            let at = at.min(b.len() - 2);
            match how {
                0 => b[at] = c.as_bytes()[0],
                1 => b.swap(at, at + 1),
                2 => { b.remove(at); }
                _ => b.insert(at, c.as_bytes()[0]),
            }
            prop_assert!(edit(a.as_bytes(), &b).cost() <= 1);
            let b = String::from_utf8(b).expect("ascii");
            let (of_a, of_b) = (keys(&a), keys(&b));
            prop_assert!(of_a.iter().any(|k| of_b.contains(k)), "{} {}", a, b);
        }
    }

    #[test]
    fn far_texts_share_none() {
        let (a, b) = (keys("110105194912310021"), keys("110105194912310138"));
        assert!(!a.iter().any(|k| b.contains(k)));
    }
}
