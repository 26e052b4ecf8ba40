//! The store's tests. Every case runs on SQLite, each as a test of its own; `postgres` runs all of them again on PostgreSQL,
//! where a server can be started.

mod bed;
mod log;
mod once;
mod postgres;
mod who;

/// Makes a test of each case on SQLite, and a list of all of them for PostgreSQL.
macro_rules! cases {
    ($($module:ident::$case:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $case() {
                crate::$module::$case(&crate::bed::Bed::on_sqlite());
            })*
        }

        /// Every case, by name.
        const CASES: &[(&str, fn(&bed::Bed))] = &[$((stringify!($case), $module::$case)),*];
    };
}

cases! {
    once::the_same_command_again_does_nothing_and_answers_the_same
    once::the_same_key_with_another_body_is_a_conflict
    once::a_key_is_its_actors_own
    once::a_refusal_is_final_for_its_key_and_is_recorded
    once::a_key_is_remembered_across_restarts
    once::a_hundred_at_once_with_one_key_do_it_once
    once::a_hundred_people_at_once_all_get_in
    once::a_broken_invariant_undoes_its_own_command_only
    log::events_cannot_be_altered_or_deleted
    who::nobody_sees_what_is_not_theirs
    who::sessions_and_links_end_when_they_should
}
