//! One row's answer: is it one of the words, does it fit the finding, can its date and its value be read.

use chrono::{Datelike, NaiveDate};

use super::list::{Cell, Row};
use crate::domain::id_number::IdNumber;
use crate::domain::{date, text};
use crate::finding::Severity;
use crate::history::Word;
use crate::history::runs::Shown;
use crate::normalize::{Context, Value};
use crate::report::unit_workbook::columns::Column;
use crate::report::unit_workbook::findings::ANSWERS;
use crate::schema::Field;

/// How much a remark weighs; the heaviest decides what becomes of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Said, and nothing to do.
    Note,
    /// Accepted; something is lacking.
    Reminder,
    /// A system cell was changed; the answer counts all the same.
    Changed,
    /// Differs from another answer; both are kept.
    Conflict,
    /// Not accepted.
    Refused,
}

/// A remark on a row, in Chinese, without a number in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub grade: Grade,
    /// None for the whole row.
    pub column: Option<Column>,
    pub text: String,
}

impl Remark {
    pub fn new(grade: Grade, column: impl Into<Option<Column>>, text: impl Into<String>) -> Self {
        Self { grade, column: column.into(), text: text.into() }
    }
}

/// What was answered, read. Texts as written, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub word: Word,
    pub corrected: String,
    pub note: String,
    pub done_on: Option<NaiveDate>,
    pub checked_by: String,
}

/// What answers are read with.
#[derive(Debug)]
pub struct Reader<'a> {
    pub context: &'a Context<'a>,
    pub today: NaiveDate,
    /// As-of of the workbook, and the day by which it was due: between them lies the year of a date that names none.
    pub handed_out: NaiveDate,
    pub due: Option<NaiveDate>,
}

/// Findings about money, death or identity: whoever closes one without correcting it says why (4-rules, "Who is accused").
const REASON_WANTED: [&str; 20] = [
    "FF401", "FF402", "FF403", "FF406", "FF407", "FF408", "FF410", "FF411", "FF412", "FF413", "FF414", "FF415",
    "FF418", "JD201", "JD205", "JD207", "JD213", "ID109", "ID110", "BD804",
];

/// Characters that a reason has at least.
const SHORTEST_REASON: usize = 4;

impl Reader<'_> {
    /// Reads the answer of a row that has one; None where it cannot be accepted. What is wrong and what lacks is added to
    /// `remarks`.
    pub fn answer(
        &self,
        row: &Row,
        rule: &str,
        severity: Severity,
        shown: &Shown,
        remarks: &mut Vec<Remark>,
    ) -> Option<Said> {
        let written = |column: Column| text::clean(&row.cells[column].text).into_owned();
        let before = remarks.len();
        let word = self.word(&row.cells[Column::Answer], rule, shown, remarks)?;
        let done_on = self.done_on(&row.cells[Column::DoneOn], word, remarks);
        self.corrected(&row.cells[Column::Corrected], word, shown, remarks);
        if matches!(word, Word::Special | Word::SourceWrong) {
            if severity == Severity::High && REASON_WANTED.contains(&rule) && !is_reason(&written(Column::Note)) {
                let text = format!(
                    "这条疑点涉及资金、死亡或身份，选“{word}”必须在核实说明里写清原因和依据（至少{SHORTEST_REASON}个字，\
                     如“民政局证明系同名误登”）；没有采用，疑点仍待核实"
                );
                remarks.push(Remark::new(Grade::Refused, Column::Note, text));
            } else if written(Column::Note).is_empty() {
                remarks.push(Remark::new(Grade::Reminder, Column::Note, format!("“{word}”请写明原因和依据")));
            }
        }
        if written(Column::CheckedBy).is_empty() {
            remarks.push(Remark::new(Grade::Reminder, Column::CheckedBy, "没有填核查人"));
        }
        if remarks[before..].iter().any(|r| r.grade == Grade::Refused) {
            return None;
        }
        Some(Said {
            word,
            corrected: written(Column::Corrected),
            note: written(Column::Note),
            done_on,
            checked_by: written(Column::CheckedBy),
        })
    }

    fn word(&self, cell: &Cell, rule: &str, shown: &Shown, remarks: &mut Vec<Remark>) -> Option<Word> {
        if cell.is_blank() {
            remarks.push(Remark::new(Grade::Refused, Column::Answer, "填了更正后的值或核实说明，没有选核实结果"));
            return None;
        }
        let Some(word) = Word::parse(&cell.text) else {
            let words = ANSWERS.join("、");
            remarks.push(Remark::new(Grade::Refused, Column::Answer, format!("核实结果不在选项之内，只能选：{words}")));
            return None;
        };
        if word.verdict().is_some() && (rule != "ID109" || shown.persons.is_none()) {
            let text = format!("“{word}”只用于“疑似错号”，这条请选其他选项");
            remarks.push(Remark::new(Grade::Refused, Column::Answer, text));
            return None;
        }
        Some(word)
    }

    /// A day; of a month alone its last one, which is said.
    fn done_on(&self, cell: &Cell, word: Word, remarks: &mut Vec<Remark>) -> Option<NaiveDate> {
        fn refuse(remarks: &mut Vec<Remark>, text: String) -> Option<NaiveDate> {
            remarks.push(Remark::new(Grade::Refused, Column::DoneOn, text));
            None
        }
        let without_year = month_and_day(&cell.text);
        let partial = match without_year.map(|(month, day)| self.in_the_year_meant(month, day)) {
            Some(Some(date)) => {
                remarks.push(Remark::new(Grade::Note, Column::DoneOn, format!("完成日期没有写年份，按{date}记")));
                Some(date.into())
            }
            Some(None) => {
                return refuse(remarks, "完成日期没有写年份，也推不出是哪一年，请写成2019-8-25这样".to_string());
            }
            None => match date::parse(cell.written()) {
                Ok(Some(read)) => read.end().or(read.start()),
                Ok(None) => None,
                Err(why) => return refuse(remarks, format!("完成日期读不出（{why}），请写成2019-8-25这样")),
            },
        };
        let Some(partial) = partial else {
            if word == Word::ToCorrect {
                remarks.push(Remark::new(Grade::Reminder, Column::DoneOn, "没有填计划完成的日期"));
            }
            return None;
        };
        let (first, last) = (partial.first_day(), partial.last_day());
        if !(2000..=self.today.year() + 10).contains(&first.year()) {
            return refuse(remarks, "完成日期的年份不对".to_string());
        }
        if word == Word::Corrected && first > self.today {
            return refuse(remarks, "选了“已更正”，完成日期却在今天之后；还没更正的请选“疑点属实，待更正”".to_string());
        }
        if partial.exact().is_none() {
            remarks.push(Remark::new(Grade::Reminder, Column::DoneOn, "完成日期没有写到日，按当月最后一天记"));
        }
        Some(if word == Word::Corrected { last.min(self.today) } else { last })
    }

    /// The day of a month in the only year in which it lies between hand-out and due date; without a due date, or after it,
    /// in the year after hand-out.
    fn in_the_year_meant(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let from = self.handed_out;
        let later = date::add_days(date::add_months(from, 12), -1);
        [self.due.filter(|due| *due >= from), Some(later)].into_iter().flatten().find_map(|to| {
            let mut years = (from.year()..=to.year()).filter_map(|y| NaiveDate::from_ymd_opt(y, month, day));
            let mut meant = years.by_ref().filter(|d| (from..=to).contains(d));
            let first = meant.next()?;
            meant.next().is_none().then_some(first)
        })
    }

    /// The corrected value must be readable as the field it is for; other answers need none.
    fn corrected(&self, cell: &Cell, word: Word, shown: &Shown, remarks: &mut Vec<Remark>) {
        let Some(field) = self.field(shown).filter(|_| word.confirms()) else { return };
        if cell.is_blank() {
            if word != Word::SamePerson {
                let text = format!("没有填更正后的值（{}）", field.title);
                remarks.push(Remark::new(Grade::Reminder, Column::Corrected, text));
            }
            return;
        }
        if is_no_value(&cell.text) {
            let text = format!("更正后的值要写“{}”本身，不能写“{}”", field.title, text::clean(&cell.text));
            remarks.push(Remark::new(Grade::Refused, Column::Corrected, text));
            return;
        }
        if let Some(why) = self.unreadable(field, cell) {
            remarks.push(Remark::new(
                Grade::Refused,
                Column::Corrected,
                format!("更正后的值作为“{}”不对：{why}", field.title),
            ));
        }
    }

    /// The one field a finding is about, as the sources it rests on know it.
    pub fn field(&self, shown: &Shown) -> Option<&Field> {
        let schemas = self.context.schemas;
        let first = shown.kinds.iter().map(String::as_str).chain(["efile", "paper", "emember", "aid", "payment"]);
        let known = first.filter_map(|kind| schemas.get(kind)).chain(schemas.all());
        known.filter_map(|schema| schema.fields.iter().find(|f| f.id == shown.field)).next()
    }

    /// The meaning of a value of a field, the same however it is written.
    pub fn meaning(&self, field: &Field, cell: &Cell) -> String {
        let mut out = String::new();
        self.context.read(field, cell.written(), None).write_canon(&mut out);
        out
    }

    fn unreadable(&self, field: &Field, cell: &Cell) -> Option<String> {
        match self.context.read(field, cell.written(), None) {
            Value::Bad(why) => Some(why.into()),
            Value::Id(id) => number_fault(&id),
            Value::Ids(ids) => ids.iter().flatten().find_map(number_fault),
            Value::Code(code) if code.is_closed() && code.word().is_none() => {
                let words: Vec<&str> =
                    field.codes.as_deref().and_then(|id| self.context.codes(id)).map(|c| c.words().collect())?;
                Some(format!("不是规定的选项（{}）", words.join("、")))
            }
            _ => None,
        }
    }
}

/// `8月30日`, `8.30`, `8-30`, `8/30`: a day without its year.
fn month_and_day(written: &str) -> Option<(u32, u32)> {
    let folded = text::fold(written);
    let bare = folded.strip_suffix(['日', '号']).unwrap_or(&folded);
    let (month, day) = bare.split_once(['月', '.', '-', '/'])?;
    let number = |part: &str| (1..=2).contains(&part.len()).then(|| part.parse::<u32>().ok()).flatten();
    let (month, day) = (number(month.trim())?, number(day.trim())?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month, day))
}

/// Says something: more than strokes, digits and the phrases that say only that somebody looked.
fn is_reason(note: &str) -> bool {
    const PHRASES: [&str; 12] = [
        "核实过",
        "已核实",
        "经核实",
        "无",
        "同上",
        "情况属实",
        "情况特殊",
        "不需更正",
        "无需更正",
        "数据源有误",
        "数据有误",
        "已核对",
    ];
    let mut words: String = text::fold(note).chars().filter(|c| c.is_alphabetic()).collect();
    for phrase in PHRASES {
        words = words.replace(phrase, "");
    }
    let all = text::fold(note).chars().filter(|c| c.is_alphabetic()).count();
    all >= SHORTEST_REASON && !words.is_empty() && words.chars().any(|c| !"了的过已经".contains(c))
}

/// What is written where a value should stand, and is none: it points elsewhere, or says only that something was done.
fn is_no_value(written: &str) -> bool {
    const WHOLE: [&str; 18] = [
        "属实",
        "不属实",
        "无误",
        "正确",
        "不变",
        "一致",
        "见说明",
        "见附件",
        "见备注",
        "详见说明",
        "如上",
        "如实",
        "待定",
        "待核实",
        "同意",
        "改",
        "是",
        "否",
    ];
    const DONE: [&str; 9] = ["追回", "退回", "更正", "修改", "改正", "补发", "核实", "注销", "删除"];
    const SIDES: [&str; 7] = ["纸质", "电子", "民政", "系统", "档案", "身份证", "户口"];
    let folded = text::fold(written);
    let bare: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let points = ["同", "按", "以", "依", "见", "与", "参照", "按照"]
        .iter()
        .any(|w| bare.strip_prefix(w).is_some_and(|rest| SIDES.iter().any(|side| rest.starts_with(side))));
    let done = bare.strip_prefix('已').is_some_and(|rest| DONE.iter().any(|w| rest.starts_with(w)) || rest == "改");
    WHOLE.contains(&bare.as_str()) || points || done
}

fn number_fault(id: &IdNumber) -> Option<String> {
    match id {
        IdNumber::Valid(_) | IdNumber::Document(_) => None,
        IdNumber::Invalid { fault, .. } => Some(fault.to_string()),
        IdNumber::Damaged { .. } => Some("末几位数字已丢失，请先把单元格设为文本再填".into()),
        IdNumber::Masked(_) => Some("号码有遮盖，请填完整号码".into()),
        IdNumber::Several(_) => Some("填了不止一个号码".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::CellKind;
    use crate::report::unit_workbook::columns::ByColumn;
    use crate::schema::Schemas;

    fn row(answers: [&str; 5]) -> Row {
        let mut cells = ByColumn::default();
        for (column, text) in Column::ANSWERS.into_iter().zip(answers) {
            cells[column] = Cell { text: text.into(), kind: CellKind::Text };
        }
        Row { sheet: 0, number: 2, cells, extras: Vec::new(), shared: false }
    }

    fn shown(field: &str) -> Shown {
        let persons = (field == "id_number").then(|| ["a".to_string(), "b".to_string()]);
        Shown { field: field.into(), kinds: vec!["efile".into()], persons, ..Shown::default() }
    }

    fn read(rule: &str, field: &str, answers: [&str; 5]) -> (Option<Said>, Vec<(Grade, Option<Column>)>) {
        let schemas = Schemas::load(None).expect("the schemas load");
        let today = NaiveDate::from_ymd_opt(2019, 8, 22).expect("a date");
        let context = Context::new(&schemas, today);
        let mut remarks = Vec::new();
        let handed_out = NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
        let reader = Reader { context: &context, today, handed_out, due: NaiveDate::from_ymd_opt(2019, 8, 25) };
        let said = reader.answer(&row(answers), rule, Severity::High, &shown(field), &mut remarks);
        assert!(remarks.iter().all(|r| !r.text.contains("510105198001019972")), "{remarks:?}");
        (said, remarks.into_iter().map(|r| (r.grade, r.column)).collect())
    }

    #[test]
    fn good_answers_are_read() {
        let (said, remarks) = read("YZ301", "phone", ["疑点属实,已更正", "138 0000 0000", "", "2019.8.21", "张三"]);
        assert_eq!(remarks, []);
        let said = said.expect("it is accepted");
        assert_eq!((said.word, said.done_on), (Word::Corrected, NaiveDate::from_ymd_opt(2019, 8, 21)));
        let (said, remarks) = read("ID109", "id_number", ["不是同一人", "", "", "", "张三"]);
        assert!(said.is_some() && remarks.is_empty());
        let (said, _) = read("YZ301", "phone", ["疑点属实，待更正", "13800000000", "", "2019年9月", "张三"]);
        assert_eq!(said.expect("it is accepted").done_on, NaiveDate::from_ymd_opt(2019, 9, 30));
    }

    #[test]
    fn a_date_without_year_lies_between_hand_out_and_due_date() {
        for (written, day) in [
            ("8月22日", "2019-08-22"),
            ("8月21号", "2019-08-21"),
            ("8.22", "2019-08-22"),
            ("8-21", "2019-08-21"),
            ("8/22", "2019-08-22"),
        ] {
            let (said, remarks) = read("YZ301", "phone", ["疑点属实，已更正", "13800000000", "", written, "张三"]);
            assert_eq!(
                said.and_then(|s| s.done_on).map(|d| d.to_string()).as_deref(),
                Some(day),
                "{written}: {remarks:?}"
            );
        }
        // A plan may lie after the due date: then it is the next such day.
        let (said, _) = read("YZ301", "phone", ["疑点属实，待更正", "13800000000", "", "1月10日", "张三"]);
        assert_eq!(said.and_then(|s| s.done_on).map(|d| d.to_string()).as_deref(), Some("2020-01-10"));
        let (said, _) = read("YZ301", "phone", ["疑点属实，待更正", "13800000000", "", "2月30日", "张三"]);
        assert!(said.is_none(), "there is no such day");
    }

    #[test]
    fn severe_findings_are_not_closed_without_a_reason() {
        for (note, taken) in [
            ("", false),
            ("无", false),
            ("同上", false),
            ("已核实", false),
            ("已核实过了", false),
            ("————", false),
            ("2019-08-22", false),
            ("经核实情况属实", false),
            ("ok", false),
            ("民政局证明系同名误登", true),
            ("本人到场核实", true),
        ] {
            for word in ["情况特殊，不需更正", "疑点不属实，数据源有误"] {
                let (said, _) = read("FF413", "paid_on", [word, "", note, "", "张三"]);
                assert_eq!(said.is_some(), taken, "{word}：{note}");
            }
        }
        let (said, _) = read("BF601", "helper", ["情况特殊，不需更正", "", "", "", "张三"]);
        assert!(said.is_some(), "what is neither money, death nor identity is only reminded");
    }

    #[test]
    fn what_lacks_is_reminded_of() {
        let of = |answers| {
            let (said, remarks) = read("YZ301", "phone", answers);
            assert!(said.is_some());
            remarks
        };
        let reminder = |column| (Grade::Reminder, Some(column));
        assert_eq!(of(["情况特殊，不需更正", "", "", "", "张三"]), [reminder(Column::Note)]);
        assert_eq!(
            of(["疑点属实，已更正", "", "改了", "", ""]),
            [reminder(Column::Corrected), reminder(Column::CheckedBy)]
        );
        assert_eq!(of(["疑点属实，待更正", "13800000000", "", "", "张三"]), [reminder(Column::DoneOn)]);
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_place() {
        for (rule, field, answers, column) in [
            ("YZ301", "phone", ["属实", "", "", "", "张三"], Column::Answer),
            ("YZ301", "phone", ["", "13800000000", "", "", "张三"], Column::Answer),
            ("YZ301", "phone", ["", "", "已经改了", "", "张三"], Column::Answer),
            ("YZ301", "phone", ["是同一人", "", "", "", "张三"], Column::Answer),
            ("ID101", "id_number", ["是同一人", "", "", "", "张三"], Column::Answer),
            ("YZ301", "phone", ["疑点属实，已更正", "打不通", "", "", "张三"], Column::Corrected),
            ("ID101", "id_number", ["疑点属实，已更正", "510105198001019972", "", "", "张三"], Column::Corrected),
            ("YZ301", "sex", ["疑点属实，已更正", "男性朋友", "", "", "张三"], Column::Corrected),
            ("YZ301", "address", ["疑点属实，已更正", "同纸质", "", "", "张三"], Column::Corrected),
            ("YZ301", "address", ["疑点属实，待更正", "以纸质档案为准", "", "", "张三"], Column::Corrected),
            ("YZ301", "address", ["疑点属实，已更正", "已追回。", "", "", "张三"], Column::Corrected),
            ("BF601", "helper", ["疑点属实，已更正", "见说明", "", "", "张三"], Column::Corrected),
            ("YZ301", "phone", ["需入户核实", "", "", "下周三", "张三"], Column::DoneOn),
            ("YZ301", "phone", ["疑点属实，已更正", "13800000000", "", "2019-09-01", "张三"], Column::DoneOn),
        ] {
            let (said, remarks) = read(rule, field, answers);
            assert!(said.is_none() && remarks.contains(&(Grade::Refused, Some(column))), "{answers:?}: {remarks:?}");
        }
    }
}
