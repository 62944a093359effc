//! What came of reading every workbook with both readers (`hecha check --verify`), in words and for machines.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::findings_csv::masked;
use crate::ingest::inputs::{FileStatus, InputFile, Inputs};
use crate::ingest::second_reader::{Comparison, Difference, SecondReading, reads};
use crate::place::column_letters;

/// Places of one file that are named; the others are counted.
const NAMED: usize = 5;

/// The comparison of all files.
#[derive(Debug, Default)]
pub struct Verified<'a> {
    pub files: usize,
    pub cells: usize,
    /// Files in which a cell was read differently.
    pub differing: Vec<(&'a str, &'a Comparison)>,
    /// Files by the format of which the second reader reads nothing.
    pub not_compared: BTreeMap<&'static str, usize>,
    /// Files that the second reader could not read, though the own one could.
    pub failed: Vec<&'a str>,
    /// Files for which it could not be started, or which the own reader could not read.
    pub without: Vec<&'a str>,
}

impl<'a> Verified<'a> {
    pub fn of(inputs: &'a Inputs) -> Self {
        let mut all = Self::default();
        for file in &inputs.files {
            let FileStatus::Read(format) = file.status else { continue };
            match &file.second {
                SecondReading::Compared(comparison) => {
                    all.files += 1;
                    all.cells += comparison.cells;
                    if comparison.differing > 0 {
                        all.differing.push((&file.path, comparison));
                    }
                }
                SecondReading::NotCompared => all.failed.push(&file.path),
                SecondReading::None if !reads(format) => *all.not_compared.entry(format.as_str()).or_default() += 1,
                _ => all.without.push(&file.path),
            }
        }
        all
    }

    /// Something was read differently, or could not be compared though it should have been.
    pub fn alarms(&self) -> bool {
        !self.differing.is_empty() || !self.without.is_empty()
    }

    /// A line for each file that was read differently.
    pub fn warnings(&self) -> Vec<String> {
        self.differing.iter().map(|(path, comparison)| warning(path, comparison)).collect()
    }

    /// How much was compared and what was not, in one line.
    pub fn count(&self) -> String {
        let differing: usize = self.differing.iter().map(|(_, c)| c.differing).sum();
        let mut said = format!("两种读法对照：{}个工作簿{}格，读法不一{differing}格", self.files, self.cells);
        if !self.not_compared.is_empty() {
            let formats: Vec<String> = self.not_compared.iter().map(|(f, n)| format!("{f} {n}个")).collect();
            said.push_str(&format!("；不比（备用读法不读这些格式）：{}", formats.join("、")));
        }
        if !self.failed.is_empty() {
            said.push_str(&format!("；备用读法读不出、没有比的：{}", self.failed.join("、")));
        }
        if !self.without.is_empty() {
            said.push_str(&format!("；没有比的：{}", self.without.join("、")));
        }
        masked(&said)
    }

    pub fn json(&self) -> Value {
        let differences: Vec<Value> = (self.differing.iter())
            .flat_map(|(path, comparison)| comparison.differences.iter().map(move |d| (path, d)))
            .map(|(path, d)| {
                json!({ "path": path, "sheet": masked(&d.sheet), "cell": cell(d), "read": masked(&d.own), "second": masked(&d.second) })
            })
            .collect();
        json!({
            "files": self.files,
            "cells": self.cells,
            "differing": self.differing.iter().map(|(_, c)| c.differing).sum::<usize>(),
            "differences": differences,
            "not_compared": self.not_compared,
            "failed": self.failed,
            "without": self.without,
        })
    }
}

fn cell(d: &Difference) -> String {
    d.place.map_or_else(String::new, |(row, col)| format!("{}{row}", column_letters(col)))
}

fn warning(path: &str, comparison: &Comparison) -> String {
    let one = |d: &Difference| {
        let nothing =
            |text: &str| if text.is_empty() { "空白".to_string() } else { format!("“{}”", short(text)) };
        format!("{} › {}：读作{}，备用读法读作{}", d.sheet, cell(d), nothing(&d.own), nothing(&d.second))
    };
    let places: Vec<String> = comparison.differences.iter().take(NAMED).map(one).collect();
    let more = match comparison.differing {
        0..=NAMED => String::new(),
        n => format!("；等共{n}格"),
    };
    masked(&format!(
        "读法不一：{path} › {}{more}；请用 WPS 或 Excel 打开核对这些格，仍照本程序自己的读法核查；读错的请告诉维护者",
        places.join("；")
    ))
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// A line for each file for which the second reader was needed or asked for and could not be started.
pub fn unavailable(inputs: &Inputs) -> impl Iterator<Item = String> + '_ {
    let line = |file: &InputFile| {
        let SecondReading::Unavailable(why) = &file.second else { return None };
        let meanwhile = match &file.status {
            FileStatus::Unreadable(error) => format!("文件读不出（{}）", error.what),
            _ => "没有对照两种读法".to_string(),
        };
        Some(format!(
            "备用读法不可用：{}：程序不能再启动自己（{why}），{meanwhile}；检查程序文件的位置和执行权限",
            file.path
        ))
    };
    inputs.files.iter().filter_map(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{FileRead, Format, ReadError, Reading};

    fn file(path: &str, reading: Reading, second: SecondReading) -> (usize, FileRead) {
        let sha256 = [path.bytes().fold(0, u8::wrapping_add); 32];
        (0, FileRead { path: path.into(), bytes: 1, sha256, reading, second })
    }

    fn sheets(format: Format) -> Reading {
        Reading::Sheets { format, sheets: Vec::new() }
    }

    #[test]
    fn what_was_compared_and_what_was_not() {
        let difference = |own: &str| Difference {
            sheet: "一月".into(),
            place: Some((12, 4)),
            own: own.into(),
            second: String::new(),
        };
        let comparison = Comparison { cells: 40, differing: 7, differences: vec![difference("510105198001019971"); 7] };
        let inputs = Inputs::from_reads(vec![
            file("a.xlsx", sheets(Format::Xlsx), SecondReading::Compared(comparison)),
            file("bb.html", sheets(Format::Html), SecondReading::None),
            file("ccc.ods", sheets(Format::Ods), SecondReading::NotCompared),
            file("dddd.xls", sheets(Format::Xls), SecondReading::Unavailable("没有权限".into())),
            file(
                "eeeee.xlsx",
                Reading::Unreadable(ReadError::new("坏了", "")),
                SecondReading::Unavailable("没有权限".into()),
            ),
        ]);
        let all = Verified::of(&inputs);
        assert!(all.alarms());
        assert_eq!(
            all.count(),
            "两种读法对照：1个工作簿40格，读法不一7格；不比（备用读法不读这些格式）：html 1个；备用读法读不出、没有比的：ccc.ods；没有比的：dddd.xls"
        );
        let [warning] = &all.warnings()[..] else { panic!() };
        assert!(
            warning.starts_with("读法不一：a.xlsx › 一月 › E12：读作“510105********9971”，备用读法读作空白；"),
            "{warning}"
        );
        assert!(warning.contains("；等共7格；"), "{warning}");
        assert_eq!(all.json()["differences"][0]["cell"], "E12");
        assert!(!all.json().to_string().contains("19800101"));
        let lines: Vec<String> = unavailable(&inputs).collect();
        assert!(lines[0].contains("dddd.xls") && lines[0].contains("没有对照"), "{lines:?}");
        assert!(lines[1].contains("eeeee.xlsx") && lines[1].contains("文件读不出（坏了）"), "{lines:?}");
    }
}
