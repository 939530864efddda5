//! What a cold function pays for its connections: posts over TLS with so many at once, each on a
//! connection of its own the first time.

use std::time::{Duration, Instant};

use aws_smithy_http_client::{
    Builder as HttpClient,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use futures_util::future::join_all;
use tests::{Stack, tls::TlsFront};

use crate::{
    baseline::{post_all, sdk_client},
    report::{duration, quantile},
};

const SOCKETS: usize = 256;
const ROUNDS: usize = 5;

/// Measures the first posts of a new client, and the same once its connections are there.
pub async fn measure() {
    let stack = Stack::with().probe().start().await;
    let open = (0..SOCKETS).map(|_| stack.socket("/socket"));
    let _sockets = join_all(open).await;
    let connections = stack.connections().await;
    let front = TlsFront::before(stack.port).await;
    for at_once in [1, 8, 16, 32, 64, 128] {
        let (mut cold, mut warm): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let trust =
                TrustStore::empty().with_pem_certificate(front.authority.as_bytes().to_vec());
            let context = TlsContext::builder().with_trust_store(trust).build();
            let http = HttpClient::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(context.expect("a certificate"))
                .build_https();
            let client = sdk_client(http, &format!("https://{}/live", front.host));
            for times in [&mut cold, &mut warm] {
                let started = Instant::now();
                post_all(&client, &connections, "hello", at_once).await;
                times.push(started.elapsed());
            }
        }
        duration(&format!("{at_once} at once: {SOCKETS} posts, new"), quantile(&mut cold, 50));
        duration(&format!("{at_once} at once: {SOCKETS} posts, again"), quantile(&mut warm, 50));
    }
}
