//! CPU time, and contenders that take turns.

use std::time::Duration;

use anyhow::{Result, ensure};
use rustix::time::{ClockId, clock_gettime};

/// Does a piece of work, and returns what came of it: all contenders for the same work must return the same.
pub type Work<'a> = &'a dyn Fn() -> Result<String>;

/// What one contender took, round by round, in seconds for one unit of work.
#[derive(Debug)]
pub struct Times(Vec<f64>);

impl Times {
    /// Nothing makes work faster than it is, and much makes it slower.
    pub fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Lets the contenders do their work in turn, after a round that does not count. `units`: how often they do it in one.
pub fn in_turn(rounds: u32, units: u32, contenders: &[Work<'_>]) -> Result<Vec<Times>> {
    let mut times: Vec<Times> = contenders.iter().map(|_| Times(Vec::new())).collect();
    let mut expected = None;
    for round in 0..=rounds {
        for (work, times) in contenders.iter().zip(&mut times) {
            let began = cpu();
            let result = work()?;
            let taken = cpu() - began;
            let expected = expected.get_or_insert_with(|| result.clone());
            ensure!(result == *expected, "the results differ: {result} and {expected}");
            if round > 0 {
                times.0.push(taken.as_secs_f64() / f64::from(units));
            }
        }
    }
    Ok(times)
}

/// CPU time of this thread, in user and in system mode. The system's part counts: setting memory up for a sandbox and
/// clearing it afterwards happens there.
pub fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The same of all threads of this process: for work of which a part waits for a disk on threads of its own.
pub fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

impl FromIterator<f64> for Times {
    fn from_iter<I: IntoIterator<Item = f64>>(seconds: I) -> Times {
        Times(seconds.into_iter().collect())
    }
}
