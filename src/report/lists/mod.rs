//! 名册统计: the rolls and statistics that the level above asks for, from the facts of a run.
//!
//! | table | a row is | from |
//! | --- | --- | --- |
//! | 在档统计, 致困原因统计 | unit × level; level × category × cause | the files |
//! | 帮扶资金统计 | level × category × cause × program × fund source × year | aid records |
//! | 帮扶发放统计 | unit × program × fund source × year | the account of aid and payments |
//! | 月度变动, 脱困进度 | a month; a target and month | filing and exit days |
//! | 联系人台账 | a helper | files, visits, findings |
//! | 仍在档, 返困, 兜底, 常态化 名册 | a household | files, civil lists, TK507, TK509 |
//! | 帮扶清单, 六类措施统计 | a household and class; a unit | files, members |
//! | 疑似应建未建（支出型） | a member of the union | roster and medical settlements |
//!
//! Households are counted once, in the unit of their file; every table of households has as many as the run's other outputs.

pub mod counts;
pub mod household;
pub mod measures;
pub mod rolls;
pub mod unfiled;

use super::table_book::{Cell, Table};
use crate::audit::Audit;
use crate::derive::Facts;
use crate::domain::date::{PartialDate, add_months};
use crate::error::Result;
use crate::link::UnitId;
use crate::profile::Profile;

pub use unfiled::OwnShare;

/// What the lists are made from and how.
pub struct Wanted<'a> {
    pub facts: &'a Facts<'a>,
    pub audit: &'a Audit,
    pub profile: &'a Profile,
    /// Which units take part.
    pub keep: &'a dyn Fn(UnitId) -> bool,
    /// Numbers are masked.
    pub masked: bool,
    pub own_share: OwnShare,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted")
            .field("masked", &self.masked)
            .field("own_share", &self.own_share)
            .finish_non_exhaustive()
    }
}

/// A visit counts as recent for so many months (BF602).
const RECENT_MONTHS: i32 = 6;

/// All tables in their order; the first says what the others are.
///
/// # Errors
/// Aid and payments that do not add up, which is a defect.
pub fn tables(wanted: &Wanted<'_>) -> Result<Vec<Table>> {
    let Wanted { facts, audit, profile, keep, masked, own_share } = *wanted;
    let mut households = household::households(facts, audit, profile, keep, masked);
    households.sort_by(|a, b| (&a.unit_name, &a.file_no, a.file).cmp(&(&b.unit_name, &b.file_no, b.file)));
    let frames = counts::Frames::new(facts, &households, keep)?;
    let since = PartialDate::from(add_months(facts.setting.as_of, -RECENT_MONTHS));
    let [list, by_class] = measures::measures(facts, profile, &households);
    let mut all = vec![
        frames.on_file()?,
        frames.causes()?,
        frames.aid()?,
        counts::money(facts, keep)?,
        counts::months(&households, facts.setting.as_of),
        counts::progress(facts, profile, &households),
        rolls::caseload(&households, since),
        rolls::on_file(&households),
        rolls::relapsed(&households),
        rolls::provided_for(&households),
        rolls::routine(facts, profile, &households),
        list,
        by_class,
        unfiled::unfiled(facts, own_share, keep, masked),
    ];
    all.insert(0, contents(&all, rolls::unclear(&households)));
    Ok(all)
}

fn contents(tables: &[Table], unclear: i64) -> Table {
    let odd = match unclear {
        0 => String::new(),
        n => format!("另有{n}份档案的状态读不出，不在在档、脱困、注销任何一类里。"),
    };
    let note = format!("各表由来源文件算出，没有人工调整；户是一份电子档案。{odd}");
    let mut table = Table::new("目录", note, &[("表", 180), ("行数", 70), ("内容", 560)]);
    table.rows = (tables.iter())
        .map(|t| vec![Cell::text(t.name), Cell::Count(t.rows.len() as i64), Cell::text(t.note.as_str())])
        .collect();
    table
}
