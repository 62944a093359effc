//! Suspected matches: which rows speak of the same person where the ID number alone does not say so.
//!
//! Implements "Suspected match" of the spec. The engine knows persons, not tables: the caller turns rows into
//! [`Person`]s. What it does, one file a step:
//!
//! * [`block`]: finds pairs worth a look by keys they share, never all pairs;
//! * [`compare`]: compares like with like, field by field, where missing is neither agreement nor disagreement;
//! * [`cascade`]: named rules in order, each a conjunction of comparisons that a person can read; the first that holds
//!   speaks for the pair ([`chinese`] has those for our sources);
//! * [`assign`]: decides over the whole set, one to one or many to one, ties shown and not decided;
//! * [`mod@nearest`]: the nearest persons where no rule held, and why.
//!
//! Nothing depends on the order of rows, and nothing is learned from the data.

pub mod assign;
pub mod block;
pub mod cascade;
pub mod chinese;
pub mod compare;
pub mod dedupe;
pub mod edit;
pub mod evidence;
pub mod nearest;
pub mod person;

pub use assign::{Link, Mode, Outcome, Tie, link};
pub use cascade::{Cascade, Rule, Test};
pub use compare::{Agreement, BirthMatch, Comparison, NameFit, NumberMatch, Shared};
pub use dedupe::{Clusters, dedupe};
pub use evidence::{Evidence, Field, Stance, evidence};
pub use nearest::{Candidate, nearest};
pub use person::{Number, Person, PersonName, Place, PlaceKind};
