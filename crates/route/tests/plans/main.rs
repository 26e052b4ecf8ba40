//! Plans, from outside.

mod brute_force;
mod day_changes;
mod rules;
mod samples;
mod second_opinion;
mod street;
