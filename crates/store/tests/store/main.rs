//! The store's tests. Every case runs on SQLite, each as a test of its own; `postgres` runs all of them again on PostgreSQL,
//! where a server can be started.

mod bed;
mod bytes;
mod folds;
mod lists;
mod log;
mod once;
mod papers;
mod postgres;
mod several;
mod slots;
mod tamper;
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
    once::what_was_decided_ahead_is_written_once_and_as_the_writer_would_have
    once::the_same_key_with_another_body_is_a_conflict
    once::a_key_is_its_actors_own
    once::a_refusal_is_final_for_its_key_and_is_recorded
    once::a_key_is_remembered_across_restarts
    once::a_hundred_at_once_with_one_key_do_it_once
    once::a_hundred_people_at_once_all_get_in
    once::a_broken_invariant_undoes_its_own_command_only
    folds::somebody_is_read_from_what_is_kept_and_what_happened_since
    folds::what_is_kept_of_somebody_is_named_where_it_is_altered_and_made_anew
    folds::what_another_build_kept_is_thrown_away
    log::events_cannot_be_altered_or_deleted
    several::two_processes_that_write_by_turns_see_each_others_work
    several::two_processes_at_once_lose_nothing
    several::an_erased_person_leaves_no_words_and_a_whole_log
    slots::of_a_hundred_who_want_the_last_place_one_gets_it
    slots::of_a_hundred_in_four_processes_who_want_the_last_place_one_gets_it
    lists::a_queue_lists_only_whom_the_asker_may_see
    lists::somebody_is_found_by_what_is_known_of_them_until_it_is_erased
    lists::every_list_and_figure_can_be_asked_for
    tamper::a_book_that_nobody_altered_has_no_differences
    tamper::an_altered_event_is_named_whatever_column_it_was
    tamper::an_altered_hash_is_named_and_the_next_event_is_not
    tamper::a_history_that_was_forged_throughout_does_not_fit_its_seal
    tamper::a_book_of_an_earlier_program_is_brought_up_to_this_one
    tamper::missing_events_are_noticed
    tamper::every_altered_cell_of_every_derived_row_is_named
    tamper::rows_of_nobody_are_named
    tamper::words_that_people_are_looked_for_by_are_named_and_made_anew
    tamper::whatever_else_is_altered_is_named
    tamper::rebuilt_is_live
    tamper::an_event_is_proved_to_an_outsider
    papers::a_paper_is_kept_with_what_was_stated_or_not_at_all
    papers::a_paper_is_shown_to_its_person_and_those_who_read_their_notes
    papers::an_erased_person_leaves_no_paper
    papers::an_altered_paper_is_named_whatever_of_it_was_altered
    papers::a_paper_that_came_with_a_plea_is_vouched_for_as_well
    bytes::any_byte_of_a_record_a_photo_or_a_seal_that_is_altered_is_named
    who::nobody_sees_what_is_not_theirs
    who::sessions_and_links_end_when_they_should
}
