//! How often a step is tried, and when.

use std::time::Duration;

use serde_json::Value;

use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};

#[derive(Debug, Clone)]
pub struct Retry {
    pub most_attempts: u64,
    delay_ms: u64,
    multiplier: f64,
    most_delay_ms: u64,
    /// Those that are retried; empty: the usual ones.
    codes: Vec<String>,
}

const LONGEST_MS: u64 = 600_000;
const MOST_CODES: usize = 64;

/// What another attempt will not change, and what must not be tried again.
const NEVER: [Code; 4] = [Code::Denied, Code::Budget, Code::Cancelled, Code::Nesting];
/// What may be otherwise the next time.
const USUAL: [Code; 8] = [
    Code::Timeout,
    Code::RateLimited,
    Code::Provider,
    Code::Network,
    Code::Tool,
    Code::Script,
    Code::Internal,
    Code::InvalidOutput,
];

impl Retry {
    /// Three attempts, a second apart.
    pub fn usual() -> Retry {
        Retry { most_attempts: 3, delay_ms: 1_000, multiplier: 1.0, most_delay_ms: LONGEST_MS, codes: Vec::new() }
    }

    /// The field `retry`.
    pub fn take(fields: &mut Fields) -> Result<Option<Retry>, Failure> {
        let Some(value) = fields.take("retry") else { return Ok(None) };
        let mut retry = Fields::of("retry", value)?;
        let usual = Retry::usual();
        let read = Retry {
            most_attempts: retry.whole("max_attempts", 1..=100)?.unwrap_or(usual.most_attempts),
            delay_ms: retry.whole("delay_ms", 0..=LONGEST_MS)?.unwrap_or(usual.delay_ms),
            multiplier: retry.number("multiplier", 1.0..=10.0)?.unwrap_or(usual.multiplier),
            most_delay_ms: retry.whole("max_delay_ms", 0..=LONGEST_MS)?.unwrap_or(usual.most_delay_ms),
            codes: retry.texts("codes", MOST_CODES)?,
        };
        retry.end()?;
        Ok(Some(read))
    }

    /// Whether another attempt makes sense after this failure.
    pub fn is_worth(&self, failure: &Failure) -> bool {
        if NEVER.iter().any(|code| failure.is(*code)) {
            return false;
        }
        if !self.codes.is_empty() {
            return self.codes.iter().any(|code| *code == failure.code);
        }
        // Codes that tools and functions chose themselves are as good as "tool" and "script".
        USUAL.iter().any(|code| failure.is(*code)) || Code::parse(&failure.code).is_none()
    }

    /// The wait after so many attempts, from 1. A provider that says how long it takes no requests is waited for.
    pub fn delay(&self, attempts: u64, failure: &Failure) -> Duration {
        let power = i32::try_from(attempts.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.delay_ms as f64 * self.multiplier.powi(power);
        let asked = failure.details.as_ref().and_then(|details| details.get("retry_after_seconds"));
        let asked = asked.and_then(Value::as_f64).unwrap_or(0.0) * 1_000.0;
        Duration::from_millis(grown.max(asked).min(self.most_delay_ms as f64) as u64)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn retry(value: Value) -> Retry {
        let mut fields = Fields::of("it", json!({ "retry": value })).unwrap();
        Retry::take(&mut fields).unwrap().unwrap()
    }

    #[test]
    fn waits_grow_up_to_their_bound() {
        let policy = retry(json!({ "delay_ms": 100, "multiplier": 2, "max_delay_ms": 350 }));
        let failure = Failure::new(Code::Tool, "x");
        let waits: Vec<u128> = (1..=4).map(|attempt| policy.delay(attempt, &failure).as_millis()).collect();
        assert_eq!(waits, [100, 200, 350, 350]);
        assert_eq!(policy.delay(u64::MAX, &failure).as_millis(), 350);
        let limited = Failure { details: Some(json!({ "retry_after_seconds": 0.3 })), ..failure };
        assert_eq!(policy.delay(1, &limited).as_millis(), 300);
    }

    #[test]
    fn only_what_may_change_is_retried() {
        let usual = Retry::usual();
        for code in
            ["timeout", "rate-limited", "provider", "network", "tool", "script", "internal", "invalid-output", "mine"]
        {
            assert!(usual.is_worth(&Failure::coded(code.into(), Code::Script, String::new(), None)), "{code}");
        }
        for code in ["denied", "budget", "cancelled", "nesting", "invalid", "not-found", "too-large", "auth"] {
            assert!(!usual.is_worth(&Failure::coded(code.into(), Code::Script, String::new(), None)), "{code}");
        }
        let some = retry(json!({ "codes": ["denied", "auth"] }));
        assert!(some.is_worth(&Failure::new(Code::Auth, "x")) && !some.is_worth(&Failure::denied("x")));
        assert!(!some.is_worth(&Failure::new(Code::Tool, "x")));
    }
}
