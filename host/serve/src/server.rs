//! The server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use llmspell_wasm::state::StoreError;
use llmspell_wasm::{CancellationToken, Grants, Runtime};
use tokio::net::TcpListener;

use crate::app::{App, Shared};
use crate::keys::Keys;
use crate::{listen, routes};

/// Serves runs of spells over HTTP.
///
/// Its settings are [`llmspell_wasm::Config::server`] of the runtime's configuration. Runs, stored spells and keys are in the
/// runtime's store.
///
/// ```no_run
/// use llmspell_serve::{NewKey, Right, Server};
/// use llmspell_wasm::{CancellationToken, Config, Grants, Runtime};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let runtime = Runtime::new(Config::from_toml("", &|_| None)?)?;
/// let server = Server::new(runtime, Grants { modules: false, ..Grants::local() });
/// let key = NewKey {
///     tenant: "acme".into(), name: "first".into(), rights: vec![Right::Run],
///     limits: serde_json::Map::new(), lifetime: None,
/// };
/// println!("{}", server.keys().add(key).await?.1);
/// let listener = server.bind().await?;
/// server.serve(listener, CancellationToken::new()).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server(Shared);

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address can be reached from other machines, and something is missing for that.
    #[error(
        "{0} can be reached from other machines: keys and prompts would cross the network unencrypted. Put a proxy that \
         speaks TLS in front and say so ([server] behind_proxy = true), or listen on 127.0.0.1"
    )]
    Public(SocketAddr),
    /// The same, as nobody could use it.
    #[error("{0} can be reached from other machines, and there is no key yet: make one first (serve key add)")]
    NoKeys(SocketAddr),
    /// The address can't be listened on.
    #[error("{0} can't be listened on: {1}")]
    Bind(SocketAddr, std::io::Error),
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How long cancelled runs and open connections have to end.
const LAST: Duration = Duration::from_secs(5);

impl Server {
    /// Serves runs in this runtime, each with these grants within the policies of the configuration.
    pub fn new(runtime: Runtime, grants: Grants) -> Server {
        Server(Arc::new(App::new(runtime, grants)))
    }

    /// The keys that it takes.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Listens on the address of the settings. Refuses one that other machines reach without a proxy that speaks TLS, or where
    /// there is no key yet. Opens the store.
    pub async fn bind(&self) -> Result<TcpListener, ServeError> {
        let settings = self.0.settings();
        let address = settings.listen;
        if !address.ip().is_loopback() {
            if !settings.behind_proxy {
                return Err(ServeError::Public(address));
            }
            if !self.0.keys.are_there().await? {
                return Err(ServeError::NoKeys(address));
            }
        }
        self.0.store().open(|_| ()).await?;
        TcpListener::bind(address).await.map_err(|error| ServeError::Bind(address, error))
    }

    /// Serves until `stop` is cancelled. Then no connection is accepted and no run begins; those that are under way have the
    /// time of `[server] drain`, and are cancelled.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> Result<(), ServeError> {
        let app = self.0;
        let close = CancellationToken::new();
        let accepting = tokio::spawn(listen::accept(listener, routes::router(app.clone()), app.clone(), close.clone()));
        stop.cancelled().await;
        app.drain();
        if tokio::time::timeout(app.settings().drain, app.runs.none_left()).await.is_err() {
            app.runs.drain();
            let _ = tokio::time::timeout(LAST, app.runs.none_left()).await;
        }
        close.cancel();
        let _ = tokio::time::timeout(LAST, accepting).await;
        Ok(())
    }

    /// The routes, for a program that serves them itself. That bounds connections, headers and time then.
    pub fn router(&self) -> Router {
        routes::router(self.0.clone())
    }

    /// What `GET /openapi.json` answers.
    pub fn openapi() -> serde_json::Value {
        routes::openapi().clone()
    }
}
