//! TLS: a client that speaks it where it must, and a front for something that speaks none, with an
//! authority made for the occasion.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use hyper::{
    Request, Version, body::Incoming, header::HOST, server::conn::http2, service::service_fn,
};
use hyper_util::{
    client::legacy::{Client as Forwarder, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use reqwest::ClientBuilder;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring::default_provider,
        pki_types::PrivateKeyDer,
        version::{TLS12, TLS13},
    },
    server::TlsStream,
};

use crate::target;

/// An HTTP client that trusts what the deployment under test needs, to be completed.
pub fn http_client() -> ClientBuilder {
    // An edge speaks no TLS.
    client::http_client(target::is_elsewhere())
}

/// Takes TLS off and passes on, until it is dropped.
#[derive(Debug)]
pub struct TlsFront {
    /// Where it listens, as `localhost:PORT`.
    pub host: String,
    /// The certificate of the authority that clients must trust.
    pub authority: String,
    accepted: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl TlsFront {
    /// Stands before what listens on this port, and passes on what comes byte by byte.
    pub async fn before(port: u16) -> Self {
        Self::with(&[], move |client| pass_on(client, port)).await
    }

    /// The same, but speaks HTTP/2 with its clients, as API Gateway does.
    pub async fn of_http2(port: u16) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let forwarder = Forwarder::builder(TokioExecutor::new()).build(connector);
        Self::with(&["h2"], move |client| serve_http2(client, forwarder.clone(), port)).await
    }

    /// How many connections were opened.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    async fn with<S>(
        protocols: &[&str],
        serve: impl Fn(TlsStream<TcpStream>) -> S + Clone + Send + 'static,
    ) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let (authority, certificate, key) = certificate_of_localhost().expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&TLS12, &TLS13])
            .expect("ring has both")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("the key is the certificate's");
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = format!("localhost:{}", listener.local_addr().expect("it listens").port());
        let accepted = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&accepted);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let _ = client.set_nodelay(true);
                let accepting = acceptor.accept(client);
                let serve = serve.clone();
                tokio::spawn(async move {
                    if let Ok(client) = accepting.await {
                        serve(client).await;
                    }
                });
            }
        });
        Self { host, authority: authority.pem(), accepted, serving }
    }
}

/// An authority's certificate, and one of this machine's name that it has signed, with its key.
fn certificate_of_localhost() -> Result<(Certificate, Certificate, KeyPair), rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "An authority of a test");
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    Ok((authority_certificate, certificate, key))
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One connection. What breaks on one side breaks on the other, which is all there is to say.
async fn pass_on(mut client: TlsStream<TcpStream>, port: u16) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let _ = server.set_nodelay(true);
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// One connection of many requests, each passed on over HTTP/1.
async fn serve_http2(
    client: TlsStream<TcpStream>,
    forwarder: Forwarder<HttpConnector, Incoming>,
    port: u16,
) {
    let forward = service_fn(move |mut request: Request<Incoming>| {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = format!("http://127.0.0.1:{port}{path}").parse().expect("a URI");
        *request.version_mut() = Version::HTTP_11;
        // The client has signed it, as the host that it called.
        request.headers_mut().insert(HOST, authority.parse().expect("a host"));
        forwarder.request(request)
    });
    let server = http2::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(client), forward).await;
}
