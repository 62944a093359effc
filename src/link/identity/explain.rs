//! Why a row was taken for somebody, or for nobody: for a reader who asks.

use super::super::Casebook;
use super::super::suspected::chinese::CHINESE;
use super::super::suspected::{Shared, Stance, nearest};
use super::known::KnownPersons;
use super::row::person_of_row;
use super::{Answers, Told, number_of};
use crate::normalize::RecordId;

/// How many of the nearest are shown.
const SHOWN: usize = 3;

impl Casebook<'_> {
    /// Lines on how a row's person was found where its number does not say it: the rule and what spoke for and against; of a
    /// row that was taken for nobody, the nearest persons and why they failed. Empty where the number itself says it.
    pub fn how_identified(&self, record: RecordId) -> Vec<String> {
        if let Some(suspect) = self.who.suspect(record) {
            let how = match suspect.told {
                Told::Suspected => "疑似错号",
                Told::Damaged => "疑似精度丢失",
                Told::Verified => "已核实",
                Told::Masked => "遮盖号码吻合",
                Told::NoNumber => "没有身份证号",
            };
            let share = f64::from(suspect.confidence) / 10.0;
            let whom = if suspect.taken_for.is_empty() { "档案中的同名人" } else { &suspect.taken_for };
            let mut out = vec![format!("{how}：按“{}”认作{whom}（此规则的可靠程度{share:.1}%）", suspect.rule)];
            out.extend(suspect.evidence.iter().map(|e| format!("{}：{}", e.stance.as_str(), e.text)));
            return out;
        }
        let Some((field, number)) = number_of(&self.tables, record) else { return Vec::new() };
        if self.person_of(record, field).is_some_and(|id| !self.files_of(id).is_empty())
            || self.who.home(record).is_some()
        {
            return Vec::new();
        }
        let mut out = match self.who.undecided.get(&record) {
            Some(tie) => {
                vec![format!("有{}人同样相近（按“{}”），不能确定是谁，没有认定", tie.candidates.len(), tie.rule)]
            }
            None if number.valid().is_some() => {
                vec!["号码有效，但不在任何电子档案中，也没有规则认得出是谁".to_string()]
            }
            None => vec!["号码不能作准，也没有规则认得出是谁".to_string()],
        };
        let answers = Answers::none();
        let known = KnownPersons::new(&self.files, true);
        let persons = known.persons(&self.tables, &self.files, &answers);
        let unit = self.said_unit_of_row(record);
        let own = [person_of_row(&self.tables, record, self.file_of_row(record), unit, &answers)];
        let shared = Shared::of(&[&own, &persons]);
        for near in nearest(&own[0], &persons, &CHINESE, &shared, SHOWN) {
            let who = &known.list[near.right as usize];
            let name = super::super::files::name_of(&self.tables, who.record, "name").map_or("", |n| n.shown());
            let said = |stance: Stance| {
                let texts = near.evidence.iter().filter(|e| e.stance == stance).map(|e| e.text.as_str());
                texts.collect::<Vec<_>>().join("、")
            };
            out.push(format!(
                "最近的人：{name}（档案{}）；支持：{}；反对：{}；{}",
                self.file(who.file).file_no,
                said(Stance::For),
                said(Stance::Against),
                near.reason
            ));
        }
        out
    }
}
