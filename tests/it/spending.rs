//! What findings about payments, deaths and missing files carry: whose they are, what they refer to, what is at stake.

use hecha::audit::Finding;
use hecha::rules::example;
use hecha::schema::Schemas;

use crate::support::{audited, inputs_of};

/// Findings of a rule on a changed example household: file_no, id_number, ref, amount in fen, unit, message, case.
fn findings(code: &str, given: &str) -> Vec<Told> {
    let schemas = Schemas::load(None).expect("the schemas load");
    let sheets = example::sheets(&schemas, given).expect("a case");
    let kinds: Vec<String> = sheets.iter().map(|(kind, _)| kind.clone()).collect();
    let inputs = inputs_of(sheets.into_iter().map(|(kind, sheet)| (format!("{kind}.xlsx"), sheet)).collect());
    let config = example::config(given).expect("a configuration");
    audited(&config, &inputs, &kinds, |facts, audit| {
        let told = |f: &Finding| Told {
            key: [&f.draft.file_no, &f.draft.id_number, &f.draft.field, &f.draft.reference].map(String::clone),
            fen: f.draft.amount,
            unit: facts.book.units.name(f.draft.unit).to_string(),
            case: f.draft.case.clone(),
            message: f.draft.message.clone(),
        };
        let mut all: Vec<Told> = audit.findings.iter().filter(|f| f.rule.code == code).map(told).collect();
        all.sort();
        all
    })
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    /// file_no, id_number, field, ref
    key: [String; 4],
    fen: Option<i64>,
    unit: String,
    case: String,
    message: String,
}

const HEAD: &str = "510105198001019971";
const WIFE: &str = "510104198203059983";
const OTHER: &str = "510106197502029993";

fn only(code: &str, given: &str) -> Told {
    let mut all = findings(code, given);
    assert_eq!(all.len(), 1, "{code} {given}: {all:?}");
    all.remove(0)
}

#[test]
fn a_payment_is_told_by_its_serial() {
    let told = only("FF406", "efile.filed_on=2019-05-11");
    assert_eq!(told.key, ["CS-1", HEAD, "", "FF-1"]);
    assert_eq!((told.fen, told.unit.as_str()), (Some(60_000), "测试区总工会"));
    assert_eq!(told.message, "2019-05-10发放的“医疗救助”600.00元，早于家庭最早的建档日期2019-05-11");
    let told = only("FF406", "efile.filed_on=2019-05-11；payment.serial=");
    assert_eq!(told.key[3], "医疗救助@2019-05-10@600.00");
}

#[test]
fn the_file_of_the_day_is_told() {
    // The old file had been left long ago, the new one is not there yet: the latest.
    let two = "efile.status=已脱困；efile.exited_on=2018-01-01；+efile file_no=CS-2,status=在档,exited_on=,filed_on=2019-06-01";
    let told = only("FF412", two);
    assert_eq!(told.key[0], "CS-2");
    assert!(told.message.contains("档案CS-1已于2018-01-01脱困"), "{}", told.message);
    // Of two active ones the one she heads, not the one she is a member of.
    let heads = format!(
        "payment.name=测配偶；payment.id_number={WIFE}；payment.channel=现金；payment.paid_on=2019-08-01；\
         +efile file_no=CS-0,name=测配偶,id_number={WIFE},filed_on=2016-01-01"
    );
    assert_eq!(only("FF409", &heads).key[..2], ["CS-0", WIFE]);
}

#[test]
fn a_stranger_belongs_to_the_unit_that_paid() {
    let given = format!("+payment serial=FF-2,name=例乙,id_number={OTHER},unit=测试市总工会");
    let told = only("FF407", &given);
    assert_eq!(told.key, ["", OTHER, "", "FF-2"]);
    assert_eq!(told.unit, "测试市总工会");
}

#[test]
fn a_payment_without_a_number_is_told_once() {
    for code in ["FF406", "FF407", "FF412", "FF413", "FF414", "FF416"] {
        assert!(findings(code, "payment.id_number=；payment.account=6222600260001072444").is_empty(), "{code}");
    }
    assert_eq!(only("FF408", "payment.id_number=").key, ["", "", "", "FF-1"]);
}

#[test]
fn both_ways_a_name_can_be_wrong_are_one_finding() {
    let told = only("FF408", "payment.name=例乙；payment.account_name=例丙");
    assert_eq!(
        told.message,
        "2019-05-10发放的“医疗救助”600.00元，收款人“例乙”与档案中该号码的姓名“测甲”不同；户名“例丙”与收款人“例乙”不同"
    );
}

#[test]
fn households_and_years_add_up() {
    let wife = format!("name=测配偶,id_number={WIFE}");
    let told = only("FF411", &format!("payment.amount=2000；+payment serial=FF-2,{wife},amount=1001.50"));
    assert_eq!(told.key, ["CS-1", HEAD, "", "2019"]);
    assert_eq!(told.fen, Some(150));
    let cap = "@[[cap]] program=\"医疗救助\" & amount=1000";
    let told = only("FF415", &format!("+payment serial=FF-2,{wife},amount=401；{cap}"));
    assert_eq!(told.key, ["CS-1", HEAD, "", "2019+医疗救助"]);
    assert_eq!(told.fen, Some(100));
    assert_eq!(told.message, "2019年“医疗救助”2笔共发放1001.00元，超过标准1000.00元，多1.00元");
    // The wife's own file is of the same household.
    let two = format!(
        "+efile file_no=CS-2,{wife},filed_on=2016-01-01；+payment serial=FF-2,{wife},paid_on=2019-06-01；{cap}"
    );
    let told = only("FF415", &two);
    assert_eq!(told.key[0], "CS-2");
    assert!(told.message.contains("（档案CS-1、CS-2属同一家庭）"), "{}", told.message);
}

#[test]
fn a_shared_account_is_told_to_each_unit() {
    let account = "6222600260001072444";
    let other = format!("name=例乙,id_number={OTHER}");
    let alone = format!("payment.account={account}；+payment serial=FF-2,{other},amount=100");
    // A stranger paid by nobody in particular.
    let all = findings("FF414", &alone);
    assert_eq!(all.len(), 2, "{all:?}");
    let given = format!("{alone}；+efile file_no=CS-2,{other},unit=例区总工会；+payment serial=FF-3,{other},amount=20");
    let all = findings("FF414", &given);
    let keys: Vec<&[String; 4]> = all.iter().map(|t| &t.key).collect();
    assert_eq!(keys, [&["CS-1", HEAD, "", account], &["CS-2", OTHER, "", account]]);
    let units: Vec<(&str, Option<i64>)> = all.iter().map(|t| (t.unit.as_str(), t.fen)).collect();
    assert_eq!(units, [("测试区总工会", Some(60_000)), ("例区总工会", Some(12_000))]);
    assert!(!all[0].case.is_empty() && all[0].case == all[1].case);
}

#[test]
fn the_dead_are_told_once_each() {
    let given = format!(
        "+death name=测配偶,id_number={WIFE},died_on=2019-01-01；+death name=测甲,id_number={HEAD},died_on=2019-03"
    );
    assert_eq!(only("JD207", &given).key, ["CS-1", HEAD, "", ""]);
    assert_eq!(only("JD208", &given).key, ["CS-1", WIFE, "", ""]);
    assert_eq!(only("FF413", &given).key, ["CS-1", HEAD, "", "FF-1"]);
    // The later of two dates; a name that differs is told.
    let twice = format!(
        "+death name=例丁,id_number={HEAD},died_on=2019-04-01；+death name=例丁,id_number={HEAD},died_on=2019-01-01"
    );
    let told = only("JD207", &twice);
    assert!(told.message.contains("2019-04-01") && told.message.contains("例丁"), "{}", told.message);
}

#[test]
fn a_household_nobody_filed_is_told_to_the_roster_s_unit() {
    let other = "510106198002029991";
    let civil = |name: &str, id: &str| {
        format!("+civil cert_no=DB-2,head_name=例乙,head_id_number={OTHER},name={name},id_number={id}")
    };
    let roster = |name: &str, id: &str| format!("+roster name={name},id_number={id}");
    let given = [civil("例乙", OTHER), roster("例乙", OTHER)].join("；");
    let told = only("JD211", &given);
    assert_eq!(told.key, ["", OTHER, "", "DB-2"]);
    assert_eq!(told.unit, "测试区总工会");
    // A second member of the same household changes nothing, whatever his number.
    let both = [given, civil("例丙", other), roster("例丙", other)].join("；");
    assert_eq!(only("JD211", &both).key[3], "DB-2");
}
