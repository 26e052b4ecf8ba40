//! What does not compile: an act without the law's yes, and every way round it.

#[test]
fn nobody_outside_the_law_makes_copies_keeps_or_skips_a_permit() {
    trybuild::TestCases::new().compile_fail("tests/ui/permit_*.rs");
}

#[test]
fn nobody_outside_the_case_makes_keeps_or_skips_the_proof_that_something_was_decided() {
    trybuild::TestCases::new().compile_fail("tests/ui/proof_*.rs");
}
