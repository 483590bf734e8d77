//! How many requests there may be in a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Counters that are kept at once; beyond, those of minutes that are over go first.
const MOST: usize = 10_000;

/// Counts requests by whom they are for.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<String, (Instant, u32)>>);

impl Rates {
    /// Counts one more, or says how long to wait until there may be one.
    pub fn count(&self, name: String, most: u32) -> Result<(), Duration> {
        let (now, mut all) = (Instant::now(), self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if all.len() >= MOST && !all.contains_key(&name) {
            all.retain(|_, (began, _)| now.duration_since(*began) < MINUTE);
        }
        let (began, count) = all.entry(name).or_insert((now, 0));
        if now.duration_since(*began) >= MINUTE {
            (*began, *count) = (now, 0);
        }
        if *count >= most {
            return Err(MINUTE.saturating_sub(now.duration_since(*began)));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_its_rate_nobody_asks() {
        let rates = Rates::default();
        assert!(rates.count("a".into(), 2).is_ok() && rates.count("a".into(), 2).is_ok());
        assert!(rates.count("a".into(), 2).unwrap_err() <= MINUTE);
        assert!(rates.count("b".into(), 2).is_ok());
    }
}
