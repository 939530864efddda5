//! What a cold function pays for its connections: posts over TLS with so many at once. Over HTTP/1
//! each has a connection of its own the first time, over HTTP/2 one is enough for all.

use std::time::{Duration, Instant};

use aws_sdk_apigatewaymanagement::Client;
use aws_smithy_http_client::{
    Builder as HttpClient,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use futures_util::future::join_all;
use tests::{Stack, tls::TlsFront};

use crate::{
    baseline::{post_all, sdk_client},
    report::{duration, figure, quantile},
};

const SOCKETS: usize = 256;
const ROUNDS: usize = 5;

/// Measures the first posts of a new client, and the same once its connections are there.
pub async fn measure() {
    let stack = Stack::with().probe().start().await;
    let open = (0..SOCKETS).map(|_| stack.socket("/socket"));
    let _sockets = join_all(open).await;
    let connections = stack.connections().await;
    let http1 = TlsFront::before(stack.port).await;
    let http2 = TlsFront::of_http2(stack.port).await;
    for at_once in [1, 8, 16, 32, 64, 128] {
        for (version, front) in [("HTTP/1", &http1), ("HTTP/2", &http2)] {
            let accepted = front.accepted();
            let (mut cold, mut warm): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let client = new_client(front);
                // As a function does when it starts: over HTTP/2 the others share that connection.
                post_all(&client, &connections[..1], "hello", 1).await;
                for times in [&mut cold, &mut warm] {
                    let started = Instant::now();
                    post_all(&client, &connections, "hello", at_once).await;
                    times.push(started.elapsed());
                }
            }
            let name = format!("{version}, {at_once} at once: {SOCKETS} posts");
            duration(&format!("{name}, new"), quantile(&mut cold, 50));
            duration(&format!("{name}, again"), quantile(&mut warm, 50));
            figure(&format!("{name}: connections"), (front.accepted() - accepted) / ROUNDS);
        }
    }
}

/// A client that has no connection yet.
fn new_client(front: &TlsFront) -> Client {
    let trust = TrustStore::empty().with_pem_certificate(front.authority.as_bytes().to_vec());
    let context = TlsContext::builder().with_trust_store(trust).build();
    let http = HttpClient::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context.expect("a certificate"))
        .build_https();
    sdk_client(http, &format!("https://{}/live", front.host))
}
