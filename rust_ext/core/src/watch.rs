/*! Long work between whose steps somebody asks whether to stop: what a thread does on its own, after or beside a queue. */

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use crate::Interrupted;

/// How often it is asked.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Asks now and then whether to stop, so that no step need know the time.
pub struct Watch<F> {
    interrupted: F,
    steps: usize,
    asked: Instant,
}

/// So many steps, each of some nanoseconds, pass between two looks at the clock.
const STEPS: usize = 4_096;

/// So many items are sorted at once: some 30 ms where they are paths.
const SORTED: usize = 32_768;

impl<F: FnMut() -> bool> Watch<F> {
    /// A watch that asks `interrupted` every 50 ms, while steps are done.
    pub fn new(interrupted: F) -> Self {
        Self { interrupted, steps: 0, asked: Instant::now() }
    }

    /// Ask if 50 ms have passed since the last time.
    ///
    /// # Errors
    /// [`Interrupted`] if the answer was to stop.
    pub fn ask(&mut self) -> Result<(), Interrupted> {
        if self.asked.elapsed() < PATIENCE {
            return Ok(());
        }
        self.asked = Instant::now();
        if (self.interrupted)() { Err(Interrupted) } else { Ok(()) }
    }

    /// Say that so many steps of some nanoseconds were done.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn did(&mut self, steps: usize) -> Result<(), Interrupted> {
        self.steps += steps;
        if self.steps < STEPS {
            return Ok(());
        }
        self.steps = 0;
        self.ask()
    }

    /// Go through `items`, a step each.
    pub fn each<I: IntoIterator>(&mut self, items: I) -> impl Iterator<Item = Result<I::Item, Interrupted>> {
        items.into_iter().map(|item| self.did(1).map(|()| item))
    }

    /// Sort `items` in parts; equal ones may change places.
    ///
    /// # Errors
    /// As [`ask`](Self::ask); the items are then lost.
    pub fn sorted<T>(
        &mut self,
        mut items: Vec<T>,
        compare: impl Fn(&T, &T) -> Ordering,
    ) -> Result<Vec<T>, Interrupted> {
        let mut runs = Vec::new();
        while !items.is_empty() {
            let mut run = items.split_off(items.len().saturating_sub(SORTED));
            run.sort_unstable_by(&compare);
            runs.push(run);
            self.ask()?;
        }
        while runs.len() > 1 {
            let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
            let mut pairs = runs.into_iter();
            while let Some(one) = pairs.next() {
                merged.push(self.merged(one, pairs.next().unwrap_or_default(), &compare)?);
            }
            runs = merged;
        }
        Ok(runs.pop().unwrap_or_default())
    }

    fn merged<T>(
        &mut self,
        one: Vec<T>,
        two: Vec<T>,
        compare: &impl Fn(&T, &T) -> Ordering,
    ) -> Result<Vec<T>, Interrupted> {
        let mut all = Vec::with_capacity(one.len() + two.len());
        let (mut one, mut two) = (one.into_iter().peekable(), two.into_iter().peekable());
        loop {
            let next = match (one.peek(), two.peek()) {
                (Some(first), Some(second)) if compare(first, second).is_gt() => two.next(),
                (Some(_), _) => one.next(),
                (None, _) => two.next(),
            };
            let Some(next) = next else { return Ok(all) };
            all.push(next);
            self.did(1)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    /// Numbers in no order, some of them equal.
    fn mixed(count: u64) -> Vec<u64> {
        (0..count).map(|number| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % (count / 2 + 1)).collect()
    }

    #[test]
    fn items_of_no_and_one_and_many_parts_are_sorted() {
        for count in [0, 1, 2, SORTED - 1, SORTED, SORTED + 1, 2 * SORTED, 5 * SORTED + 7] {
            let items = mixed(count as u64);
            let mut expected = items.clone();
            expected.sort_unstable();
            assert!(Watch::new(|| false).sorted(items, Ord::cmp).unwrap() == expected, "{count}");
        }
    }

    #[test]
    fn a_sort_is_stopped_between_its_parts() {
        assert_eq!(Watch::new(|| true).sorted(mixed(20_000_000), Ord::cmp), Err(Interrupted));
    }

    #[test]
    fn it_asks_by_the_clock_and_not_by_the_step() {
        let asked = Cell::new(0);
        let mut watch = Watch::new(|| {
            asked.set(asked.get() + 1);
            false
        });
        assert_eq!(watch.each(0..10_000).filter(Result::is_ok).count(), 10_000);
        assert!(asked.get() <= 1, "ten thousand steps take no 100 ms");
        std::thread::sleep(PATIENCE + Duration::from_millis(1));
        let before = asked.get();
        assert_eq!(watch.did(STEPS), Ok(()));
        assert_eq!(asked.get(), before + 1);
    }
}
