//! What pages are put together from. Each part says one thing in one way, wherever it stands.

pub(crate) mod chart;
pub(crate) mod form;
pub(crate) mod gate;
pub(crate) mod hardship;
pub(crate) mod kept;
pub(crate) mod lists;
pub(crate) mod matrix;
pub(crate) mod papers;
pub(crate) mod rule;
pub(crate) mod shown;
pub(crate) mod ways;
pub(crate) mod why;
pub(crate) mod wizard;
