//! The stages of both APIs: what they wait for, what they measure and what they log.

use regex_lite::Regex;
use serde_json::{Value, json};
use tests::agreement::expect_agreement;

use crate::document::{Document, text};

const STAGE: &str = "AWS::ApiGatewayV2::Stage";
const ROUTE: &str = "AWS::ApiGatewayV2::Route";

#[test]
fn a_stage_waits_for_the_routes_that_it_deploys() {
    let document = Document::read();
    for (id, stage) in document.resources(STAGE) {
        let api = &stage["Properties"]["ApiId"];
        let routes = document.resources(ROUTE).into_iter();
        let routes = routes.filter(|(_, route)| route["Properties"]["ApiId"] == *api);
        expect_agreement(
            routes.map(|(route, _)| route.to_owned()),
            stage["DependsOn"].as_array().into_iter().flatten().map(text),
            |route| format!("infra/template.yaml: add {route} to DependsOn of {id}"),
            |other| format!("infra/template.yaml: {id} depends on {other}, no route of its API"),
        );
    }
}

#[test]
fn a_stage_waits_for_the_role_it_logs_with_and_the_role_for_the_apis() {
    let document = Document::read();
    let account = document.resource("ApiGatewayAccount");
    assert_eq!(account["DependsOn"], json!(["HttpApi", "WebSocketApi"]));
    for (id, stage) in document.resources(STAGE) {
        let properties = &stage["Properties"];
        assert!(properties["AccessLogSettings"].is_object(), "{id} logs");
        let waits = text(&properties["Description"]).contains("${ApiGatewayAccount}");
        assert!(waits, "infra/template.yaml: {id} refers to ApiGatewayAccount nowhere");
    }
}

#[test]
fn no_metric_by_route_is_paid_for() {
    for (id, stage) in Document::read().resources(STAGE) {
        let detailed = &stage["Properties"]["DefaultRouteSettings"]["DetailedMetricsEnabled"];
        assert_ne!(*detailed, true, "{id}: no alarm and no widget looks at one route");
    }
}

/// API Gateway writes a bare `-` for what is absent. `$context.error.messageString` brings quotes only where there
/// is an error: without quotes around it a line of a request that succeeds would be no JSON.
#[test]
fn a_line_of_the_access_log_stays_json_when_nothing_is_there() {
    for (id, stage) in Document::read().resources(STAGE) {
        let format = text(&stage["Properties"]["AccessLogSettings"]["Format"]);
        let absent = Regex::new(r"\$context[.a-zA-Z]*").unwrap().replace_all(&format, "-");
        let line: Value =
            serde_json::from_str(&absent).unwrap_or_else(|error| panic!("{id}: {error}: {absent}"));
        assert_eq!(line["error"], "-", "{id}");
        assert!(!format.contains("messageString"), "{id}: its own quotes would stand in quotes");
    }
}

#[test]
fn an_access_log_is_json_and_leads_to_the_functions_own_line() {
    for (id, stage) in Document::read().resources(STAGE) {
        let format = text(&stage["Properties"]["AccessLogSettings"]["Format"]);
        let line: Value = serde_json::from_str(&format).unwrap();
        assert_eq!(line["function_request"], "$context.integration.requestId", "{id}");
        assert_eq!(line["status"], "$context.status", "{id}");
        // Behind CloudFront it is CloudFront's address: not to be taken for the client's.
        assert_eq!(line["caller"], "$context.identity.sourceIp", "{id}");
        assert!(line["ip"].is_null(), "{id}");
    }
}
