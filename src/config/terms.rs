//! The config over the profile, and the digest of both.

use sha2::{Digest, Sha256};

use super::model::{Config, IncomeSetting};
use crate::profile::{IncomeTerms, Profile, Threshold};

impl Config {
    /// The profile with the config's values of the same keys put over it. The clause stays: the paper still demands
    /// the thing, the config only says the number.
    pub fn terms(&self, mut profile: Profile) -> Profile {
        if let Some(campaign) = &self.campaign {
            let clause = profile.campaign.take().and_then(|c| c.clause);
            profile.campaign = Some(crate::profile::Campaign { clause, ..campaign.clone() });
        }
        for (level, own) in &self.thresholds {
            override_threshold(profile.thresholds.entry(level.clone()).or_default(), own);
        }
        override_income(&mut profile.income, &self.income);
        profile.audiences.splice(..0, self.audiences.iter().cloned());
        for own in &self.deadlines {
            let old = take(&mut profile.deadlines, |d| d.level == own.level);
            profile.deadlines.push(crate::profile::Deadline { clause: old.and_then(|d| d.clause), ..own.clone() });
        }
        let over = profile.document.valid_to;
        profile.targets.iter_mut().for_each(|target| target.ends = over);
        for own in &self.targets {
            let old = take(&mut profile.targets, |t| t.year == own.year && t.level == own.level);
            profile.targets.push(crate::profile::Target { clause: old.and_then(|t| t.clause), ..own.clone() });
        }
        for own in &self.caps {
            let old = take(&mut profile.caps, |c| c.program == own.program && c.year == own.year);
            profile.caps.push(crate::profile::Cap { clause: old.and_then(|c| c.clause), ..own.clone() });
        }
        for (name, own) in &self.fund_sources {
            profile.fund_sources.entry(name.clone()).or_default().levels.clone_from(&own.levels);
        }
        for (code, setting) in &self.rules {
            profile.rules.entry(code.clone()).or_default().parameters.extend(setting.parameters.clone());
            if let Some(enabled) = setting.enabled {
                profile.enable.retain(|c| c != code);
                profile.disable.retain(|c| c != code);
                if enabled { &mut profile.enable } else { &mut profile.disable }.push(code.clone());
            }
        }
        profile.deadlines.sort_by(|a, b| (a.date, &a.level).cmp(&(b.date, &b.level)));
        profile.targets.sort_by(|a, b| (a.year, &a.level, a.filed_before).cmp(&(b.year, &b.level, b.filed_before)));
        profile
    }
}

/// A multiple and an amount are two ways to say one threshold: whichever the config says replaces both. An exit line of the
/// config's is no longer the paper's own words.
fn override_threshold(threshold: &mut Threshold, own: &Threshold) {
    if own.exit_multiple.is_some() || own.exit_amount.is_some() {
        (threshold.exit_multiple, threshold.exit_amount) = (own.exit_multiple, own.exit_amount);
        threshold.exit_stands = false;
    }
    if own.filing_multiple.is_some() || own.filing_amount.is_some() {
        (threshold.filing_multiple, threshold.filing_amount) = (own.filing_multiple, own.filing_amount);
    }
    for (category, own) in &own.category {
        override_threshold(threshold.category.entry(category.clone()).or_default(), own);
    }
}

fn override_income(terms: &mut IncomeTerms, own: &IncomeSetting) {
    terms.bound = own.bound.unwrap_or(terms.bound);
    terms.region = own.region.unwrap_or(terms.region);
    terms.medical = own.medical.unwrap_or(terms.medical);
    terms.accident_beside_dibao = own.accident_beside_dibao.unwrap_or(terms.accident_beside_dibao);
    if let Some(expenses) = &own.expenses {
        terms.expenses.clone_from(expenses);
    }
}

fn take<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool) -> Option<T> {
    list.iter().position(is).map(|i| list.remove(i))
}

/// SHA-256 in hex over the effective config: the config without paths and as-of, and the terms it yields. The same
/// on every machine and wherever the files lie.
pub fn effective_digest(config: &Config, terms: &Profile) -> String {
    // Maps are ordered and numbers exact, so equal configs have equal text.
    let text = serde_json::json!({ "config": config, "terms": terms }).to_string();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
