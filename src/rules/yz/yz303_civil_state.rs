use super::super::prelude::*;
use super::CIVIL_KINDS;
use crate::normalize::registers;

rule! {
    /// 救助状态与民政不一致
    ///
    /// ## 查什么
    /// 登记为低保户（特困也算）或低保边缘户，而民政名单中此户没有人在保该类救助（民政无）；登记为意外致困户，而民政显示此户在保（民政有）。深度困难、相对困难不比。
    ///
    /// ## 为什么
    /// 困难类别决定档案级别和帮扶标准，与民政不符是错评的主要情形。
    ///
    /// ## 怎么核实
    /// 先入户核实低保证，向民政部门查询，更正困难类别。
    pub static RULE = {
        code: "YZ303",
        title: "救助状态与民政不一致",
        severity: High,
        class: WrongfulEntry,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "civil.compare",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：与民政部门信息比对",
        sources: &[&["efile"], &["civil", "civil_household", "civil_person"]],
        absence: ["civil", "civil_household", "civil_person"],
        params: &[],
        advice: "先入户核实低保证件，向民政部门查询后更正困难类别或按程序处理。",
        cases: [
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Finding "efile.category=意外致困户；paper.category=意外致困户",
            Compliant "",
            Compliant "civil.scheme=特困；civil#2.scheme=特困；civil#3.scheme=特困",
            Compliant "-civil#2；-civil#2",
            Finding "-civil；+civil cert_no=DB-2,head_name=测女,head_id_number=510105200806069968,name=测女,id_number=510105200806069968,relation=本人,scheme=低保,state=在保,from=2017-01",
            NotApplicable "@profile=national-2022；@as_of=2023-08-20；efile.category=意外致困户；paper.category=意外致困户",
            NotApplicable "efile.category=深度困难；paper.category=深度困难",
            Undetermined "-civil",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let civil = facts.civil_of(file);
        let category = match book.tables.value(f.record, "category") {
            Value::Code(code) => code.word(),
            _ => None,
        };
        let (schemes, absent): (&[&str], bool) = match category {
            Some("低保户") => (&["低保", "特困"], true),
            Some("低保边缘户") => (&["低保边缘"], true),
            Some("意外致困户") => (&[], false),
            Some(_) => {
                judge.not_applicable(file);
                continue;
            }
            None => {
                judge.undetermined(file, Reason::of_cells(facts, f.record, &["category"]));
                continue;
            }
        };
        if absent {
            // A grown child's household in dibao does not put this one on the list.
            if civil.close_drawing.iter().any(|(_, _, scheme)| schemes.contains(&scheme.as_str())) {
                judge.compliant(file);
                continue;
            }
            let can_tell = facts.coverage.any_complete(&CIVIL_KINDS, f.unit) && f.persons().next().is_some();
            if !can_tell || civil.unknown_state {
                judge.undetermined(file, why::civil(facts, file));
                continue;
            }
            let other: Vec<&str> = civil.close_drawing.iter().map(|(_, _, s)| s.as_str()).collect();
            let stopped = civil.links.iter().find_map(|&(id, _)| {
                let rows = &book.civil.get(id).records;
                rows.iter().find_map(|r| book.tables.stopped.get(r))
            });
            let tail = match (other.first(), stopped) {
                (Some(scheme), _) => format!("，只见{scheme}"),
                (None, Some(stopped)) => format!("：{}", registers::sentence(facts.inputs, stopped)),
                (None, None) => String::new(),
            };
            let mut draft = Draft::of_file(facts, file)
                .word("民政无")
                .conclusion("缺民政")
                .message(format!("登记为{}，民政名单中此户无人在保{tail}", category.unwrap_or_default()))
                .evidence(facts.evidence(f.record, "category"));
            // What civil affairs do have of this household: ended or of another scheme.
            for &(id, _) in &civil.links {
                for p in book
                    .civil
                    .get(id)
                    .persons
                    .iter()
                    .filter(|p| p.id.is_some_and(|p| f.persons().any(|o| o == p)))
                    .take(1)
                {
                    for field in ["scheme", "state", p.field] {
                        draft = draft.evidence(facts.evidence(p.record, field));
                    }
                }
            }
            judge.finding(file, draft);
        } else if judge.profile.income.accident_beside_dibao {
            judge.not_applicable(file);
        } else if let Some((record, field, scheme)) = civil.close_drawing.iter().find(|(_, _, s)| s != "刚性支出") {
            // 刚性支出 is help with expenses, the very hardship of 意外致困, not a living guarantee.
            let mut draft = Draft::of_file(facts, file)
                .word("民政有")
                .conclusion("电子异")
                .message(format!("登记为{}，民政显示此户在保{scheme}", category.unwrap_or_default()))
                .evidence(facts.evidence(f.record, "category"))
                .evidence(facts.evidence(*record, field));
            draft = draft.evidence(facts.evidence(*record, "scheme")).evidence(facts.evidence(*record, "state"));
            judge.finding(file, draft);
        } else if civil.unknown_state {
            judge.undetermined(file, why::civil(facts, file));
        } else {
            judge.compliant(file);
        }
    }
}
