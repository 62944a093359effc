//! For whom money is meant: anyone, members of a union, or households with a file only. By program, fund source and date; the
//! date binds the money, not the paper.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::model::Profile;
use crate::domain::date::{PartialDate, before};

/// Who may receive a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// 送温暖 and its like go to workers and model workers alike: no file is needed.
    Anyone,
    /// Every member of a union.
    Member,
    /// The households on file (先建档后帮扶).
    Filed,
}

/// One audience. Without programs it fits every program, without fund sources every source; `from` and `to` are days of payment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    pub who: Who,
    /// Words of the code table 帮扶项目, or any other.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Words of the code table 资金来源, or any other.
    #[serde(default)]
    pub fund_sources: Vec<String>,
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

impl Audience {
    fn fits(&self, program: &str, fund_source: &str, on: Option<PartialDate>) -> bool {
        let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|w| w == word);
        among(&self.programs, program)
            && among(&self.fund_sources, fund_source)
            && self.from.is_none_or(|from| on.is_some_and(|on| !before(on, from)))
            && self.to.is_none_or(|to| on.is_none_or(|on| on.first_day() <= to))
    }
}

/// Programs for anyone: 送温暖 with all kinds of 慰问, and the services that follow its example.
const ANYONE: [&str; 4] = ["送温暖", "送清凉", "送文化", "送健康"];

/// From this day central money is for all members (职工困难帮扶资金管理办法, December 2022), under every paper.
const CENTRAL_FOR_MEMBERS: Option<NaiveDate> = NaiveDate::from_ymd_opt(2023, 1, 1);

impl Profile {
    /// For whom a payment of this program, fund source and day is meant.
    pub fn audience(&self, program: &str, fund_source: &str, on: Option<PartialDate>) -> Who {
        if let Some(own) = self.audiences.iter().find(|a| a.fits(program, fund_source, on)) {
            return own.who;
        }
        if ANYONE.contains(&program) || program.contains("慰问") {
            Who::Anyone
        } else if program == "临时救助" || is_central_for_members(fund_source, on) {
            Who::Member
        } else {
            Who::Filed
        }
    }
}

/// Central money of a day from which it is for all members.
pub fn is_central_for_members(fund_source: &str, on: Option<PartialDate>) -> bool {
    fund_source == "中央财政" && on.zip(CENTRAL_FOR_MEMBERS).is_some_and(|(on, from)| !before(on, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_program_source_and_day() {
        let day = |text: &str| Some(PartialDate::from(text.parse::<NaiveDate>().expect("a day")));
        for id in super::super::names(None).expect("names") {
            let p = super::super::load(&id, None).expect("a profile");
            for (program, source, on, who) in [
                ("送温暖", "省总", "2019-01-28", Who::Anyone),
                ("困难职工慰问", "", "2019-01-28", Who::Anyone),
                ("送清凉", "市总", "2019-07-01", Who::Anyone),
                ("送健康", "市总", "2019-07-01", Who::Anyone),
                ("临时救助", "市总", "2019-07-01", Who::Member),
                ("生活救助", "中央财政", "2022-12-31", Who::Filed),
                ("生活救助", "中央财政", "2023-01-01", Who::Member),
                ("助学救助", "中央财政", "2024-09-01", Who::Member),
                ("生活救助", "省财政", "2023-01-01", Who::Filed),
                ("生活救助", "", "2023-05-05", Who::Filed),
            ] {
                assert_eq!(p.audience(program, source, day(on)), who, "{id} {program} {source} {on}");
            }
        }
        let mut own = super::super::load(super::super::DEFAULT, None).expect("a profile");
        own.audiences.push(Audience {
            who: Who::Filed,
            programs: vec!["送温暖".into()],
            fund_sources: vec![],
            from: None,
            to: "2020-12-31".parse().ok(),
        });
        assert_eq!(own.audience("送温暖", "省总", day("2020-12-31")), Who::Filed);
        assert_eq!(own.audience("送温暖", "省总", day("2021-01-01")), Who::Anyone);
    }
}
