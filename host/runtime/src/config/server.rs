//! `[server]` of the configuration: how runs are served over HTTP. It is host/serve that does it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

use llmspell_base::config::{ConfigError, bounded, duration};

use super::parse_size;

/// `[server]` as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawServer {
    listen: Option<String>,
    behind_proxy: bool,
    connections: Option<u64>,
    max_body: Option<String>,
    max_headers: Option<String>,
    header_timeout: Option<String>,
    body_timeout: Option<String>,
    answer_timeout: Option<String>,
    queue: Option<u64>,
    tenant_queue: Option<u64>,
    tenant_streams: Option<u64>,
    max_events: Option<String>,
    max_record: Option<String>,
    keep_runs: Option<String>,
    drain: Option<String>,
}

/// How runs are served over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// A proxy in front of it speaks TLS with clients: only then is a public address listened on.
    pub behind_proxy: bool,
    /// Open connections; the next one waits to be accepted.
    pub connections: usize,
    /// Bytes of the body of a request.
    pub body_bytes: usize,
    /// Bytes of the head of a request: its line and its headers.
    pub header_bytes: usize,
    /// From the first byte of a request, or the end of the one before on its connection, to the end of its headers.
    pub header_time: Duration,
    /// From there to the end of its body.
    pub body_time: Duration,
    /// How long a client may take nothing of an answer that is there for it.
    pub answer_time: Duration,
    /// Runs that wait for a place, of all tenants.
    pub queue: usize,
    /// Of these, one tenant's.
    pub tenant_queue: usize,
    /// Answers of one tenant that are streamed or wait for a run.
    pub tenant_streams: usize,
    /// Bytes of the events that are kept of each run, the latest.
    pub event_bytes: usize,
    /// Bytes of the record of a run.
    pub record_bytes: usize,
    /// How long a run that is over can be asked for.
    pub keep_runs: Duration,
    /// How long runs may go on that are under way when the server is told to end.
    pub drain: Duration,
}

impl Default for ServerSettings {
    fn default() -> ServerSettings {
        ServerSettings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            behind_proxy: false,
            connections: 1_000,
            body_bytes: 1 << 20,
            header_bytes: 32 << 10,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            queue: 1_000,
            tenant_queue: 100,
            tenant_streams: 100,
            event_bytes: 256 << 10,
            record_bytes: 8 << 20,
            keep_runs: Duration::from_secs(7 * 86_400),
            drain: Duration::from_secs(30),
        }
    }
}

impl RawServer {
    /// Checks the values.
    pub fn read(self) -> Result<ServerSettings, ConfigError> {
        let or = ServerSettings::default();
        let count = |name: &str, value, most, or| Ok(bounded(name, value, 0..=most)?.map_or(or, |n| n as usize));
        let time = |name: &str, text, or| {
            duration(&format!("server.{name}"), text).map(|time| time.unwrap_or(or)).map_err(ConfigError::new)
        };
        let connections = bounded("server.connections", self.connections, 1..=1_000_000)?;
        Ok(ServerSettings {
            listen: self.listen.as_deref().map(parse_listen).transpose().map_err(listen_error)?.unwrap_or(or.listen),
            behind_proxy: self.behind_proxy,
            connections: connections.map_or(or.connections, |count| count as usize),
            body_bytes: size("max_body", self.max_body, 1 << 10..=1 << 30)?.unwrap_or(or.body_bytes),
            // Less than this hyper does not take.
            header_bytes: size("max_headers", self.max_headers, 8 << 10..=1 << 20)?.unwrap_or(or.header_bytes),
            header_time: time("header_timeout", self.header_timeout, or.header_time)?,
            body_time: time("body_timeout", self.body_timeout, or.body_time)?,
            answer_time: time("answer_timeout", self.answer_timeout, or.answer_time)?,
            queue: count("server.queue", self.queue, 1_000_000, or.queue)?,
            tenant_queue: count("server.tenant_queue", self.tenant_queue, 1_000_000, or.tenant_queue)?,
            tenant_streams: count("server.tenant_streams", self.tenant_streams, 1_000_000, or.tenant_streams)?,
            event_bytes: size("max_events", self.max_events, 64 << 10..=8 << 20)?.unwrap_or(or.event_bytes),
            record_bytes: size("max_record", self.max_record, 1 << 10..=1 << 30)?.unwrap_or(or.record_bytes),
            keep_runs: time("keep_runs", self.keep_runs, or.keep_runs)?,
            drain: time("drain", self.drain, or.drain)?,
        })
    }
}

/// An address and a port: "127.0.0.1:8080", "[::1]:8080"; "localhost" stands for the former.
pub fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let numbers = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    numbers.as_deref().unwrap_or(text).parse().map_err(|_| {
        let shown = text.escape_debug().take(80).collect::<String>();
        format!("'{shown}' is not an address and a port such as 127.0.0.1:8080 or [::1]:8080")
    })
}

fn listen_error(problem: String) -> ConfigError {
    ConfigError::new(format!("server.listen: {problem}"))
}

fn size(name: &str, text: Option<String>, range: std::ops::RangeInclusive<u64>) -> Result<Option<usize>, ConfigError> {
    let name = format!("server.{name}");
    let bytes = text.as_deref().map(parse_size).transpose();
    let bytes = bytes.map_err(|problem| ConfigError::new(format!("{name}: {problem}")))?;
    Ok(bounded(&name, bytes, range)?.map(|bytes| bytes as usize))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn problem(text: &str) -> String {
        match Config::from_toml(text, &|_| None) {
            Ok(_) => panic!("{text} was taken"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, part) in [
            ("[server]\nlisten = \"here\"\n", "line 2, column 10: server.listen: 'here' is not an address"),
            ("[server]\nmax_body = \"2\"\n", "server.max_body: must be from 1024"),
            ("[server]\nbody_timeout = \"soon\"\n", "server.body_timeout: 'soon' is not a duration"),
            ("[server]\nconnections = 0\n", "server.connections: must be from 1"),
            ("[server]\ntls_cert = \"a.pem\"\n", "line 2, column 1: unknown key 'tls_cert'; known are: listen,"),
        ] {
            let told = problem(text);
            assert!(told.contains(part), "{text}: {told}");
        }
    }

    #[test]
    fn what_is_set_holds() {
        let text = "[server]\nlisten = \"localhost:9000\"\nbehind_proxy = true\nqueue = 0\nmax_body = \"2MiB\"\n";
        let server = Config::from_toml(text, &|_| None).unwrap().server;
        assert_eq!((server.listen.to_string().as_str(), server.queue), ("127.0.0.1:9000", 0));
        assert_eq!((server.behind_proxy, server.body_bytes), (true, 2 << 20));
    }
}
