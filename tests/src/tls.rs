//! TLS: a client that speaks it where it must, and a front for something that speaks none, with an
//! authority made for the occasion.

use std::sync::Arc;

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
    serving: JoinHandle<()>,
}

impl TlsFront {
    /// Stands before what listens on this port.
    pub async fn before(port: u16) -> Self {
        let (authority, certificate, key) = certificate_of_localhost().expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&TLS12, &TLS13])
            .expect("ring has both")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("the key is the certificate's");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = format!("localhost:{}", listener.local_addr().expect("it listens").port());
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(acceptor.clone(), client, port));
            }
        });
        Self { host, authority: authority.pem(), serving }
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
async fn pass_on(acceptor: TlsAcceptor, client: TcpStream, port: u16) {
    let _ = client.set_nodelay(true);
    let Ok(mut client) = acceptor.accept(client).await else { return };
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let _ = server.set_nodelay(true);
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
