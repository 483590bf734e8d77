//! Time as a run sees it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The machine's clock, or one that only moves when somebody sleeps.
#[derive(Debug, Clone)]
pub enum Clock {
    System { began: Instant },
    Virtual { began: Duration, elapsed: Duration },
}

/// The longest sleep in one go, so that no sum overflows: about 31 years.
const LONGEST: Duration = Duration::from_secs(1_000_000_000);

impl Clock {
    pub fn system() -> Clock {
        Clock::System { began: Instant::now() }
    }

    /// Starts at this time since 1970; a sleep takes no time and moves it on.
    pub fn starting_at(began: Duration) -> Clock {
        Clock::Virtual { began, elapsed: Duration::ZERO }
    }

    /// Nanoseconds since 1970. A machine whose clock stands before 1970 gets 0.
    pub fn now(&self) -> u64 {
        match self {
            Clock::System { .. } => nanoseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            Clock::Virtual { began, elapsed } => nanoseconds(began.saturating_add(*elapsed)),
        }
    }

    /// Nanoseconds since the run began.
    pub fn elapsed(&self) -> u64 {
        match self {
            Clock::System { began } => nanoseconds(began.elapsed()),
            Clock::Virtual { elapsed, .. } => nanoseconds(*elapsed),
        }
    }

    /// How long the caller really has to wait for this sleep.
    pub fn sleep(&mut self, milliseconds: u64) -> Duration {
        let time = Duration::from_millis(milliseconds).min(LONGEST);
        match self {
            Clock::System { .. } => time,
            Clock::Virtual { elapsed, .. } => {
                *elapsed = elapsed.saturating_add(time);
                Duration::ZERO
            }
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_sleep_moves_the_clock_and_takes_no_time() {
        let mut clock = Clock::starting_at(Duration::from_secs(10));
        assert_eq!(clock.sleep(1_500), Duration::ZERO);
        assert_eq!((clock.elapsed(), clock.now()), (1_500_000_000, 11_500_000_000));
    }

    #[test]
    fn endless_sleeps_do_not_overflow() {
        let mut clock = Clock::starting_at(Duration::MAX);
        for _ in 0..3 {
            clock.sleep(u64::MAX);
        }
        assert_eq!(clock.now(), u64::MAX);
        assert_eq!(Clock::system().sleep(u64::MAX), LONGEST);
    }
}
