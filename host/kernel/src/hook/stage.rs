//! A hook's `Answer` -> the point's `Verdict` -> the stage's `Decision`.
//!
//! The work that a stage belongs to applies its decisions: `invoke.rs` in the tool capability, `agent_hooks.rs` and
//! `model_hooks.rs` in the agent capability, `engine/hooks.rs` in the workflow capability, `hooked.rs` in the state capability, and
//! `event/publish.rs` in core. They declare their stages beside that, and so do `discover.rs` and `life.rs`; the comment in
//! `wit/hook.wit` lists them all.

use std::time::Duration;

use llmspell_api::hook as api;
use llmspell_base::hook_point::Point;
use llmspell_base::{Code, Failure};
use serde_json::Value;

use crate::operation::Result;

/// A hook point, and the verdicts that make sense there: going on and cancelling always do.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    point: &'static Point,
    skip: bool,
    replace: bool,
    redirect: bool,
    retry: bool,
    /// What to do instead of a redirect that comes too late.
    no_redirect: Option<&'static str>,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The wait before the next attempt.
    pub delay: Duration,
    /// Attempts in all, the first included.
    pub most_attempts: u32,
}

/// The combined answer of all hooks of one point.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Go on, with the data as the hooks left it.
    Continue(Value),
    /// Skip the work; the result is empty. The text is the reason.
    Skip(String),
    /// Fail with this: code "cancelled", or "denied" where a hook that fails closed had an error.
    Cancel(Failure),
    /// Use this as the result.
    Replace(Value),
    /// Send the work to another agent, tool or model, with this data. An event gets another type.
    Redirect { target: String, data: Value },
    /// Wait so long and ask again; after so many times in all, it is cancelled.
    Retry { delay: Duration, most_attempts: u32 },
}

/// A verdict that the stage allows. Cancelling is a failure, and so is a verdict that the stage does not allow.
#[derive(Debug, PartialEq)]
pub enum Decision {
    /// Go on, with the data as hooks left it.
    Continue(Value),
    /// Skip the work; the result is empty. The text is the reason.
    Skip(String),
    /// Use this as the result.
    Replace(Value),
    /// Send the work to another agent, tool or model, with this data. An event gets another type.
    Redirect {
        /// Name of the component that is to do it.
        target: String,
        /// The data as hooks left it.
        data: Value,
    },
    /// Do it again, after a wait.
    Retry(RetryPolicy),
}

/// What becomes of one round of work that hooks were asked about.
#[derive(Debug)]
pub enum HookOutcome<Input, Output> {
    /// It goes on, with this input.
    Proceed(Input),
    /// It is over, with this result.
    Done(Output),
    /// Another one does it, with this input.
    Redirected(Input, String),
    /// It is to be done again, after a wait.
    Again(RetryPolicy),
}

/// How often hooks had one piece of work redirected or done again.
#[derive(Debug)]
pub struct Rounds {
    /// For messages, such as "the run".
    what: &'static str,
    targets: Vec<String>,
    attempts: u32,
}

/// What is redirected more often goes round in a circle.
const MOST_REDIRECTS: usize = 8;

impl Stage {
    /// A stage that allows every verdict.
    pub const fn of(point: &'static Point) -> Stage {
        Stage { point, skip: true, replace: true, redirect: true, retry: true, no_redirect: None }
    }

    /// The same stage, where skipping is a failure.
    pub const fn without_skip(self) -> Stage {
        Stage { skip: false, ..self }
    }

    /// The same stage, where replacing the result is a failure.
    pub const fn without_replace(self) -> Stage {
        Stage { replace: false, ..self }
    }

    /// `hint` tells what to do instead, for the end of the message.
    pub const fn without_redirect(self, hint: Option<&'static str>) -> Stage {
        Stage { redirect: false, no_redirect: hint, ..self }
    }

    /// The same stage, where retrying is a failure.
    pub const fn without_retry(self) -> Stage {
        Stage { retry: false, ..self }
    }

    /// The hook point that is asked.
    pub const fn point(&self) -> &'static Point {
        self.point
    }

    fn refuse(&self) -> Failure {
        let allowed = [
            (self.skip, "skip"),
            (true, "cancel"),
            (self.replace, "replace"),
            (self.redirect, "redirect"),
            (self.retry, "retry"),
        ];
        let words: Vec<&str> = allowed.into_iter().filter(|(allowed, _)| *allowed).map(|(_, word)| word).collect();
        let (last, first) = words.split_last().unwrap_or((&"cancel", &[]));
        let words = if first.is_empty() {
            format!("go on or {last}")
        } else {
            format!("go on, {} or {last}", first.join(", "))
        };
        Failure::invalid(format!("a hook on {} can only {words}", self.point))
    }

    /// The decision that a verdict is, or why it is none here.
    pub(super) fn decide(&self, verdict: Verdict) -> Result<Decision> {
        match verdict {
            Verdict::Continue(data) => Ok(Decision::Continue(data)),
            Verdict::Cancel(failure) => Err(failure),
            Verdict::Skip(reason) if self.skip => Ok(Decision::Skip(reason)),
            Verdict::Replace(data) if self.replace => Ok(Decision::Replace(data)),
            Verdict::Redirect { target, data } if self.redirect => Ok(Decision::Redirect { target, data }),
            Verdict::Retry { delay, most_attempts } if self.retry => {
                Ok(Decision::Retry(RetryPolicy { delay, most_attempts }))
            }
            Verdict::Redirect { .. } if self.no_redirect.is_some() => {
                let hint = self.no_redirect.unwrap_or_default();
                Err(Failure::invalid(format!("a hook on {} can't redirect{hint}", self.point)))
            }
            _ => Err(self.refuse()),
        }
    }
}

impl Verdict {
    /// For a spell that fired by hand.
    pub fn view(self) -> api::Verdict {
        match self {
            Verdict::Continue(data) => api::Verdict::Continue { data },
            Verdict::Skip(reason) => api::Verdict::Skipped { reason },
            Verdict::Cancel(failure) => {
                api::Verdict::Cancel { reason: failure.message, code: failure.code.into_owned() }
            }
            Verdict::Replace(data) => api::Verdict::Replace { data },
            Verdict::Redirect { target, data } => api::Verdict::Redirect { target, data },
            Verdict::Retry { delay, most_attempts } => api::Verdict::Retry {
                delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
                max_attempts: most_attempts,
            },
        }
    }
}

impl Rounds {
    /// `what` is done over, such as "the run".
    pub fn of(what: &'static str) -> Rounds {
        Rounds { what, targets: Vec::new(), attempts: 0 }
    }

    /// Counts a redirect. Fails, as "cancelled", when there were too many.
    pub fn redirect(&mut self, target: &str) -> Result<()> {
        self.targets.push(target.to_owned());
        if self.targets.len() <= MOST_REDIRECTS {
            return Ok(());
        }
        let (what, targets) = (self.what, self.targets.join(" -> "));
        Err(Failure::new(Code::Cancelled, format!("hooks redirect {what} without end: {targets}")))
    }

    /// Counts an attempt. `false`: there were as many as the policy allows.
    pub fn may_retry(&mut self, policy: RetryPolicy) -> bool {
        self.attempts += 1;
        self.attempts < policy.most_attempts
    }

    /// Counts an attempt. Fails, as "cancelled", where there were as many as the policy allows.
    pub fn count_retry(&mut self, policy: RetryPolicy) -> Result<()> {
        if self.may_retry(policy) {
            return Ok(());
        }
        let (what, most) = (self.what, policy.most_attempts);
        Err(Failure::new(Code::Cancelled, format!("a hook wanted {what} done again, {most} times in all")))
    }

    /// The same, and waits before the next attempt.
    pub async fn retry(&mut self, policy: RetryPolicy) -> Result<()> {
        self.count_retry(policy)?;
        tokio::time::sleep(policy.delay).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const POINT: Point = Point::TOOL_VALIDATION;

    #[test]
    fn a_verdict_that_a_stage_does_not_allow_is_a_failure_that_names_the_others() {
        let stage = Stage::of(&POINT).without_redirect(None).without_retry();
        let retry = || Verdict::Retry { delay: Duration::ZERO, most_attempts: 3 };
        let message = |stage: &Stage, verdict| stage.decide(verdict).unwrap_err().message;
        assert_eq!(message(&stage, retry()), "a hook on tool:validation can only go on, skip, cancel or replace");
        assert_eq!(stage.decide(Verdict::Skip("x".into())), Ok(Decision::Skip("x".into())));
        let strict = stage.without_skip().without_replace();
        assert_eq!(message(&strict, Verdict::Replace(json!(1))), "a hook on tool:validation can only go on or cancel");
        let late = Stage::of(&POINT).without_redirect(Some(": it is too late"));
        let redirect = Verdict::Redirect { target: "x".into(), data: json!(1) };
        assert_eq!(message(&late, redirect), "a hook on tool:validation can't redirect: it is too late");
    }

    #[tokio::test(start_paused = true)]
    async fn rounds_come_to_an_end() {
        let mut rounds = Rounds::of("the run");
        let policy = RetryPolicy { delay: Duration::from_secs(5), most_attempts: 3 };
        assert!(rounds.retry(policy).await.is_ok() && rounds.retry(policy).await.is_ok());
        let message = rounds.retry(policy).await.unwrap_err().message;
        assert_eq!(message, "a hook wanted the run done again, 3 times in all");
        (0..8).for_each(|_| rounds.redirect("a").unwrap());
        assert!(rounds.redirect("b").unwrap_err().message.ends_with("a -> a -> b"));
    }
}
