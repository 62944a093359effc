//! One test binary: everything that needs more than one module.

mod accounts;
mod canary;
mod cases;
mod cli;
mod collect;
mod explain;
mod layers;
mod layouts;
mod linkage;
mod metamorphic;
mod outputs;
mod profiles;
mod rates;
mod reference;
mod registers;
mod sample;
mod spending;
mod support;
mod verdicts;
mod whatif;
mod worlds;
