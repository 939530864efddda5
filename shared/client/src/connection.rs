//! Connections over TLS and without: what is trusted, and the WebSocket handshake.

use std::sync::{Arc, OnceLock};

use reqwest::{Client, ClientBuilder};
use tokio::net::TcpStream;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    version::{TLS12, TLS13},
};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{
        Error,
        handshake::client::{Request, Response},
        protocol::WebSocketConfig,
    },
};

/// Each read clears it: with the default of 128 KB a crowd's clients would be slower than the chat.
const READ_BUFFER: usize = 4 * 1024;

/// A connection to the server, over TLS where the URL says `wss`.
pub type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects and shakes hands.
pub async fn connect(request: Request) -> Result<(Stream, Response), Error> {
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let is_tls = request.uri().scheme_str() == Some("wss");
    let tls = Connector::Rustls(Arc::clone(trust(is_tls)));
    connect_async_tls_with_config(request, Some(config), true, Some(tls)).await
}

/// An HTTP client, to be completed. One that speaks no TLS is made sooner.
pub fn http_client(is_tls: bool) -> ClientBuilder {
    Client::builder().tls_backend_preconfigured(ClientConfig::clone(trust(is_tls)))
}

/// Trusts the machine's authorities, or those in the file that `SSL_CERT_FILE` names. Without TLS it
/// need not know them: reading them takes a while.
fn trust(is_tls: bool) -> &'static Arc<ClientConfig> {
    static AUTHORITIES: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    static NOBODY: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let config = if is_tls { &AUTHORITIES } else { &NOBODY };
    config.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        if is_tls {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&TLS12, &TLS13])
            .expect("ring has both")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    })
}
