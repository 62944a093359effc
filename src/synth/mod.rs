//! `hecha generate`: a synthetic federation with realistic exports, planted mistakes, and the list of what was planted.
//!
//! Nobody in it exists. The world ([`world`]) decides what stands in the registers, the writers ([`write`]) how it is
//! written.

mod calendar;
mod civil;
mod columns;
mod edits;
mod events;
mod expected;
pub mod export;
mod exports;
mod household;
mod people;
mod plant;
pub mod rng;
mod rows;
mod strangers;
mod units;
mod world;
pub mod write;

pub use expected::to_csv;
pub use world::{Plant, Request, World, plantable, plantable_under, world, world_under};

#[cfg(test)]
mod tests;
