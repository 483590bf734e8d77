//! Connections: accepted within bounds, and closed in order.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use llmspell_wasm::CancellationToken;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::app::Shared;

/// Of a request.
const MOST_HEADERS: usize = 100;

/// After an error that is none of one connection, such as no more descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until `close` is cancelled, and then waits for those that are open.
pub async fn accept(listener: TcpListener, router: Router, app: Shared, close: CancellationToken) {
    let places = Arc::new(Semaphore::new(app.settings().connections));
    let open = GracefulShutdown::new();
    loop {
        let next = async {
            // Beyond these, connections wait in the system's queue.
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (stream, place) = tokio::select! {
            biased;
            () = close.cancelled() => break,
            (Ok((stream, _)), Ok(place)) = next => (stream, place),
            else => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Pieces of a stream are small and are wanted at once.
        let _ = stream.set_nodelay(true);
        let mut server = http1::Builder::new();
        server
            .timer(TokioTimer::new())
            .header_read_timeout(app.settings().header_time)
            .max_buf_size(app.settings().header_bytes)
            .max_headers(MOST_HEADERS);
        let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
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
