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
use crate::report::unit_workbook::columns::Column;
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
    /// The number beside the row was another finding's.
    pub displaced: bool,
    /// What the sources say, as written, of a row with an answer that counts: numbers in full where the row bears them.
    pub sides: [String; 5],
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
    /// The unit's findings by what a row says of its household, for rows whose id is gone or is another row's.
    by_content: HashMap<String, Vec<&'a Listed>>,
}

impl<'b, 'a> Handed<'b, 'a> {
    fn new(list: &List, marked: &'b Marked, base: &'b Base<'a>) -> Self {
        let mut by_content: HashMap<String, Vec<&'a Listed>> = HashMap::new();
        let own = |l: &&Listed| text::fold(&l.unit) == text::fold(&marked.unit) && l.id.is_some();
        if list.rows.iter().any(Row::is_answered) {
            for listed in base.listed.values().filter(own) {
                by_content.entry(content(&listed.shown)).or_default().push(listed);
            }
        }
        by_content.values_mut().for_each(|same| same.sort_by(|a, b| a.id.cmp(&b.id)));
        Self {
            marked,
            base,
            checksums: marked.checksums(),
            complete: list
                .sheets
                .iter()
                .map(|s| s.missing().iter().all(|title| *title == Column::Id.title()))
                .collect(),
            by_content,
        }
    }

    fn row(&self, mut row: Row, reader: &Reader<'_>, ledger: &mut Ledger) -> Judged<'a> {
        let mut remarks = Vec::new();
        let answered = row.is_answered();
        let mut id = row.id();
        let mut displaced = false;
        if answered {
            match self.whose(&row, &id) {
                Whose::Numbered => {}
                Whose::Other(found) if id.is_empty() || !self.base.listed.contains_key(&self.base.key.digest(&id)) => {
                    remarks.push(Remark::new(Grade::Changed, Column::Id, "编号被改或删去，按其余各格认出了原来的编号"));
                    row.cells[Column::Id] = Cell { text: found.clone(), ..Cell::default() };
                    id = found;
                }
                Whose::Other(found) => {
                    let text = "编号是另一条疑点的（多半是只排了一列），按本行其余各格认出了原来的编号";
                    remarks.push(Remark::new(Grade::Changed, Column::Id, text));
                    row.cells[Column::Id] = Cell { text: found.clone(), ..Cell::default() };
                    id = found;
                    displaced = true;
                }
                Whose::Nobody => {
                    let text = "编号与本行其余各格说的不是同一条疑点（多半是只排了一列），认不出答复的是哪一条；请在下发的原行上填写";
                    remarks.push(Remark::new(Grade::Refused, Column::Id, text));
                    return Judged { displaced: true, ..Judged::of(row, remarks, None, None, false, None) };
                }
            }
        }
        let key = self.base.key.digest(&id);
        let listed: &'a HashMap<String, Listed> = self.base.listed;
        let Some(listed) = listed.get(&key) else {
            if answered {
                let why = if id.is_empty() {
                    "没有编号，其余各格也被改过，认不出是哪条疑点"
                } else {
                    "编号不在这次下发的清单里，请在下发的原行上填写"
                };
                remarks.push(Remark::new(Grade::Refused, Column::Id, why));
            }
            return Judged::of(row, remarks, None, None, false, None);
        };
        if answered && text::fold(&listed.unit) != text::fold(&self.marked.unit) {
            let text = "这条疑点是下发给别的单位的，请由那个单位在自己的工作簿里填写";
            remarks.push(Remark::new(Grade::Refused, Column::Id, text));
            return Judged::of(row, remarks, None, None, false, Some(listed));
        }
        if row.shared {
            let text = "答复取自合并的单元格或“同上”，每一行都算";
            remarks.push(Remark::new(Grade::Note, Column::Answer, text));
        }
        let intact = self.is_intact(&row, &id, listed);
        if intact == Some(false) {
            self.changed_cells(&row, listed, &mut remarks);
        }
        let said = if answered {
            reader.answer(&row, &listed.rule, listed.severity, &listed.shown, &mut remarks)
        } else {
            None
        };
        let reply = said.as_ref().map(|said| self.reply(key.clone(), listed, intact, said));
        let reply = reply.map(|reply| {
            self.underneath(&reply, &mut remarks);
            let earlier = ledger.held(&reply.finding).to_vec();
            let relation = ledger.take(&reply, reader.today);
            relate(&reply, relation, &earlier, &mut remarks);
            (reply, relation)
        });
        let sides = reply.as_ref().map(|_| self.written(&row, &listed.shown, intact == Some(true))).unwrap_or_default();
        Judged { displaced, sides, ..Judged::of(row, remarks, said, reply, intact == Some(true), Some(listed)) }
    }

    /// Which finding a row speaks of. Its own content decides, not the number alone: a sort of one column puts numbers beside
    /// other households.
    fn whose(&self, row: &Row, id: &str) -> Whose {
        let fits = |id: &str| self.checksums.get(id).is_some_and(|sum| *sum == checksum(row, id));
        let numbered = self.base.listed.get(&self.base.key.digest(id));
        if numbered.is_some() && fits(id) {
            return Whose::Numbered;
        }
        let now = self.printed(row);
        let same = self.by_content.get(&content(&now)).map_or(&[][..], Vec::as_slice);
        let ids = || same.iter().filter_map(|l| l.id.as_deref());
        // All cells but the number are as they were handed out.
        if let Some(found) = ids().find(|other| *other != id && fits(other)) {
            return Whose::Other(found.to_string());
        }
        let Some(numbered) = numbered else { return Whose::Numbered };
        // One cell overtyped is an edit of the row; more that contradict the number make it another row.
        let (strange, values) = contradictions(&now, &numbered.shown);
        let same_row = |l: &&&Listed| contradictions(&now, &l.shown) == (0, 0);
        if strange <= MOST_EDITED && (strange == 0 && values == 0 || same.iter().filter(same_row).count() != 1) {
            return Whose::Numbered;
        }
        match same.iter().filter(same_row).collect::<Vec<_>>()[..] {
            [only] => only.id.clone().map_or(Whose::Nobody, Whose::Other),
            _ => Whose::Nobody,
        }
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
        let pairs: [(Column, &str, &str); 8] = [
            (Column::Severity, listed.severity.chinese(), &row.cells[Column::Severity].text),
            (Column::Status, listed.status.chinese(), &row.cells[Column::Status].text),
            (Column::Title, &kept.title, &now.title),
            (Column::FileNo, &kept.file_no, &now.file_no),
            (Column::Name, &kept.name, &now.name),
            (Column::IdNumber, &kept.id_number, &now.id_number),
            (Column::Conclusion, &kept.conclusion, &now.conclusion),
            (Column::Amount, &amount, &row.cells[Column::Amount].text),
        ];
        let named = pairs.into_iter().filter(|(_, kept, now)| text::fold(kept) != text::fold(now));
        let mut changed: Vec<Column> = named.map(|(column, ..)| column).collect();
        changed.extend((0..).zip(Column::SIDES).filter(|(side, _)| !says_same(&now, kept, *side)).map(|(_, c)| c));
        changed.sort_unstable();
        let before = remarks.len();
        // What is another unit's is printed masked, and kept in full.
        let masked = |text: &str| text.contains("**") || text.contains("另一单位");
        for column in changed {
            if !masked(&row.cells[column].text) {
                let said = format!("“{}”被改动，按下发时的内容处理", column.title());
                remarks.push(Remark::new(Grade::Changed, column, said));
            }
        }
        if remarks.len() == before {
            remarks.push(Remark::new(Grade::Changed, None, "系统格被改动，按下发时的内容处理"));
        }
    }

    /// The row's cells as the state would keep them.
    fn printed(&self, row: &Row) -> Shown {
        let text = |column: Column| row.cells[column].text.clone();
        Shown {
            title: text(Column::Title),
            file_no: text(Column::FileNo),
            name: text(Column::Name),
            id_number: text(Column::IdNumber),
            field_title: text(Column::Field),
            electronic: text(Column::Electronic),
            paper: text(Column::Paper),
            civil: text(Column::Civil),
            payment: text(Column::Payment),
            other: text(Column::Other),
            conclusion: text(Column::Conclusion),
            ..Shown::default()
        }
        .sealed(self.base.key)
    }

    /// The sides' values as written, which the workbook prints under their names. A row that was changed is not believed:
    /// then numbers stay masked.
    fn written(&self, row: &Row, kept: &Shown, is_intact: bool) -> [String; 5] {
        let own = kept.own.as_ref().map(|own| own.values.each_ref().map(String::as_str));
        let kept = own.unwrap_or_else(|| sides(kept));
        let borne = if is_intact { sealed::numbers(self.base.key, row.system()) } else { HashMap::new() };
        std::array::from_fn(|side| {
            let cell = &row.cells[Column::SIDES[side]].text;
            if is_intact && text::fold(&sealed::text(self.base.key, cell)) == text::fold(kept[side]) {
                cell.clone()
            } else {
                sealed::opened(kept[side], &borne)
            }
        })
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
        Self { row, fate, remarks, said, reply, intact, listed, displaced: false, sides: Default::default() }
    }
}

/// Which finding an answered row speaks of.
enum Whose {
    /// The one its number names.
    Numbered,
    /// Another one, by what all its other cells say.
    Other(String),
    /// Number and content contradict each other, and the content fits none.
    Nobody,
}

/// So many of the cells that name household, rule and field may be overtyped in a row that still belongs to its number.
const MOST_EDITED: usize = 1;

/// How many cells that name household, rule and field, and how many values, say something else than what was handed out.
/// Blank cells (a deleted column) and what is printed masked say nothing.
fn contradictions(now: &Shown, kept: &Shown) -> (usize, usize) {
    let differ = |now: &str, kept: &str| {
        let masked = now.contains('*') || now.contains("另一单位");
        !now.is_empty() && !masked && text::fold(now) != text::fold(kept)
    };
    let names = [
        (&now.title, &kept.title),
        (&now.file_no, &kept.file_no),
        (&now.name, &kept.name),
        (&now.id_number, &kept.id_number),
        (&now.field_title, &kept.field_title),
    ];
    let count = |pairs: &[(&String, &String)]| pairs.iter().filter(|(a, b)| differ(a, b)).count();
    let (written, printed) = (sides(kept), printed_sides(kept));
    let is_other = |(side, now): &(usize, &str)| differ(now, written[*side]) && differ(now, printed[*side]);
    let values = sides(now).into_iter().enumerate().filter(is_other).count();
    (count(&names), values)
}

/// Place of the number in what a checksum is taken of.
const ID_IN_SUM: usize = 0;

/// Of the row's system cells, under a given id.
fn checksum(row: &Row, id: &str) -> String {
    let mut cells = row.system();
    cells[ID_IN_SUM] = id;
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
            remarks.push(Remark::new(Grade::Conflict, Column::Answer, text));
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

/// The same as the unit's workbook prints them; a workbook of the former order, or a state of an older version, has them
/// as written.
fn printed_sides(shown: &Shown) -> [&str; 5] {
    shown.printed.as_ref().map_or_else(|| sides(shown), |printed| printed.each_ref().map(String::as_str))
}

/// A side of a row says what was handed out, as written or as printed.
fn says_same(now: &Shown, kept: &Shown, side: usize) -> bool {
    let now = text::fold(sides(now)[side]);
    [sides(kept), printed_sides(kept)].into_iter().any(|kept| text::fold(kept[side]) == now)
}

const _: () = assert!(matches!(Column::SYSTEM[ID_IN_SUM], Column::Id));
