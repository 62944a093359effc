use super::super::prelude::*;
use crate::finding::{Evidence, Side};

rule! {
    /// 合计行不平
    ///
    /// ## 查什么
    /// 表中的小计、合计、总计是否等于上面各行之和：小计结上一个小计（或表头）以来的行，合计、总计结整张表；每个金额列，以及写了户（人）数的。
    ///
    /// ## 为什么
    /// 不平说明有行被漏掉、删掉或改过数。
    ///
    /// ## 怎么核实
    /// 请报表单位重新汇总，找出缺的行或错的数。
    pub static RULE = {
        code: "ID113",
        title: "合计行不平",
        severity: Medium,
        class: Quality,
        norm: Funds,
        subject: "每个合计行的每个金额列和户（人）数",
        clause: "funds.accounts",
        general_basis: "会计核算的基本要求：合计数与明细数相符",
        sources: &[],
        absence: ["payment", "aid", "medical"],
        params: &[],
        advice: "请报表单位核对明细与合计，重新报送。",
        cases: [
            Finding "+payment name=合计,amount=999.00",
            Compliant "+payment name=合计,amount=600.00",
            Undetermined "payment.amount=另行核定；+payment name=合计,amount=600.00",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for total in &book.tables.totals {
        let table = &book.tables.tables[total.table.0 as usize];
        let schema = &book.tables.schemas.all()[table.kind];
        let said_unit = table.unit.as_deref().and_then(|u| book.units.find(u));
        let unit = said_unit
            .or_else(|| table.places.iter().find_map(|p| book.units.find(p)))
            .unwrap_or(crate::link::Units::NONE);
        let sheet = &facts.inputs.sheet(total.place.sheet).name;
        let key = [book.units.name(unit), sheet, &schema.kind, total.label, &total.column].join("\u{1f}");
        let about = About::key(unit, &key);
        if total.unreadable {
            judge.undetermined(about, Reason::Contradictory);
            continue;
        }
        if total.said == total.sum {
            judge.compliant(about);
            continue;
        }
        let show = |n: i64| if total.money { yuan(n) } else { format!("{n}") };
        let mut draft = Draft::of_unit(unit)
            .reference(format!("{}+{}+{}", schema.kind, total.label, total.column))
            .message(format!(
                "{}的“{}”列{}写{}，上面各行合计{}，相差{}",
                schema.title,
                total.title,
                total.label,
                show(total.said),
                show(total.sum),
                show(total.said - total.sum)
            ));
        if let Some(i) = schema.index(&total.column) {
            draft.field = total.column.clone();
            draft.field_title = schema.fields[i].title.clone();
        }
        draft.amount = total.money.then(|| (total.said - total.sum).abs());
        // Two sheets of one kind may each have an unbalanced total: unit and sheet name tell them apart; a file's name must
        // not, for files are renamed.
        let sheet = facts.inputs.sheet(total.place.sheet);
        draft.row_key = format!("{}\u{1f}{}", book.units.name(unit), sheet.name);
        draft.evidence.push(Evidence {
            rests_on: None,
            record: None,
            side: Side::parse(&schema.side).unwrap_or(Side::Other),
            place: total.place,
            title: total.title.to_string(),
            shown: sheet.text_at(total.place.row, total.place.col).trim().to_string(),
            meaning: format!("{} {}", total.said, total.sum),
            context: false,
        });
        // A row that was not read is missing from the sum.
        let own: Vec<&'static str> = RULE.absence.iter().copied().filter(|kind| *kind == schema.kind).collect();
        judge.finding_without(about, draft, &own);
    }
}
