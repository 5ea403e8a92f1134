/*!
The threads of one call.

They are scoped: born and joined inside the call, never kept. A global pool would be lost in a forked child, which
then waits for ever for threads that do not exist there. To start and join a thread costs about 26 µs.
*/

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use crate::Interrupted;
use crate::watch::{PATIENCE, Watch};

/// How many results may wait for the calling thread, so that memory stays bounded when it is slow.
const WAITING: usize = 4;

/// The jobs of one call, handed out one by one to whichever thread is free.
#[derive(Debug)]
pub struct Queue<'a, J> {
    jobs: &'a [J],
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl<'a, J> Queue<'a, J> {
    /// A queue of all `jobs`, in order.
    pub fn new(jobs: &'a [J]) -> Self {
        Self { jobs, next: AtomicUsize::new(0), stopped: AtomicBool::new(false) }
    }

    /// The next job that nobody has taken; nothing once all are taken or the call was stopped.
    pub fn take(&self) -> Option<&'a J> {
        if self.stopped() {
            return None;
        }
        self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether the call was stopped; a long job asks between its parts.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Where a thread gives its results, as many as it has.
pub struct Results<'a, T>(&'a dyn Fn(T));

impl<T> Results<'_, T> {
    /// Give a result to the calling thread; waits while that one is behind.
    pub fn give(&self, result: T) {
        (self.0)(result);
    }
}

/// Below so many steps, some 200 µs, starting and joining threads costs more than it saves.
const WORTH_A_THREAD: u64 = 200_000;

/// Run `work` in at most `workers` threads, which share one queue of `jobs`; give each result to `merge`.
///
/// The calling thread does not work: it merges what is ready and calls `interrupted` every 50 ms. When that says
/// true the threads stop at their next look at the queue, and what they still give is dropped. Where the `steps`, each about a nanosecond, are too few for
/// threads, it does all itself.
///
/// # Errors
/// [`Interrupted`] if the call was stopped; what was merged until then is worth nothing.
pub fn run<J: Sync, T: Send>(
    jobs: &[J],
    workers: usize,
    steps: u64,
    work: impl Fn(&Queue<'_, J>, &Results<'_, T>) + Sync,
    mut merge: impl FnMut(T),
    interrupted: impl FnMut() -> bool,
) -> Result<(), Interrupted> {
    let queue = Queue::new(jobs);
    if steps < WORTH_A_THREAD {
        let merge = RefCell::new(merge);
        work(&queue, &Results(&|result| (merge.borrow_mut())(result)));
        return Ok(());
    }
    thread::scope(|scope| {
        let (sender, results) = mpsc::sync_channel(WAITING);
        for _ in 0..workers.max(1).min(jobs.len()) {
            let (sender, queue, work) = (sender.clone(), &queue, &work);
            // The receiver outlives every worker unless merging panicked, and then nobody wants the result.
            scope.spawn(move || work(queue, &Results(&|result| _ = sender.send(result))));
        }
        drop(sender);
        let mut watch = Watch::new(interrupted);
        loop {
            match results.recv_timeout(PATIENCE) {
                Ok(_) if queue.stopped() => {}
                Ok(result) => merge(result),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if watch.ask().is_err() {
                queue.stopped.store(true, Ordering::Relaxed);
            }
        }
    });
    if queue.stopped() { Err(Interrupted) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: u64 = u64::MAX;

    #[test]
    fn few_steps_start_no_thread() {
        let here = thread::current().id();
        let work = |queue: &Queue<'_, u32>, results: &Results<'_, u32>| {
            assert_eq!(thread::current().id(), here);
            drain(queue, results);
        };
        let mut count = 0;
        run(&[1; 100], 8, 100, work, |_| count += 1, || true).unwrap();
        assert_eq!(count, 100);
    }

    fn drain(queue: &Queue<'_, u32>, results: &Results<'_, u32>) {
        std::iter::from_fn(|| queue.take()).for_each(|job| results.give(*job));
    }

    #[test]
    fn every_job_is_taken_once() {
        let jobs: Vec<u32> = (0..1_000).collect();
        let mut taken = Vec::new();
        run(&jobs, 3, MANY, drain, |job| taken.push(job), || false).unwrap();
        taken.sort_unstable();
        assert_eq!(taken, jobs);
    }

    #[test]
    fn no_jobs_end_at_once() {
        assert_eq!(run(&[], 3, MANY, drain, |_| panic!("nothing to merge"), || false), Ok(()));
    }

    #[test]
    fn an_interrupt_stops_a_job_that_would_never_end() {
        let forever = |queue: &Queue<'_, u32>, _: &Results<'_, ()>| {
            while !queue.stopped() {
                thread::yield_now();
            }
        };
        assert_eq!(run(&[1], 1, MANY, forever, |()| {}, || true), Err(Interrupted));
    }

    #[test]
    fn an_interrupt_is_seen_while_results_come_all_the_time() {
        let busy = |queue: &Queue<'_, u32>, results: &Results<'_, ()>| {
            while !queue.stopped() {
                results.give(());
            }
        };
        assert_eq!(run(&[1, 2], 2, MANY, busy, |()| {}, || true), Err(Interrupted));
    }

    #[test]
    fn a_panic_in_a_thread_comes_out_of_the_call() {
        let panicking = |_: &Queue<'_, u32>, _: &Results<'_, ()>| panic!("planted");
        assert!(std::panic::catch_unwind(|| run(&[1, 2], 2, MANY, panicking, |()| {}, || false)).is_err());
    }
}
