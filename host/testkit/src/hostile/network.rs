//! Servers that hostile spells reach: one that answers in the worst ways, and one that nobody may reach.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::FutureExt;
use llmspell_wasm::network::Resolver;

/// Both servers, as long as the process lives.
#[derive(Clone)]
pub struct Servers {
    /// Answers as the path of a request says.
    pub server: SocketAddr,
    /// Counts whoever comes.
    pub canary: SocketAddr,
    reached: Arc<AtomicUsize>,
    resolved: Arc<Mutex<HashMap<String, usize>>>,
}

/// A secret for `server.test` that no spell sees.
pub const OWN_SECRET: &str = "canary-of-the-operator";

/// A policy: the server may be reached by its name, though it is on this machine; of other hosts the names alone are granted.
pub const POLICY: &str = r#"
[network]
allow = [
  { host = "server.test", private = true }, { host = "rebind.test", private = true },
  { host = "limited.test", private = true },
  "*",
]
[tools]
allow = ["*"]
[secrets]
allow = ["*"]
[models]
allow = ["*"]
"#;

impl Servers {
    pub fn start() -> Servers {
        let (listener, other) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let reached = Arc::<AtomicUsize>::default();
        let servers = Servers {
            server: listener.local_addr().unwrap(),
            canary: other.local_addr().unwrap(),
            reached: reached.clone(),
            resolved: Arc::default(),
        };
        bomb();
        let canary = servers.canary;
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(stream, canary));
            }
        });
        thread::spawn(move || {
            for mut stream in other.incoming().flatten() {
                reached.fetch_add(1, Relaxed);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\ncanary-of-the-server");
            }
        });
        servers
    }

    /// Before a case: nobody has asked for a name.
    pub fn begin(&self) {
        self.resolved.lock().unwrap().clear();
        self.reached.store(0, Relaxed);
    }

    /// Whether somebody came to the canary.
    pub fn was_reached(&self) -> bool {
        self.reached.load(Relaxed) > 0
    }

    /// Names and their addresses. `rebind.test` is the server's once, and the canary's from then on.
    pub fn resolver(&self) -> Resolver {
        let servers = self.clone();
        Resolver::new(move |name, port| {
            let mut resolved = servers.resolved.lock().unwrap();
            let times = resolved.entry(name.clone()).or_default();
            *times += 1;
            let at = |address: &str| SocketAddr::new(address.parse().unwrap(), port);
            let found = match name.trim_end_matches('.') {
                "server.test" => vec![servers.server],
                "limited.test" => vec![servers.server],
                "rebind.test" if *times == 1 => vec![servers.server],
                "rebind.test" | "canary.test" | "localhost" => vec![servers.canary],
                "mapped.test" => vec![SocketAddr::new("::ffff:127.0.0.1".parse().unwrap(), servers.canary.port())],
                "mixed.test" => vec![at("1.1.1.1"), servers.canary],
                "metadata.test" => vec![at("169.254.169.254")],
                "translated.test" => vec![at("64:ff9b::7f00:1")],
                "tunnel.test" => vec![at("2002:7f00:1::1")],
                "unspecified.test" => vec![at("0.0.0.0")],
                _ => Vec::new(),
            };
            std::future::ready(Ok(found)).boxed()
        })
    }
}

/// The path of a request says how it is answered.
fn answer(mut stream: TcpStream, canary: SocketAddr) {
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    let (mut request, mut buffer) = (Vec::new(), [0; 8_192]);
    while !request.windows(4).any(|part| part == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let target = request.split(' ').nth(1).unwrap_or_default().replace("{canary}", &canary.to_string());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let _ = reply(&mut stream, path, query, &request, canary);
}

fn reply(stream: &mut TcpStream, path: &str, query: &str, request: &str, canary: SocketAddr) -> std::io::Result<()> {
    let mut whole = |head: &str, body: &[u8]| {
        write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())?;
        stream.write_all(body)
    };
    match path {
        "/echo" => whole(&format!("200 OK\r\nx-echo: {}", header(request)), request.as_bytes()),
        "/to" => {
            let to = query.replace("%7Bcanary%7D", &canary.to_string()).replace("%2F", "/").replace("%3A", ":");
            whole(
                &format!("302 Found\r\nlocation: {}", to.replace("%5B", "[").replace("%5D", "]").replace("%40", "@")),
                b"",
            )
        }
        "/round" => whole("307 Temporary Redirect\r\nlocation: /round", b""),
        "/large" => whole("200 OK", &vec![b'x'; 20_000_000]),
        "/bomb" => whole("200 OK\r\ncontent-encoding: gzip", bomb()),
        "/broken-gzip" => whole("200 OK\r\ncontent-encoding: gzip", b"\x1f\x8b\x08\x00 no gzip at all"),
        "/other-compression" => whole("200 OK\r\ncontent-encoding: br", b"xxxx"),
        "/headers" => whole(&format!("200 OK{}", "\r\nx-a: b".repeat(100_000)), b""),
        "/long-header" => whole(&format!("200 OK\r\nx-a: {}", "b".repeat(2_000_000)), b""),
        "/terminal" => whole("200 OK\r\nx-a: \x1b[2J", b"\x1b]0;x\x07"),
        "/endless" => {
            write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            loop {
                write!(stream, "10000\r\n{}\r\n", "x".repeat(65_536))?;
            }
        }
        "/endless-headers" => loop {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx-a: b\r\n")?;
        },
        "/slow" => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")?;
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        "/silent" => {
            let mut byte = [0];
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.read(&mut byte).map(drop)
        }
        "/short" => write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nxxx"),
        "/lengths" => write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 20\r\n\r\n{{}}"),
        "/no-http" => write!(stream, "SSH-2.0-OpenSSH_9.6\r\n"),
        _ => whole("404 Not Found", b"nothing is here"),
    }
}

/// 64 MiB of nothing, packed once.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..64 {
            packed.write_all(&vec![0; 1 << 20]).unwrap();
        }
        packed.finish().unwrap()
    })
}

/// What stands in the header `authorization` of a request.
fn header(request: &str) -> String {
    let lines = request.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value.to_owned()).collect()
}
