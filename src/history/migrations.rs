//! Versions of the database, each a step from the one before.

use rusqlite::{Connection, TransactionBehavior};

/// The n-th step leads to version n.
const STEPS: [&str; 1] = [
    // 1: what persons have answered about suspected matches.
    "CREATE TABLE verdict (
        a TEXT NOT NULL,
        b TEXT NOT NULL,
        same INTEGER NOT NULL CHECK (same IN (0, 1)),
        a_shown TEXT NOT NULL,
        b_shown TEXT NOT NULL,
        given_on TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (a, b, same)
    ) STRICT, WITHOUT ROWID;",
];

/// Version this program writes.
pub const LATEST: i64 = STEPS.len() as i64;

/// Brings the database up to date; gives the version it then has.
pub fn migrate(db: &mut Connection) -> rusqlite::Result<i64> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(0);
    if done >= STEPS.len() {
        return Ok(version);
    }
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for sql in &STEPS[done..] {
        step.execute_batch(sql)?;
    }
    step.pragma_update(None, "user_version", LATEST)?;
    step.commit()?;
    Ok(LATEST)
}
