//! Preparing ahead: the work of many is prepared on as many threads as there are cores, and handed on in its order, so that the
//! one who goes on with it has only its own work left.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// People prepared at a time.
const TOGETHER: usize = 32;
/// Parts that a thread may be ahead.
const AHEAD: usize = 2;

/// Prepares `people` some at a time, and calls `next` with each part in order. What `next` gives up at ends it all; a thread that
/// broke ends it like a panic of its own.
pub(crate) fn in_order<P: Sync, T: Send, E>(
    people: &[P],
    prepare: impl Fn(&[P]) -> T + Sync,
    mut next: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let parts: Vec<&[P]> = people.chunks(TOGETHER).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(parts.len());
    let prepare_every = |first: usize, ready: SyncSender<T>| {
        for part in parts.iter().skip(first).step_by(threads) {
            // Nobody waits any more: somebody gave up.
            if ready.send(prepare(part)).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..threads)
            .map(|first| {
                let (ready, waiting) = sync_channel(AHEAD);
                let prepare_every = &prepare_every;
                scope.spawn(move || prepare_every(first, ready));
                waiting
            })
            .collect();
        // A thread that broke has sent less than its share; the scope passes its panic on.
        (0..parts.len()).map_while(|part| waiting[part % threads].recv().ok()).try_for_each(&mut next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_prepared_once_and_handed_on_in_order() {
        for count in [0_u32, 1, 31, 32, 33, 1_000] {
            let people: Vec<u32> = (0..count).collect();
            let mut seen = vec![];
            let done: Result<(), ()> = in_order(&people, <[u32]>::to_vec, |part| {
                seen.extend(part);
                Ok(())
            });
            assert_eq!((done, seen), (Ok(()), people));
        }
    }

    #[test]
    fn whoever_gives_up_ends_it() {
        let people: Vec<u32> = (0..10_000).collect();
        let mut parts = 0;
        let done = in_order(&people, <[u32]>::to_vec, |_| {
            parts += 1;
            if parts == 3 { Err("enough") } else { Ok(()) }
        });
        assert_eq!((done, parts), (Err("enough"), 3));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_thread_that_breaks_is_not_passed_over() {
        let people: Vec<u32> = (0..1_000).collect();
        let breaks = |part: &[u32]| assert!(!part.contains(&500), "broken");
        let _: Result<(), ()> = in_order(&people, breaks, |()| Ok(()));
    }
}
