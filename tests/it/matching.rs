//! Who is who, and what is told of it, on the example household: each line is a change, the findings it must give and the
//! ones it must not.

use std::collections::BTreeSet;

use hecha::rules::example;
use hecha::schema::Schemas;

use crate::support::{audited, inputs_of};

/// `CODE` or `CODE[field]` of all findings.
fn found(given: &str) -> BTreeSet<String> {
    let wrong = |part: String| -> ! { panic!("cannot read {part}") };
    let config = example::config(given).unwrap_or_else(|part| wrong(part));
    let schemas = Schemas::load(None).expect("the schemas load");
    let sheets = example::sheets(&schemas, given).unwrap_or_else(|part| wrong(part));
    let kinds: Vec<String> = sheets.iter().map(|(kind, _)| kind.clone()).collect();
    let inputs = inputs_of(sheets.into_iter().map(|(kind, sheet)| (format!("{kind}.xlsx"), sheet)).collect());
    audited(&config, &inputs, &kinds, |_, audit| {
        let named = audit.findings.iter().map(|f| match f.draft.field.as_str() {
            "" => f.rule.code.to_string(),
            field => format!("{}[{field}]", f.rule.code),
        });
        named.collect()
    })
}

/// All findings of each change, exactly.
fn exactly(lines: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (given, expected) in lines {
        let found = found(given);
        let expected: BTreeSet<String> = expected.iter().map(|e| (*e).to_string()).collect();
        if found != expected {
            wrong.push(format!("{given}\n  found    {found:?}\n  expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_paper_row_without_a_usable_number() {
    exactly(&[
        ("paper.id_number=", &["ID105[id_number]"]),
        ("paper.id_number=；paper.file_no=", &["ID105[id_number]"]),
        ("paper.id_number=办理中；paper.file_no=", &["ID105[id_number]"]),
        ("paper.id_number=510105；paper.file_no=", &["ID105[id_number]"]),
        ("paper.id_number=无；paper.file_no=；paper.phone=", &["ID105[id_number]", "YZ301[phone]"]),
        ("paper.id_number=不详；paper.file_no=；paper.phone=19900009999", &["ID105[id_number]", "YZ301[phone]"]),
        // Nothing but the name agrees: it may be his, nobody can say so.
        (
            "paper.id_number=；paper.file_no=；paper.phone=19900009999；paper.address=成都市青羊区另拟路9号；paper.employer=误记商贸有限公司；-paper_member",
            &["JD205"],
        ),
        // Another household altogether: two are missing.
        (
            "paper.name=佚名客；paper.id_number=；paper.file_no=；paper.phone=19900009999；paper.address=成都市青羊区另拟路9号；paper.employer=误记商贸有限公司；-paper_member",
            &["JD204", "JD205"],
        ),
    ]);
}

#[test]
fn another_head_on_paper() {
    exactly(&[
        ("paper.name=测配偶；paper.sex=女；paper.id_number=510104198203059983", &["YZ301[name+id_number]"]),
        (
            "paper.name=测配偶；paper.sex=女；paper.id_number=510104198203059983；paper.phone=19900008888；paper.health=良好；paper.income_monthly=900",
            &["YZ301[name+id_number]"],
        ),
        ("paper.name=测配偶；paper.sex=女；paper.id_number=", &["YZ301[name+id_number]"]),
        (
            "paper.name=测配偶；paper.sex=女；paper.id_number=510104198203059983；paper_member#1.name=测甲；paper_member#1.id_number=510105198001019971；paper_member#1.relation=丈夫；paper_member#1.sex=男",
            &["YZ301[name+id_number]"],
        ),
        ("paper.name=测岳父；paper.id_number=510105195001019978", &["YZ301[name+id_number]"]),
    ]);
}

#[test]
fn the_number_of_a_member_of_the_household() {
    exactly(&[
        ("paper.id_number=510104198203059983", &["YZ301[id_number]"]),
        ("paper.id_number=510105200806069968", &["YZ301[id_number]"]),
        ("paper.id_number=510104198203059983；paper.file_no=", &["ID109[id_number]"]),
        ("paper.id_number=510105200806069968；paper.file_no=；paper.phone=", &["ID109[id_number]", "YZ301[phone]"]),
        // On paper the wife's row bears her husband's number.
        ("paper_member.id_number=510105198001019971", &["ID110[name]"]),
        // In the system it does: paper has her own.
        ("emember.id_number=510105198001019971；-civil", &["ID109[id_number]"]),
    ]);
}

#[test]
fn an_invalid_number_in_another_spelling() {
    let everywhere = |system: &str, others: &str| {
        format!(
            "efile.id_number={system}；paper.id_number={others}；aid.id_number={others}；payment.id_number={others}；\
             emember.head_id_number={system}；emember#2.head_id_number={system}；paper_member.head_id_number={others}；\
             paper_member#2.head_id_number={others}；-civil；-roster；-medical；-visit；-income"
        )
    };
    for others in [
        "510105198001019972",
        "510105 19800101 9972",
        "５１０１０５１９８００１０１９９７２",
        "身份证：510105198001019972",
        "510105-19800101-9972",
        "510105198001019972（待核）",
    ] {
        let found = found(&everywhere("510105198001019972", others));
        let told: Vec<&String> = found.iter().filter(|f| !f.starts_with("BF602") && !f.starts_with("YZ303")).collect();
        assert_eq!(told, ["ID101[id_number]"], "{others}");
    }
}

#[test]
fn a_number_that_only_the_system_lacks() {
    exactly(&[
        ("emember.id_number=", &["ID105[id_number]"]),
        ("emember#2.id_number=", &["ID105[id_number]"]),
        ("emember#2.id_number=办理中", &["ID105[id_number]"]),
        ("emember#2.id_number=510105", &["ID105[id_number]"]),
        ("emember#2.id_number=；-paper_member#2；-civil", &["YZ302[纸质缺]"]),
        ("emember#2.id_number=；paper_member#2.id_number=；-civil", &[]),
        ("paper_member#2.id_number=", &[]),
        ("efile.id_number=", &["ID105[id_number]"]),
        ("efile.id_number=；paper.file_no=", &["ID105[id_number]"]),
    ]);
}

#[test]
fn one_wrong_number_is_one_finding() {
    exactly(&[
        ("efile.id_number=510105198001019981", &["YZ301[id_number]"]),
        ("efile.id_number=510105198001019981；paper.file_no=", &["ID109[id_number]"]),
        ("emember#2.id_number=510105200806069986", &["ID109[id_number]"]),
        ("paper.id_number=510105198001019981；paper.file_no=", &["ID109[id_number]"]),
        ("payment.id_number=510105 19800101 9981", &["ID109[id_number]"]),
        ("aid.id_number=身份证：510105198001019981", &["ID109[id_number]"]),
    ]);
}

#[test]
fn one_number_for_two_persons() {
    const OTHER: &str =
        "+efile file_no=CS-2,name=例乙,sex=女,birth_date=1975-02-02,phone=19900009999,address=成都市青羊区另拟路9号";
    for (given, forbidden) in [
        (format!("{OTHER},id_number=510105198001019971"), "JD201"),
        (format!("{OTHER},id_number=510104198203059983"), "JD202"),
        (
            format!(
                "{OTHER},sex=男,id_number=510106197502029993；+emember file_no=CS-2,head_id_number=510106197502029993,name=例丙,relation=儿子,sex=男,birth_date=2001-01-01,id_number=510104198203059983"
            ),
            "JD203",
        ),
        (
            format!(
                "{OTHER},sex=男,id_number=510106197502029993；+emember file_no=CS-2,head_id_number=510106197502029993,name=例丙,relation=母亲,sex=女,birth_date=1950-01-01,id_number=510105198001019971"
            ),
            "JD202",
        ),
        (format!("{OTHER},id_number=510105200806069968"), "JD202"),
    ] {
        let found = found(&given);
        assert!(!found.contains(forbidden), "{given}: {found:?}");
        assert!(found.contains("ID110[name]"), "{given}: {found:?}");
        assert!(!found.iter().any(|f| f.starts_with("ID103") || f.starts_with("ID104")), "{given}: {found:?}");
    }
    // One person twice, under one name or two spellings that share telephone and home.
    for given in ["+efile file_no=CS-2", "+efile file_no=CS-2,name=测改名"] {
        assert!(found(given).contains("JD201"), "{given}");
    }
}

#[test]
fn hidden_numbers() {
    exactly(&[
        ("payment.id_number=510105********9971", &[]),
        ("payment.id_number=510105********9971；payment.name=测*", &[]),
        ("payment.id_number=510***********9971", &[]),
        ("aid.id_number=510105********9971；aid.file_no=", &[]),
        ("paper.id_number=510105********9971；paper.file_no=", &[]),
        ("paper.id_number=510105********9971；paper.file_no=；paper.phone=；-paper_member", &["YZ301[phone]"]),
        // Too little is shown of either: whose it is stays open, and nobody is accused.
        (
            "payment.id_number=5101**********9971；payment.name=测*；payment.paid_on=2019-05-10；+payment serial=FF-9,amount=10,program=送清凉,paid_on=2019-08-01,id_number=510105198001019971,name=测甲；+aid record_no=BF-9,amount=10,program=送清凉,aided_on=2019-08-01",
            &[],
        ),
        (
            "payment.id_number=**************9971；payment.name=*甲；+payment serial=FF-9,amount=10,program=送清凉,paid_on=2019-08-01,id_number=510105198001019971,name=测甲；+aid record_no=BF-9,amount=10,program=送清凉,aided_on=2019-08-01",
            &[],
        ),
    ]);
}

#[test]
fn money_without_a_value() {
    const MORE: &str = "+payment serial=FF-9,amount=10,program=送清凉,paid_on=2019-08-01；+aid record_no=BF-9,amount=10,program=送清凉,aided_on=2019-08-01";
    for (given, expected) in [
        ("payment.amount=", &[][..]),
        ("aid.amount=", &[]),
        ("payment.paid_on=", &[]),
        ("aid.aided_on=", &[]),
        ("payment.amount=另行核定", &["ID107[amount]"]),
        ("aid.aided_on=2029-05-01", &["ID107[aided_on]"]),
        ("payment.paid_on=1019-05-10", &["ID107[paid_on]"]),
        ("payment.id_number=", &["FF408"]),
        ("payment.id_number=办理中", &["FF408"]),
        ("aid.id_number=", &["ID105[id_number]"]),
    ] {
        let found = found(&format!("{given}；{MORE}"));
        let told: Vec<&str> = found.iter().map(String::as_str).filter(|f| !f.starts_with("BF6")).collect();
        assert_eq!(told, expected, "{given}");
    }
}
