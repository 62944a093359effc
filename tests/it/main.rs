//! One test binary: everything that needs more than one module.

mod accounts;
mod canary;
mod cases;
mod cli;
mod explain;
mod history;
mod layers;
mod layouts;
mod linkage;
mod metamorphic;
mod nights;
mod outputs;
mod profiles;
mod rates;
mod reference;
mod registers;
mod returned;
mod sample;
mod simulation;
mod spending;
mod support;
mod tables;
mod verdicts;
mod whatif;
mod worlds;
