//! Mistakes in numbers, names, words and totals: ID101–ID113.

use super::cage::{Cage, Home};
use super::edits::Edit;
use super::{Bird, Planted};
use crate::normalize::{RecordId, Value};

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "ID101", plant: invalid },
    Bird { code: "ID102", plant: damaged },
    Bird { code: "ID103", plant: sex },
    Bird { code: "ID104", plant: birth_date },
    Bird { code: "ID105", plant: missing },
    Bird { code: "ID106", plant: unknown_word },
    Bird { code: "ID107", plant: unreadable },
    Bird { code: "ID108", plant: old_number },
    Bird { code: "ID109", plant: mistyped },
    Bird { code: "ID110", plant: two_names },
    Bird { code: "ID111", plant: household_size },
    Bird { code: "ID112", plant: per_capita },
    Bird { code: "ID113", plant: total },
];

/// Of nobody: a month 13 is no mistyped number of anyone born in 1900.
const INVALID: &str = "110101190013010010";

fn invalid(cage: &mut Cage<'_>) -> Planted {
    cage.concerns([INVALID.to_string()]);
    let row = [("name", "自检".to_string()), ("id_number", INVALID.to_string())];
    cage.row("death", &row).or_else(|_| cage.row("roster", &row)).map_err(|_| "没有死亡名单和会员名册")
}

/// A home with a paper row under the file's own number and with its own valid number.
fn with_paper(cage: &mut Cage<'_>, fits: impl Fn(&Cage<'_>, Home, RecordId) -> bool) -> Option<(Home, RecordId)> {
    let own_paper = |cage: &Cage<'_>, home: Home| {
        let paper = cage.paper(home)?;
        let same = cage.value(paper, "file_no") == cage.value(home.efile, "file_no");
        let valid = matches!(cage.value(paper, "id_number"), Value::Id(id) if id.valid() == Some(home.head));
        (same && valid && cage.said(paper, "name")).then_some(paper)
    };
    let home = cage.take(|cage, home| own_paper(cage, home).is_some_and(|paper| fits(cage, home, paper)))?;
    Some((home, own_paper(cage, home)?))
}

const NO_PAPER: &str = "没有无疑点、纸质档案按档案号对上的在档户";

fn damaged(cage: &mut Cage<'_>) -> Planted {
    let (home, paper) = with_paper(cage, |_, _, _| true).ok_or(NO_PAPER)?;
    let number = home.head.full();
    cage.set(paper, "id_number", format!("{}.{}E+17", &number[..1], &number[1..6]));
    Ok(())
}

fn old_number(cage: &mut Cage<'_>) -> Planted {
    let born_before_2000 = |home: Home| home.head.full().get(6..8) == Some("19");
    let (home, paper) = with_paper(cage, |_, home, _| born_before_2000(home)).ok_or(NO_PAPER)?;
    let number = home.head.full();
    cage.set(paper, "id_number", format!("{}{}", &number[..6], &number[8..17]));
    Ok(())
}

fn sex(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| !cage.word(home.efile, "sex").is_empty();
    let home = cage.take(fits).ok_or("没有写了性别的无疑点在档户")?;
    let wrong = if cage.word(home.efile, "sex") == "男" { "女" } else { "男" };
    cage.set_both(home, "sex", wrong);
    Ok(())
}

fn birth_date(cage: &mut Cage<'_>) -> Planted {
    let born = |cage: &Cage<'_>, home: Home| match cage.value(home.efile, "birth_date") {
        Value::Date(date) => date.first_day().succ_opt(),
        _ => None,
    };
    let home = cage.take(|cage, home| born(cage, home).is_some()).ok_or("没有写了出生日期的无疑点在档户")?;
    let wrong = born(cage, home).ok_or("没有出生日期")?;
    cage.set(home.efile, "birth_date", wrong.to_string());
    Ok(())
}

/// Changes one cell of the electronic file of a home that fills it.
fn cell(cage: &mut Cage<'_>, field: &'static str, text: &str) -> Planted {
    let home = cage.take(|cage, home| cage.said(home.efile, field)).ok_or("没有填了这一项的无疑点在档户")?;
    cage.set(home.efile, field, text);
    Ok(())
}

fn missing(cage: &mut Cage<'_>) -> Planted {
    cell(cage, "phone", "")
}

fn unknown_word(cage: &mut Cage<'_>) -> Planted {
    cell(cage, "marital", "自检用词")
}

fn unreadable(cage: &mut Cage<'_>) -> Planted {
    cage.beside(&["JD212"]);
    cell(cage, "updated_on", "自检乱码")
}

/// Rows of a kind with the head's own number.
fn of_head(cage: &Cage<'_>, kind: &str, home: Home) -> Vec<RecordId> {
    let own = |r: &RecordId| matches!(cage.value(*r, "id_number"), Value::Id(id) if id.valid() == Some(home.head));
    cage.rows(kind, home.file).into_iter().filter(own).collect()
}

fn mistyped(cage: &mut Cage<'_>) -> Planted {
    let swapped = |home: Home| {
        let mut digits: Vec<char> = home.head.full().chars().collect();
        let at = (8..15).find(|&i| digits[i] != digits[i + 1])?;
        digits.swap(at, at + 1);
        Some(digits.into_iter().collect::<String>())
    };
    let fits = |cage: &Cage<'_>, home: Home| of_head(cage, "payment", home).len() == 1 && swapped(home).is_some();
    let home = cage.take(fits).ok_or("没有只发放过一笔的无疑点在档户")?;
    let wrong = swapped(home).ok_or("证号不能写错")?;
    for payment in of_head(cage, "payment", home) {
        cage.set(payment, "id_number", wrong.clone());
    }
    cage.concerns([wrong]);
    Ok(())
}

fn two_names(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| !of_head(cage, "aid", home).is_empty()).ok_or("没有帮扶过户主的无疑点在档户")?;
    for aid in of_head(cage, "aid", home) {
        cage.set(aid, "name", "自检某");
    }
    Ok(())
}

fn household_size(cage: &mut Cage<'_>) -> Planted {
    let size = |cage: &Cage<'_>, home: Home| match cage.value(home.efile, "household_size") {
        Value::Int(n) if cage.facts.book.file(home.file).lists_members => Some(n + 1),
        _ => None,
    };
    let home = cage.take(|cage, home| size(cage, home).is_some()).ok_or("没有列了成员和人口的无疑点在档户")?;
    let wrong = size(cage, home).ok_or("没有家庭人口")?;
    cage.beside(&["JD209", "JD214"]);
    cage.set(home.efile, "household_size", wrong.to_string());
    Ok(())
}

fn per_capita(cage: &mut Cage<'_>) -> Planted {
    let figure = |cage: &Cage<'_>, home: Home| match cage.value(home.efile, "income_per_capita") {
        Value::Money(fen) if cage.said(home.efile, "income_annual") && cage.said(home.efile, "household_size") => {
            Some(fen / 100 + 9)
        }
        _ => None,
    };
    let home = cage.take(|cage, home| figure(cage, home).is_some()).ok_or("没有写全收入和人口的无疑点在档户")?;
    let wrong = figure(cage, home).ok_or("没有人均收入")?;
    cage.beside(&["JD209", "JD214", "YZ305", "TK509"]);
    cage.set(home.efile, "income_per_capita", wrong.to_string());
    Ok(())
}

fn total(cage: &mut Cage<'_>) -> Planted {
    let totals = &cage.facts.book.tables.totals;
    let right = totals.iter().position(|t| t.said == t.sum && !t.unreadable);
    let index = right.ok_or("来源里没有合计行")?;
    cage.edit(Edit::Total { index, more: 100 });
    Ok(())
}
