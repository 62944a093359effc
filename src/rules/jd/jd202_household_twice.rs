use std::collections::{BTreeMap, BTreeSet};

use super::super::prelude::*;
use super::{named_files, one_per_unit};
use crate::domain::address;
use crate::domain::id_number::ResidentId;
use crate::domain::name::Name;
use crate::finding::Evidence;
use crate::link::{CivilId, Drawing};

rule! {
    /// 一户多档
    ///
    /// ## 查什么
    /// 两份在档档案的户主属于同一家庭：一人是另一份档案的家庭成员，或民政把两人列为同一户的在保对象；或两名户主同名同性别，电话、住址或家庭成员相同而身份证号不同（疑似一人两号）。
    ///
    /// ## 为什么
    /// 一户一档；夫妻、父子各建一档会重复享受帮扶。
    ///
    /// ## 怎么核实
    /// 核实是否共同生活；是一户的保留一份，其余注销。
    pub static RULE = {
        code: "JD202",
        title: "一户多档",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.no_duplicates",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档，不得重复建档",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实两户是否共同生活；是一户的保留一份档案，其余按程序注销。",
        cases: [
            Finding "+efile file_no=CS-2,name=测配偶,sex=女,id_number=510104198203059983,birth_date=1982-03-05",
            Finding "+efile file_no=CS-2,id_number=510105198101019979,birth_date=1981-01-01",
            Compliant "",
            Compliant "+efile file_no=CS-2,id_number=510105198101019979,birth_date=1981-01-01,phone=19900009999,address=成都市青羊区另拟路9号",
            NotApplicable "efile.status=已注销",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// What shows that two heads are of one household.
enum Shown {
    Member {
        of: FileId,
        record: RecordId,
    },
    Civil(CivilId),
    /// The heads bear one name and share this, under two numbers.
    TwoNumbers(&'static str),
}

/// The number of a file's head means him: where two persons bear it, the name has to say so.
fn is_head(facts: &Facts<'_>, file: FileId, name: Option<&Name>) -> bool {
    let book = facts.book;
    let f = book.file(file);
    !f.head.is_some_and(|head| book.is_of_two(head))
        || crate::link::same_name(name, name_of(&book.tables, f.record, "name"))
}

/// Telephones and addresses that more active files give are no household's.
const SHARED_BY: usize = 5;

/// Pairs of active files whose heads have one name and sex and share telephone, address or a member, under two valid
/// numbers: one man with two numbers, it seems. What they share, in Chinese.
fn two_numbers(facts: &Facts<'_>) -> BTreeMap<(FileId, FileId), &'static str> {
    let book = facts.book;
    let t = &book.tables;
    let mut named: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    let mut phones: BTreeMap<String, usize> = BTreeMap::new();
    for file in book.file_ids().filter(|&f| book.file(f).status == FileStatus::Active) {
        let f = book.file(file);
        if let Value::Phone(p) = t.value(f.record, "phone") {
            p.numbers().for_each(|n| *phones.entry(n.to_string()).or_default() += 1);
        }
        if let Some(name) = name_of(t, f.record, "name").filter(|n| n.is_complete() && f.head.is_some()) {
            named.entry(name.key()).or_default().push(file);
        }
    }
    let sex = |f: FileId| book.file(f).head.map(ResidentId::sex);
    let mut out = BTreeMap::new();
    for list in named.values().filter(|list| list.len() > 1) {
        for (n, &a) in list.iter().enumerate() {
            for &b in list[n + 1..].iter().filter(|&&b| book.file(b).head != book.file(a).head && sex(a) == sex(b)) {
                let (x, y) = (book.file(a), book.file(b));
                let own = |p: ResidentId| Some(p) != x.head && Some(p) != y.head && !book.is_of_two(p);
                let phone = || match (t.value(x.record, "phone"), t.value(y.record, "phone")) {
                    (Value::Phone(p), Value::Phone(q)) => {
                        let few = |n: &str| phones.get(n).is_some_and(|&files| files <= SHARED_BY);
                        p.numbers().any(|n| few(n) && q.numbers().any(|m| m == n))
                    }
                    _ => false,
                };
                let address = || match (t.value(x.record, "address"), t.value(y.record, "address")) {
                    (Value::Text(p), Value::Text(q)) => address::same(p, q),
                    _ => false,
                };
                let shared = if x.persons().any(|p| own(p) && y.persons().any(|q| q == p)) {
                    "家庭成员"
                } else if phone() {
                    "电话"
                } else if address() {
                    "住址"
                } else {
                    continue;
                };
                out.insert((a.min(b), a.max(b)), shared);
            }
        }
    }
    out
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let is_active = |f: FileId| book.file(f).status == FileStatus::Active;
    let mut pairs: BTreeMap<(FileId, FileId), Vec<Shown>> = BTreeMap::new();
    let mut headed: BTreeMap<u64, Vec<FileId>> = BTreeMap::new();
    for file in book.file_ids().filter(|&f| is_active(f)) {
        if let Some(head) = book.file(file).head {
            headed.entry(head.key()).or_default().push(file);
        }
    }
    let heads_of = |id: ResidentId| headed.get(&id.key()).map_or(&[][..], Vec::as_slice);
    for file in book.file_ids().filter(|&f| is_active(f)) {
        for member in &book.file(file).members {
            for &other in member.id.map_or(&[][..], heads_of) {
                let own_name = name_of(&book.tables, member.record, "name");
                if other != file && book.file(other).head != book.file(file).head && is_head(facts, other, own_name) {
                    let pair = (file.min(other), file.max(other));
                    pairs.entry(pair).or_default().push(Shown::Member { of: file, record: member.record });
                }
            }
        }
    }
    for (i, household) in book.civil.households.iter().enumerate() {
        let heads: BTreeSet<FileId> = household
            .persons
            .iter()
            .filter(|p| p.drawing == Drawing::On)
            .filter_map(|p| Some((p.id?, p.name.as_ref())))
            .flat_map(|(id, name)| heads_of(id).iter().copied().filter(move |&f| is_head(facts, f, name)))
            .collect();
        let heads: Vec<FileId> = heads.into_iter().collect();
        for (n, &a) in heads.iter().enumerate() {
            for &b in heads[n + 1..].iter().filter(|&&b| book.file(b).head != book.file(a).head) {
                pairs.entry((a, b)).or_default().push(Shown::Civil(CivilId(i as u32)));
            }
        }
    }
    let two_numbers = two_numbers(facts);
    for (&pair, &shared) in &two_numbers {
        pairs.entry(pair).or_default().push(Shown::TwoNumbers(shared));
    }
    let concerned: BTreeSet<FileId> = pairs.keys().flat_map(|&(a, b)| [a, b]).collect();
    for file in book.file_ids() {
        let f = book.file(file);
        match f.status {
            FileStatus::Active if f.head.is_none() => judge.undetermined(file, Reason::NumberUnclear),
            FileStatus::Active if !concerned.contains(&file) => judge.compliant(file),
            FileStatus::Active => {}
            FileStatus::Unknown => judge.undetermined(file, Reason::StatusUnclear),
            _ => judge.not_applicable(file),
        }
    }
    for ((a, b), shown) in pairs {
        let files = [a, b];
        let names = named_files(facts, &files);
        one_per_unit(judge, &files, "", |facts, _, mut draft| {
            if let Some(shared) = two_numbers.get(&(a, b)) {
                draft.title = Some("一户多档（疑似一人两号）");
                draft.message = format!("{names}的户主同名同性别、{shared}相同，身份证号却不同，疑似一人两号");
                draft.evidence = evidence(facts, &files, &shown);
                return draft;
            }
            let how = match shown.first() {
                Some(Shown::Member { of, .. }) => {
                    format!("一方户主是另一份档案（{}）的家庭成员", facts.book.file(*of).file_no)
                }
                _ => "两名户主在民政同一救助家庭中在保".to_string(),
            };
            draft.message = format!("{names}的户主属于同一家庭：{how}");
            draft.evidence = evidence(facts, &files, &shown);
            draft
        });
    }
}

fn evidence(facts: &Facts<'_>, files: &[FileId; 2], shown: &[Shown]) -> Vec<Evidence> {
    let book = facts.book;
    let mut out = Vec::new();
    for &f in files {
        out.extend(facts.evidence(book.file(f).record, "id_number"));
    }
    let heads: Vec<_> = files.iter().map(|&f| book.file(f).head).collect();
    for s in shown {
        match s {
            Shown::Member { record, .. } => out.extend(facts.evidence(*record, "id_number")),
            Shown::TwoNumbers(shared) => {
                let field = match *shared {
                    "电话" => "phone",
                    "住址" => "address",
                    _ => "name",
                };
                out.extend(files.iter().filter_map(|&f| facts.evidence(book.file(f).record, field)));
            }
            Shown::Civil(id) => {
                for p in book.civil.get(*id).persons.iter().filter(|p| heads.contains(&p.id)) {
                    out.extend(facts.evidence(p.record, p.field));
                }
            }
        }
    }
    out.dedup();
    out
}
