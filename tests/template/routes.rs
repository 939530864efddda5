//! Binary, function, integration, permission and route belong together one to one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::agreement::expect_agreement;

use crate::document::{Document, Resource, binaries, text};

const FUNCTION: &str = "AWS::Serverless::Function";
const MAPPING: &str = "AWS::Lambda::EventSourceMapping";
const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
const ROUTE: &str = "AWS::ApiGatewayV2::Route";

fn binary((id, function): Resource) -> String {
    let name = function["Metadata"]["BuildProperties"]["Binary"].as_str();
    name.unwrap_or_else(|| panic!("{id} names no binary")).to_owned()
}

/// Logical id of the function behind an integration.
fn function_of(integration: &Value) -> String {
    let uri = text(&integration["Properties"]["IntegrationUri"]);
    let before = uri.split(".Arn").next().unwrap();
    before.rsplit(['$', '{', ':', '/']).next().unwrap().to_owned()
}

#[test]
fn every_binary_is_one_function() {
    let document = Document::read();
    let named: Vec<String> = document.resources(FUNCTION).into_iter().map(binary).collect();
    let distinct: BTreeSet<&String> = named.iter().collect();
    assert_eq!(distinct.len(), named.len(), "a binary is two functions: {named:?}");
    expect_agreement(
        binaries(),
        named,
        |binary| {
            format!(
                "infra/template.yaml has no function for functions/src/bin/{binary}.rs: add its block"
            )
        },
        |binary| {
            format!(
                "infra/template.yaml names the binary {binary}: add functions/src/bin/{binary}.rs"
            )
        },
    );
}

#[test]
fn a_function_is_named_like_its_binary() {
    for function in Document::read().resources(FUNCTION) {
        let snake = function.0.chars().fold(String::new(), |mut snake, letter| {
            if letter.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
            snake
        });
        assert_eq!(
            binary(function),
            snake,
            "infra/template.yaml: the binary of {} is called like the function",
            function.0
        );
    }
}

/// The functions that requests invoke. The others are invoked by an event source mapping.
fn routed(document: &Document) -> Vec<String> {
    let mappings = document.resources(MAPPING);
    let mapped: Vec<_> =
        mappings.iter().map(|(_, mapping)| text(&mapping["Properties"]["FunctionName"])).collect();
    document.ids(FUNCTION).into_iter().filter(|function| !mapped.contains(function)).collect()
}

#[test]
fn every_function_that_no_mapping_invokes_has_one_integration_and_one_route() {
    let document = Document::read();
    let integrations = document.resources(INTEGRATION);
    let mut integrated: Vec<_> = integrations.iter().map(|(_, value)| function_of(value)).collect();
    integrated.sort_unstable();
    assert_eq!(
        integrated,
        routed(&document),
        "infra/template.yaml: left has an integration, right is a function; add what is missing"
    );

    let routes = document.resources(ROUTE);
    let mut reached: Vec<_> =
        routes.iter().map(|(_, route)| text(&route["Properties"]["Target"])).collect();
    reached.sort_unstable();
    let mut targets: Vec<_> =
        integrations.iter().map(|(id, _)| format!("integrations/${{{id}}}")).collect();
    targets.sort_unstable();
    assert_eq!(
        reached, targets,
        "infra/template.yaml: left is the target of a route, right is an integration; add what is missing"
    );
}

#[test]
fn a_route_an_integration_and_a_permission_agree_on_the_api() {
    let document = Document::read();
    for function in routed(&document) {
        let of = |part: &str| {
            let properties = document.properties(&format!("{function}{part}"));
            assert!(!properties.is_null(), "infra/template.yaml lacks {function}{part}: add it");
            properties
        };
        let api = of("Route")["ApiId"].clone();
        assert_eq!(of("Integration")["ApiId"], api, "{function}");
        let source = text(&of("Permission")["SourceArn"]);
        let expected = format!(":${{{}}}/*", api["Ref"].as_str().unwrap());
        assert!(source.ends_with(&expected), "{function}: {source} does not end with {expected}");
        assert_eq!(of("Permission")["FunctionName"], json!({ "Ref": function }));
    }
}

#[test]
fn no_route_is_declared_twice() {
    let document = Document::read();
    let mut keys = BTreeSet::new();
    for (id, route) in document.resources(ROUTE) {
        let key = text(&route["Properties"]["RouteKey"]);
        assert!(keys.insert(key.clone()), "infra/template.yaml: {id} declares {key} again");
    }
}

#[test]
fn http_integrations_use_payload_format_two_and_stages_deploy_themselves() {
    let document = Document::read();
    for (id, integration) in document.resources(INTEGRATION) {
        let properties = &integration["Properties"];
        assert_eq!(properties["IntegrationType"], "AWS_PROXY", "{id}");
        if properties["ApiId"] == json!({ "Ref": "HttpApi" }) {
            assert_eq!(properties["PayloadFormatVersion"], "2.0", "{id}");
        }
    }
    for (id, stage) in document.resources("AWS::ApiGatewayV2::Stage") {
        assert_eq!(stage["Properties"]["AutoDeploy"], true, "{id}");
    }
}
