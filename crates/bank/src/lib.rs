//! What banks say: statements become lines, one for each amount that came in, went out or was taken back. It knows money
//! and references; whose debt a line pays is decided elsewhere.

pub mod camt;
pub mod csv;
mod line;
mod xml;

pub use line::{Booking, Direction, Fault, Line, Statement};
