//! The ledger of what was read: a payment that an earlier run read is gone, changed, or was never there.

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use hecha::finding::Status;
use hecha::history::answers::{Receipt, Relation, Reply};
use hecha::history::review::Undo;
use hecha::history::{History, Word};
use hecha::pipeline::{self, Outcome, Silent};
use hecha::plan::{Asked, Plan};

const CONFIG: &str = "[run]\nfederation = \"测试市总工会\"\nprofile = \"chengdu-2019\"\n[[source]]\npath = \"inbox/*\"\n\
                      [[standard]]\nregion = \"510105\"\nfrom = \"2018-07-01\"\ndibao = 650\n";
const FILES: &str = "档案号,所属工会,建档标准,档案状态,困难类别,姓名,性别,身份证号,建档日期\n\
                     T-1,测试街道总工会,全国级,在档,意外致困户,荀望秋,男,51010719660103997X,2017-03-01\n\
                     T-2,测试街道总工会,全国级,在档,意外致困户,滕见深,女,510107196702049982,2017-03-02\n";
const HEAD: &str = "流水号,姓名,身份证号,项目,资金来源,金额,发放日期,发放方式,发放单位";
const ROWS: [&str; 4] = [
    "P-1,荀望秋,51010719660103997X,生活救助,中央财政,1000,2019-03-10,社会保障卡,测试街道总工会",
    "P-2,荀望秋,51010719660103997X,生活救助,中央财政,800,2019-05-10,社会保障卡,测试街道总工会",
    "P-3,滕见深,510107196702049982,生活救助,中央财政,900,2019-05-12,社会保障卡,测试街道总工会",
    "P-4,滕见深,510107196702049982,生活救助,中央财政,700,2019-06-12,社会保障卡,测试街道总工会",
];

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { dir: tempfile::tempdir().expect("a directory") };
        std::fs::create_dir(desk.path().join("inbox")).expect("a directory");
        std::fs::write(desk.path().join("hecha.toml"), CONFIG).expect("the config");
        std::fs::write(desk.path().join("inbox/困难职工档案.csv"), FILES).expect("a file");
        desk.pay(&ROWS);
        desk
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn pay(&self, rows: &[&str]) {
        let text = format!("{HEAD}\n{}\n", rows.join("\n"));
        std::fs::write(self.path().join("inbox/资金发放明细.csv"), text).expect("a file");
    }

    fn plan(&self, night: u64, asked: Asked) -> Plan {
        let asked = Asked { config: Some(self.path().join("hecha.toml")), as_of: Some(day(night)), ..asked };
        Plan::new(asked, self.path(), day(night)).unwrap_or_else(|e| panic!("{e}"))
    }

    fn run(&self, night: u64) -> Outcome {
        self.run_asked(night, Asked::default())
    }

    fn run_asked(&self, night: u64, asked: Asked) -> Outcome {
        pipeline::run(&self.plan(night, asked), &Silent).unwrap_or_else(|e| panic!("{e}")).0
    }

    fn state(&self) -> PathBuf {
        self.path().join("state/hecha.sqlite")
    }

    fn history(&self) -> History {
        History::open(&self.state()).expect("it opens")
    }
}

fn day(night: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 8, 20).expect("a day") + Days::new(night)
}

/// Serials that FF418 tells, with their status.
fn vanished(outcome: &Outcome) -> Vec<(String, Status)> {
    let of_rule = outcome.report.findings.iter().filter(|f| f.rule == "FF418");
    of_rule.map(|f| (f.reference.clone(), f.status)).collect()
}

#[test]
fn a_payment_that_is_gone_is_told_until_it_is_back() {
    let desk = Desk::new();
    assert!(vanished(&desk.run(0)).is_empty(), "nothing is known of earlier");
    desk.pay(&[ROWS[0], ROWS[2], ROWS[3]]);
    let second = desk.run(1);
    assert_eq!(vanished(&second), [("P-2".to_string(), Status::New)]);
    assert_eq!(second.report.manifest.ledger.vanished_count, 1);
    assert_eq!(second.report.manifest.ledger.vanished_amount.0, 80_000);
    assert_eq!(vanished(&desk.run(2)), [("P-2".to_string(), Status::Persisting)]);
    desk.pay(&ROWS);
    assert!(vanished(&desk.run(3)).is_empty());

    // The only payment of its month, in a list that is not one of a month.
    desk.pay(&ROWS[1..]);
    assert_eq!(vanished(&desk.run(4)), [("P-1".to_string(), Status::New)]);
}

#[test]
fn of_two_runs_of_a_day_the_later_one_alone_counts() {
    let desk = Desk::new();
    let extra = "P-9,滕见深,510107196702049982,生活救助,中央财政,555,2019-05-20,社会保障卡,测试街道总工会";
    desk.run(0);
    desk.pay(&[&ROWS[..], &[extra]].concat());
    desk.run(1);
    // The list of noon was wrong; that of the evening is what stands.
    desk.pay(&ROWS);
    desk.run(1);
    assert!(vanished(&desk.run(2)).is_empty(), "nobody but the morning's run saw it");
    // Missed in the morning, there in the evening, missed again a day later.
    desk.pay(&ROWS[..3]);
    assert_eq!(vanished(&desk.run(3)).len(), 1);
    desk.pay(&ROWS);
    assert!(vanished(&desk.run(3)).is_empty());
    desk.pay(&ROWS[..3]);
    let bytes = |night: u64| std::fs::read(desk.path().join(format!("out/{}/findings.csv", day(night)))).expect("csv");
    assert_eq!(vanished(&desk.run(4)).len(), 1);
    let first = bytes(4);
    assert_eq!(vanished(&desk.run(4)).len(), 1);
    assert!(first == bytes(4), "a second run of the day gives the same bytes");
}

#[test]
fn a_run_that_is_not_kept_or_is_forgotten_leaves_no_trace() {
    let desk = Desk::new();
    let extra = "P-9,滕见深,510107196702049982,生活救助,中央财政,555,2019-05-20,社会保障卡,测试街道总工会";
    desk.run(0);
    desk.pay(&[&ROWS[..], &[extra]].concat());
    desk.run_asked(1, Asked { no_history: true, ..Asked::default() });
    desk.run_asked(1, Asked { tables_only: true, ..Asked::default() });
    desk.run_asked(1, Asked { rules: vec!["FF418".into()], ..Asked::default() });
    pipeline::judge(&desk.plan(1, Asked::default()), &Silent).expect("it runs");
    desk.pay(&ROWS);
    assert!(vanished(&desk.run(2)).is_empty(), "none of these runs is remembered");

    desk.pay(&[&ROWS[..], &[extra]].concat());
    desk.run(3);
    desk.pay(&ROWS);
    {
        let mut history = desk.history();
        let wrong = history.run_named(&day(3).to_string()).expect("a run");
        history.forget(wrong.seq).expect("it is forgotten");
    }
    assert!(vanished(&desk.run(4)).is_empty(), "what a forgotten run alone saw was never there");
}

#[test]
fn a_result_that_could_not_be_published_changes_nothing() {
    let desk = Desk::new();
    let extra = "P-9,滕见深,510107196702049982,生活救助,中央财政,555,2019-05-20,社会保障卡,测试街道总工会";
    desk.run(0);
    desk.pay(&[&ROWS[..], &[extra]].concat());
    desk.run(1);
    // As a run leaves it that was killed after it had written itself down: begun, never published.
    let db = rusqlite::Connection::open(desk.state()).expect("the state");
    db.execute_batch("UPDATE run SET published = 0, output = 'x' WHERE as_of = '2019-08-21'").expect("it is set");
    db.execute_batch("DELETE FROM ledger WHERE first_seen = '2019-08-21'").expect("it is set");
    drop(db);
    desk.pay(&ROWS);
    assert!(vanished(&desk.run(2)).is_empty());
}

#[test]
fn an_answer_excuses_its_own_row_and_only_while_it_stands() {
    let desk = Desk::new();
    desk.run(0);
    // P-2 turns into 300 yuan, and P-4 into the same.
    let changed = [ROWS[1].replace(",800,", ",300,"), ROWS[3].replace(",700,", ",300,")];
    desk.pay(&[ROWS[0], &changed[0], ROWS[2], &changed[1]]);
    let second = desk.run(1);
    assert_eq!(vanished(&second).len(), 2);
    let own = second.report.findings.iter().find(|f| f.rule == "FF418" && f.reference == "P-2").expect("it is found");
    let key = {
        let mut history = desk.history();
        let key = history.digest(&own.id);
        let mut ledger = history.ledger(day(1)).expect("answers");
        let reply = Reply {
            finding: key.clone(),
            unit: own.unit.clone(),
            run_id: second.report.run.run_id.clone(),
            as_of: day(1),
            meaning: own.meaning.clone(),
            word: Word::Corrected,
            corrected: "300元".into(),
            note: "原登记多记，凭证号12".into(),
            done_on: None,
            checked_by: "核查人".into(),
            persons: None,
        };
        let relation = ledger.take(&reply, day(1));
        assert_eq!(relation, Relation::First);
        let receipt = Receipt {
            sha256: "a".into(),
            unit: own.unit.clone(),
            run_id: reply.run_id.clone(),
            as_of: day(1),
            given_on: day(1),
            accepted: 1,
            refused: 0,
            conflicts: 0,
        };
        history.take_back(&receipt, &[(reply, relation)], &ledger).expect("it is kept");
        key
    };
    let third = desk.run(2);
    assert_eq!(vanished(&third), [("P-4".to_string(), Status::Persisting)], "the answer speaks of P-2 alone");
    assert_eq!(third.report.manifest.ended.verified, 1);
    assert!(!vanished(&desk.run(3)).iter().any(|(reference, _)| reference == "P-2"));
    desk.history().take_answers_back(&key, Undo::Withdraw, "", day(4)).expect("it is withdrawn");
    let told = vanished(&desk.run(5));
    assert!(told.contains(&("P-2".to_string(), Status::Reopened)), "{told:?}");
}
