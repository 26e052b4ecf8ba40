//! The law as outsiders meet it: the packs that ship, and what they answer.

mod gate;
mod packs;
