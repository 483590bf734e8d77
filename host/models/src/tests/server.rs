//! A server that answers whatever a test wants, and what tests ask of it.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use std::sync::Arc;

use super::super::*;

pub const CANARY: &str = "sk-canary-0123456789abcdef";
pub const CAP: usize = 256 * 1024;

/// What the server does once it has read a request.
#[derive(Clone)]
pub enum Deed {
    Write(Vec<u8>),
    Hang,
    /// Never ends its reply: a byte at a time, or as fast as it can.
    Endless {
        pause: Duration,
    },
    /// Sends the same again and again.
    Drip {
        head: Vec<u8>,
        part: &'static str,
        pause: Duration,
    },
    /// Sends back the whole request as the message of an error.
    Echo,
}

/// Serves on a free port; returns its URL and the requests it saw.
pub async fn server(deed: Deed) -> (String, Arc<Mutex<Vec<String>>>) {
    server_of(vec![deed]).await
}

/// The same with a deed for each request; the last one is done again and again.
pub async fn server_of(deeds: Vec<Deed>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    tokio::spawn(async move {
        let mut next = 0;
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, deeds[next.min(deeds.len() - 1)].clone(), log.clone()));
            next += 1;
        }
    });
    (url, seen)
}

async fn serve(mut socket: TcpStream, deed: Deed, log: Arc<Mutex<Vec<String>>>) {
    let request = read_request(&mut socket).await;
    log.lock().unwrap().push(request.clone());
    match deed {
        Deed::Write(bytes) => drop(socket.write_all(&bytes).await),
        Deed::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
        Deed::Endless { pause } => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n\"";
            let part = if pause.is_zero() { 8192 } else { 1 };
            let mut sent = socket.write_all(head).await;
            while sent.is_ok() {
                sent = socket.write_all(&vec![b'x'; part]).await;
                tokio::time::sleep(pause).await;
            }
        }
        Deed::Drip { head, part, pause } => {
            let mut sent = socket.write_all(&head).await;
            while sent.is_ok() {
                sent = socket.write_all(part.as_bytes()).await;
                tokio::time::sleep(pause).await;
            }
        }
        Deed::Echo => {
            let body = json!({"error": {"message": request}}).to_string();
            drop(socket.write_all(&answer("400 Bad Request", "", &body)).await);
        }
    }
}

/// Tells when a request came, and when its client hung up.
pub async fn listener_that_waits_for_the_end() -> (String, (oneshot::Receiver<()>, oneshot::Receiver<()>)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let ((began, begins), (ended, ends)) = (oneshot::channel(), oneshot::channel());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await;
        began.send(()).unwrap();
        // Reads nothing but the end.
        let _ = socket.read(&mut [0; 1]).await;
        let _ = ended.send(());
    });
    (url, (begins, ends))
}

async fn read_request(socket: &mut TcpStream) -> String {
    let (mut request, mut part) = (String::new(), [0; 4096]);
    loop {
        let count = socket.read(&mut part).await.unwrap_or(0);
        request.push_str(&String::from_utf8_lossy(&part[..count]));
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let length =
                (head.to_lowercase().lines()).find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return request;
            }
        }
        // The end, or the start of a TLS handshake.
        if count == 0 || !request.starts_with(|first: char| first.is_ascii_uppercase()) {
            return request;
        }
    }
}

pub fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
        .into_bytes()
}

pub fn chat(message: Value, finish: &str, usage: Value) -> String {
    json!({"id": "c1", "object": "chat.completion", "created": 1, "model": "m-2026",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage})
    .to_string()
}

pub fn said(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

pub fn usage() -> Value {
    json!({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12})
}

pub fn provider(name: &str, url: Option<&str>, key: Option<&str>) -> Provider {
    Provider {
        base_url: url.map(str::to_owned),
        key: key.map(Secret::new),
        key_env: (url.is_none() || key.is_some()).then(|| "LOCAL_KEY".to_owned()),
        name: name.to_owned(),
        retries: Retries {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(20),
            seed: Some(1),
            ..Retries::default()
        },
        is_builtin: false,
        ..Provider::new(Kind::OpenAi)
    }
}

pub fn question(text: &str) -> Question {
    Question { system: None, messages: vec![Message::user(text)], settings: Settings::default() }
}

pub async fn ask_url(url: &str, key: Option<&str>) -> Result<Reply, ModelError> {
    ask_provider(provider("local", Some(url), key)).await
}

pub async fn ask_provider(provider: Provider) -> Result<Reply, ModelError> {
    let models = Models::new(vec![provider], None, CAP)?;
    let name = models.resolve(None, Some("local/m"))?;
    let result = models.ask(&name, question("hi")).await;
    // Whatever came of it, the key did not come back with it.
    let shown = match &result {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{error} {error:?} {}", error.details()),
    };
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!format!("{:?}", models.providers().next()).contains(CANARY));
    result
}

pub async fn ask(deed: Deed) -> Result<Reply, ModelError> {
    let (url, _) = server(deed).await;
    ask_url(&url, Some(CANARY)).await
}

pub async fn ask_for(status: &str, headers: &str, body: &str) -> Result<Reply, ModelError> {
    ask(Deed::Write(answer(status, headers, body))).await
}

/// The failure's code and message.
pub async fn failure(deed: Deed) -> (&'static str, String) {
    let error = ask(deed).await.unwrap_err();
    (error.code().word(), error.to_string())
}

pub fn ok(body: &str) -> Deed {
    Deed::Write(answer("200 OK", "", body))
}
