//! 资料清单: which of the materials on the paper's lists (附件1, 附件2 of 成工办〔2019〕43号) stand in each household's paper file.

use std::collections::BTreeMap;

use super::model::{MaterialList, MaterialMark};
use crate::derive::Facts;
use crate::derive::materials::is_needed;
use crate::domain::date;
use crate::link::{FileId, FileStatus, UnitId, name_of};
use crate::normalize::Value;
use crate::profile::Profile;

/// 回访记录单: belongs to the file only once the time of follow-up is over, as TK505 has it.
const FOLLOW_UP: (&str, &str, &str) = ("m15", "TK505", "follow_up_months");

/// Field ids of all materials any list of the profile has, in order.
fn fields(profile: &Profile) -> Vec<&str> {
    let lists = profile.materials.filing.iter().chain(&profile.materials.exit);
    let mut fields: Vec<&str> = lists.map(String::as_str).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// `1.身份证复印件`, in order of [`MaterialList::marks`].
pub fn titles(profile: &Profile) -> Vec<String> {
    let number = |field: &str| field.trim_start_matches(|c: char| !c.is_ascii_digit() || c == '0').to_string();
    let title = |field: &str| profile.materials.titles.get(field).map_or(field, String::as_str).to_string();
    fields(profile).into_iter().map(|field| format!("{}.{}", number(field), title(field))).collect()
}

/// One list per electronic file, by unit, in order of file number.
pub fn by_unit(facts: &Facts<'_>, profile: &Profile) -> BTreeMap<UnitId, Vec<MaterialList>> {
    let fields = fields(profile);
    let (_, rule, parameter) = FOLLOW_UP;
    let months = crate::rules::find(rule).map_or(0.0, |rule| rule.number(profile, parameter)) as i32;
    let mut out: BTreeMap<UnitId, Vec<MaterialList>> = BTreeMap::new();
    for file in facts.book.file_ids() {
        out.entry(facts.book.file(file).unit).or_default().push(list(facts, profile, &fields, months, file));
    }
    for lists in out.values_mut() {
        lists.sort_by(|a, b| (&a.file_no, &a.name).cmp(&(&b.file_no, &b.name)));
    }
    out
}

fn list(facts: &Facts<'_>, profile: &Profile, fields: &[&str], months: i32, file: FileId) -> MaterialList {
    let book = facts.book;
    let f = book.file(file);
    let paper = facts.paper_of(file);
    let wanted = match f.status {
        FileStatus::Active => profile.materials.filing.as_slice(),
        FileStatus::Exited => profile.materials.exit.as_slice(),
        // Which list holds cannot be told; what is written is shown all the same.
        FileStatus::Cancelled | FileStatus::Unknown => &[],
    };
    let left = facts.left(file).map(|left| left.on.add_months(months));
    let followed_up = left.is_some_and(|day| date::on_or_after(facts.setting.as_of, day));
    let mark = |field: &str| {
        let written = paper.map(|p| book.tables.value(p.paper, field));
        let is_wanted = wanted.iter().any(|m| m == field) && is_needed(book, f.record, field);
        let is_wanted = is_wanted && (field != FOLLOW_UP.0 || followed_up);
        match written {
            Some(Value::Bool(true)) => MaterialMark::Present,
            _ if !is_wanted => MaterialMark::NotNeeded,
            Some(Value::Bool(false)) => MaterialMark::Missing,
            _ => MaterialMark::Unknown,
        }
    };
    MaterialList {
        file_no: f.file_no.clone(),
        name: name_of(&book.tables, f.record, "name").map(|n| n.shown().to_string()).unwrap_or_default(),
        status: facts.written(f.record, "status"),
        paper_match: paper.map_or("无纸质档案", |p| p.how.chinese()),
        marks: fields.iter().map(|field| mark(field)).collect(),
    }
}
