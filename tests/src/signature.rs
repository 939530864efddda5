//! AWS's signature, version 4, under requests of reqwest's client.

use std::{sync::LazyLock, time::SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign as signature_of},
    sign::v4::SigningParams,
};
use reqwest::{
    Body, Request,
    header::{HeaderName, HeaderValue},
};
use uuid::Uuid;

/// The region that the edge claims to be.
const REGION: &str = "us-east-1";

/// Those of a developer, as the edge prints them when it starts: the tests' edges share a secret that
/// only this process knows.
#[must_use]
pub fn developer() -> Credentials {
    static SECRET: LazyLock<String> = LazyLock::new(|| Uuid::new_v4().to_string());
    Credentials::new("local", SECRET.as_str(), None, None, "the tests")
}

/// Signs a request to this service, such as `execute-api`, now.
#[expect(clippy::disallowed_methods, reason = "a signature is good for some minutes")]
pub fn sign(request: &mut Request, service: &str, credentials: &Credentials) {
    sign_at(SystemTime::now(), request, service, credentials);
}

/// Signs it as at that time.
pub fn sign_at(time: SystemTime, request: &mut Request, service: &str, credentials: &Credentials) {
    let identity = credentials.clone().into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .expect("all parameters")
        .into();
    let headers = request.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let body = request.body().and_then(Body::as_bytes).unwrap_or_default();
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.url().as_str(),
        headers,
        SignableBody::Bytes(body),
    );
    let signature = signature_of(signable.expect("a request"), &parameters).expect("a signature");
    for header in signature.into_parts().0.into_parts().0 {
        let value = HeaderValue::from_str(header.value()).expect("a header's value");
        request.headers_mut().insert(HeaderName::from_static(header.name()), value);
    }
}
