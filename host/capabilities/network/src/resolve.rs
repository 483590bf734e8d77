//! Names and their addresses.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

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
        Resolver::new(|name, port| {
            async move { tokio::net::lookup_host((name, port)).await.map(Iterator::collect) }.boxed()
        })
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}
