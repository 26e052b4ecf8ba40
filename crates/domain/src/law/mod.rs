//! What the law says to an act: yes, no, not without a person, or cannot be judged.
