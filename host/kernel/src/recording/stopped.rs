//! How an import ended a run, as text and back.

use llmspell_base::{Code, Failure, Limit};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stop::Stop;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stopped {
    Spent(String),
    Budget { limit: String, code: String, message: String, details: Option<Value> },
    Exit(u8),
    Cancelled(String),
    Guest(String),
    Host(String),
}

/// Every limit.
const LIMITS: [Limit; 12] = [
    Limit::Fuel,
    Limit::Memory,
    Limit::WallTime,
    Limit::Output,
    Limit::HostCalls,
    Limit::ToolCalls,
    Limit::Tokens,
    Limit::Cost,
    Limit::Stack,
    Limit::Handles,
    Limit::HostBytes,
    Limit::Decisions,
];

/// The word of an outcome does not tell all of them apart.
fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::ToolCalls => "tool-calls",
        Limit::Decisions => "decisions",
        Limit::Fuel
        | Limit::Memory
        | Limit::WallTime
        | Limit::Output
        | Limit::HostCalls
        | Limit::Tokens
        | Limit::Cost
        | Limit::Stack
        | Limit::Handles
        | Limit::HostBytes => limit.word(),
    }
}

pub fn write(stop: &Stop) -> String {
    let stopped = match stop {
        Stop::Spent(limit) => Stopped::Spent(name(*limit).into()),
        Stop::Budget { limit, failure } => Stopped::Budget {
            limit: name(*limit).into(),
            code: failure.code.to_string(),
            message: failure.message.clone(),
            details: failure.details.clone(),
        },
        Stop::Exit(code) => Stopped::Exit(*code),
        Stop::Cancelled(text) => Stopped::Cancelled(text.clone()),
        Stop::Guest(text) => Stopped::Guest(text.clone()),
        Stop::Host(text) => Stopped::Host(text.clone()),
    };
    serde_json::to_string(&stopped).unwrap_or_default()
}

/// `None`: it is none of these.
pub fn read(text: &str) -> Option<Stop> {
    let limit = |named: &str| LIMITS.into_iter().find(|limit| name(*limit) == named);
    Some(match serde_json::from_str(text).ok()? {
        Stopped::Spent(name) => Stop::Spent(limit(&name)?),
        Stopped::Budget { limit: name, code, message, details } => {
            let failure = Failure { details, ..Failure::new(Code::parse(&code)?, message) };
            Stop::Budget { limit: limit(&name)?, failure: Box::new(failure) }
        }
        Stopped::Exit(code) => Stop::Exit(code),
        Stopped::Cancelled(text) => Stop::Cancelled(text),
        Stopped::Guest(text) => Stop::Guest(text),
        Stopped::Host(text) => Stop::Host(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stop_can_be_read_back() {
        let failure = Failure { details: Some(1.into()), ..Failure::new(Code::Budget, "too much") };
        let mut stops = vec![
            Stop::Budget { limit: Limit::Cost, failure: Box::new(failure) },
            Stop::Exit(3),
            Stop::Cancelled("a".into()),
            Stop::Guest("b".into()),
            Stop::Host("c\n".into()),
        ];
        stops.extend(LIMITS.map(Stop::Spent));
        for stop in stops {
            assert_eq!(format!("{:?}", read(&write(&stop)).unwrap()), format!("{stop:?}"));
        }
        assert!(read("{\"spent\":\"x\"}").is_none() && read("").is_none());
    }
}
