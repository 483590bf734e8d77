//! Time as a run sees it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The machine's clock, or one that starts at a given time and goes with tokio's, which a test can pause.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Since 1970. `None`: the machine's.
    origin: Option<Duration>,
    began: Instant,
}

/// The longest sleep in one go, so that no sum overflows: about 31 years.
const LONGEST: Duration = Duration::from_secs(1_000_000_000);

impl Clock {
    pub fn system() -> Clock {
        Clock { origin: None, began: Instant::now() }
    }

    /// Starts at this time since 1970.
    pub fn starting_at(origin: Duration) -> Clock {
        Clock { origin: Some(origin), began: Instant::now() }
    }

    /// Nanoseconds since 1970. A machine whose clock stands before 1970 gets 0.
    pub fn now(&self) -> u64 {
        nanoseconds(match self.origin {
            None => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            Some(origin) => origin.saturating_add(self.began.elapsed()),
        })
    }

    /// Nanoseconds since the run began.
    pub fn elapsed(&self) -> u64 {
        nanoseconds(self.began.elapsed())
    }

    /// How long a sleep of so many milliseconds takes.
    pub fn sleep(&self, milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds).min(LONGEST)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_with_an_origin_goes_with_paused_time() {
        let clock = Clock::starting_at(Duration::from_secs(10));
        tokio::time::sleep(clock.sleep(1_500)).await;
        assert_eq!((clock.elapsed(), clock.now()), (1_500_000_000, 11_500_000_000));
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(Clock::starting_at(Duration::MAX).now(), u64::MAX);
        assert_eq!(Clock::system().sleep(u64::MAX), LONGEST);
    }
}
