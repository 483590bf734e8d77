//! The audit: a line of JSON for each decision about what a run may use.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::PolicyFile;

/// A line of the audit. In the file it is ASCII, and the last field is its own hash.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AuditLine {
    /// Of the file, from 1.
    pub seq: u64,
    /// RFC 3339.
    pub time: String,
    /// Whose run it is.
    pub tenant: String,
    /// A random number for each run, in hex.
    pub run: String,
    /// SHA-256 of the spell's text, in hex.
    pub spell: String,
    /// "interface.function", or "run.begin", "run.repeated", "run.end".
    pub call: String,
    /// What was decided.
    pub decision: AuditDecision,
    /// What it was decided about.
    pub what: AuditSubject,
    /// The hash of the line before; zeros before the first.
    pub previous: String,
    /// SHA-256 of the line without this field, in hex; set when the line is written to the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What a line of the audit says of its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Decision")]
pub enum AuditDecision {
    /// The run begins.
    Begun,
    /// It may be used.
    Granted,
    /// It may not be used.
    Denied,
    /// Somebody said yes to the call.
    Approved,
    /// Nobody said yes to the call, which needed it.
    Refused,
    /// The run is over.
    Ended,
}

/// What a line of the audit is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AuditSubject {
    /// Of "run.begin": the policies that are in force.
    Begun {
        /// The outermost first.
        policies: Vec<PolicyFile>,
    },
    /// Modules are granted or denied as a whole.
    Modules {
        /// True.
        modules: bool,
    },
    /// Of "run.repeated": how often decisions were met, by the numbers of their lines.
    Repeated {
        /// Numbers of times, by the line's number as text.
        #[schemars(with = "BTreeMap<String, u64>")]
        times: Map<String, Value>,
    },
    /// Of "run.end": the word of the run's outcome.
    Ended {
        /// Such as "completed".
        outcome: String,
    },
    /// What was asked for, by the section of a policy, such as `{"models": ["openai/gpt-4"]}`.
    Names {
        /// Names by section.
        #[serde(flatten)]
        names: BTreeMap<String, Vec<String>>,
        /// Of the lines of one decision about very many names, from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        part: Option<usize>,
        /// How many lines the decision has.
        #[serde(skip_serializing_if = "Option::is_none")]
        parts: Option<usize>,
        /// Of a call that needed somebody's yes.
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<AuditApproval>,
    },
}

/// A call that somebody was to say yes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditApproval {
    /// SHA-256 of the call, in hex.
    pub digest: String,
    /// "asked": somebody was; "before": of what was said before; "digest": of `--approve`; "nobody": nobody was there.
    pub by: String,
}

impl AuditDecision {
    /// As it stands in JSON, such as "granted".
    pub fn word(self) -> &'static str {
        match self {
            AuditDecision::Begun => "begun",
            AuditDecision::Granted => "granted",
            AuditDecision::Denied => "denied",
            AuditDecision::Approved => "approved",
            AuditDecision::Refused => "refused",
            AuditDecision::Ended => "ended",
        }
    }
}

/// The result of checking an audit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditCheck {
    /// How many lines were read, a cut one included.
    pub lines: u64,
    /// The hash of the last line: kept elsewhere, it proves later that nothing before it was changed.
    pub head: Option<String>,
    /// What is wrong, in order. Each names its line, from 1.
    pub problems: Vec<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn line(decision: AuditDecision, what: AuditSubject) -> String {
        let line = AuditLine {
            seq: 2,
            time: "2026-01-01T00:00:00Z".into(),
            tenant: "acme".into(),
            run: "0a".into(),
            spell: "00ff".into(),
            call: "x".into(),
            decision,
            what,
            previous: "00".into(),
            hash: None,
        };
        serde_json::to_string(&line).unwrap()
    }

    #[test]
    fn a_line_is_written_as_ever() {
        let begins = "{\"seq\":2,\"time\":\"2026-01-01T00:00:00Z\",\"tenant\":\"acme\",\"run\":\"0a\",\"spell\":\"00ff\",\
                      \"call\":\"x\",\"decision\":";
        let names = |part| AuditSubject::Names {
            names: [("state".to_owned(), vec!["a".to_owned()])].into(),
            part,
            parts: part.map(|_| 2),
            approval: None,
        };
        let repeated = [("9".to_owned(), 2.into()), ("10".to_owned(), 3.into())];
        for (decision, what, ends) in [
            (AuditDecision::Granted, names(None), r#""granted","what":{"state":["a"]},"previous":"00"}"#),
            (
                AuditDecision::Denied,
                names(Some(1)),
                r#""denied","what":{"state":["a"],"part":1,"parts":2},"previous":"00"}"#,
            ),
            (
                AuditDecision::Begun,
                AuditSubject::Begun { policies: vec![PolicyFile { file: "p".into(), hash: "h".into() }] },
                r#""begun","what":{"policies":[{"file":"p","hash":"h"}]},"previous":"00"}"#,
            ),
            (
                AuditDecision::Granted,
                AuditSubject::Modules { modules: true },
                r#""granted","what":{"modules":true},"previous":"00"}"#,
            ),
            (
                AuditDecision::Ended,
                AuditSubject::Repeated { times: repeated.into_iter().collect() },
                r#""ended","what":{"times":{"9":2,"10":3}},"previous":"00"}"#,
            ),
            (
                AuditDecision::Ended,
                AuditSubject::Ended { outcome: "completed".into() },
                r#""ended","what":{"outcome":"completed"},"previous":"00"}"#,
            ),
        ] {
            assert_eq!(line(decision, what), format!("{begins}{ends}"));
            assert_eq!(serde_json::to_value(decision).unwrap(), decision.word());
        }
    }
}
