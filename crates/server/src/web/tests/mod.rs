//! Who comes in, who may open what, and that looking changes nothing.

mod coming_in;
mod sweep;
mod who_may;
