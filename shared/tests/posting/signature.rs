//! Posts are signed as the SDK signs them.

use aws_sdk_apigatewaymanagement::{
    Client,
    config::{
        Builder, ConfigBag, Intercept, RuntimeComponents,
        interceptors::BeforeTransmitInterceptorContextMut,
    },
    error::BoxError,
    primitives::Blob,
};
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use jiff::Timestamp;
use shared::{
    aws::Payload,
    broadcast::{Delivery, Management},
    domain::ConnectionId,
};

use crate::{
    scene::{TOKEN, connector, credentials, management, patient, sdk},
    stage::{Request, Stage, Turn},
};

/// What is in no request of ours: it says who calls, and how often.
#[derive(Debug)]
struct WithoutTelemetry;

impl Intercept for WithoutTelemetry {
    fn name(&self) -> &'static str {
        "without telemetry"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        for name in ["x-amz-user-agent", "amz-sdk-request", "amz-sdk-invocation-id"] {
            context.request_mut().headers_mut().remove(name);
        }
        Ok(())
    }
}

/// The same requests about the same socket at the same time: ours, and the SDK's. A post, the
/// closing, a look.
async fn both(id: &str, text: &str) -> Vec<(Request, Request)> {
    let stage = Stage::start(&[Turn::DONE]).await;
    let mut config = sdk(credentials()).into_builder();
    let time: Timestamp = "2024-11-13T16:30:00Z".parse().expect("a time");
    config.set_time_source(Some(SharedTimeSource::new(StaticTimeSource::new(time.into()))));
    let config = config.build();

    let management = Management::new(&config, connector(), &stage.endpoint, patient());
    let connection = ConnectionId::new(id);
    let ours = management.post(&connection, &Payload::new(text.into())).await;
    assert_eq!(ours, Delivery::Delivered);
    assert_eq!(management.close(&connection).await, Ok(true));
    assert_eq!(management.is_open(&connection).await, Ok(true));

    let theirs =
        Builder::from(&config).endpoint_url(&stage.endpoint).interceptor(WithoutTelemetry).build();
    let theirs = Client::from_conf(theirs);
    let post = theirs.post_to_connection().connection_id(id).data(Blob::new(text));
    post.send().await.expect("a post");
    theirs.delete_connection().connection_id(id).send().await.expect("a closing");
    // The stage's answer is none of API Gateway's; what counts is what was asked.
    let _ = theirs.get_connection().connection_id(id).send().await;

    let requests = stage.requests();
    let (ours, theirs) = requests.split_at(3);
    ours.iter().cloned().zip(theirs.iter().cloned()).collect()
}

#[tokio::test]
async fn each_request_is_the_one_that_the_sdk_would_send() {
    for (id, text) in [
        ("L0SM9cOFvHcCIhw=", r#"{"type":"message"}"#),
        ("a+b/c=", "김철수: 안녕 🎉"),
        ("a b%3D~._-@:한", ""),
    ] {
        for (ours, theirs) in both(id, text).await {
            assert_eq!(ours.line, theirs.line, "{id}");
            assert_eq!(ours.body, theirs.body, "{id}");
            for name in
                ["authorization", "x-amz-date", "x-amz-security-token", "content-type", "host"]
            {
                let (ours, theirs) = (ours.headers.get(name), theirs.headers.get(name));
                assert_eq!(ours, theirs, "{name} of {id}");
            }
        }
    }
}

#[tokio::test]
async fn region_service_and_session_are_in_the_signature() {
    let (request, _) = both("phone=", "{}").await.swap_remove(0);
    assert_eq!(request.line, "POST /prod/@connections/phone%3D HTTP/1.1");
    let authorization = &request.headers["authorization"];
    assert!(
        authorization.starts_with(
            "AWS4-HMAC-SHA256 \
             Credential=AKIDEXAMPLE/20241113/ap-northeast-2/execute-api/aws4_request, \
             SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token, Signature="
        ),
        "{authorization}"
    );
    assert_eq!(request.headers["x-amz-security-token"], TOKEN);
}

#[tokio::test]
async fn a_frame_arrives_byte_for_byte_whoever_had_it_before() {
    let stage = Stage::start(&[Turn::DONE]).await;
    let (management, frame) =
        (management(&stage), Payload::new("방에 오신 걸 환영합니다 🎉".into()));
    for id in ["one=", "two="] {
        assert_eq!(management.post(&ConnectionId::new(id), &frame).await, Delivery::Delivered);
    }
    for request in stage.requests() {
        assert_eq!(String::from_utf8(request.body).expect("UTF-8"), "방에 오신 걸 환영합니다 🎉");
    }
}
