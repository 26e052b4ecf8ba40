//! The law as outsiders meet it: the packs that ship, and what they answer.

mod census;
mod clocks;
mod conduct;
mod gate;
mod mutants;
mod packs;
mod people;
mod properties;
mod windows;
