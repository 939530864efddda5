//! The engine's rules with small functions, and the template's own function on the guides' paths.

use std::path::Path;

use super::*;
use crate::template::{Overrides, Template};

fn request(uri: &str, query: &str) -> ViewerRequest {
    ViewerRequest {
        method: "GET".into(),
        uri: uri.into(),
        query: query.into(),
        headers: vec![
            ("host".into(), "localhost:3000".into()),
            ("cookie".into(), "a=1; b=2".into()),
        ],
        ip: "127.0.0.1".into(),
    }
}

/// The outcome for a function with this body, on `/a%20b?x=%31&y&x=2`.
fn outcome(body: &str) -> Result<ViewerOutcome, ViewerError> {
    let viewer = ViewerFunction::compile(&format!("function handler(event) {{ {body} }}"))?;
    viewer.run(request("/a%20b", "x=%31&y&x=2"))
}

fn forwarded(body: &str) -> ViewerRequest {
    match outcome(body).unwrap() {
        ViewerOutcome::Forward(request) => request,
        ViewerOutcome::Respond { .. } => panic!("the function answered"),
    }
}

#[test]
fn the_templates_function_turns_socket_paths_into_the_stage() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
    let template = Template::read(Path::new(file), &Overrides::default()).unwrap();
    let source = template.behaviours.iter().find_map(|behaviour| behaviour.viewer_request.clone());
    let viewer = ViewerFunction::compile(&source.unwrap()).unwrap();
    // Node gets the same cases in tests/viewer/run.cjs.
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../../tests/viewer/cases.json")).unwrap();
    for Case { from, to } in cases {
        let outcome = viewer.run(request_to(&from)).unwrap();
        assert_eq!(outcome, ViewerOutcome::Forward(request_to(&to)), "{from}");
    }
}

#[derive(serde::Deserialize)]
struct Case {
    from: String,
    to: String,
}

fn request_to(url: &str) -> ViewerRequest {
    let (uri, query) = url.split_once('?').unwrap_or((url, ""));
    request(uri, query)
}

#[test]
fn what_the_function_leaves_alone_stays_byte_for_byte() {
    assert_eq!(forwarded("return event.request"), request("/a%20b", "x=%31&y&x=2"));
}

#[test]
fn the_event_has_cloudfronts_fields() {
    let request = forwarded(
        "const { version, context, viewer, request: r } = event;
         r.headers['x-seen'] = { value: JSON.stringify([version, context.eventType, viewer.ip, r.method,
             r.querystring, r.headers.host, r.cookies, 'cookie' in r.headers]) };
         return r;",
    );
    let (_, seen) = request.headers.iter().find(|(name, _)| name == "x-seen").unwrap();
    assert_eq!(
        seen,
        r#"["1.0","viewer-request","127.0.0.1","GET",{"x":{"value":"%31","multiValue":[{"value":"%31"},{"value":"2"}]},"y":{"value":""}},{"value":"localhost:3000"},{"a":{"value":"1"},"b":{"value":"2"}},false]"#
    );
}

#[test]
fn changes_reach_the_request() {
    let request = forwarded(
        "event.request.headers.host.value = 'h'; event.request.cookies.c = { value: '3' };
         event.request.querystring.z = { multiValue: [{ value: '1' }, { value: '2' }] };
         return event.request;",
    );
    assert_eq!(request.query, "x=%31&x=2&y=&z=1&z=2");
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(headers, ["host: h", "cookie: a=1; b=2; c=3"]);
}

#[test]
fn a_parameter_named_like_a_prototype_is_an_ordinary_name() {
    let viewer = ViewerFunction::compile(
        "const handler = e => (e.request.querystring.a = {value: 'b'}, e.request)",
    );
    let outcome = viewer.unwrap().run(request("/", "__proto__=x")).unwrap();
    assert_eq!(outcome, ViewerOutcome::Forward(request("/", "__proto__=x&a=b")));
}

#[test]
fn a_function_may_answer_itself() {
    let answers = [
        ("body: 'no'", "no"),
        ("body: { encoding: 'base64', data: 'bm8=' }", "no"),
        ("statusDescription: 'x'", ""),
    ];
    for (body, expected) in answers {
        let outcome = outcome(&format!(
            "return {{ statusCode: 403, headers: {{ a: {{ value: 'b' }} }}, {body},
                cookies: {{ id: {{ value: '1', attributes: 'Secure' }} }} }}"
        ));
        let headers = [("a", "b"), ("set-cookie", "id=1; Secure")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let expected = ViewerOutcome::Respond { status: 403, headers, body: expected.into() };
        assert_eq!(outcome.unwrap(), expected);
    }
}

#[test]
fn an_asynchronous_handler_is_awaited() {
    let viewer =
        ViewerFunction::compile("async function handler(e) { await null; return e.request }")
            .unwrap();
    assert_eq!(viewer.run(request("/", "")).unwrap(), ViewerOutcome::Forward(request("/", "")));
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let cases = [
        ("return (", "does not compile"),
        ("throw new Error('boom')", "failed: Error: boom"),
        ("while (true) {}", "failed"),
        ("const all = []; while (true) all.push(new Array(1000).fill(1))", "failed"),
        ("return new Promise(() => {})", "failed"),
        ("", "returned nothing"),
        ("return { uri: 5 }", "returned {\"uri\":5}"),
    ];
    for (body, expected) in cases {
        let error = outcome(body).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{body}: {error}");
    }
    let error = ViewerFunction::compile("const other = 1").unwrap_err();
    assert!(error.to_string().contains("defines no function 'handler'"), "{error}");
}
