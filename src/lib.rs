//! hecha (核查): reads the spreadsheets a trade union really has, finds the rows that speak of the same household, compares
//! paper, electronic, civil-affairs and payment records, judges them by written policy, and hands each unit a workbook
//! of what to correct.
//!
//! The data walks one straight line, and every module is a step or a noun of the trade:
//!
//! `ingest → normalize → link → derive → audit → report`
//!
//! [`pipeline::run`] shows the steps. Dependencies run one way, in the order of the list below; a test checks it.
//!
//! What never happens, by design:
//! * Past [`normalize`] no Chinese heading decides anything: fields are known by their ids.
//! * [`domain`] and [`rules`] read no file, no clock and no environment; the as-of date is handed in.
//! * Only [`ingest`] opens inputs; only [`report::publish`] creates results.
//! * Rules never see each other and never change data; precedence between findings is one table.
//! * No sum of money is a float; nothing is printed in hash order.
//! * A full ID number leaves the program only in findings and a unit's own workbook; logs and errors carry the masked form.

// Blank lines keep the order of the line: formatting sorts what stands together.

pub mod place;

pub mod private;

pub mod error;

pub mod finding;

pub mod domain;

pub mod schema;

pub mod profile;

pub mod config;

pub mod ingest;

pub mod normalize;

pub mod link;

pub mod derive;

pub mod rules;

pub mod audit;

pub mod history;

pub mod report;

pub mod plan;

pub mod pipeline;

pub mod collect;

pub mod canary;

pub mod synth;

pub mod cli;

pub mod commands;
