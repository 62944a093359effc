//! Loads a profile and checks it: ids, clause keys, levels, materials and dates hang together.

use std::path::Path;

use chrono::NaiveDate;

use super::model::Profile;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::schema::embedded::{DataFile, data_files};
use crate::schema::toml_error;

/// Profile of a config that names none.
pub const DEFAULT: &str = "chengdu-2019";

/// Ids of the profiles there are.
///
/// # Errors
/// [`ErrorKind::Profile`] where the user's directory cannot be read.
pub fn names(user: Option<&Path>) -> Result<Vec<String>> {
    Ok(data_files("profiles", user, ErrorKind::Profile)?.into_keys().collect())
}

/// Ids of the national profiles in force on a day: what to use where a place's own paper is out of date.
///
/// # Errors
/// As [`load`].
pub fn national_on(day: NaiveDate, user: Option<&Path>) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for id in names(user)? {
        let profile = load(&id, user)?;
        if profile.national && profile.is_valid_on(day) {
            out.push(id);
        }
    }
    Ok(out)
}

/// One profile, embedded or from the user's directory of schemas.
///
/// # Errors
/// [`ErrorKind::Profile`] for an unknown id and for all that is wrong with the file.
pub fn load(id: &str, user: Option<&Path>) -> Result<Profile> {
    let files = data_files("profiles", user, ErrorKind::Profile)?;
    let Some(file) = files.get(id) else {
        let error = Error::new(ErrorKind::Profile, format!("没有政策“{id}”"));
        let error = match nearest(id, files.keys().map(String::as_str)) {
            Some(near) => error.remedy(format!("是否想写“{near}”？")),
            None => error,
        };
        return Err(error.remedy(format!("可用：{}。", files.keys().cloned().collect::<Vec<_>>().join("、"))));
    };
    let profile: Profile = toml_error::read(ErrorKind::Profile, &file.shown, &file.text)?;
    Error::several(lint(id, &profile, file)).map_or(Ok(profile), Err)
}

fn lint(id: &str, profile: &Profile, file: &DataFile) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut report = |what: String, word: &str| {
        let DataFile { shown, text } = file;
        errors.push(match text.find(&format!("\"{word}\"")) {
            Some(at) => toml_error::error_at(ErrorKind::Profile, what, shown, text, &(at..at)),
            None => Error::new(ErrorKind::Profile, what).at(shown.clone()),
        });
    };
    if profile.id != id {
        report(format!("政策编号“{}”与文件名“{id}”不同", profile.id), &profile.id);
    }
    let used = used_clauses(profile);
    for key in used.into_iter().filter(|key| profile.clause(key).is_none()) {
        report(format!("条款“{key}”没有写在 [clause] 中"), key);
    }
    for (key, clause) in
        profile.clauses.iter().filter(|(_, c)| c.article.trim().is_empty() || c.quote.trim().is_empty())
    {
        report(format!("条款“{key}”缺少条号或原文"), if clause.article.is_empty() { key } else { &clause.article });
    }
    for level in used_levels(profile).into_iter().filter(|level| !profile.levels.iter().any(|l| l == level)) {
        report(format!("级别“{level}”不在 levels 中"), level);
    }
    let materials = &profile.materials;
    for field in materials.filing.iter().chain(&materials.exit).filter(|m| !materials.titles.contains_key(*m)) {
        report(format!("资料“{field}”没有名称"), field);
    }
    let windows = profile.campaign.iter().map(|c| (c.from, c.to)).chain(profile.phases.iter().map(|p| (p.from, p.to)));
    for (from, to) in windows.filter(|(from, to)| from > to) {
        report(format!("起日 {from} 晚于止日 {to}"), &from.to_string());
    }
    if profile.document.valid_to.is_some_and(|to| to < profile.document.valid_from) {
        report("有效期的止日早于起日".into(), "valid_to");
    }
    for overlap in super::line::overlaps(profile, &[]) {
        report(overlap, "level");
    }
    errors
}

fn used_clauses(profile: &Profile) -> Vec<&str> {
    let mut keys: Vec<&Option<String>> = vec![&profile.materials.clause];
    keys.extend(profile.campaign.iter().map(|c| &c.clause));
    keys.extend(profile.phases.iter().map(|p| &p.clause));
    keys.extend(profile.thresholds.values().map(|t| &t.clause));
    keys.extend(profile.deadlines.iter().map(|d| &d.clause));
    keys.extend(profile.targets.iter().map(|t| &t.clause));
    keys.extend(profile.caps.iter().map(|c| &c.clause));
    keys.extend(profile.fund_sources.values().map(|f| &f.clause));
    keys.extend(profile.rules.values().map(|r| &r.clause));
    keys.into_iter().filter_map(Option::as_deref).collect()
}

fn used_levels(profile: &Profile) -> Vec<&str> {
    let thresholds = profile.thresholds.keys().map(String::as_str);
    let deadlines = profile.deadlines.iter().map(|d| d.level.as_str());
    let targets = profile.targets.iter().filter_map(|t| t.level.as_deref());
    let sources = profile.fund_sources.values().flat_map(|f| f.levels.iter().map(String::as_str));
    thresholds.chain(deadlines).chain(targets).chain(sources).collect()
}

#[cfg(test)]
mod tests {
    use super::super::line::{Edge, Line};
    use super::super::model::{Counting, Parameter};
    use super::*;
    use crate::profile::{Thousandths, Yuan};

    fn profile(id: &str) -> Profile {
        load(id, None).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn five_papers_load() {
        let ids = names(None).expect("names");
        let papers = ["chengdu-2019", "guangming-2020", "ordos-2020", "qinghai-2018", "shantou-2017"];
        assert_eq!(ids, [&papers[..1], &papers[1..2], &["national-2022"], &papers[2..]].concat());
        for id in papers {
            assert!(profile(id).clauses.len() >= 10 && !profile(id).national, "{id}");
        }
    }

    #[test]
    fn rules_that_run_only_where_bound() {
        let cases = [
            ("chengdu-2019", "BF606"),
            ("guangming-2020", "TK508"),
            ("ordos-2020", "BF606 BF607 JD214 TK508"),
            ("qinghai-2018", ""),
            ("shantou-2017", "BF606 JD210 JD214"),
        ];
        for (id, codes) in cases {
            let profile = profile(id);
            let run: Vec<&str> =
                ["BF606", "BF607", "JD210", "JD214", "TK508"].into_iter().filter(|c| profile.runs(c, true)).collect();
            assert_eq!(run.join(" "), codes, "{id}");
            assert!(profile.runs("ID101", false), "{id}");
        }
    }

    #[test]
    fn what_the_papers_say() {
        let chengdu = profile(DEFAULT);
        assert_eq!(
            chengdu.citation("exit.public_notice").as_deref(),
            Some("成工办〔2019〕43号 一、建立完善工作制度（三）建立健全脱困退档和回访制度：“公示时间不少于5个工作日”")
        );
        assert_eq!(chengdu.parameter("TK503", "working_days"), Some(&Parameter::Integer(5)));
        assert_eq!(
            chengdu.parameter("FF409", "applies_from"),
            Some(&Parameter::Date("2019-07-30".parse().expect("date")))
        );
        assert_eq!(chengdu.targets[0].rate, Thousandths(600));
        assert_eq!(chengdu.targets[0].id(), "2019全国级");
        assert_eq!((chengdu.materials.filing.len(), chengdu.materials.exit.len()), (10, 15));
        assert!(chengdu.clause("filing.no_duplicates").is_none(), "never another locality's clause");

        let guangming = profile("guangming-2020");
        assert_eq!(guangming.level_line(Edge::Exit, "地市级"), Some(Line::Multiple(Thousandths(1500))));
        assert_eq!(guangming.deadline("全国级").map(|d| d.date.to_string()).as_deref(), Some("2020-06-30"));
        assert!(!guangming.is_valid_on("2021-01-01".parse().expect("date")));

        let shantou = profile("shantou-2017");
        assert_eq!(
            (shantou.targets[0].counting, shantou.targets[0].due()),
            (Counting::Yearly, "2018-12-31".parse().ok())
        );
        assert!(
            shantou
                .citation("filing.no_duplicates")
                .is_some_and(|c| c.starts_with("《汕头市工会困难职工解困脱困工作规划"))
        );
    }

    #[test]
    fn errors_point_at_the_line() {
        let text = include_str!("../../schemas/profiles/qinghai-2018.toml").replacen(
            "\"exit.standard\"",
            "\"exit.standart\"",
            1,
        );
        let dir = tempfile::tempdir().expect("dir");
        std::fs::create_dir(dir.path().join("profiles")).expect("profiles");
        std::fs::write(dir.path().join("profiles/qinghai-2018.toml"), text).expect("write");
        let error = load("qinghai-2018", Some(dir.path())).expect_err("unknown clause").to_string();
        assert!(
            error.starts_with("错误 条款“exit.standart”没有写在 [clause] 中\n  位置  ")
                && error.contains("clause = \"exit.standart\""),
            "{error}"
        );
        let error = load("chengdu", None).expect_err("unknown").to_string();
        assert!(
            error.starts_with("错误 没有政策“chengdu”\n  处理  是否想写“chengdu-2019”？\n        可用：chengdu-2019、"),
            "{error}"
        );
    }

    #[test]
    fn caps_of_a_year_win() {
        let mut profile = profile(DEFAULT);
        let cap = |year, yuan: i64| super::super::model::Cap {
            program: "生活救助".into(),
            year,
            amount: Yuan { fen: yuan * 100 },
            clause: None,
        };
        profile.caps = vec![cap(None, 1), cap(Some(2019), 2)];
        assert_eq!(profile.cap("生活救助", 2019).map(|c| c.amount.fen), Some(200));
        assert_eq!(profile.cap("生活救助", 2020).map(|c| c.amount.fen), Some(100));
    }
}
