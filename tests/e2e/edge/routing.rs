//! What answers which path: the APIs behind the distribution, and the edge's own pages.

use reqwest::{Method, redirect::Policy};
use serde_json::json;
use tests::{Reply, Stack, tls};

use super::connections::Client;

async fn ask(stack: &Stack, method: Method, path: &str) -> Reply {
    stack.ask(stack.request(method, path)).await
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let stack = Stack::with().probe().start().await;
    for path in ["/", "/nothing", "/things", "/things/1/2", "/rest"] {
        assert_eq!(stack.get(path).await.expect(404), json!({ "message": "Not Found" }), "{path}");
    }
    let nowhere = stack.get("/_aws/execute-api/unknown000/").await;
    assert_eq!(nowhere.expect(403), json!({ "message": "Forbidden" }));
    expect_no_event(&stack).await;
}

/// The next event is the first that the function gets.
async fn expect_no_event(stack: &Stack) {
    let process = stack.post("/things/1", &json!({ "act": "process" })).await.expect(200);
    assert_eq!(process["invocations"], 1);
}

#[tokio::test]
async fn the_api_answers_without_the_distribution_too() {
    let stack = Stack::with().probe().start().await;
    let event = stack.get("/things/fixed").await.expect(200);
    let api = event["requestContext"]["apiId"].as_str().expect("an API id");
    let direct = stack.get(&format!("/_aws/execute-api/{api}/$default/things/fixed")).await;
    assert_eq!(direct.expect(200)["rawPath"], "/things/fixed");
}

#[tokio::test]
async fn an_unknown_method_is_not_allowed_and_under_strict_not_found() {
    let stack = Stack::with().probe().start().await;
    let answer = ask(&stack, Method::PUT, "/things/1").await;
    assert_eq!(answer.status, 405);
    let allowed = answer.header("allow");
    assert!(allowed.contains("GET") && allowed.contains("POST"), "came {answer:?}");
    let message = format!("PUT is not allowed here, only {allowed}");
    assert_eq!(answer.json(), json!({ "message": message }));

    assert_eq!(ask(&stack, Method::HEAD, "/things/1").await.status, 404);
    expect_no_event(&stack).await;

    let strict = Stack::with().probe().strict().start().await;
    let answer = ask(&strict, Method::PUT, "/things/1").await;
    assert_eq!(answer.expect(404), json!({ "message": "Not Found" }));
}

#[tokio::test]
async fn a_viewer_function_rewrites_answers_itself_or_breaks() {
    let stack = Stack::with().probe().start().await;
    let browser = tls::http_client().redirect(Policy::none()).build().expect("a client");
    let away = browser.get(stack.url("/socket/away")).send().await.expect("an answer");
    assert_eq!(
        (away.status().as_u16(), &away.headers()["location"]),
        (302, &"/things/moved".parse().expect("a value"))
    );

    let why = "The CloudFront function of this path is invalid or could not run";
    assert_eq!(stack.get("/socket/broken").await.expect(503), json!({ "message": why }));
    assert_eq!(stack.get("/socket/elsewhere").await.expect(403), json!({ "message": "Forbidden" }));
}

#[tokio::test]
async fn the_edge_shows_its_health_and_its_connections() {
    let stack = Stack::with().probe().start().await;
    assert_eq!(stack.get("/healthz").await.expect(200), json!({ "status": "ok" }));
    assert_eq!(stack.get("/_edge/connections").await.expect(200), json!([]));

    let client = Client::connect(&stack).await;

    let listed = stack.get("/_edge/connections").await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["connectionId"], client.id.as_str());
}

#[tokio::test]
async fn a_request_with_an_enormous_head_is_refused() {
    let stack = Stack::with().probe().start().await;
    // Just above 10,240 bytes, the most that API Gateway takes.
    let long = "a".repeat(10_300);
    let by_url = stack.get(&format!("/things/1?x={long}")).await;
    assert_eq!(by_url.status, 414, "came {by_url:?}");
    let by_header = stack.request(Method::GET, "/things/1").header("x-long", long);
    assert_eq!(stack.ask(by_header).await.status, 431);
    expect_no_event(&stack).await;
}

#[tokio::test]
async fn a_body_over_ten_megabytes_is_too_large() {
    let stack = Stack::with().probe().start().await;
    let answer = stack.post_text("/things/1", " ".repeat(10 * 1024 * 1024 + 1)).await;
    assert_eq!(answer.status, 413);
    expect_no_event(&stack).await;
}

#[tokio::test]
async fn a_get_with_a_body_passes_but_for_cloudfront_under_strict() {
    let plain = Stack::with().probe().start().await;
    let strict = Stack::with().probe().strict().start().await;
    let event = plain.get("/things/fixed").await.expect(200);
    let api = event["requestContext"]["apiId"].as_str().expect("an API id");
    let direct = format!("/_aws/execute-api/{api}/$default/things/1");
    let with_body = async |stack: &Stack, method: Method, path: &str, body: &'static str| {
        let request = stack.request(method, path).header("content-type", "text/plain");
        stack.ask(request.body(body)).await
    };

    assert_eq!(
        with_body(&plain, Method::GET, "/things/1", "a body").await.expect(200)["body"],
        "a body"
    );
    let refused = with_body(&strict, Method::GET, "/things/1", "a body").await;
    assert_eq!(refused.expect(403)["message"], "CloudFront takes no body with this method");
    assert_eq!(with_body(&strict, Method::HEAD, "/rest/1", "a body").await.status, 403);
    // There CloudFront is not asked.
    assert_eq!(with_body(&strict, Method::GET, &direct, "a body").await.status, 200);
    for (method, body) in [(Method::GET, ""), (Method::POST, "a body"), (Method::DELETE, "a body")]
    {
        let path = if method == Method::DELETE { "/rest/1" } else { "/things/1" };
        assert_eq!(with_body(&strict, method.clone(), path, body).await.status, 200, "{method}");
    }
}
