//! How a row found its file, in words.

use super::{Casebook, PaperMatch, text_of};
use crate::normalize::RecordId;

impl Casebook<'_> {
    /// Why a row belongs to its file, or that it belongs to none. For a person.
    pub fn how_linked(&self, record: RecordId) -> String {
        let kind = self.tables.schema(record).kind.as_str();
        let Some(file) = self.file_of_row(record) else {
            return match self.civil.household_of(record) {
                Some(id) => self.how_civil(id),
                None => "没有找到对应的电子档案".to_string(),
            };
        };
        let own = self.file(file);
        let named = if own.file_no.is_empty() { "（无档案号）".to_string() } else { own.file_no.clone() };
        if own.record == record {
            return format!("档案{named}本身");
        }
        if let Some(paper) = self.papers.iter().find(|p| p.record == record)
            && let Some((_, how)) = paper.file
        {
            return format!("档案{named}：{}", how.chinese());
        }
        if let Some(paper) = self.papers.iter().find(|p| p.members.contains(&record)) {
            let how = paper.file.map_or("", |(_, how)| PaperMatch::chinese(how));
            return format!("档案{named}：随其纸质档案（{how}）");
        }
        if own.members.iter().any(|m| m.record == record) {
            return format!("档案{named}的家庭成员");
        }
        if text_of(&self.tables, record, "file_no") == own.file_no && !own.file_no.is_empty() {
            return format!("档案{named}：档案号相同");
        }
        if let Some(suspect) = self.who.suspect(record) {
            return format!("档案{named}：号码有误或不全，按“{}”认定", suspect.rule);
        }
        let person = ["id_number", "head_id_number"].into_iter().find_map(|f| self.person_of(record, f));
        match person {
            Some(id) if own.head == Some(id) => format!("档案{named}：身份证号与户主相同"),
            Some(_) => format!("档案{named}：身份证号与家庭成员相同"),
            None => format!("档案{named}（{kind}）"),
        }
    }

    fn how_civil(&self, id: super::CivilId) -> String {
        let mut files: Vec<&str> =
            self.civil.files_of(id, &self.files_of).map(|f| self.file(f).file_no.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        if files.is_empty() {
            "民政家庭，与任何档案都没有共同成员".to_string()
        } else {
            format!("民政家庭，与档案{}有共同成员", files.join("、"))
        }
    }
}
