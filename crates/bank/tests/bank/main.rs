//! Statements in the standard's own shapes, whole and broken.

mod camt;
mod csv;
