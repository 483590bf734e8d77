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

/// Every limit; the word of an outcome does not tell all of them apart.
const LIMITS: [(&str, Limit); 12] = [
    ("fuel", Limit::Fuel),
    ("memory", Limit::Memory),
    ("wall-time", Limit::WallTime),
    ("output", Limit::Output),
    ("host-calls", Limit::HostCalls),
    ("tool-calls", Limit::ToolCalls),
    ("token-budget", Limit::Tokens),
    ("cost-budget", Limit::Cost),
    ("stack", Limit::Stack),
    ("handles", Limit::Handles),
    ("host-bytes", Limit::HostBytes),
    ("decisions", Limit::Decisions),
];

pub fn write(stop: &Stop) -> String {
    let name = |limit: &Limit| {
        let known = LIMITS.iter().find(|(_, known)| known == limit);
        known.map_or("fuel", |(name, _)| name).to_owned()
    };
    let stopped = match stop {
        Stop::Spent(limit) => Stopped::Spent(name(limit)),
        Stop::Budget { limit, failure } => Stopped::Budget {
            limit: name(limit),
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
    let limit = |name: &str| LIMITS.iter().find(|(known, _)| *known == name).map(|(_, limit)| *limit);
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
        stops.extend(LIMITS.map(|(_, limit)| Stop::Spent(limit)));
        for stop in stops {
            assert_eq!(format!("{:?}", read(&write(&stop)).unwrap()), format!("{stop:?}"));
        }
        assert!(read("{\"spent\":\"x\"}").is_none() && read("").is_none());
    }
}
