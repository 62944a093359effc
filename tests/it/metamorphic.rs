//! What must not change a finding: the order of rows, how rows are split over files, formats, names of files, unknown
//! columns, an unrelated household, the number of threads.

use std::collections::BTreeSet;

use hecha::synth::Plant;
use hecha::synth::export::{Column, Export, Shape, Val};
use hecha::synth::world;
use hecha::synth::write::Format;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::{Key, assert_same, expected, found, judge, request, write_exports, written};

/// A small generator of permutations, so that a failure names its seed.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for i in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(i, (seed >> 33) as usize % (i + 1));
    }
}

/// Findings of a world whose exports were changed.
fn after(seed: u64, format: Format, change: impl Fn(&mut Vec<Export>)) -> (BTreeSet<Key>, BTreeSet<Key>) {
    let world = world(&request(90, seed, 1, Plant::All));
    let mut exports = world.exports();
    change(&mut exports);
    let expected = expected(&world);
    let w = write_exports(world, &exports, 1, seed, &[format]);
    (found(&judge(w.dir.path())), expected)
}

proptest! {
    #![proptest_config(Config { cases: 6, failure_persistence: None, ..Config::default() })]

    #[test]
    fn shuffled_rows_give_the_same(seed in 100u64..10_000) {
        let (found, expected) = after(seed, Format::Xlsx, |exports| {
            for export in exports.iter_mut() {
                shuffle(&mut export.rows, seed);
            }
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn split_files_give_the_same(seed in 100u64..10_000, parts in 2usize..5) {
        let (found, expected) = after(seed, Format::Csv, |exports| {
            let mut split = Vec::new();
            for export in exports.drain(..) {
                if !export.totals.is_empty() || export.shape != Shape::Table || export.rows.len() < parts {
                    split.push(export);
                    continue;
                }
                for part in 0..parts {
                    let rows = export.rows.iter().skip(part).step_by(parts).cloned().collect();
                    split.push(Export { stem: format!("{}_{part}", export.stem), rows, ..export.clone() });
                }
            }
            *exports = split;
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn renamed_files_and_unknown_columns_give_the_same(seed in 100u64..10_000) {
        let (found, expected) = after(seed, Format::Ods, |exports| {
            for export in exports.iter_mut().filter(|e| e.shape == Shape::Table) {
                export.stem = format!("{}（定稿）", export.stem);
                export.columns.push(Column { field: "", titles: &["经办科室流水"] });
                for row in &mut export.rows {
                    row.values.push(Val::Text("甲".into()));
                }
            }
        });
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn every_format_gives_the_same() {
    let mut first: Option<BTreeSet<Key>> = None;
    for format in Format::ALL {
        let w = written(&request(60, 77, 2, Plant::All), &[*format]);
        let outcome = judge(w.dir.path());
        assert_same(&outcome, &w.world, format.as_str());
        let found = found(&outcome);
        assert_eq!(first.get_or_insert_with(|| found.clone()), &found, "{}", format.as_str());
    }
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let w = written(&request(120, 78, 3, Plant::All), Format::ALL);
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let plan = crate::support::plan(w.dir.path());
            let (_, published) =
                hecha::pipeline::run(&plan, &hecha::pipeline::Silent).unwrap_or_else(|e| panic!("{e}"));
            let mut files = std::collections::BTreeMap::new();
            for file in &published.files {
                if file != "timings.json" {
                    files.insert(file.clone(), std::fs::read(published.dir.join(file)).expect("an output"));
                }
            }
            files
        })
    };
    let (one, many) = (bytes(1), bytes(4));
    assert_eq!(one.keys().collect::<Vec<_>>(), many.keys().collect::<Vec<_>>());
    for (file, content) in &one {
        assert!(content == &many[file], "{file} differs");
    }
    assert!(one.len() > 10);
}
