//! Requests signed by AWS's own crate, and what they may do.

use std::time::Duration;

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use axum::http::{HeaderValue, Request};

use super::*;
use crate::template::{REGION, Statement};

const BODY: &[u8] = b"{\"TableName\":\"chat-ChatTable\"}";
const PATH: &str = "/prod/@connections/abc%3D";

/// 2024-02-09, ten past noon.
fn noon() -> Timestamp {
    "2024-02-09T12:10:00Z".parse().unwrap()
}

fn function(name: &str, permissions: Vec<Statement>) -> Function {
    Function {
        name: name.to_owned(),
        binary: String::new(),
        timeout: Duration::ZERO,
        memory_mb: 128,
        environment: std::collections::BTreeMap::default(),
        permissions,
    }
}

fn developer() -> Credentials {
    Credentials::of_developer("a secret of these tests".to_owned())
}

fn iam() -> Iam {
    let functions = [function("Send", Vec::new()), function("Read", Vec::new())];
    Iam::new(&functions, developer())
}

fn signed(credentials: &Credentials, service: &str, at: Timestamp) -> Request<Vec<u8>> {
    let Credentials { access_key, secret, session_token } = credentials.clone();
    let identity = AwsCredentials::new(access_key, secret, session_token, None, "a test").into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(service)
        .time(at.into())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let uri = format!("http://localhost:3000{PATH}");
    let headers = [("x-amz-target", "DynamoDB_20120810.GetItem"), ("x-spaced", " a   b ")];
    let signable =
        SignableRequest::new("POST", &uri, headers.into_iter(), SignableBody::Bytes(BODY));
    let signature = sign(signable.unwrap(), &parameters).unwrap().into_parts().0;
    let mut request = Request::post(PATH).header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request.body(BODY.to_vec()).unwrap();
    signature.apply_to_request_http1x(&mut request);
    request
}

fn caller(iam: &Iam, request: &Request<Vec<u8>>) -> Result<Option<String>, Refusal> {
    let signed = SignedRequest {
        method: request.method(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        body: request.body(),
    };
    let caller = iam.authenticate("dynamodb", signed, noon())?;
    Ok(caller.name().map(str::to_owned))
}

#[test]
fn a_function_and_the_developer_are_known_by_their_signatures() {
    let iam = iam();
    let send = signed(iam.credentials("Send").unwrap(), "dynamodb", noon());
    // Twice, the second time with the kept key.
    for _ in 0..2 {
        assert_eq!(caller(&iam, &send), Ok(Some("Send".to_owned())));
    }
    assert_eq!(caller(&iam, &signed(&developer(), "dynamodb", noon())), Ok(None));
    let guessed = Credentials::of_developer("local".to_owned());
    let refused = caller(&iam, &signed(&guessed, "dynamodb", noon()));
    assert_eq!(refused, Err(Refusal::WrongSignature));
}

#[test]
fn a_clock_may_be_five_minutes_off_and_not_six() {
    let iam = iam();
    let send = iam.credentials("Send").unwrap();
    let at = |minutes: i64| {
        let request = signed(send, "dynamodb", noon() + jiff::Span::new().minutes(minutes));
        caller(&iam, &request).map_err(|refusal| refusal.to_string())
    };
    assert!(at(-5).is_ok() && at(5).is_ok());
    assert_eq!(
        at(-6).unwrap_err(),
        "Signature expired: 20240209T120400Z is now earlier than 20240209T120500Z \
         (20240209T121000Z - 5 min.)"
    );
    assert_eq!(
        at(6).unwrap_err(),
        "Signature not yet current: 20240209T121600Z is still later than 20240209T121500Z \
         (20240209T121000Z + 5 min.)"
    );
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    type Change = fn(&mut Request<Vec<u8>>);
    let changes: [(&str, Change, Refusal); 7] = [
        ("body", |request| request.body_mut().push(b' '), Refusal::WrongSignature),
        (
            "path",
            |request| *request.uri_mut() = "/prod/@connections/abd%3D".parse().unwrap(),
            Refusal::WrongSignature,
        ),
        (
            "query",
            |request| *request.uri_mut() = format!("{PATH}?a=b").parse().unwrap(),
            Refusal::WrongSignature,
        ),
        ("method", |request| *request.method_mut() = Method::DELETE, Refusal::WrongSignature),
        ("header", |request| set(request, "x-spaced", "a b c"), Refusal::WrongSignature),
        (
            "unsigned header",
            |request| set(request, "x-amz-other", "x"),
            Refusal::Incomplete("'Host' and all 'X-Amz-' headers must be signed."),
        ),
        ("token", |request| set(request, "x-amz-security-token", "x"), Refusal::UnknownKey),
    ];
    let iam = iam();
    for (what, change, expected) in changes {
        let mut request = signed(iam.credentials("Send").unwrap(), "dynamodb", noon());
        change(&mut request);
        assert_eq!(caller(&iam, &request), Err(expected), "{what}");
    }
}

fn set(request: &mut Request<Vec<u8>>, name: &'static str, value: &'static str) {
    request.headers_mut().insert(name, HeaderValue::from_static(value));
}

#[test]
fn anothers_credentials_and_nobodys_are_refused() {
    let iam = iam();
    let send = iam.credentials("Send").unwrap();
    let read = iam.credentials("Read").unwrap();
    assert_ne!(send, read);
    let wrong_secret = Credentials { secret: read.secret.clone(), ..send.clone() };
    let anothers_token = Credentials { session_token: read.session_token.clone(), ..send.clone() };
    let no_token = Credentials { session_token: None, ..send.clone() };
    let nobody = Credentials { access_key: "AKIANOBODY".to_owned(), ..send.clone() };
    for (credentials, expected) in [
        (&wrong_secret, Refusal::WrongSignature),
        (&anothers_token, Refusal::UnknownKey),
        (&no_token, Refusal::UnknownKey),
        (&nobody, Refusal::UnknownKey),
    ] {
        let request = signed(credentials, "dynamodb", noon());
        assert_eq!(caller(&iam, &request), Err(expected), "{credentials:?}");
    }
    let scope = "20240209/us-east-1/dynamodb/aws4_request".to_owned();
    let elsewhere = signed(send, "execute-api", noon());
    assert_eq!(caller(&iam, &elsewhere), Err(Refusal::WrongScope(scope)));
}

#[test]
fn a_request_without_a_whole_signature_is_refused() {
    let iam = iam();
    let mut request = signed(iam.credentials("Send").unwrap(), "dynamodb", noon());
    let whole = request.headers()["authorization"].to_str().unwrap().to_owned();
    for part in ["Credential=", "SignedHeaders=", "Signature="] {
        let text = whole.replace(part, "Nothing=");
        request.headers_mut().insert("authorization", text.parse().unwrap());
        let refusal = caller(&iam, &request).unwrap_err();
        assert!(matches!(refusal, Refusal::Incomplete(_)), "{part}: {refusal:?}");
    }
    request.headers_mut().insert("authorization", HeaderValue::from_static("Bearer x"));
    assert_eq!(caller(&iam, &request), Err(Refusal::Unsigned));
    request.headers_mut().remove("authorization");
    assert_eq!(caller(&iam, &request), Err(Refusal::Unsigned));
}

fn statement(actions: &[&str], leading_keys: Option<&[&str]>) -> Statement {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    Statement {
        actions: owned(actions),
        resources: owned(&["arn:aws:dynamodb:us-east-1:000000000000:table/T"]),
        leading_keys: leading_keys.map(owned),
    }
}

#[test]
fn one_statement_must_allow_all_that_a_call_touches() {
    let send = function(
        "Send",
        vec![
            statement(&["dynamodb:GetItem", "dynamodb:Batch*"], Some(&["ROOM#*", "A?"])),
            statement(&["DYNAMODB:getitem"], Some(&["USER#*"])),
            statement(&["dynamodb:Scan"], Some(&["ROOM#*"])),
            statement(&["dynamodb:PutItem"], None),
        ],
    );
    let iam = Iam::new(&[send], developer());
    let name = iam.credentials("Send").unwrap().access_key.clone();
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/T";
    let cases: [(&'static str, &str, &[&str], bool); 12] = [
        ("dynamodb:GetItem", table, &["ROOM#1"], true),
        ("dynamodb:GetItem", table, &["USER#1"], true),
        ("dynamodb:GetItem", table, &["AB"], true),
        ("dynamodb:GetItem", table, &["ABC"], false),
        ("dynamodb:GetItem", table, &["room#1"], false),
        ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/U", &["ROOM#1"], false),
        ("dynamodb:BatchGetItem", table, &["ROOM#1", "ROOM#2"], true),
        ("dynamodb:BatchGetItem", table, &["ROOM#1", "USER#2"], false),
        ("dynamodb:PutItem", table, &["anything"], true),
        ("dynamodb:DeleteItem", table, &["ROOM#1"], false),
        ("dynamodb:Query", table, &["ROOM#1"], false),
        // As on AWS: a scan has no leading keys, and all of none are allowed.
        ("dynamodb:Scan", table, &[], true),
    ];
    for (action, resource, keys, expected) in cases {
        let leading_keys = keys.iter().map(|&key| key.to_owned()).collect();
        let access = Access { action, resource: resource.to_owned(), leading_keys };
        assert_eq!(iam.callers[&name].authorize(&access).is_ok(), expected, "{access:?}");
    }
}
