//! One test binary: everything that needs more than one module.

mod accounts;
mod cases;
mod cli;
mod layers;
mod layouts;
mod metamorphic;
mod outputs;
mod reference;
mod registers;
mod sample;
mod support;
mod whatif;
mod worlds;
