//! What the libraries below log, at their most verbose.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTENING: Once = Once::new();

#[derive(Clone, Copy)]
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From now on.
pub fn listen() {
    LISTENING.call_once(|| {
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(|| Log);
        log.with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL).init();
        tracing::trace!("the log listens");
    });
}

/// Looks through it.
pub fn hold_no(secret: &str) {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&log);
    assert!(text.contains("the log listens"), "nothing is logged");
    if let Some(at) = text.find(secret) {
        let start = text[..at].rfind('\n').unwrap_or(0);
        panic!("the key is in a log: {}", text[start..].lines().nth(1).unwrap_or_default());
    }
}

#[tokio::test]
async fn prompts_are_in_no_log() {
    listen();
    let models = super::super::Models::offline();
    let name = models.resolve(None, None).unwrap();
    for stream in [false, true] {
        let run = super::super::Run::new(name.clone(), "a prompt of a tenant");
        super::caller::Caller::streaming(stream).run(&models, run).await.unwrap();
    }
    hold_no("a prompt of a tenant");
}
