//! `replies.json`: what a model server on this machine answers in a case, one reply after the other.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::double::serve;

/// All that was asked, in order: `method`, `path`, `headers` and `body`, as JSON or as the text that it is.
pub type Asked = Arc<Mutex<Vec<Value>>>;

/// One reply. Of those that are left out, the status is 200 and the content type JSON's.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default = "json_type", rename = "type")]
    content_type: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// JSON, or the text as it is sent.
    body: Value,
}

fn ok() -> u16 {
    200
}

fn json_type() -> String {
    "application/json".into()
}

/// The replies of a case; `None` where its models are doubles.
pub fn read(folder: &Path) -> Result<Option<Vec<Reply>>, String> {
    let Ok(text) = std::fs::read_to_string(folder.join("replies.json")) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| format!("replies.json: {error}"))
}

/// Starts the server and returns its address. After the last reply everything is refused, with a status that is not
/// repeated.
pub fn start(replies: Vec<Reply>, asked: Asked) -> String {
    asked.lock().unwrap().clear();
    let mut left = replies.into_iter();
    serve(move |request, stream| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let mut lines = head.lines();
        let (method, path) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
        let path = path.split(' ').next().unwrap_or_default();
        let headers: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(": ")).collect();
        let text = || if body.is_empty() { Value::Null } else { body.into() };
        let body = serde_json::from_str(body).unwrap_or_else(|_| text());
        asked.lock().unwrap().push(json!({ "method": method, "path": path, "headers": headers, "body": body }));
        let reply = left.next().unwrap_or_else(|| Reply {
            status: 418,
            content_type: json_type(),
            headers: BTreeMap::new(),
            body: "replies.json holds no more".into(),
        });
        reply.write(stream);
    })
}

impl Reply {
    fn write(&self, stream: &mut impl Write) {
        let body = self.body.as_str().map_or_else(|| self.body.to_string(), String::from);
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let Reply { status, content_type, .. } = self;
        // A body in chunks has no length.
        let length = match self.headers.contains_key("transfer-encoding") {
            true => String::new(),
            false => format!("content-length: {}\r\n", body.len()),
        };
        // A client that has hung up got what it wanted.
        let _ = write!(
            stream,
            "HTTP/1.1 {status} -\r\ncontent-type: {content_type}\r\n{headers}{length}connection: close\r\n\r\n{body}"
        );
    }
}
