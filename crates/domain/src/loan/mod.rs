//! A loan: what was agreed, what was paid, what is due.
