//! Preparing ahead: the work of many is prepared on as many threads as there are cores, and handed on in its order, so that the
//! one who goes on with it has only its own work left.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// People prepared at a time.
pub(crate) const TOGETHER: usize = 32;
/// Parts that are prepared or wait to be handed on, for each thread.
const AHEAD: usize = 3;

/// Prepares the parts that `feed` gives, and calls `next` with what came of each, in their order. What either gives up at ends
/// it all; a thread that broke ends it like a panic of its own.
pub(crate) fn in_order<P: Send, T: Send, E>(
    feed: impl FnOnce(&mut dyn FnMut(P) -> Result<(), E>) -> Result<(), E>,
    prepare: impl Fn(P) -> T + Sync,
    mut next: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (jobs, waiting) = channel();
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        // Let go of when everything was given or somebody gave up, by which the threads end.
        let jobs = jobs;
        for _ in 0..threads {
            scope.spawn(|| prepare_every(&waiting, &prepare));
        }
        let mut under_way: VecDeque<Receiver<T>> = VecDeque::new();
        // A thread that broke has sent nothing; the scope passes its panic on.
        let mut hand_on = |oldest: Receiver<T>| oldest.recv().map_or(Ok(()), &mut next);
        feed(&mut |part| {
            let (ready, result) = sync_channel(1);
            let _ = jobs.send((part, ready));
            under_way.push_back(result);
            if under_way.len() > threads * AHEAD { under_way.pop_front().map_or(Ok(()), &mut hand_on) } else { Ok(()) }
        })?;
        under_way.into_iter().try_for_each(hand_on)
    })
}

/// Lets the one writer go first wherever it wants the core that this thread is on: what is prepared can wait, the writer is what
/// everybody waits for.
pub(crate) fn let_the_writer_go_first() {
    // Elsewhere this would be asked for the whole program.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

fn prepare_every<P, T>(waiting: &Mutex<Receiver<(P, SyncSender<T>)>>, prepare: &impl Fn(P) -> T) {
    let_the_writer_go_first();
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok((part, ready)) = next() {
        // Nobody waits for it if somebody gave up.
        let _ = ready.send(prepare(part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prepares people so many at a time.
    fn in_parts<T: Send, E>(
        people: &[u32],
        prepare: impl Fn(&[u32]) -> T + Sync,
        next: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        in_order(|give| people.chunks(TOGETHER).try_for_each(give), prepare, next)
    }

    #[test]
    fn everybody_is_prepared_once_and_handed_on_in_order() {
        for count in [0_u32, 1, 31, 32, 33, 1_000] {
            let people: Vec<u32> = (0..count).collect();
            let mut seen = vec![];
            let done: Result<(), ()> = in_parts(&people, <[u32]>::to_vec, |part| {
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
        let done = in_parts(&people, <[u32]>::to_vec, |_| {
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
        let _: Result<(), ()> = in_parts(&people, breaks, |()| Ok(()));
    }
}
