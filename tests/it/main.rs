//! One test binary: everything that needs more than one module.

mod accounts;
mod cases;
mod cli;
mod layers;
mod metamorphic;
mod outputs;
mod support;
mod worlds;
