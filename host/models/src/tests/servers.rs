//! What real servers send, row by row of `servers.toml`, played through the HTTP client.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::*;
use super::caller::{Caller, tools};
use super::server::*;
use super::wires::{Say, Wire};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

/// A reply, and what comes of it. What is not expected is not compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// With its version, or what its documentation is called.
    server: String,
    /// "seen" by running it, or where it is written.
    source: String,
    what: String,
    wire: String,
    #[serde(default)]
    streamed: bool,
    /// Whether the tool "add" is offered; the next reply is a good one.
    #[serde(default)]
    tools: bool,
    #[serde(default = "ok_status")]
    status: u16,
    #[serde(rename = "type")]
    content_type: Option<String>,
    #[serde(default)]
    headers: Vec<String>,
    /// As it is sent, or a part for each event or line.
    #[serde(default)]
    body: String,
    #[serde(default)]
    parts: Vec<String>,
    says: Option<String>,
    /// "none": it says none.
    finish: Option<String>,
    /// Input and output; -1: not reported.
    tokens: Option<[i64; 2]>,
    reasoning: Option<String>,
    /// The arguments of each call of "add".
    calls: Option<Vec<String>>,
    code: Option<String>,
    message: Option<String>,
    /// In seconds.
    wait: Option<u64>,
}

fn ok_status() -> u16 {
    200
}

impl Row {
    fn wire(&self) -> Wire {
        match self.wire.as_str() {
            "chat" => Wire::Chat,
            "responses" => Wire::Responses,
            "messages" => Wire::Anthropic,
            "gemini" => Wire::Gemini,
            "ollama" => Wire::Ollama,
            other => panic!("no wire '{other}'"),
        }
    }

    fn deed(&self) -> Deed {
        let wire = self.wire();
        let part = |part: &String| match wire {
            Wire::Ollama => format!("{part}\n"),
            _ if part.starts_with([':', 'e']) => format!("{part}\n"),
            _ => format!("data: {part}\n\n"),
        };
        let body = self.body.clone() + &self.parts.iter().map(part).collect::<String>();
        let kind = self.content_type.as_deref().unwrap_or(wire.content_type(self.streamed && !self.parts.is_empty()));
        let headers: String = self.headers.iter().map(|header| format!("{header}\r\n")).collect();
        let status = self.status;
        let head = format!("HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        Deed::Write(format!("{head}connection: close\r\n{headers}\r\n{body}").into_bytes())
    }

    /// What differs.
    async fn play(&self) -> Vec<String> {
        let wire = self.wire();
        let good = wire.body(&Say::Text("done".into()), self.streamed);
        let good = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{good}",
            wire.content_type(self.streamed),
            good.len()
        );
        let (url, _) = server_of(vec![self.deed(), Deed::Write(good.into_bytes())]).await;
        let url = url.trim_end_matches("/v1").to_owned();
        let mut provider = Provider { kind: wire.kind(), api: wire.api(), ..provider("local", Some(&url), None) };
        provider.retries.attempts = 1;
        let models = Models::new(vec![provider], None, CAP).unwrap();
        let name = models.resolve(None, Some("local/m")).unwrap();
        let offered = if self.tools { tools() } else { Vec::new() };
        let run = Run { tools: offered, max_turns: 2, ..Run::new(name, "What is 1 + 2?") };
        let caller = Caller::streaming(self.streamed);
        let outcome = caller.run(&models, run).await;
        let calls: Vec<String> = caller
            .log()
            .iter()
            .filter_map(|line| line.split_once(" add ").map(|(_, given)| given.to_owned()))
            .collect();
        let found = match &outcome {
            Err(unsaid) => json!({"code": unsaid.error.code().word(), "message": unsaid.error.to_string(),
                "wait": unsaid.error.details().get("retry_after_seconds")}),
            Ok(said) => {
                let reply = &said.reply;
                let count = |tokens: Option<u64>| tokens.map_or(-1, |tokens| tokens as i64);
                json!({"says": reply.text, "finish": reply.finish_reason.as_deref().unwrap_or("none"),
                    "tokens": [count(reply.usage.input_tokens), count(reply.usage.output_tokens)],
                    "reasoning": reply.reasoning, "calls": calls})
            }
        };
        let expected = [
            ("says", json!(self.says)),
            ("finish", json!(self.finish)),
            ("tokens", json!(self.tokens)),
            ("reasoning", json!(self.reasoning)),
            ("calls", json!(self.calls)),
            ("code", json!(self.code)),
            ("message", json!(self.message)),
            ("wait", json!(self.wait)),
        ];
        let differs = |(key, value): &(&str, Value)| !value.is_null() && found.get(*key) != Some(value);
        let wrong: Vec<_> = expected.iter().filter(|one| differs(one)).collect();
        let place = format!("{} ({}): {}, streamed: {}", self.server, self.source, self.what, self.streamed);
        wrong.iter().map(|(key, value)| format!("{place}: {key} should be {value}, found {found}")).collect()
    }
}

#[tokio::test]
async fn each_server_is_understood() {
    let table: Table = toml::from_str(include_str!("servers.toml")).unwrap();
    let mut wrong = Vec::new();
    for row in &table.row {
        assert!(row.says.is_some() || row.code.is_some(), "{}: nothing is expected of {}", row.server, row.what);
        wrong.extend(row.play().await);
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), table.row.len(), wrong.join("\n"));
}
