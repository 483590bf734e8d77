//! Connections: accepted within bounds, and closed in order.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use llmspell_wasm::CancellationToken;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::app::Shared;

/// Of a request.
const MOST_HEADERS: usize = 100;

/// After an error that is none of one connection, such as no more descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Where connections come from.
pub trait Listener: Send {
    /// The next one.
    fn next(&self) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

impl Listener for TcpListener {
    async fn next(&self) -> io::Result<TcpStream> {
        Ok(self.accept().await?.0)
    }
}

/// Accepts connections until `close` is cancelled, and then waits for those that are open.
pub async fn accept(listener: impl Listener, router: Router, app: Shared, close: CancellationToken) {
    let places = Arc::new(Semaphore::new(app.settings().connections));
    let open = GracefulShutdown::new();
    loop {
        let next = async {
            // Beyond these, connections wait in the system's queue.
            let place = places.clone().acquire_owned().await;
            (listener.next().await, place)
        };
        let next = tokio::select! {
            biased;
            () = close.cancelled() => break,
            next = next => next,
        };
        let (Ok(stream), Ok(place)) = next else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        // Pieces of a stream are small and are wanted at once.
        let _ = stream.set_nodelay(true);
        let mut server = http1::Builder::new();
        server
            .timer(TokioTimer::new())
            .header_read_timeout(app.settings().header_time)
            .max_buf_size(app.settings().header_bytes)
            .max_headers(MOST_HEADERS);
        // hyper bounds the time of heads alone: who takes nothing of an answer would keep its connection.
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(app.settings().answer_time));
        let stream = TokioIo::new(Box::pin(stream));
        let connection = server.serve_connection(stream, TowerToHyperService::new(router.clone()));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended: {error}");
            }
            drop(place);
        });
    }
    drop(listener);
    open.shutdown().await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use llmspell_wasm::{Config, Grants, Runtime};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::app::App;

    /// A double: it fails a few times, as where no descriptor is left, before it accepts.
    struct Failing(TcpListener, AtomicUsize);

    impl Listener for Failing {
        async fn next(&self) -> io::Result<TcpStream> {
            if self.1.fetch_add(1, Ordering::Relaxed) < 3 {
                return Err(io::Error::other("too many open files"));
            }
            self.0.next().await
        }
    }

    #[tokio::test]
    async fn a_failure_to_accept_ends_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let runtime = Runtime::new(Config::from_toml("", &|_| None).unwrap()).unwrap();
        let app = Arc::new(App::new(runtime, Grants::local()));
        let close = CancellationToken::new();
        let router = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let accepting = tokio::spawn(accept(Failing(listener, AtomicUsize::new(0)), router, app, close.clone()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        close.cancel();
        accepting.await.unwrap();
    }
}
