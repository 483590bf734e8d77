//! Names and their addresses.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

/// The addresses of a host, at this port.
pub type Addresses = io::Result<Vec<SocketAddr>>;

/// Resolves the names of hosts.
#[derive(Clone)]
pub struct Resolver(Arc<dyn Fn(String, u16) -> BoxFuture<'static, Addresses> + Send + Sync>);

impl Resolver {
    /// Resolves them by this function. It is asked once for each request and each redirect, and what it answers is checked.
    pub fn new(resolve: impl Fn(String, u16) -> BoxFuture<'static, Addresses> + Send + Sync + 'static) -> Resolver {
        Resolver(Arc::new(resolve))
    }

    pub(crate) async fn resolve(&self, name: &str, port: u16) -> Addresses {
        (self.0)(name.to_owned(), port).await
    }
}

impl Default for Resolver {
    /// As the operating system does.
    fn default() -> Resolver {
        Resolver::new(|name, port| look_up(name, port).boxed())
    }
}

/// Lookups at once, over all runs.
static LOOKUPS: Semaphore = Semaphore::const_new(16);

/// The system's lookup can't be given up: its place is taken until it has ended, so that those that nobody awaits any more leave the other
/// threads to the rest of the host.
async fn look_up(name: String, port: u16) -> Addresses {
    let place = LOOKUPS.acquire().await.map_err(io::Error::other)?;
    let found = tokio::task::spawn_blocking(move || {
        let _place = place;
        (name.as_str(), port).to_socket_addrs().map(Iterator::collect)
    });
    found.await.map_err(io::Error::other)?
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}
