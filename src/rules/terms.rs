//! What a profile says of rules, against what the rules declare.

use super::catalogue::{Preset, Rule};
use super::{catalogue, find};
use crate::error::{Error, ErrorKind, nearest};
use crate::profile::{Parameter, Profile, RuleTerms};
use crate::schema::Schemas;

/// Everything in which a profile misses the rules: codes that do not exist, parameters that a rule does not declare, values of
/// the wrong type.
pub fn check_profile(profile: &Profile, schemas: &Schemas) -> Vec<Error> {
    let registers: Vec<&str> = schemas.iter().filter_map(|s| s.finding.as_ref()).map(|f| f.code.as_str()).collect();
    let exists = |code: &str| find(code).is_some_and(|r| r.code == code) || registers.contains(&code);
    let mut errors = Vec::new();
    for (list, codes) in [("enable", &profile.enable), ("disable", &profile.disable)] {
        for code in codes.iter().filter(|c| !exists(c)) {
            errors.push(no_rule(profile, code, list, &registers));
        }
    }
    for (code, terms) in &profile.rules {
        let place = format!("[rule.{code}]");
        match find(code).filter(|r| r.code == code) {
            Some(rule) => errors.extend(parameters(profile, rule, terms, &place)),
            None if registers.contains(&code.as_str()) => {}
            None => errors.push(no_rule(profile, code, &place, &registers)),
        }
    }
    errors
}

fn parameters(profile: &Profile, rule: &Rule, terms: &RuleTerms, place: &str) -> Vec<Error> {
    let mut errors = Vec::new();
    for (name, value) in &terms.parameters {
        match rule.params.iter().find(|p| p.name == name) {
            None => {
                let names: Vec<&str> = rule.params.iter().map(|p| p.name).collect();
                let mut error = at(profile, format!("规则{}没有参数“{name}”", rule.code), place);
                if let Some(near) = nearest(name, names.iter().copied()) {
                    error = error.remedy(format!("是否想写“{near}”？"));
                }
                let all = if names.is_empty() { "（没有）".into() } else { names.join("、") };
                errors.push(error.remedy(format!("可用的参数：{all}")));
            }
            Some(param) if !param.default.parameter_type().takes(value) => {
                let wanted = param.default.parameter_type().chinese();
                errors.push(at(profile, format!("“{name}”的值应为{wanted}"), place));
            }
            Some(param) => errors.extend(words(profile, param.default, value, place)),
        }
    }
    errors
}

/// Words of a list that may hold only certain ones.
fn words(profile: &Profile, preset: Preset, value: &Parameter, place: &str) -> Vec<Error> {
    let (Preset::Choice(_, allowed), Parameter::List(words)) = (preset, value) else { return Vec::new() };
    let unknown = words.iter().filter(|word| !allowed.contains(&word.as_str()));
    unknown
        .map(|word| at(profile, format!("不认识“{word}”"), place).remedy(format!("可用的词：{}", allowed.join("、"))))
        .collect()
}

fn no_rule(profile: &Profile, code: &str, place: &str, registers: &[&str]) -> Error {
    let codes = catalogue().map(|r| r.code).chain(registers.iter().copied());
    let error = at(profile, format!("没有规则“{code}”"), place);
    let error = match nearest(code, codes) {
        Some(near) => error.remedy(format!("是否想写“{near}”？")),
        None => error,
    };
    error.remedy("规则见 hecha rules")
}

fn at(profile: &Profile, what: String, place: &str) -> Error {
    Error::new(ErrorKind::Profile, what).at(format!("profiles/{}.toml › {place}", profile.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile;

    /// Clause keys of rules of which no paper speaks: these rules cite their general basis everywhere.
    const GENERAL_ONLY: [&str; 6] =
        ["funds.accounts", "payment.kept", "aid.kept", "filing.procedure", "filing.checked", "filing.reapplied"];

    #[test]
    fn every_profile_fits_the_rules() {
        let schemas = Schemas::load(None).expect("the schemas load");
        for id in profile::names(None).expect("names") {
            let profile = profile::load(&id, None).expect("a profile");
            let errors: Vec<String> = check_profile(&profile, &schemas).iter().map(ToString::to_string).collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
        }
    }

    #[test]
    fn every_clause_key_is_bound_by_some_paper() {
        let ids = profile::names(None).expect("names");
        let profiles: Vec<_> = ids.iter().map(|id| profile::load(id, None).expect("a profile")).collect();
        for rule in catalogue() {
            let bound = profiles.iter().any(|p| p.clause(rule.clause).is_some());
            let general = GENERAL_ONLY.contains(&rule.clause);
            assert!(bound != general, "{}: clause {} (bound: {bound})", rule.code, rule.clause);
        }
    }

    /// A rule that runs only where a paper asks for it must cite the paper that does; the common practice of the whole country
    /// has no clauses to cite.
    #[test]
    fn whoever_enables_a_rule_binds_its_clause() {
        for id in profile::names(None).expect("names") {
            let profile = profile::load(&id, None).expect("a profile");
            for code in &profile.enable {
                let Some(rule) = find(code) else { continue };
                assert!(rule.only_where_bound, "{id} enables {code}, which runs anyway");
                let cited = profile.rule_clause(code).or_else(|| profile.clause(rule.clause));
                assert!(cited.is_some() || profile.national, "{id} enables {code} without a clause");
            }
        }
    }

    #[test]
    fn a_profile_that_misses_the_rules_is_told_so() {
        let schemas = Schemas::load(None).expect("the schemas load");
        let text = include_str!("../../schemas/profiles/chengdu-2019.toml")
            .replace("[rule.BF602]\nclause = \"helper.visits\"\nmonths = 6", "[rule.BF602]\nmonth = 6")
            .replace("fields = [\"helper\"]", "fields = \"helper\"")
            .replace("enable = [\"BF606\"]", "enable = [\"BF66\", \"BD802\"]");
        let profile: Profile = toml::from_str(&text).expect("a profile");
        let errors: Vec<String> = check_profile(&profile, &schemas).iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 3, "{errors:#?}");
        for (error, parts) in errors.iter().zip([
            ["没有规则“BF66”", "profiles/chengdu-2019.toml › enable", "BF606"],
            ["“fields”的值应为文字的列表", "[rule.BF601]", ""],
            ["规则BF602没有参数“month”", "[rule.BF602]", "是否想写“months”？"],
        ]) {
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
