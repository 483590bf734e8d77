//! Time as a run sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The machine's clock, or one that starts at a given time and goes with tokio's, which a test can pause.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Nanoseconds since 1970. `None`: the machine's.
    origin: Option<Arc<AtomicU64>>,
    began: Instant,
}

/// The longest sleep in one go, so that no sum overflows: about 31 years.
const LONGEST: Duration = Duration::from_secs(1_000_000_000);

/// The end of the year 9999, since 1970.
const LAST: Duration = Duration::from_millis(253_402_300_799_999);

impl Clock {
    /// The machine's clock, with an origin of now for [`Clock::elapsed`].
    pub fn system() -> Clock {
        Clock { origin: None, began: Instant::now() }
    }

    /// Starts at this time since 1970.
    pub fn starting_at(origin: Duration) -> Clock {
        Clock { origin: Some(Arc::new(nanoseconds(origin).into())), began: Instant::now() }
    }

    /// Nanoseconds since 1970; 0 where the machine's clock stands before 1970. May be less than at an earlier call, as the
    /// machine's clock can be set back: measure durations with `elapsed`.
    pub fn now(&self) -> u64 {
        match &self.origin {
            None => nanoseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            Some(origin) => origin.load(Ordering::Relaxed).saturating_add(self.elapsed()),
        }
    }

    /// For tests: sets this clock and all its clones, forwards or back, as a machine's clock is set.
    pub fn set(&self, now: Duration) {
        let origin = nanoseconds(now).saturating_sub(self.elapsed());
        if let Some(kept) = &self.origin {
            kept.store(origin, Ordering::Relaxed);
        }
    }

    /// Nanoseconds since the run began. Never less than before, however the machine's clock is set.
    pub fn elapsed(&self) -> u64 {
        nanoseconds(self.began.elapsed())
    }

    /// A time in UTC as files hold it, "2026-01-02T03:04:05.678Z"; times before 1970 and after 9999 are clamped.
    pub fn stamp(time: SystemTime) -> String {
        // Its formatter panics before the year 1970 and behind 9999.
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
        humantime::format_rfc3339_millis(UNIX_EPOCH + since).to_string()
    }

    /// The duration of a sleep of so many milliseconds, at most about 31 years.
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

    #[tokio::test(start_paused = true)]
    async fn setting_it_moves_the_time_of_day_only() {
        let clock = Clock::starting_at(Duration::from_secs(100_000));
        tokio::time::sleep(Duration::from_secs(5)).await;
        for seconds in [100, 200_000, 7] {
            clock.clone().set(Duration::from_secs(seconds));
            assert_eq!((clock.elapsed(), clock.now()), (5_000_000_000, seconds * 1_000_000_000));
        }
    }

    #[test]
    fn any_time_can_be_written() {
        let day = Duration::from_secs(86_400);
        assert_eq!(Clock::stamp(UNIX_EPOCH + day), "1970-01-02T00:00:00.000Z");
        assert_eq!(Clock::stamp(UNIX_EPOCH - day), "1970-01-01T00:00:00.000Z");
        assert_eq!(Clock::stamp(UNIX_EPOCH + day * 4_000_000), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(Clock::starting_at(Duration::MAX).now(), u64::MAX);
        assert_eq!(Clock::system().sleep(u64::MAX), LONGEST);
    }
}
