//! The run's inputs: every file found, what became of it, and its sheets in a fixed order.

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;

use super::second_reader::SecondReading;
use super::{FileRead, Format, RawSheet, ReadError, ReadOptions, Reading, own, read_in_memory, read_path};
use crate::domain::text;
use crate::place::SheetId;

/// A file to read, as the configuration's globs found it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub path: PathBuf,
    /// Path relative to the configuration's directory, with `/`.
    pub shown: String,
    /// Index of the `[[source]]` that names it.
    pub source: usize,
    pub options: ReadOptions,
    /// Taken back before: here a workbook of the program's own is meant.
    pub returned: bool,
    /// Known before it is opened: it is not to be.
    pub set_aside: Option<SetAside>,
    /// The file's bytes where they are no file's: a returned form out of the state.
    pub kept: Option<Vec<u8>>,
}

/// Why what was found is not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetAside {
    /// A directory that cannot be listed, a link that leads nowhere.
    Unreachable(ReadError),
    /// No file; why.
    Ignored(String),
}

/// What became of a file.
#[derive(Debug)]
pub enum FileStatus {
    Read(Format),
    /// The same bytes were read before, under this path.
    Duplicate(String),
    Unreadable(ReadError),
    /// Not a spreadsheet; why.
    Ignored(String),
}

#[derive(Debug)]
pub struct InputFile {
    /// Path as in the manifest; members of an archive are `a.zip/b.xlsx`.
    pub path: String,
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub source: usize,
    pub status: FileStatus,
    /// What the second reader had to do with it.
    pub second: SecondReading,
    /// Sheets of this file: a range into [`Inputs::sheets`].
    pub sheets: std::ops::Range<usize>,
}

impl InputFile {
    /// It could not be read, or not all of it.
    pub fn is_unread(&self) -> bool {
        match (&self.status, &self.second) {
            (FileStatus::Unreadable(_), _) => true,
            (FileStatus::Read(_), SecondReading::Used { lost, .. }) => !lost.is_empty(),
            _ => false,
        }
    }
}

#[derive(Debug)]
pub struct InputSheet {
    /// Index into [`Inputs::files`].
    pub file: usize,
    pub raw: RawSheet,
}

/// All inputs, files by path, sheets in file order. A [`SheetId`] indexes `sheets`.
#[derive(Debug, Default)]
pub struct Inputs {
    pub files: Vec<InputFile>,
    pub sheets: Vec<InputSheet>,
}

impl Inputs {
    /// Reads the files in parallel. `done` is called after each file (for a progress bar). Of files with equal
    /// bytes the first by path is read, the others are [`FileStatus::Duplicate`] with their sheets kept for the
    /// row accounts only.
    pub fn read(wanted: &[Wanted], done: &(dyn Fn(&str) + Sync)) -> Self {
        // Large files first keeps both cores busy to the end; the order of results does not depend on it.
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        let size = |w: &Wanted| std::fs::metadata(&w.path).map_or(0, |m| m.len());
        order.sort_by_cached_key(|&i| std::cmp::Reverse(size(&wanted[i])));
        let mut read: Vec<(usize, Vec<FileRead>)> = order
            .par_iter()
            .with_max_len(1)
            .map(|&i| {
                let w = &wanted[i];
                let mut files = match (&w.set_aside, &w.kept) {
                    (Some(why), _) => vec![FileRead::set_aside(&w.shown, why)],
                    (None, Some(bytes)) => read_in_memory(bytes.clone(), &w.shown, &w.options),
                    (None, None) => read_path(&w.path, &w.shown, &w.options),
                };
                if !w.returned {
                    files.iter_mut().for_each(own::set_aside);
                }
                done(&w.shown);
                (i, files)
            })
            .collect();
        read.sort_by_key(|(i, _)| *i);
        let flat = read.into_iter().flat_map(|(i, files)| files.into_iter().map(move |f| (wanted[i].source, f)));
        Self::from_reads(flat.collect())
    }

    /// Orders files by path and sets duplicates apart.
    pub fn from_reads(mut reads: Vec<(usize, FileRead)>) -> Self {
        reads.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        let mut inputs = Self::default();
        let mut seen: HashMap<[u8; 32], String> = HashMap::new();
        for (source, file) in reads {
            let path = text::printable(&text::mask_numbers(&file.path)).into_owned();
            let first_sheet = inputs.sheets.len();
            let status = match file.reading {
                Reading::Sheets { format, sheets } => {
                    let index = inputs.files.len();
                    inputs.sheets.extend(sheets.into_iter().map(|mut raw| {
                        raw.name = text::printable(&text::mask_numbers(&raw.name)).into_owned();
                        InputSheet { file: index, raw }
                    }));
                    match seen.get(&file.sha256) {
                        Some(first) => FileStatus::Duplicate(first.clone()),
                        None => {
                            seen.insert(file.sha256, path.clone());
                            FileStatus::Read(format)
                        }
                    }
                }
                Reading::Unreadable(error) => FileStatus::Unreadable(error),
                Reading::Ignored { why } => FileStatus::Ignored(why),
            };
            let sheets = first_sheet..inputs.sheets.len();
            let FileRead { bytes, sha256, second, .. } = file;
            inputs.files.push(InputFile { path, bytes, sha256, source, status, second, sheets });
        }
        inputs
    }

    pub fn sheet(&self, id: SheetId) -> &RawSheet {
        &self.sheets[id.0 as usize].raw
    }

    pub fn file_of(&self, id: SheetId) -> &InputFile {
        &self.files[self.sheets[id.0 as usize].file]
    }

    /// Sheets of files that take part, in order.
    pub fn live_sheets(&self) -> impl Iterator<Item = SheetId> + '_ {
        self.files
            .iter()
            .filter(|f| matches!(f.status, FileStatus::Read(_)))
            .flat_map(|f| f.sheets.clone())
            .map(|i| SheetId(i as u32))
    }
}
