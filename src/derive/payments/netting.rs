//! Payments taken back: a negative or bracketed row against the row it reverses.

use super::item::{Item, agree};
use crate::domain::date::on_or_before;

/// Each negative row with the row it takes back: the latest earlier (or of the same day) of the same person, program and
/// amount that no other took back. Pairs of indexes (negative, positive).
///
/// Going through the negative rows by date leaves the older rows to those that come later, so that as many as possible find
/// theirs.
pub fn taken_back(items: &[&Item<'_>]) -> Vec<(usize, usize)> {
    let by_date = |&i: &usize| (items[i].date.map(|d| d.first_day()), items[i].number, i);
    let of_sign = |sign: i64| -> Vec<usize> {
        let mut of_sign: Vec<usize> =
            (0..items.len()).filter(|&i| items[i].fen.is_some_and(|fen| fen.signum() == sign)).collect();
        of_sign.sort_by_key(by_date);
        of_sign
    };
    let (negative, positive) = (of_sign(-1), of_sign(1));
    let mut free = vec![true; items.len()];
    let mut pairs = Vec::new();
    for n in negative {
        let back = items[n];
        let reverses = |p: &Item<'_>| {
            p.person == back.person
                && p.fen.zip(back.fen).is_some_and(|(x, y)| x.checked_neg() == Some(y))
                && agree(p.program, back.program)
                && p.date.zip(back.date).is_none_or(|(paid, taken)| on_or_before(paid, taken))
        };
        if let Some(&p) = positive.iter().rev().find(|&&p| free[p] && reverses(items[p])) {
            free[p] = false;
            pairs.push((n, p));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;

    fn item(day: u32, fen: i64, number: &'static str) -> Item<'static> {
        Item {
            person: Some(1),
            program: Some("生活救助"),
            source: None,
            fen: Some(fen),
            date: PartialDate::new(2019, 5, Some(day)),
            number,
        }
    }

    fn pairs(items: &[Item<'_>]) -> Vec<(usize, usize)> {
        taken_back(&items.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_latest_earlier_row_is_taken_back() {
        assert_eq!(pairs(&[item(1, 600, "1"), item(5, 600, "2"), item(9, 600, "4"), item(7, -600, "3")]), [(3, 1)]);
        assert_eq!(pairs(&[item(7, 600, "1"), item(7, -600, "0")]), [(1, 0)], "of the same day too");
        assert!(pairs(&[item(8, 600, "1"), item(7, -600, "0")]).is_empty(), "not a later one");
        assert!(pairs(&[item(1, 500, "1"), item(7, -600, "0")]).is_empty(), "not another amount");
    }

    #[test]
    fn each_row_is_taken_back_once() {
        let rows = [item(1, 600, "1"), item(4, 600, "2"), item(5, -600, "3"), item(6, -600, "4"), item(7, -600, "5")];
        assert_eq!(pairs(&rows), [(2, 1), (3, 0)]);
    }
}
