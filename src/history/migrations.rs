//! Versions of the database, each a step from the one before.

use rusqlite::{Connection, TransactionBehavior};

/// The n-th step leads to version n.
const STEPS: [&str; 7] = [
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
    // 2: runs and what they listed, what came back. Where a text may hold a number, it is kept as `history::sealed` writes it.
    // `finding.key` is the HMAC of the finding id, `finding.id_sealed` the id enciphered under the key.
    "CREATE TABLE run (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        published INTEGER NOT NULL CHECK (published IN (0, 1)),
        output TEXT NOT NULL,
        version TEXT NOT NULL,
        profile TEXT NOT NULL,
        federation TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX run_as_of ON run (as_of);
    CREATE TABLE finding (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        id_sealed TEXT NOT NULL,
        rule TEXT NOT NULL
    ) STRICT;
    CREATE TABLE version (
        id INTEGER PRIMARY KEY,
        finding INTEGER NOT NULL REFERENCES finding (id),
        digest TEXT NOT NULL,
        meaning TEXT NOT NULL,
        shown TEXT NOT NULL,
        UNIQUE (finding, digest)
    ) STRICT;
    CREATE TABLE listed (
        run INTEGER NOT NULL REFERENCES run (seq) ON DELETE CASCADE,
        finding INTEGER NOT NULL REFERENCES finding (id),
        version INTEGER NOT NULL REFERENCES version (id),
        status TEXT NOT NULL,
        severity TEXT NOT NULL,
        unit TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL DEFAULT '',
        handed_out TEXT,
        mark TEXT NOT NULL DEFAULT '',
        checksum TEXT NOT NULL,
        PRIMARY KEY (run, finding)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX listed_finding ON listed (finding, run);
    CREATE TABLE resolved (
        run INTEGER NOT NULL REFERENCES run (seq) ON DELETE CASCADE,
        finding INTEGER NOT NULL REFERENCES finding (id),
        unit TEXT NOT NULL,
        verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
        PRIMARY KEY (run, finding)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE source (
        run INTEGER NOT NULL REFERENCES run (seq) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        unit TEXT NOT NULL,
        rows INTEGER NOT NULL,
        content TEXT NOT NULL,
        since TEXT NOT NULL,
        partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
        PRIMARY KEY (run, kind, unit)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE file (
        run INTEGER NOT NULL REFERENCES run (seq) ON DELETE CASCADE,
        file TEXT NOT NULL,
        person TEXT NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        unit TEXT NOT NULL,
        paper INTEGER NOT NULL CHECK (paper IN (0, 1)),
        shown TEXT NOT NULL,
        PRIMARY KEY (run, file)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY,
        finding INTEGER NOT NULL REFERENCES finding (id),
        unit TEXT NOT NULL,
        run_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        meaning TEXT NOT NULL,
        word TEXT NOT NULL,
        corrected TEXT NOT NULL,
        note TEXT NOT NULL,
        done_on TEXT,
        checked_by TEXT NOT NULL,
        given_on TEXT NOT NULL,
        known_as_of TEXT NOT NULL,
        superseded_by INTEGER REFERENCES answer (id)
    ) STRICT;
    CREATE INDEX answer_finding ON answer (finding);
    CREATE TABLE taken_back (
        sha256 TEXT PRIMARY KEY,
        unit TEXT NOT NULL,
        run_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        given_on TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        conflicts INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE form (
        sha256 TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        stored TEXT NOT NULL,
        given_on TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
    // 3: answers and forms that were taken back; which answers came in which file.
    "ALTER TABLE answer ADD COLUMN withdrawn_on TEXT;
    ALTER TABLE answer ADD COLUMN withdrawn_why TEXT NOT NULL DEFAULT '';
    ALTER TABLE answer ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE taken_back ADD COLUMN first_answer INTEGER;
    ALTER TABLE taken_back ADD COLUMN last_answer INTEGER;
    ALTER TABLE form ADD COLUMN withdrawn_on TEXT;",
    // 4: in which way a finding ended (`history::ends`), "" for one that an older version closed, and by which event; and the
    // ledger of payments and aid records that were read (`history::ledger`).
    "ALTER TABLE resolved ADD COLUMN ending TEXT NOT NULL DEFAULT '';
    ALTER TABLE resolved ADD COLUMN event TEXT NOT NULL DEFAULT '';
    CREATE TABLE ledger (
        key TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        entry TEXT NOT NULL,
        unit TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL DEFAULT '',
        gone_on TEXT NOT NULL DEFAULT '',
        retired_on TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID;",
    // 5: how each source was laid out.
    "CREATE TABLE layout (
        run INTEGER NOT NULL REFERENCES run (seq) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        unit TEXT NOT NULL,
        pattern TEXT NOT NULL,
        rows INTEGER NOT NULL,
        columns TEXT NOT NULL,
        unknown TEXT NOT NULL,
        PRIMARY KEY (run, kind, unit, pattern)
    ) STRICT, WITHOUT ROWID;",
    // 6: a check of the key; where a run's result was put; runs of a day that a later one took the place of are kept, as handed
    // out, until the next day's.
    "CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE run ADD COLUMN place TEXT NOT NULL DEFAULT '';
    ALTER TABLE run ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;",
    // 7: what each run changes in the ledger, until its result stands and while it can be taken back.
    "CREATE TABLE ledger_change (
        run INTEGER PRIMARY KEY REFERENCES run (seq) ON DELETE CASCADE,
        changes TEXT NOT NULL
    ) STRICT;",
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
