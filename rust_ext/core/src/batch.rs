/*!
The threads of one call.

They are scoped: born and joined inside the call, never kept. A global pool would be lost in a forked child, which
then waits for ever for threads that do not exist there. To start and join a thread costs about 26 µs.
*/

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::Interrupted;

/// How often the calling thread asks whether it should stop.
const PATIENCE: Duration = Duration::from_millis(50);

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

/// Run `work` in at most `workers` threads, which share one queue of `jobs`; give each thread's result to `merge`.
///
/// The calling thread does not work: it merges what is ready and calls `interrupted` every 50 ms. When that says
/// true the threads stop at their next look at the queue.
///
/// # Errors
/// [`Interrupted`] if the call was stopped; what was merged until then is worth nothing.
pub fn run<J: Sync, T: Send>(
    jobs: &[J],
    workers: usize,
    work: impl Fn(&Queue<'_, J>) -> T + Sync,
    mut merge: impl FnMut(T),
    mut interrupted: impl FnMut() -> bool,
) -> Result<(), Interrupted> {
    let queue = Queue::new(jobs);
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for _ in 0..workers.min(jobs.len()) {
            let (sender, queue, work) = (sender.clone(), &queue, &work);
            // The receiver outlives every worker, so a failed send cannot be.
            scope.spawn(move || sender.send(work(queue)));
        }
        drop(sender);
        loop {
            match results.recv_timeout(PATIENCE) {
                Ok(result) => merge(result),
                Err(RecvTimeoutError::Timeout) if interrupted() => queue.stopped.store(true, Ordering::Relaxed),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    if queue.stopped() { Err(Interrupted) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &Queue<'_, u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.take().copied()).collect()
    }

    #[test]
    fn every_job_is_taken_once() {
        let jobs: Vec<u32> = (0..1_000).collect();
        let mut taken = Vec::new();
        run(&jobs, 3, drain, |part| taken.extend(part), || false).unwrap();
        taken.sort_unstable();
        assert_eq!(taken, jobs);
    }

    #[test]
    fn no_jobs_end_at_once() {
        assert_eq!(run(&[], 3, drain, |_| panic!("nothing to merge"), || false), Ok(()));
    }

    #[test]
    fn an_interrupt_stops_a_job_that_would_never_end() {
        let forever = |queue: &Queue<'_, u32>| {
            while !queue.stopped() {
                thread::yield_now();
            }
        };
        assert_eq!(run(&[1], 1, forever, |()| {}, || true), Err(Interrupted));
    }
}
