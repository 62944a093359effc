//! Differences between paper, electronic files and civil affairs: YZ301–YZ305.

use super::cage::{Cage, Home};
use super::standing::stranger;
use super::{Bird, Planted};
use crate::normalize::{RecordId, Value};

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "YZ301", plant: phone },
    Bird { code: "YZ302", plant: member_without_paper },
    Bird { code: "YZ303", plant: stopped },
    Bird { code: "YZ304", plant: not_listed },
    Bird { code: "YZ305", plant: income },
];

fn phone(cage: &mut Cage<'_>) -> Planted {
    let both = |cage: &Cage<'_>, home: Home| {
        cage.paper(home).filter(|&paper| cage.said(home.efile, "phone") && cage.said(paper, "phone"))
    };
    let home = cage.take(|cage, home| both(cage, home).is_some()).ok_or("没有两边都写了电话的无疑点在档户")?;
    let paper = both(cage, home).ok_or("没有电话")?;
    cage.set(paper, "phone", "19999999999");
    Ok(())
}

fn member_without_paper(cage: &mut Cage<'_>) -> Planted {
    let rows = |cage: &Cage<'_>, home: Home| cage.rows("paper_member", home.file);
    let home =
        cage.take(|cage, home| rows(cage, home).len() > 1).ok_or("没有纸质档案列了两名以上成员的无疑点在档户")?;
    let row = *rows(cage, home).last().ok_or("没有成员")?;
    cage.remove(row);
    Ok(())
}

/// Rows of civil affairs about people of a household that draws dibao by its own category.
fn drawing(cage: &Cage<'_>, home: Home) -> Vec<RecordId> {
    let category = match cage.value(home.efile, "category") {
        Value::Code(word) => word.word().unwrap_or_default(),
        _ => "",
    };
    if category == "低保户" { cage.rows("civil", home.file) } else { Vec::new() }
}

const NOBODY_DRAWS: &str = "没有与民政名单对上的无疑点低保户";

fn stopped(cage: &mut Cage<'_>) -> Planted {
    let complete =
        |cage: &Cage<'_>, home: Home| cage.facts.coverage.complete("civil", cage.facts.book.file(home.file).unit);
    let home = cage.take(|cage, home| complete(cage, home) && !drawing(cage, home).is_empty()).ok_or(NOBODY_DRAWS)?;
    for row in drawing(cage, home) {
        cage.set(row, "state", "停保");
    }
    cage.beside(&["JD214", "TK509", "YZ304"]);
    Ok(())
}

/// Somebody more in civil affairs' household than in the file.
fn not_listed(cage: &mut Cage<'_>) -> Planted {
    let of_head = |cage: &Cage<'_>, home: Home| {
        let own = |r: &RecordId| matches!(cage.value(*r, "id_number"), Value::Id(id) if id.valid() == Some(home.head));
        drawing(cage, home).into_iter().find(own)
    };
    let home = cage.take(|cage, home| of_head(cage, home).is_some()).ok_or(NOBODY_DRAWS)?;
    let row = of_head(cage, home).ok_or(NOBODY_DRAWS)?;
    let id = stranger(3);
    cage.copy(row, &[("name", "自检亲属"), ("id_number", id.as_str()), ("relation", "其他亲属")]);
    cage.concerns([id]);
    Ok(())
}

fn income(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let rows = drawing(cage, home);
        cage.said(home.efile, "income_per_capita")
            && !rows.is_empty()
            && rows.iter().all(|r| matches!(cage.value(*r, "income_per_capita"), Value::Money(_)))
    };
    let home = cage.take(fits).ok_or("没有写了人均收入、与民政名单对上的无疑点低保户")?;
    for row in drawing(cage, home) {
        cage.set(row, "income_per_capita", "98765");
    }
    Ok(())
}
