//! A server of its own for each test, and a client that says just what it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use llmspell_serve::{Keys, NewKey, Right, Server};
use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::{CancellationToken, Config, Grants, Runtime};
use serde_json::{Map, Value, json};

pub struct Harness {
    pub address: SocketAddr,
    pub keys: Keys,
    pub stop: CancellationToken,
    tokio: tokio::runtime::Runtime,
    served: Option<tokio::task::JoinHandle<()>>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.head, self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// A refusal, in the form of all refusals.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str, part: &str) {
        assert_eq!(self.status, status, "{} {}", self.head, self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.head);
        let problem = self.json();
        assert_eq!((&problem["status"], &problem["code"]), (&json!(status), &json!(code)), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(part), "{problem}");
    }

    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} {}", self.head, self.body);
        self.json()
    }
}

impl Harness {
    pub fn new() -> Harness {
        Harness::with("")
    }

    /// With this configuration.
    pub fn with(text: &str) -> Harness {
        Harness::of(text, Models::offline())
    }

    /// Whose models answer with these replies: a double.
    pub fn scripted(replies: &str) -> Harness {
        Harness::of("", Models::scripted(Script::parse(replies).unwrap()))
    }

    fn of(text: &str, models: Models) -> Harness {
        let mut config = Config::from_toml(text, &|_| None).unwrap();
        config.models = models;
        if !text.contains("instances") {
            (config.instances, config.tenant_runs) = (8, 4);
        }
        Harness::serving(config)
    }

    pub fn serving(mut config: Config) -> Harness {
        config.server.listen.set_port(0);
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let grants = Grants { modules: false, ..Grants::local() };
        let server = Server::new(Runtime::new(config).unwrap(), grants);
        let keys = server.keys().clone();
        let listener = tokio.block_on(server.bind()).unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let until = stop.clone();
        let served = tokio.spawn(async move { server.serve(listener, until).await.unwrap() });
        Harness { address, keys, stop, tokio, served: Some(served) }
    }

    /// A key with these rights.
    pub fn key(&self, tenant: &str, rights: &[Right]) -> String {
        self.limited_key(tenant, rights, json!({}))
    }

    pub fn limited_key(&self, tenant: &str, rights: &[Right], limits: Value) -> String {
        let Value::Object(limits) = limits else { panic!("{limits}") };
        self.new_key(tenant, rights, limits).1
    }

    pub fn new_key(&self, tenant: &str, rights: &[Right], limits: Map<String, Value>) -> (String, String) {
        let new = NewKey { tenant: tenant.into(), name: "test".into(), rights: rights.into(), limits, lifetime: None };
        let (key, text) = self.tokio.block_on(self.keys.add(new)).unwrap();
        (key.id, text)
    }

    /// A key for all but the server's own figures.
    pub fn usual(&self, tenant: &str) -> String {
        self.key(tenant, &[Right::Run, Right::Spells, Right::Read])
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.tokio.block_on(work)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        // Beyond what any test waits for: a test that hangs fails.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends bytes as they are and reads to the end of the connection.
    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may answer and hang up before it has read all.
        let _ = stream.write_all(request);
        read(stream)
    }

    pub fn open(&self, method: &str, path: &str, key: &str, more: &str, body: Option<&Value>) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(request(method, path, key, more, body).as_bytes()).unwrap();
        stream
    }

    pub fn send(&self, method: &str, path: &str, key: &str, more: &str, body: Option<&Value>) -> Answer {
        read(self.open(method, path, key, more, body))
    }

    pub fn get(&self, path: &str, key: &str) -> Answer {
        self.send("GET", path, key, "", None)
    }

    pub fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send("POST", path, key, "", Some(&body))
    }

    pub fn delete(&self, path: &str, key: &str) -> Answer {
        self.send("DELETE", path, key, "", None)
    }

    /// Runs a Lua source to its end.
    pub fn run(&self, key: &str, source: &str) -> Value {
        self.post("/v1/runs", key, json!({ "source": source, "language": "lua", "wait": true })).ok(200)
    }

    /// Begins a run of a Lua source: its id.
    pub fn begin(&self, key: &str, source: &str) -> String {
        let begun = self.post("/v1/runs", key, json!({ "source": source, "language": "lua" })).ok(202);
        begun["id"].as_str().unwrap().to_owned()
    }

    /// Waits until a run has this status.
    #[track_caller]
    pub fn until(&self, key: &str, id: &str, status: &str) -> Value {
        for _ in 0..2_000 {
            let run = self.get(&format!("/v1/runs/{id}"), key).ok(200);
            if run["status"] == status {
                return run;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the run {id} is never {status}");
    }

    /// Ends the server in order.
    pub fn end(mut self) {
        self.stop.cancel();
        let served = self.served.take().unwrap();
        self.tokio.block_on(served).unwrap();
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn request(method: &str, path: &str, key: &str, more: &str, body: Option<&Value>) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{more}");
    if !key.is_empty() {
        text += &format!("authorization: Bearer {key}\r\n");
    }
    match body {
        Some(body) => {
            let body = body.to_string();
            text + &format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        }
        None => text + "\r\n",
    }
}

/// The answer on a connection that ends with it.
pub fn read(stream: TcpStream) -> Answer {
    let mut reader = BufReader::new(stream);
    let head = head(&mut reader);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        while let Some(chunk) = chunk(&mut reader) {
            body.extend(chunk);
        }
    } else {
        let _ = reader.read_to_end(&mut body);
    }
    Answer { status, head, body: String::from_utf8(body).unwrap() }
}

pub fn head(reader: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        // A connection that ends here had no answer.
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            break;
        }
    }
    head
}

/// The next chunk; `None` for the last one, and where the connection ends.
pub fn chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = String::new();
    reader.read_line(&mut length).ok()?;
    let length = usize::from_str_radix(length.trim(), 16).ok().filter(|length| *length > 0)?;
    let mut chunk = vec![0; length + 2];
    reader.read_exact(&mut chunk).ok()?;
    chunk.truncate(length);
    Some(chunk)
}

/// Events of a stream: id, kind and data of each.
pub fn events(body: &str) -> Vec<(u64, String, Value)> {
    let field = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(String::from))
    };
    let event = |block: &str| {
        let data = field(block, "data")?;
        let id = field(block, "id").map_or(0, |id| id.parse().unwrap());
        let value = serde_json::from_str(&data).unwrap_or(Value::String(data));
        Some((id, field(block, "event").unwrap_or_default(), value))
    };
    body.split("\n\n").filter_map(event).collect()
}
