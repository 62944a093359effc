//! Whether anything was read at all: a run that saw nothing must not take the place of one that did.

use crate::error::{Error, ErrorKind, Result};
use crate::history::Known;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::link::Casebook;
use crate::plan::Plan;

/// Faults named in the message.
const SHOWN: usize = 5;

/// Proves that a run has something to judge.
///
/// # Errors
/// No row was read from any source, or none of the electronic files although the last run had some.
pub(super) fn something_was_read(
    plan: &Plan,
    inputs: &Inputs,
    book: &Casebook<'_>,
    known: Option<&Known>,
) -> Result<()> {
    // Forms that were taken back long ago are no delivery of today.
    let returned: Vec<&str> = plan.wanted.iter().filter(|w| w.returned).map(|w| w.shown.as_str()).collect();
    let delivered = book.tables.records.iter().any(|record| {
        let sheet = book.tables.tables[record.table.0 as usize].sheet;
        !returned.contains(&inputs.file_of(sheet).path.as_str())
    });
    let files = book.tables.of_kind("efile").len();
    let before = known
        .and_then(|k| k.past.as_ref())
        .map_or(0, |past| past.sources.iter().filter(|s| s.kind == "efile" && s.unit.is_empty()).map(|s| s.rows).sum());
    let what = match (delivered, files, before) {
        (false, ..) => "一行数据也没有读到".to_string(),
        (true, 0, 1..) => format!("电子档案上次有{before}行，这次一行也没有读到"),
        _ => return Ok(()),
    };
    let patterns: Vec<&str> = plan.config().sources.iter().map(|s| s.path.as_str()).collect();
    let faults = inputs.files.iter().filter_map(|file| match &file.status {
        FileStatus::Unreadable(error) => Some(format!("{}：{}", file.path, error.what)),
        _ => None,
    });
    let mut found: Vec<String> = plan.warnings.iter().cloned().chain(faults).collect();
    if found.len() > SHOWN {
        let more = found.len() - SHOWN;
        found.truncate(SHOWN);
        found.push(format!("另有{more}条"));
    }
    let mut error = Error::new(ErrorKind::NothingRead, what)
        .at(patterns.join("、"))
        .remedy("检查来源目录是否已连接、配置 [[source]] path 是否写对；文件在的，用 hecha check 看它们为什么没有读到")
        .remedy("确实没有数据、要从空的开始的，加 --allow-empty")
        .meanwhile("没有发布本次结果，上一次的结果没有改动");
    if !found.is_empty() {
        error = error.found(found.join("；"));
    }
    Err(error)
}
