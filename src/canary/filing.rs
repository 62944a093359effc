//! Mistakes of filing: JD201–JD206, JD213.

use super::cage::{Cage, Home};
use super::{Bird, Planted};
use crate::link::FileId;
use crate::normalize::{RecordId, Value};

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "JD201", plant: person_twice },
    Bird { code: "JD202", plant: household_twice },
    Bird { code: "JD203", plant: member_twice },
    Bird { code: "JD204", plant: no_paper },
    Bird { code: "JD205", plant: no_electronic },
    Bird { code: "JD206", plant: material },
    Bird { code: "JD213", plant: number_twice },
];

/// A copied file has neither members, aid, visits nor incomes of its own.
const OF_A_COPY: [&str; 16] = [
    "ID105", "ID111", "ID112", "JD202", "JD203", "JD204", "JD206", "YZ301", "YZ302", "YZ303", "YZ304", "YZ305",
    "BF602", "BF603", "BF604", "BF605",
];

fn person_twice(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|_, _| true).ok_or("没有无疑点的在档户")?;
    let number = "自检JD201";
    cage.copy(home.efile, &[("file_no", number)]);
    cage.concerns([number.to_string()]);
    cage.beside(&OF_A_COPY);
    Ok(())
}

/// A member with a valid number, and the row that names him.
fn member(cage: &Cage<'_>, home: Home) -> Option<(RecordId, String)> {
    let members = &cage.facts.book.file(home.file).members;
    members.iter().find_map(|m| Some((m.record, m.id?.full())))
}

fn household_twice(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| member(cage, home).is_some()).ok_or("没有列了成员的无疑点在档户")?;
    let (row, id) = member(cage, home).ok_or("没有成员")?;
    let name = match cage.value(row, "name") {
        Value::Name(name) => name.shown().to_string(),
        _ => return Err("成员没有姓名"),
    };
    let number = "自检JD202";
    let changes = [
        ("file_no", number),
        ("name", name.as_str()),
        ("id_number", id.as_str()),
        ("sex", ""),
        ("birth_date", ""),
        ("account", ""),
        ("phone", ""),
    ];
    cage.copy(home.efile, &changes);
    cage.concerns([number.to_string()]);
    cage.beside(&OF_A_COPY);
    Ok(())
}

fn member_twice(cage: &mut Cage<'_>) -> Planted {
    let listed = |cage: &Cage<'_>, home: Home| {
        member(cage, home).filter(|(row, _)| cage.has(*row, "file_no") || cage.has(*row, "head_id_number"))
    };
    let home = cage.take(|cage, home| listed(cage, home).is_some()).ok_or("没有列了成员的无疑点在档户")?;
    let (row, _) = listed(cage, home).ok_or("没有成员")?;
    let other = cage.take(|_, _| true).ok_or("没有另一户无疑点的在档户")?;
    let number = cage.facts.book.file(other.file).file_no.clone();
    let head = other.head.full();
    cage.copy(row, &[("file_no", number.as_str()), ("head_id_number", head.as_str())]);
    cage.beside(&["ID111", "ID112", "YZ301", "YZ302", "YZ304", "YZ305"]);
    Ok(())
}

/// Another file of the unit has paper too.
fn unit_has_more_paper(cage: &Cage<'_>, file: FileId) -> bool {
    let book = cage.facts.book;
    let unit = book.file(file).unit;
    cage.facts.coverage.complete("paper", unit)
        && book.papers.iter().any(|p| p.unit == unit && p.file.is_some_and(|(f, _)| f != file))
}

fn no_paper(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| cage.paper(home).is_some() && unit_has_more_paper(cage, home.file);
    let home = cage.take(fits).ok_or("没有纸质档案齐全的单位里的无疑点在档户")?;
    for kind in ["paper", "paper_member"] {
        cage.rows(kind, home.file).into_iter().for_each(|row| cage.remove(row));
    }
    cage.beside(&["BF602"]);
    Ok(())
}

fn no_electronic(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let unit = cage.facts.book.file(home.file).unit;
        // Money paid to the household would be told as well.
        cage.paper(home).is_some()
            && cage.facts.coverage.complete("efile", unit)
            && ["aid", "payment", "roster", "exit"].iter().all(|kind| cage.rows(kind, home.file).is_empty())
    };
    let any = |cage: &Cage<'_>, home: Home| {
        cage.paper(home).is_some() && cage.facts.coverage.complete("efile", cage.facts.book.file(home.file).unit)
    };
    let home = cage.take(fits).or_else(|| cage.take(any)).ok_or("没有有纸质档案的无疑点在档户")?;
    for kind in ["efile", "emember"] {
        cage.rows(kind, home.file).into_iter().for_each(|row| cage.remove(row));
    }
    cage.beside(&["FF401", "FF402", "FF407", "JD211", "TK504"]);
    Ok(())
}

fn material(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        cage.paper(home).is_some_and(|paper| matches!(cage.value(paper, "m03"), Value::Bool(true)))
    };
    let home = cage.take(fits).ok_or("纸质档案登记里没有材料的列")?;
    let paper = cage.paper(home).ok_or("没有纸质档案")?;
    cage.set(paper, "m03", "无");
    Ok(())
}

/// Two files under one number, in every source.
fn number_twice(cage: &mut Cage<'_>) -> Planted {
    let alone = |cage: &Cage<'_>, home: Home| cage.facts.book.file(home.file).members.is_empty();
    let first = cage.take(alone).ok_or("没有单人的无疑点在档户")?;
    let unit = cage.facts.book.file(first.file).unit;
    let same_unit = |cage: &Cage<'_>, home: Home| cage.facts.book.file(home.file).unit == unit && alone(cage, home);
    let second = cage.take(same_unit).or_else(|| cage.take(alone)).ok_or("没有另一户单人的无疑点在档户")?;
    let number = cage.facts.book.file(first.file).file_no.clone();
    for schema in cage.facts.book.tables.schemas.iter().filter(|s| s.index("file_no").is_some()) {
        for row in cage.rows(&schema.kind, second.file) {
            if cage.said(row, "file_no") {
                cage.set(row, "file_no", number.clone());
            }
        }
    }
    cage.beside(&["BF602", "BF604"]);
    Ok(())
}
