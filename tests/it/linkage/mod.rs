//! The engine for suspected matches on planted truth: no wrong link, and what can be found is found.

mod blocking;
#[path = "../../examples/febrl_rules.rs"]
mod febrl_rules;
mod planted;
mod population;
mod verdicts;
