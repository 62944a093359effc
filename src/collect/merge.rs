//! A returned list against what was handed out: untouched, answered, or changed underneath.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::check::{Grade, Reader, Remark, Said};
use super::list::{Cell, List, Row};
use super::recognise::Marked;
use crate::domain::text;
use crate::history::answers::{Held, Ledger, Relation, Reply};
use crate::history::runs::{Listed, Shown};
use crate::history::verdicts::Persons;
use crate::history::{Key, sealed};
use crate::report::findings_csv::yuan;
use crate::report::unit_workbook::findings::{COLUMNS, SYSTEM_COLUMNS};
use crate::report::unit_workbook::hidden::row_checksum;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Untouched,
    Accepted,
    /// Accepted, with something lacking.
    Reminded,
    /// A system cell was changed; an answer counts all the same.
    Changed,
    Conflict,
    Refused,
}

impl Fate {
    /// The word of the annotated copy's column.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Untouched => "未填写",
            Self::Accepted => "已接受",
            Self::Reminded => "提醒",
            Self::Changed => "系统格被改",
            Self::Conflict => "冲突",
            Self::Refused => "未接受",
        }
    }
}

/// A row, judged.
#[derive(Debug)]
pub struct Judged<'a> {
    pub row: Row,
    pub fate: Fate,
    pub remarks: Vec<Remark>,
    /// The answer, unless refused.
    pub said: Option<Said>,
    pub reply: Option<(Reply, Relation)>,
    /// The system cells are as they were handed out.
    pub intact: bool,
    /// As handed out.
    pub listed: Option<&'a Listed>,
}

impl Judged<'_> {
    pub fn has(&self, grade: Grade) -> bool {
        self.remarks.iter().any(|r| r.grade == grade)
    }
}

/// What was handed out, and what stands now.
#[derive(Debug)]
pub struct Base<'a> {
    pub as_of: NaiveDate,
    /// By digest of the finding id.
    pub listed: &'a HashMap<String, Listed>,
    /// The workbook is of this very run, not of an earlier one of the same day.
    pub same_run: bool,
    /// The newest published run, where it is another one.
    pub latest: Option<(NaiveDate, &'a HashMap<String, Listed>)>,
    pub key: &'a Key,
}

/// Judges every row, in order. The ledger takes the answers in.
pub fn judge<'a>(
    list: List,
    marked: &Marked,
    base: &Base<'a>,
    reader: &Reader<'_>,
    ledger: &mut Ledger,
) -> Vec<Judged<'a>> {
    let handed = Handed::new(&list, marked, base);
    list.rows.into_iter().map(|row| handed.row(row, reader, ledger)).collect()
}

/// What rows are held against.
struct Handed<'b, 'a> {
    marked: &'b Marked,
    base: &'b Base<'a>,
    checksums: HashMap<&'b str, &'b str>,
    /// By sheet: all system columns are there.
    complete: Vec<bool>,
    /// Finding ids by what a row says of its household, for rows that lost their id.
    by_content: HashMap<String, Vec<String>>,
}

impl<'b, 'a> Handed<'b, 'a> {
    fn new(list: &List, marked: &'b Marked, base: &'b Base<'a>) -> Self {
        let lost =
            list.rows.iter().any(|row| row.is_answered() && !base.listed.contains_key(&base.key.digest(&row.id())));
        let mut by_content: HashMap<String, Vec<String>> = HashMap::new();
        for listed in base.listed.values().filter(|_| lost) {
            by_content.entry(content(&listed.shown)).or_default().extend(listed.id.clone());
        }
        Self {
            marked,
            base,
            checksums: marked.checksums(),
            complete: list.sheets.iter().map(|s| s.missing().iter().all(|title| *title == COLUMNS[0])).collect(),
            by_content,
        }
    }

    fn row(&self, mut row: Row, reader: &Reader<'_>, ledger: &mut Ledger) -> Judged<'a> {
        let mut remarks = Vec::new();
        let answered = row.is_answered();
        let mut id = row.id();
        let mut key = self.base.key.digest(&id);
        if answered
            && !self.base.listed.contains_key(&key)
            && let Some(found) = self.by_checksum(&row)
        {
            remarks.push(Remark::new(Grade::Changed, 0, "编号被改或删去，按其余各格认出了原来的编号"));
            key = self.base.key.digest(&found);
            row.cells[0] = Cell { text: found.clone(), ..Cell::default() };
            id = found;
        }
        let listed: &'a HashMap<String, Listed> = self.base.listed;
        let Some(listed) = listed.get(&key) else {
            if answered {
                let why = if id.is_empty() {
                    "没有编号，其余各格也被改过，认不出是哪条疑点"
                } else {
                    "编号不在这次下发的清单里，请在下发的原行上填写"
                };
                remarks.push(Remark::new(Grade::Refused, 0, why));
            }
            return Judged::of(row, remarks, None, None, false, None);
        };
        if answered && text::fold(&listed.unit) != text::fold(&self.marked.unit) {
            let text = "这条疑点是下发给别的单位的，请由那个单位在自己的工作簿里填写";
            remarks.push(Remark::new(Grade::Refused, 0, text));
            return Judged::of(row, remarks, None, None, false, Some(listed));
        }
        let intact = self.is_intact(&row, &id, listed);
        if intact == Some(false) {
            self.changed_cells(&row, listed, &mut remarks);
        }
        let said = if answered { reader.answer(&row, &listed.rule, &listed.shown, &mut remarks) } else { None };
        let reply = said.as_ref().map(|said| self.reply(key.clone(), listed, intact, said));
        let reply = reply.map(|reply| {
            self.underneath(&reply, &mut remarks);
            let earlier = ledger.held(&reply.finding).to_vec();
            let relation = ledger.take(&reply, reader.today);
            relate(&reply, relation, &earlier, &mut remarks);
            (reply, relation)
        });
        Judged::of(row, remarks, said, reply, intact == Some(true), Some(listed))
    }

    /// The finding whose row this is, all system cells but the id being as they were handed out.
    fn by_checksum(&self, row: &Row) -> Option<String> {
        let likely = self.by_content.get(&content(&self.printed(row)))?;
        let fits = |id: &&String| self.checksums.get(id.as_str()).is_some_and(|sum| *sum == checksum(row, id));
        likely.iter().find(fits).cloned()
    }

    /// None where columns are gone, so that it cannot be told.
    fn is_intact(&self, row: &Row, id: &str, listed: &Listed) -> Option<bool> {
        if !self.complete[row.sheet] {
            return None;
        }
        let now = checksum(row, id);
        // Of an earlier run of the day only the workbook itself still knows what it printed.
        let printed = self.checksums.get(id).is_some_and(|sum| *sum == now);
        Some(now == listed.checksum || (!self.base.same_run && printed))
    }

    /// Names the cells that were changed, as far as the state tells.
    fn changed_cells(&self, row: &Row, listed: &Listed, remarks: &mut Vec<Remark>) {
        let (kept, now) = (&listed.shown, self.printed(row));
        let amount = kept.amount.map(yuan).unwrap_or_default();
        let pairs: [(usize, &str, &str); 13] = [
            (1, listed.severity.chinese(), &row.cells[1].text),
            (2, listed.status.chinese(), &row.cells[2].text),
            (3, &kept.title, &now.title),
            (4, &kept.file_no, &now.file_no),
            (5, &kept.name, &now.name),
            (6, &kept.id_number, &now.id_number),
            (8, &kept.electronic, &now.electronic),
            (9, &kept.paper, &now.paper),
            (10, &kept.civil, &now.civil),
            (11, &kept.payment, &now.payment),
            (12, &kept.other, &now.other),
            (13, &kept.conclusion, &now.conclusion),
            (14, &amount, &row.cells[14].text),
        ];
        let before = remarks.len();
        // What is another unit's is printed masked, and kept in full.
        let masked = |text: &str| text.contains("**") || text.contains("另一单位");
        for (column, kept, now) in pairs {
            if text::fold(kept) != text::fold(now) && !masked(&row.cells[column].text) {
                let said = format!("“{}”被改动，按下发时的内容处理", COLUMNS[column]);
                remarks.push(Remark::new(Grade::Changed, column, said));
            }
        }
        if remarks.len() == before {
            remarks.push(Remark::new(Grade::Changed, None, "系统格被改动，按下发时的内容处理"));
        }
    }

    /// The row's cells as the state would keep them.
    fn printed(&self, row: &Row) -> Shown {
        let text = |column: usize| row.cells[column].text.clone();
        Shown {
            title: text(3),
            file_no: text(4),
            name: text(5),
            id_number: text(6),
            field_title: text(7),
            electronic: text(8),
            paper: text(9),
            civil: text(10),
            payment: text(11),
            other: text(12),
            conclusion: text(13),
            ..Shown::default()
        }
        .sealed(self.base.key)
    }

    fn reply(&self, finding: String, listed: &Listed, intact: Option<bool>, said: &Said) -> Reply {
        let seal = |text: &str| sealed::text(self.base.key, text);
        let shown = &listed.shown;
        let persons = match (&shown.persons, &shown.persons_shown) {
            (Some(digests), Some(shown)) => Some(Persons { digests: digests.clone(), shown: shown.clone() }),
            _ => None,
        };
        // Of an earlier run of the day it is not known what the finding meant then, unless the row is the same.
        let known = self.base.same_run || intact == Some(true);
        Reply {
            finding,
            unit: listed.unit.clone(),
            run_id: self.marked.run_id.clone(),
            as_of: self.marked.as_of,
            meaning: if known { listed.meaning.clone() } else { String::new() },
            word: said.word,
            corrected: seal(&said.corrected),
            note: seal(&said.note),
            done_on: said.done_on,
            checked_by: seal(&said.checked_by),
            persons,
        }
    }

    /// What the newest run says of the finding.
    fn underneath(&self, reply: &Reply, remarks: &mut Vec<Remark>) {
        let Some((as_of, latest)) = self.base.latest else { return };
        let text = match latest.get(&reply.finding) {
            None => format!("最近一次核查（{as_of}）中这条疑点已不存在，答复照收"),
            Some(now) if now.meaning != reply.meaning => {
                format!("下发后数据有变（见{as_of}的工作簿），答复针对下发时的内容")
            }
            Some(_) => return,
        };
        remarks.push(Remark::new(Grade::Reminder, None, text));
    }
}

impl<'a> Judged<'a> {
    fn of(
        row: Row,
        remarks: Vec<Remark>,
        said: Option<Said>,
        reply: Option<(Reply, Relation)>,
        intact: bool,
        listed: Option<&'a Listed>,
    ) -> Self {
        let fate = match remarks.iter().map(|r| r.grade).max() {
            Some(Grade::Refused) => Fate::Refused,
            Some(Grade::Conflict) => Fate::Conflict,
            Some(Grade::Changed) => Fate::Changed,
            Some(Grade::Reminder) if reply.is_some() => Fate::Reminded,
            _ if reply.is_some() => Fate::Accepted,
            _ => Fate::Untouched,
        };
        Self { row, fate, remarks, said, reply, intact, listed }
    }
}

/// Of the row's system cells, under a given id.
fn checksum(row: &Row, id: &str) -> String {
    let mut cells = row.system();
    cells[0] = id;
    row_checksum(&cells)
}

/// Says how an answer stands to those before it.
fn relate(reply: &Reply, relation: Relation, earlier: &[Held], remarks: &mut Vec<Remark>) {
    let theirs: Vec<String> = earlier.iter().map(|h| said(h.given_on, h.word.text(), &h.corrected, &h.note)).collect();
    let theirs = theirs.join("、");
    match relation {
        Relation::First => {}
        Relation::Same { other_date } => {
            let grade = if other_date { Grade::Reminder } else { Grade::Note };
            let date = if other_date { "，完成日期以先收到的为准" } else { "" };
            remarks.push(Remark::new(grade, None, format!("与已收的答复相同{date}")));
            if earlier.len() > 1 {
                remarks.push(Remark::new(Grade::Conflict, None, format!("这条疑点已有不同的答复：{theirs}")));
            }
        }
        Relation::Outdated => {
            let text = format!("与以前收过的相同，已由后来的答复代替：{theirs}");
            remarks.push(Remark::new(Grade::Reminder, None, text));
        }
        Relation::Supersedes => {
            remarks.push(Remark::new(Grade::Note, None, format!("代替以前的答复：{theirs}")));
        }
        Relation::Conflict => {
            let ours = said(None, reply.word.text(), &reply.corrected, &reply.note);
            let text = format!(
                "与已收的答复不同：已收{theirs}；本次{ours}。两份都留着，请在下次下发的工作簿里填一个统一的答复"
            );
            remarks.push(Remark::new(Grade::Conflict, super::list::WORD, text));
        }
    }
}

/// `“情况特殊，不需更正”（更正为…，说明…，2019-08-22收）`; numbers masked.
fn said(given_on: impl Into<Option<NaiveDate>>, word: &str, corrected: &str, note: &str) -> String {
    let open = |text: &str| sealed::opened(text, &HashMap::new());
    let mut more = Vec::new();
    if !corrected.is_empty() {
        more.push(format!("更正为{}", open(corrected)));
    }
    if !note.is_empty() {
        more.push(format!("说明：{}", open(note)));
    }
    more.extend(given_on.into().map(|day| format!("{day}收")));
    if more.is_empty() { format!("“{word}”") } else { format!("“{word}”（{}）", more.join("，")) }
}

/// What a row says of its household, for finding it again.
fn content(shown: &Shown) -> String {
    [&shown.title, &shown.file_no, &shown.name, &shown.field_title].map(|part| text::fold(part)).join("\u{1f}")
}

/// Sides of a finding's values as handed out, in the order of the columns 电子档案 … 其他数据.
pub fn sides(shown: &Shown) -> [&str; 5] {
    [&shown.electronic, &shown.paper, &shown.civil, &shown.payment, &shown.other].map(String::as_str)
}

/// First of the value columns.
pub const FIRST_SIDE: usize = 8;

const _: () = assert!(FIRST_SIDE + 5 < SYSTEM_COLUMNS);
