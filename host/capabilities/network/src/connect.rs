//! One connection to an address that was looked at, for one request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::error::NetworkError;

/// A connection. It is closed where this is dropped.
pub struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How certificates are checked: those of the system, with ring.
pub fn certificates() -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.and_then(|config| config.with_platform_verifier()).map_err(|error| error.to_string())?;
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Connects to the first of these addresses that answers. `tls`: the name that the server has to prove.
pub async fn connect(
    addresses: &[SocketAddr],
    tls: Option<(Arc<ClientConfig>, &str)>,
    limit: Duration,
) -> Result<(SendRequest<Full<Bytes>>, Connection), NetworkError> {
    let stream = stream(addresses, limit).await?;
    let late = |_| NetworkError::Timeout { what: "it did not answer", limit };
    let Some((config, name)) = tls else { return timeout(limit, speak(stream)).await.map_err(late)? };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(name.to_owned());
    let name = name.map_err(|_| NetworkError::Unusable("no certificate can have such a name".into()))?;
    let encrypted = timeout(limit, TlsConnector::from(config).connect(name, stream)).await.map_err(late)?;
    speak(encrypted.map_err(|error| NetworkError::broken("no secure connection", &error))?).await
}

async fn stream(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, NetworkError> {
    let mut last = NetworkError::NoHost;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = NetworkError::broken("no connection", &error),
            Err(_) => last = NetworkError::Timeout { what: "no connection", limit },
        }
    }
    Err(last)
}

const MOST_HEADER_BYTES: usize = 64 << 10;

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<(SendRequest<Full<Bytes>>, Connection), NetworkError> {
    let mut http = http1::Builder::new();
    http.max_buf_size(MOST_HEADER_BYTES).max_headers(100);
    let (sender, connection) =
        http.handshake(TokioIo::new(stream)).await.map_err(|error| NetworkError::broken("no HTTP", &error))?;
    // What goes wrong in it is told to whoever waits for the response or its body.
    Ok((sender, Connection(tokio::spawn(async move { drop(connection.await) }))))
}
