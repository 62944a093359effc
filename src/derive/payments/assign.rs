//! The best one-to-one assignment of two sides: most pairs, then fewest days in total, then the given order.

use std::collections::BTreeMap;

use crate::link::union_find::UnionFind;

/// Largest side of a group of records that hang together for which the exact method is used; it takes the cube of it. Nobody
/// has so many: a number that stands for a crowd does.
const MOST_EXACT: usize = 600;

/// Pairs (left, right). `days` is `None` for two that do not fit, else what they are apart. Both sides are numbered in the
/// order that breaks ties: of equally good assignments the one that uses the first of each side, in the same order.
///
/// The records are cut into groups that hang together, and each is solved as a minimum-cost assignment (the Hungarian
/// method, O(n³), exact). In groups of more than [`MOST_EXACT`] on the smaller side the nearest pairs are taken first.
pub fn assign(left: usize, right: usize, days: impl Fn(usize, usize) -> Option<i64>) -> Vec<(usize, usize)> {
    let mut edges: Vec<(usize, usize, i64)> = Vec::new();
    for i in 0..left {
        edges.extend((0..right).filter_map(|j| days(i, j).map(|d| (i, j, d))));
    }
    let mut sets = UnionFind::new(left + right);
    for &(i, j, _) in &edges {
        sets.join(i, left + j);
    }
    let mut groups: BTreeMap<usize, Vec<(usize, usize, i64)>> = BTreeMap::new();
    for edge in edges {
        groups.entry(sets.find(edge.0)).or_default().push(edge);
    }
    let mut pairs: Vec<(usize, usize)> = groups.into_values().flat_map(best).collect();
    pairs.sort_unstable();
    pairs
}

/// The best assignment among the edges of one group.
fn best(edges: Vec<(usize, usize, i64)>) -> Vec<(usize, usize)> {
    if let [(i, j, _)] = edges[..] {
        return vec![(i, j)];
    }
    let distinct = |side: fn(&(usize, usize, i64)) -> usize| {
        let mut list: Vec<usize> = edges.iter().map(side).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let (left, right) = (distinct(|e| e.0), distinct(|e| e.1));
    if left.len().min(right.len()) > MOST_EXACT {
        return nearest_first(edges);
    }
    // The smaller side chooses.
    let (flipped, rows, cols) = if left.len() <= right.len() { (false, &left, &right) } else { (true, &right, &left) };
    let costs = Costs::new(rows.len(), cols.len(), edges.iter().map(|e| e.2).max().unwrap_or(0));
    let mut matrix = vec![costs.none; rows.len() * cols.len()];
    let at = |list: &[usize], x: usize| list.binary_search(&x).unwrap_or(0);
    for &(i, j, days) in &edges {
        let (row, col) = if flipped { (at(rows, j), at(cols, i)) } else { (at(rows, i), at(cols, j)) };
        matrix[row * cols.len() + col] = costs.of(days, row, col);
    }
    let chosen = hungarian(rows.len(), cols.len(), &matrix);
    (chosen.into_iter().enumerate())
        .filter(|&(row, col)| matrix[row * cols.len() + col] < costs.none)
        .map(|(row, col)| if flipped { (cols[col], rows[row]) } else { (rows[row], cols[col]) })
        .collect()
}

/// One number that orders assignments by pairs, days and order at once: a pair saved outweighs all days, a day all ties.
struct Costs {
    day: i128,
    place: i128,
    /// Of a pair that does not fit.
    none: i128,
}

impl Costs {
    fn new(rows: usize, cols: usize, most_days: i64) -> Self {
        let (rows, cols) = (rows as i128, cols as i128);
        // Crossed pairs: the sum of row × column is largest where none cross.
        let place = rows * rows * cols + 1;
        // Later records: the sum of rows and columns used.
        let day = rows * (rows + cols) * place + 1;
        Self { day, place, none: rows * (i128::from(most_days) + 1) * day + 1 }
    }

    fn of(&self, days: i64, row: usize, col: usize) -> i128 {
        let (row, col) = (row as i128, col as i128);
        i128::from(days) * self.day + (row + col) * self.place - row * col
    }
}

/// Column of each row in the cheapest assignment of all rows; `rows` ≤ `cols`. Shortest augmenting paths with potentials.
fn hungarian(rows: usize, cols: usize, cost: &[i128]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut row_price = vec![0_i128; rows];
    let mut col_price = vec![0_i128; cols + 1];
    // Row of each column; the last column is where a row starts from.
    let mut row_of = vec![NONE; cols + 1];
    for row in 0..rows {
        row_of[cols] = row;
        let mut at = cols;
        let mut slack = vec![i128::MAX; cols];
        let mut from = vec![cols; cols];
        let mut seen = vec![false; cols + 1];
        loop {
            seen[at] = true;
            let here = row_of[at];
            let (mut least, mut next) = (i128::MAX, cols);
            for col in (0..cols).filter(|&c| !seen[c]) {
                let reduced = cost[here * cols + col] - row_price[here] - col_price[col];
                if reduced < slack[col] {
                    slack[col] = reduced;
                    from[col] = at;
                }
                if slack[col] < least {
                    (least, next) = (slack[col], col);
                }
            }
            for col in 0..=cols {
                if seen[col] {
                    row_price[row_of[col]] += least;
                    col_price[col] -= least;
                } else {
                    slack[col] -= least;
                }
            }
            at = next;
            if row_of[at] == NONE {
                break;
            }
        }
        while at != cols {
            let before = from[at];
            row_of[at] = row_of[before];
            at = before;
        }
    }
    let mut chosen = vec![0; rows];
    for col in 0..cols {
        if row_of[col] != NONE {
            chosen[row_of[col]] = col;
        }
    }
    chosen
}

fn nearest_first(mut edges: Vec<(usize, usize, i64)>) -> Vec<(usize, usize)> {
    edges.sort_by_key(|&(i, j, days)| (days, i, j));
    let (mut left, mut right) = (rustc_hash::FxHashSet::default(), rustc_hash::FxHashSet::default());
    let mut pairs = Vec::new();
    for (i, j, _) in edges {
        if !left.contains(&i) && right.insert(j) {
            left.insert(i);
            pairs.push((i, j));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Edges = Vec<Vec<Option<i64>>>;

    fn run(edges: &Edges) -> Vec<(usize, usize)> {
        assign(edges.len(), edges.first().map_or(0, Vec::len), |i, j| edges[i][j])
    }

    /// (pairs, −days) of the best assignment, by trying all.
    fn brute(edges: &Edges, row: usize, used: &mut Vec<bool>) -> (i64, i64) {
        let Some(cells) = edges.get(row) else { return (0, 0) };
        let mut best = brute(edges, row + 1, used);
        for (col, days) in cells.iter().enumerate() {
            if let (Some(days), false) = (days, used[col]) {
                used[col] = true;
                let (pairs, saved) = brute(edges, row + 1, used);
                best = best.max((pairs + 1, saved - days));
                used[col] = false;
            }
        }
        best
    }

    fn worth(edges: &Edges, pairs: &[(usize, usize)]) -> (i64, i64) {
        (pairs.len() as i64, -pairs.iter().map(|&(i, j)| edges[i][j].expect("an edge")).sum::<i64>())
    }

    #[test]
    fn not_the_first_found() {
        // The near pair would leave the others without.
        assert_eq!(run(&vec![vec![Some(1), Some(20)], vec![Some(30), None]]), [(0, 1), (1, 0)]);
    }

    #[test]
    fn ties_go_by_order() {
        assert_eq!(run(&vec![vec![Some(3); 3]; 2]), [(0, 0), (1, 1)]);
        assert_eq!(run(&vec![vec![Some(3); 2]; 3]), [(0, 0), (1, 1)]);
        assert!(run(&Vec::new()).is_empty());
    }

    #[test]
    fn a_crowd_is_still_paired() {
        let n = MOST_EXACT + 5;
        let pairs = assign(n, n, |i, j| Some(i.abs_diff(j) as i64));
        assert_eq!(pairs.len(), n);
        assert!(pairs.iter().all(|(i, j)| i == j));
    }

    proptest! {
        #[test]
        fn equals_the_best_of_all(
            rows in 1_usize..=6,
            cells in proptest::collection::vec(proptest::option::weighted(0.6, 0_i64..=30), 36),
        ) {
            let cols = 1 + cells.iter().flatten().count() % 6;
            let edges: Edges = cells.chunks(6).take(rows).map(|row| row[..cols].to_vec()).collect();
            let pairs = run(&edges);
            let mut lefts: Vec<_> = pairs.iter().map(|p| p.0).collect();
            let mut rights: Vec<_> = pairs.iter().map(|p| p.1).collect();
            lefts.sort_unstable();
            lefts.dedup();
            rights.sort_unstable();
            rights.dedup();
            prop_assert_eq!((lefts.len(), rights.len()), (pairs.len(), pairs.len()));
            prop_assert_eq!(worth(&edges, &pairs), brute(&edges, 0, &mut vec![false; cols]));
        }
    }
}
