//! What went wrong with a server, as the end of a sentence about it that spells are told: nothing of what the server or a
//! library says of it is repeated, as that may hold addresses and keys.

use rmcp::service::ClientInitializeError;
use rmcp::transport::streamable_http_client::StreamableHttpError;

use crate::flow::Flow;

const NO_MESSAGE: &str = "answered with what is no message of the protocol";

/// Why a handshake failed: nothing of what the server sent is repeated but its error.
pub fn why(error: &ClientInitializeError, flow: &Flow) -> String {
    match error {
        ClientInitializeError::JsonRpcError(error) => {
            let message: String = error.message.chars().take(200).collect();
            format!("it refused: {}", message.escape_debug())
        }
        ClientInitializeError::NoCompatibleProtocolVersion { .. } => "it speaks no version that is known here".into(),
        ClientInitializeError::ConnectionClosed(_) => format!("it {}", flow.why()),
        ClientInitializeError::TransportError { error, .. } => format!("it {}", clause(error.error.as_ref())),
        ClientInitializeError::ConflictInitResponseId(..) | ClientInitializeError::UncorrelatedErrorResponse { .. } => {
            "it answered what was not asked".into()
        }
        _ => "it answered with no handshake".into(),
    }
}

/// Why a message could not be sent, or its answer not be read.
pub fn clause(error: &(dyn std::error::Error + 'static)) -> String {
    use StreamableHttpError as Http;
    let status = |status: u16| format!("answered with HTTP status {status}");
    match error.downcast_ref::<Http<reqwest::Error>>() {
        Some(Http::Client(error)) if error.is_connect() => "can't be reached".into(),
        Some(Http::Client(error)) if error.is_timeout() => "did not answer in time".into(),
        Some(Http::Client(error)) => {
            error.status().map_or_else(|| "closed the connection".into(), |code| status(code.as_u16()))
        }
        Some(Http::HttpStatus(error)) => status(error.status),
        Some(Http::AuthRequired(_)) => status(401),
        Some(Http::InsufficientScope(_)) => status(403),
        Some(Http::UnexpectedServerResponse(text)) => {
            // The library's words, before those of the server.
            let code = text.strip_prefix("HTTP ").and_then(|text| text.get(..3)?.parse().ok());
            code.map_or_else(|| NO_MESSAGE.into(), status)
        }
        Some(Http::SessionExpired) => "has forgotten the session".into(),
        Some(Http::ResponseBodyTooLarge { max_size }) => format!("sent an answer of more than {max_size} bytes"),
        Some(Http::TransportChannelClosed | Http::UnexpectedEndOfStream) | None => "closed the connection".into(),
        Some(_) => NO_MESSAGE.into(),
    }
}
