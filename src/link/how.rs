//! How a row found its file.

use rustc_hash::FxHashMap;

use super::identity::Told;
use super::{Casebook, FileId, PaperId, PaperMatch, text_of};
use crate::normalize::RecordId;

/// The way from a row to its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The row is the electronic file.
    Itself,
    /// A member's row of the file.
    Member,
    Paper(PaperMatch),
    /// A member's row of a paper file.
    WithPaper(PaperMatch),
    FileNo,
    /// Taken for a person of it, by a rule or an answer.
    Suspected(Told),
    /// The number of its head.
    Head,
    /// The number of one of its members.
    MemberNumber,
    /// Nested in a row of it, or the very text of a number that is none.
    Nested,
    /// Another person of its civil household.
    CivilHousehold,
}

impl How {
    /// One of each that a reader can tell apart.
    pub const ALL: [Self; 15] = [
        Self::Itself,
        Self::Member,
        Self::Paper(PaperMatch::IdNumber),
        Self::Paper(PaperMatch::FileNoAndName),
        Self::Paper(PaperMatch::HeadChanged),
        Self::MemberNumber,
        Self::FileNo,
        Self::Suspected(Told::Suspected),
        Self::Suspected(Told::Damaged),
        Self::Suspected(Told::Verified),
        Self::Suspected(Told::Masked),
        Self::Suspected(Told::NoNumber),
        Self::WithPaper(PaperMatch::IdNumber),
        Self::Nested,
        Self::CivilHousehold,
    ];

    /// Word for machines.
    pub fn id(self) -> &'static str {
        match self {
            Self::Itself => "file",
            Self::Member => "member",
            Self::Head | Self::Paper(PaperMatch::IdNumber) => "id_number",
            Self::MemberNumber => "member_id_number",
            Self::Paper(PaperMatch::FileNoAndName) => "file_no_and_name",
            Self::Paper(PaperMatch::Suspected) | Self::Suspected(Told::Suspected) => "suspected",
            Self::Paper(PaperMatch::Verified) | Self::Suspected(Told::Verified) => "verified",
            Self::Paper(PaperMatch::HeadChanged) => "head_changed",
            Self::Suspected(Told::Damaged) => "damaged",
            Self::Paper(PaperMatch::Masked) | Self::Suspected(Told::Masked) => "masked",
            Self::Paper(PaperMatch::NoNumber) | Self::Suspected(Told::NoNumber) => "no_number",
            Self::WithPaper(_) => "with_paper",
            Self::FileNo => "file_no",
            Self::Nested => "nested",
            Self::CivilHousehold => "civil_household",
        }
    }

    /// What [`id`](Self::id) means, for a person.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Itself => "档案本身",
            Self::Member => "档案的家庭成员",
            Self::Head | Self::Paper(PaperMatch::IdNumber) => "身份证号与户主相同",
            Self::MemberNumber => "身份证号与家庭成员相同",
            Self::Paper(PaperMatch::FileNoAndName) => "档案号和姓名一致",
            Self::Paper(PaperMatch::Suspected) | Self::Suspected(Told::Suspected) => "疑似同一人",
            Self::Paper(PaperMatch::Verified) | Self::Suspected(Told::Verified) => "核实为同一人",
            Self::Paper(PaperMatch::HeadChanged) => "档案号一致，户主不同",
            Self::Suspected(Told::Damaged) => "号码残缺，按其他各项认定",
            Self::Paper(PaperMatch::Masked) | Self::Suspected(Told::Masked) => "遮盖号码吻合",
            Self::Paper(PaperMatch::NoNumber) | Self::Suspected(Told::NoNumber) => "没有身份证号，按其他各项认定",
            Self::WithPaper(_) => "随其纸质档案",
            Self::FileNo => "档案号相同",
            Self::Nested => "在档案的行内，或号码原文相同",
            Self::CivilHousehold => "民政家庭中另有其人",
        }
    }
}

/// Paper rows and their members' rows: record → paper, and whether it is a member.
#[derive(Debug)]
pub struct PaperRows(FxHashMap<RecordId, (PaperId, bool)>);

impl PaperRows {
    pub fn new(book: &Casebook<'_>) -> Self {
        let mut rows = FxHashMap::default();
        for (id, paper) in (0..).map(PaperId).zip(&book.papers) {
            rows.insert(paper.record, (id, false));
            rows.extend(paper.members.iter().map(|&member| (member, (id, true))));
        }
        Self(rows)
    }
}

impl Casebook<'_> {
    /// The file a row belongs to, and how it found it; None where it belongs to none.
    pub fn how(&self, record: RecordId, papers: &PaperRows) -> Option<(FileId, How)> {
        let id = self.file_of_row(record)?;
        let own = self.file(id);
        let paper = papers.0.get(&record).and_then(|&(paper, member)| {
            let (_, how) = self.paper(paper).file?;
            Some(if member { How::WithPaper(how) } else { How::Paper(how) })
        });
        let person = || ["id_number", "head_id_number"].into_iter().find_map(|f| self.person_of(record, f));
        let how = if own.record == record {
            How::Itself
        } else if let Some(how) = paper {
            how
        } else if own.members.iter().any(|m| m.record == record) {
            How::Member
        } else if text_of(&self.tables, record, "file_no") == own.file_no && !own.file_no.is_empty() {
            How::FileNo
        } else if let Some(suspect) = self.who.suspect(record) {
            How::Suspected(suspect.told)
        } else {
            match person() {
                Some(person) if own.head == Some(person) => How::Head,
                Some(_) => How::MemberNumber,
                None => How::Nested,
            }
        };
        Some((id, how))
    }

    /// Why a row belongs to its file, or that it belongs to none. For a person.
    pub fn how_linked(&self, record: RecordId) -> String {
        let Some((file, how)) = self.how(record, &PaperRows::new(self)) else {
            return match self.civil.household_of(record) {
                Some(id) => self.how_civil(id),
                None => "没有找到对应的电子档案".to_string(),
            };
        };
        let own = self.file(file);
        let named = if own.file_no.is_empty() { "（无档案号）" } else { &own.file_no };
        match how {
            How::Itself => format!("档案{named}本身"),
            How::Member => format!("档案{named}的家庭成员"),
            How::Paper(how) => format!("档案{named}：{}", how.chinese()),
            How::WithPaper(how) => format!("档案{named}：随其纸质档案（{}）", how.chinese()),
            How::Suspected(told) if told.says_no_number() => {
                let rule = self.who.suspect(record).map_or("", |s| s.rule);
                format!("档案{named}：{}（{rule}）", how.chinese())
            }
            How::Suspected(_) => {
                let rule = self.who.suspect(record).map_or("", |s| s.rule);
                format!("档案{named}：号码有误或不全，按“{rule}”认定")
            }
            How::FileNo | How::Head | How::MemberNumber | How::CivilHousehold => {
                format!("档案{named}：{}", how.chinese())
            }
            How::Nested => format!("档案{named}（{}）", self.tables.schema(record).kind),
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
