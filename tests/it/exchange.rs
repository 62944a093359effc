//! `hecha exchange`: who is listed, in clear and as tokens, and how the answer comes back.

use std::fs;
use std::path::Path;
use std::process::Command;

use hecha::domain::id_number::ResidentId;
use hecha::domain::token::Salt;
use serde_json::Value;

const SALT: &str = "0123456789abcdef-between-two";
const HEAD: &str = "510105198001019971";
const WIFE: &str = "510104198203059983";
const CHILD: &str = "510105201806069962";

/// The program in `dir`, with or without the salt; exit code, stdout, stderr.
fn hecha(dir: &Path, salt: Option<&str>, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hecha"));
    command.args(args).current_dir(dir).env_remove("HECHA_SALT");
    if let Some(salt) = salt {
        command.env("HECHA_SALT", salt);
    }
    let said = command.output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (said.status.code().unwrap_or(-1), text(&said.stdout), text(&said.stderr))
}

fn token(number: &str) -> String {
    let day = "2025-03-20".parse().expect("a day");
    Salt::new(SALT).expect("a salt").token(ResidentId::parse(number, day).expect("a number"))
}

/// Two files: a couple with a child, and a man alone. `consents`: rows of the consents, without a heading.
fn world(consents: Option<&str>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let inbox = dir.path().join("inbox");
    fs::create_dir(&inbox).expect("inbox");
    let write = |name: &str, text: String| fs::write(inbox.join(name), text).expect("written");
    write(
        "电子档案.csv",
        format!(
            "档案号,所属工会,档案级别,档案状态,困难类别,姓名,身份证号,建档日期\n\
             CS-1,测试区总工会,地市级,在档,深度困难,测甲,{HEAD},2024-09-01\n\
             CS-2,测试区总工会,地市级,在档,深度困难,例乙,510106197502029993,2024-09-01\n\
             CS-3,测试区总工会,地市级,已脱困,深度困难,例丙,510107195001019997,2021-09-01\n"
        ),
    );
    write(
        "成员.csv",
        format!(
            "档案号,户主身份证号,姓名,关系,身份证号\nCS-1,{HEAD},测配偶,妻子,{WIFE}\nCS-1,{HEAD},测女,女儿,{CHILD}\n"
        ),
    );
    if let Some(rows) = consents {
        write("授权书.csv", format!("授权书编号,档案号,姓名,身份证号,签署日期,有效期至\n{rows}"));
    }
    let config = "[run]\nfederation = \"测试市总工会\"\nprofile = \"national-2022\"\nas_of = \"2025-03-20\"\n\n\
                  [exchange]\nsalt_env = \"HECHA_SALT\"\n\n[[source]]\npath = \"inbox/*\"\n";
    fs::write(dir.path().join("hecha.toml"), config).expect("config");
    dir
}

fn listed(dir: &Path, salt: Option<&str>, args: &[&str]) -> (Value, Vec<Vec<String>>) {
    let out = dir.join("名单.csv");
    let _ = fs::remove_file(&out);
    let (code, said, wrong) =
        hecha(dir, salt, &[&["exchange", "--format", "json", "--out", "名单.csv"], args].concat());
    assert_eq!(code, 0, "{said}{wrong}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&out).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let text = fs::read_to_string(&out).expect("the list");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.records().map(|r| r.expect("a row").iter().map(String::from).collect()).collect();
    (serde_json::from_str(&said).expect("json"), rows)
}

fn left_out(said: &Value) -> Vec<(String, u64)> {
    let rows = said["left_out"].as_array().expect("a list").iter();
    let row = |r: &Value| (r["why"].as_str().expect("why").to_string(), r["persons"].as_u64().expect("a count"));
    rows.map(row).filter(|(_, n)| *n > 0).collect()
}

#[test]
fn without_consents_all_active_persons_are_listed_and_that_is_said() {
    let dir = world(None);
    let (said, rows) = listed(dir.path(), None, &[]);
    assert_eq!(rows[0], ["核对序号", "姓名", "身份证号", "档案号", "所属工会", "授权日期"]);
    let numbers: Vec<&str> = rows[1..].iter().map(|r| r[2].as_str()).collect();
    assert_eq!(numbers, [WIFE, HEAD, CHILD, "510106197502029993"]);
    assert!(rows[1..].iter().all(|r| r[5].is_empty()));
    assert_eq!((said["persons"].as_u64(), said["has_consents"].as_bool()), (Some(4), Some(false)));
    let (_, text, _) = hecha(dir.path(), None, &["exchange"]);
    assert!(text.contains("没有核对授权书") && dir.path().join("核对名单_20250320.xlsx").exists(), "{text}");
    // Again under its own name; a name of the user's is not written over.
    assert_eq!(hecha(dir.path(), None, &["exchange"]).0, 0);
    let (code, _, wrong) = hecha(dir.path(), None, &["exchange", "--out", "名单.csv"]);
    assert!(code == 5 || code == 2, "{code}");
    assert!(wrong.contains("已有同名文件"), "{wrong}");
    let (_, one) = listed(dir.path(), None, &["--unit", "测试区总工会"]);
    assert_eq!(one.len(), 5);
}

#[test]
fn only_who_has_a_consent_in_force_is_listed() {
    let rows = format!(
        "SQ1,CS-1,测甲,{HEAD},2025-01-10,2027-01-10\nSQ1,CS-1,测配偶,{WIFE},2023-01-10,2025-03-19\n\
         SQ2,CS-2,例乙,510106197502029993,若干,\n"
    );
    let dir = world(Some(&rows));
    let (said, rows) = listed(dir.path(), None, &[]);
    // The child by its father's.
    let seen: Vec<(&str, &str)> = rows[1..].iter().map(|r| (r[2].as_str(), r[5].as_str())).collect();
    assert_eq!(seen, [(HEAD, "2025-01-10"), (CHILD, "2025-01-10")]);
    assert_eq!(left_out(&said), [("授权书不在有效期内".to_string(), 1), ("授权书的日期读不出".to_string(), 1)]);
    assert_eq!(said["left_out"][1]["files"][0], "CS-1");
}

#[test]
fn tokens_need_a_salt_and_show_nothing_else() {
    let dir = world(None);
    for salt in [None, Some("short")] {
        let (code, _, wrong) = hecha(dir.path(), salt, &["exchange", "--tokens"]);
        assert_eq!(code, 2, "{wrong}");
        assert!(wrong.contains("HECHA_SALT") && !wrong.contains("short"), "{wrong}");
    }
    let (_, rows) = listed(dir.path(), Some(SALT), &["--tokens"]);
    assert_eq!(rows[0], ["核对序号", "令牌", "授权日期"]);
    let mut expected: Vec<String> = [HEAD, WIFE, CHILD, "510106197502029993"].map(token).to_vec();
    expected.sort();
    assert_eq!(rows[1..].iter().map(|r| r[1].clone()).collect::<Vec<_>>(), expected);
}

/// JD217 of the two files by what came back.
fn unchecked(dir: &Path, salt: Option<&str>) -> (Vec<String>, String, String) {
    let (code, said, wrong) = hecha(dir, salt, &["run", "--no-history", "--exit-zero"]);
    assert!(code == 0, "{code} {said}{wrong}");
    let text = fs::read_to_string(dir.join("out/2025-03-20/findings.csv")).expect("findings");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.records().map(|r| r.expect("a row"));
    let found = rows.filter(|r| &r[1] == "JD217").map(|r| r[6].to_string()).collect();
    (found, text, said + &wrong)
}

#[test]
fn an_answer_by_number_and_by_token_is_the_same() {
    let dir = world(None);
    let inbox = dir.path().join("inbox");
    let answer = |name: &str, head: &str, man: &str| {
        let text = format!("核对序号,{name},核对日期,核对结论\n1,{head},2025-02-01,符合\n2,{man},2024-01-05,符合\n");
        fs::write(inbox.join("核对名单_答复.csv"), text).expect("written");
    };
    answer("身份证号", HEAD, "510106197502029993");
    let by_number = unchecked(dir.path(), Some(SALT)).0;
    assert_eq!(by_number, ["CS-2"]);
    answer("令牌", &token(HEAD).to_uppercase(), &token("510106197502029993"));
    assert_eq!(unchecked(dir.path(), Some(SALT)).0, by_number);
    // Without the salt nobody can tell: nothing is concluded, and it is said.
    let (found, _, _) = unchecked(dir.path(), None);
    assert!(found.is_empty(), "{found:?}");
    let (code, said, wrong) = hecha(dir.path(), None, &["check"]);
    assert!(code == 1 && format!("{said}{wrong}").contains("有2个令牌，没有盐"), "{said}{wrong}");
    // A token of a stranger is told.
    answer("核对码", &token(HEAD), &token("510107198001010021"));
    let (_, said, wrong) = hecha(dir.path(), Some(SALT), &["check"]);
    assert!(format!("{said}{wrong}").contains("有1个令牌对不上"), "{said}{wrong}");
}

#[test]
fn a_list_of_tokens_of_any_kind_is_read() {
    let dir = world(None);
    let text = format!("令牌,号牌号码,车辆类型,机动车状态\n{},川A00001,小型轿车,正常\n", token(WIFE));
    fs::write(dir.path().join("inbox/机动车.csv"), text).expect("written");
    let (_, findings, said) = unchecked(dir.path(), Some(SALT));
    assert!(findings.lines().any(|l| l.contains("BD802") && l.contains(WIFE)), "{said}");
}

#[test]
fn under_another_salt_nobody_is_called_unchecked() {
    let dir = world(None);
    let inbox = dir.path().join("inbox");
    let answer = |head: &str, man: &str| {
        let text = format!("核对序号,令牌,核对日期,核对结论\n1,{head},2025-02-01,符合\n2,{man},2025-02-01,符合\n");
        fs::write(inbox.join("核对名单_答复.csv"), text).expect("written");
    };
    answer(&token(HEAD), &token("510106197502029993"));
    assert!(unchecked(dir.path(), Some(SALT)).0.is_empty());
    // Both were checked. Read under another salt, not one token is known: that is no reason to accuse anybody.
    let other = Some("another-salt-of-some-length");
    assert!(unchecked(dir.path(), other).0.is_empty());
    let (code, said, wrong) = hecha(dir.path(), other, &["check"]);
    assert!(code == 1 && format!("{said}{wrong}").contains("没有一个对得上"), "{code} {said}{wrong}");
    // Where one is known the salt is right: who is not in the list was not checked.
    answer(&token(HEAD), &token("510107198001010021"));
    assert_eq!(unchecked(dir.path(), Some(SALT)).0, ["CS-2"]);
}

#[test]
fn who_was_checked_is_checked_under_each_of_his_files() {
    let dir = world(None);
    let inbox = dir.path().join("inbox");
    let file = inbox.join("电子档案.csv");
    let text = fs::read_to_string(&file).expect("the files");
    let twice = format!("{text}CS-7,测试区总工会,地市级,在档,深度困难,测甲,{HEAD},2024-10-01\n");
    fs::write(&file, twice).expect("written");
    let text = format!(
        "核对序号,身份证号,核对日期,核对结论\n1,{HEAD},2025-02-01,符合\n2,510106197502029993,2025-02-01,符合\n"
    );
    fs::write(inbox.join("核对名单_答复.csv"), text).expect("written");
    let (found, findings, _) = unchecked(dir.path(), None);
    assert!(found.is_empty(), "{found:?}");
    assert!(findings.contains(",JD201,"), "two files of one person are told as such");
    // And he stands in the list once.
    let (_, rows) = listed(dir.path(), None, &[]);
    assert_eq!(rows.iter().filter(|r| r[2] == HEAD).count(), 1);
}

#[test]
fn tokens_have_their_consents_days_and_no_name() {
    let rows = format!("SQ1,CS-1,测甲,{HEAD},2025-01-10,2027-01-10\nSQ1,CS-1,测配偶,{WIFE},2025-01-12,\n");
    let dir = world(Some(&rows));
    let (said, rows) = listed(dir.path(), Some(SALT), &["--tokens"]);
    let mut seen: Vec<(&str, &str)> = rows[1..].iter().map(|r| (r[1].as_str(), r[2].as_str())).collect();
    seen.sort_unstable();
    let [head, wife, child] = [HEAD, WIFE, CHILD].map(token);
    // A child by the latest consent of an adult of the household.
    let mut wanted = [(head.as_str(), "2025-01-10"), (wife.as_str(), "2025-01-12"), (child.as_str(), "2025-01-12")];
    wanted.sort_unstable();
    assert_eq!(seen, wanted);
    let whole: String = rows.concat().concat();
    for secret in [HEAD, WIFE, CHILD, "测甲", "测配偶", "CS-1", "测试区总工会", SALT] {
        assert!(!whole.contains(secret) && !said.to_string().contains(SALT), "{secret}");
    }
    assert_eq!(left_out(&said), [("没有授权书".to_string(), 1)]);
}

/// Every list in the inbox as `check` books it: status, and the kind of its first sheet.
fn booked(dir: &Path, file: &str) -> (String, Value) {
    let (_, said, _) = hecha(dir, Some(SALT), &["check", "--format", "json"]);
    let said: Value = serde_json::from_str(&said).expect("json");
    let inputs = said["inputs"].as_array().or(said["files"].as_array()).expect("inputs").clone();
    let input = inputs.iter().find(|f| f["path"].as_str().is_some_and(|p| p.ends_with(file))).expect("the list");
    (input["status"].as_str().expect("a status").to_string(), input["sheets"][0]["kind"].clone())
}

#[test]
fn an_unanswered_list_is_set_aside_and_an_answer_in_it_is_read() {
    let dir = world(None);
    let inbox = dir.path().join("inbox");
    let before = unchecked(dir.path(), Some(SALT)).1;
    for (name, more) in
        [("名单.csv", &[][..]), ("名单.xlsx", &[]), ("令牌.csv", &["--tokens"]), ("令牌.xlsx", &["--tokens"])]
    {
        let to = inbox.join(name).display().to_string();
        let args = [&["exchange", "--out", &to], more].concat();
        assert_eq!(hecha(dir.path(), Some(SALT), &args).0, 0, "{name}");
        assert_eq!(booked(dir.path(), name), ("ignored".to_string(), Value::Null), "{name}");
    }
    assert_eq!(unchecked(dir.path(), Some(SALT)).1, before, "an unanswered list changes nothing");

    // The department answers in the list itself, all our columns kept.
    for name in ["名单.csv", "令牌.csv"] {
        let text = fs::read_to_string(inbox.join(name)).expect("the list");
        let lines = text.lines().enumerate().map(|(at, line)| match at {
            0 => format!("{line},核对日期,核对结论\n"),
            _ => format!("{line},2025-02-01,符合\n"),
        });
        fs::write(inbox.join(name), lines.collect::<String>()).expect("the answer");
        assert_eq!(booked(dir.path(), name), ("read".to_string(), Value::from("check_report")), "{name}");
        let (found, findings, _) = unchecked(dir.path(), Some(SALT));
        assert!(found.is_empty() && !findings.contains(",JD216,"), "{name}: {findings}");
        // Nor when the running number is left out.
        let answered = fs::read_to_string(inbox.join(name)).expect("the answer");
        let cut =
            |line: &str| line.trim_start_matches('\u{feff}').split_once(',').expect("a column").1.to_string() + "\n";
        fs::write(inbox.join(name), answered.lines().map(cut).collect::<String>()).expect("the answer");
        assert_eq!(booked(dir.path(), name).1, "check_report", "{name}");
        fs::remove_file(inbox.join(name)).expect("gone");
    }
}
