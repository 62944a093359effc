//! Payments without a usable number: a file's account and the name of one of its persons say whose money it is.
//!
//! By name alone nobody is recognised; by union, amount and an open aid record [`crate::derive::payments`] may find him.

use rustc_hash::FxHashMap;

use super::super::files::{File, FileId, name_of, same_name};
use super::super::suspected::{Evidence, Field, Rule, Stance};
use super::known::{Known, is_settled};
use super::phases::{Resolve, shown, undecided_among};
use super::{Identities, lacks_number};
use crate::normalize::{RecordId, Value};

/// More files than this under one account are no household's.
const SHARED_BY: usize = 5;

static NAME_AND_ACCOUNT: Rule = Rule {
    name: "姓名+账号",
    confidence: 0.9998,
    tier: 0,
    doc: "The account is one file's, and the name that of its head or of one of its members.",
    tests: &[],
};

impl Resolve<'_, '_> {
    pub fn payees(&self, files: &[File], found: &mut Identities) {
        let t = self.tables;
        let open: Vec<RecordId> = (t.of_kind("payment").iter().copied())
            .filter(|&r| lacks_number(t, r) && !is_settled(found, r) && self.account(r, "account").is_some())
            .collect();
        if open.is_empty() {
            return;
        }
        let mut by_account: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
        for (i, f) in files.iter().enumerate() {
            let mut accounts: Vec<&str> =
                ["account", "ss_card"].iter().filter_map(|field| self.account(f.record, field)).collect();
            accounts.dedup();
            accounts.into_iter().for_each(|a| by_account.entry(a).or_default().push(FileId(i as u32)));
        }
        for record in open {
            let Some(own) = self.account(record, "account").and_then(|a| by_account.get(a)) else { continue };
            if own.len() > SHARED_BY {
                continue;
            }
            let name = name_of(t, record, "name");
            let mut fits: Vec<Known> = Vec::new();
            for &file in own {
                let f = &files[file.0 as usize];
                let head = Known { file, record: f.record, id: f.head };
                let members = f.members.iter().map(|m| Known { file, record: m.record, id: m.id });
                fits.extend(
                    std::iter::once(head).chain(members).filter(|k| same_name(name, name_of(t, k.record, "name"))),
                );
            }
            // One person in several files is one person.
            let Some(first) = fits.first().copied() else { continue };
            if fits.iter().all(|k| k.record == first.record || k.id.is_some() && k.id == first.id) {
                let evidence = vec![
                    Evidence { field: Field::Name, stance: Stance::For, text: "姓名一致".to_string() },
                    Evidence { field: Field::Account, stance: Stance::For, text: "账号一致".to_string() },
                ];
                self.keep_as(record, first.id, shown(t, &first), first.file, &NAME_AND_ACCOUNT, evidence, found);
            } else {
                undecided_among(found, record, fits.iter().map(|k| (k.record, k.file)).collect(), &NAME_AND_ACCOUNT);
            }
        }
    }

    /// The digits of an account that can be somebody's.
    fn account(&self, record: RecordId, field: &str) -> Option<&str> {
        match self.tables.value(record, field) {
            Value::Account(account) if account.is_complete() => Some(account.digits()),
            _ => None,
        }
    }
}
