//! What each 评价指标 counts, what it should come to, and which clause says so. The counting itself is [`super::rates`].

use chrono::NaiveDate;

use super::model::RateNote;
use crate::profile::{Counting, Profile, Target, Thousandths};
use crate::rules;

const ALL: Thousandths = Thousandths(1000);

/// Rates of mistakes, and what they count. No paper sets a target for them.
const OF_MISTAKES: [(&str, &str); 4] = [
    ("错评率", "有未消除错评疑点的在档户 ÷ 在档户"),
    ("漏评率", "疑似漏评户 ÷（在档户＋疑似漏评户）"),
    ("错退率", "有未消除错退疑点的已脱困户 ÷ 已脱困户"),
    ("漏退率", "有未消除漏退疑点的在档户 ÷ 在档户"),
];

/// All rates, in the order in which they are read. Full coverage is demanded of helpers, and of surveys while there is a
/// campaign; the shares that must have left hardship are the profile's targets.
pub fn notes(profile: &Profile, campaign: Option<(NaiveDate, NaiveDate)>, as_of: NaiveDate) -> Vec<RateNote> {
    let plain = |name: &str, counts| RateNote {
        name: name.to_string(),
        counts,
        of_mistakes: false,
        target: None,
        due: None,
        basis: String::new(),
    };
    let mut notes: Vec<RateNote> =
        OF_MISTAKES.into_iter().map(|(name, counts)| RateNote { of_mistakes: true, ..plain(name, counts) }).collect();
    notes.push(plain("综合精准率", "没有上述四类疑点的户 ÷（在档户＋已脱困户＋疑似漏评户）"));
    notes.push(RateNote {
        target: Some(ALL),
        basis: basis(profile, "BF601", None),
        ..plain("结对帮扶覆盖率", "有帮扶联系人的在档户 ÷ 在档户")
    });
    notes.push(RateNote {
        target: campaign.map(|_| ALL),
        due: campaign.map(|(_, to)| to),
        basis: campaign.map_or_else(String::new, |_| basis(profile, "BF605", None)),
        ..plain("入户核查覆盖率", "核查期内已入户的在档户 ÷ 要求全覆盖的在档户")
    });
    notes.push(plain("信息比对率", "户主证号有效且有民政数据可比的在档户 ÷ 在档户"));
    notes.push(plain("解困脱困率", "已脱困户 ÷（在档户＋已脱困户），已注销另计"));
    let binding = profile.targets.iter().filter(|target| target.binds_on(as_of));
    notes.extend(binding.flat_map(|target| of_target(profile, target)));
    notes
}

/// A target; one counted by the year is shown in its other reading too.
fn of_target(profile: &Profile, target: &Target) -> Vec<RateNote> {
    let counted_by_year = target.counting == Counting::Yearly;
    let note = RateNote {
        name: format!("解困脱困率·{}", target.id()),
        counts: if counted_by_year {
            "当年脱困户 ÷ 目标范围内（在档户＋已脱困户）"
        } else {
            "已脱困户 ÷ 目标范围内（在档户＋已脱困户）"
        },
        of_mistakes: false,
        target: Some(target.rate),
        due: target.due(),
        basis: basis(profile, "JZ701", target.clause.as_deref()),
    };
    let cumulative = counted_by_year.then(|| RateNote {
        name: format!("{}·累计", note.name),
        counts: "历年已脱困户 ÷ 目标范围内（在档户＋已脱困户）",
        target: None,
        due: None,
        basis: String::new(),
        ..note.clone()
    });
    [Some(note), cumulative].into_iter().flatten().collect()
}

/// The paper's clause (the target's own, else that of the rule that judges it), else the rule's general basis.
fn basis(profile: &Profile, rule: &str, own: Option<&str>) -> String {
    let Some(rule) = rules::find(rule) else { return String::new() };
    profile.citation(own.unwrap_or(rule.clause)).unwrap_or_else(|| rule.general_basis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_their_clauses_come_from_the_paper() {
        let profile = crate::profile::load("shantou-2017", None).expect("the profile");
        let notes = notes(&profile, None, NaiveDate::default());
        let target = notes.iter().find(|n| n.target == Some(Thousandths(400))).expect("forty percent a year");
        assert!(target.basis.contains("每年完成40%以上"), "{}", target.basis);
        assert!(notes.iter().any(|n| n.name == format!("{}·累计", target.name) && n.target.is_none()));
        let survey = notes.iter().find(|n| n.name == "入户核查覆盖率").expect("it is there");
        assert_eq!((survey.target, survey.due), (None, None), "no campaign, no target");
    }
}
