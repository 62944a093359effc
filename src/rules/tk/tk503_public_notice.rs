use super::super::prelude::*;
use crate::derive::exits::Notice;

rule! {
    /// 公示不足5个工作日
    ///
    /// ## 查什么
    /// 已脱困户在退档台账中的公示，从开始到结束（首尾都算）有几个工作日。工作日按国务院办公厅历年放假通知，含调休上班的周末。正好5个、不算首日只有4个的（临界）算合规，配置 report_borderline = true 时列为提示。没有放假数据的年份、缺公示日期的，无法判定。
    ///
    /// ## 为什么
    /// 公示时间不足，退档程序不合规。
    ///
    /// ## 怎么核实
    /// 翻看公示材料上的起止日期，台账写错的更正；确实不足的按本级要求补办。
    pub static RULE = {
        code: "TK503",
        title: "公示不足5个工作日",
        severity: High,
        class: Procedure,
        norm: Exit,
        subject: "每份已脱困电子档案",
        clause: "exit.public_notice",
        general_basis: "业务规则：退档公示时间不少于5个工作日（国务院办公厅年度放假通知）",
        sources: &[&["efile"], &["exit"]],
        params: &[
            Param { name: "working_days", unit: "工作日", default: Preset::Number(5.0) },
            Param { name: "report_borderline", unit: "是否列出临界", default: Preset::Flag(false) },
        ],
        advice: "先入户核实并翻看公示材料，台账有误的更正，确实不足的按要求补办公示。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-04,notice_to=2019-03-07",
            // 2019年春节：2月4日至10日放假，2月2日、3日上班
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-02-02,notice_to=2019-02-12",
            // 2019年五一：5月1日至4日放假，4月28日、5月5日上班
            Finding "efile.status=已脱困；efile.exited_on=2019-06-20；+exit file_no=CS-1,notice_from=2019-04-28,notice_to=2019-05-05",
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-04,notice_to=2019-03-08；@[rule.TK503] report_borderline=true",
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-04,notice_to=2019-03-12；@[rule.TK503] working_days=10",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-04,notice_to=2019-03-08",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-02-01,notice_to=2019-02-12",
            Compliant "efile.status=已脱困；efile.exited_on=2019-06-20；+exit file_no=CS-1,notice_from=2019-04-28,notice_to=2019-05-06",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-03,notice_to=2019-03-08；@[rule.TK503] report_borderline=true",
            Undetermined "efile.status=已脱困；efile.exited_on=2009-03-20；+exit file_no=CS-1,notice_from=2009-03-04,notice_to=2009-03-06",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03-04,notice_to=",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,notice_from=2019-03,notice_to=2019-03-05",
            NotApplicable "+exit file_no=CS-1,notice_from=2019-08-19,notice_to=2019-08-20",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let (least, report_borderline) = (judge.whole("working_days") as u32, judge.flag("report_borderline"));
    for file in judge.files(FileStatus::Exited) {
        let Some(row) = facts.exits.of(file) else {
            judge.undetermined(file, Reason::NoSource("exit"));
            continue;
        };
        let (working, is_short) = match row.notice(&facts.setting.calendar, least) {
            Notice::Untold => {
                judge.undetermined(file, why::notice(facts, row));
                continue;
            }
            Notice::Days { working, borderline } if working >= least => {
                if !(borderline && report_borderline) {
                    judge.compliant(file);
                    continue;
                }
                (working, false)
            }
            Notice::Days { working, .. } => (working, true),
        };
        let [from, to] = ["notice_from", "notice_to"].map(|field| facts.written(row.record, field));
        let message = if is_short {
            format!("公示{from}至{to}，只有{working}个工作日，应不少于{least}个")
        } else {
            format!("公示{from}至{to}，临界：首尾都算正好{working}个工作日，不算首日只有{}个", working - 1)
        };
        let mut draft = Draft::of_file(facts, file)
            .message(message)
            .evidence(facts.evidence(row.record, "notice_from"))
            .evidence(facts.evidence(row.record, "notice_to"));
        if !is_short {
            draft = draft.severity(Severity::Low);
        }
        judge.finding(file, draft);
    }
}
