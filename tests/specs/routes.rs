//! The template's routes and the specification's operations are the same.

use std::{collections::BTreeMap, fs};

use serde_json::Value;
use tests::{agreement::expect_agreement, binaries::workspace, spec::Specification};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `POST /chat/ticket` → `issueTicket`, by the specification.
fn operations() -> BTreeMap<String, String> {
    let mut operations = BTreeMap::new();
    for (path, item) in Specification::OpenApi.at("/paths").fields() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let id = operation.value["operationId"].as_str().unwrap();
                operations.insert(format!("{} {path}", method.to_uppercase()), id.to_owned());
            }
        }
    }
    operations
}

/// The same by the template, where `IssueTicketRoute` is the function `IssueTicket`'s.
fn routes() -> BTreeMap<String, String> {
    let text = fs::read_to_string(workspace().join("infra/template.yaml")).unwrap();
    let template: serde_norway::Value = serde_norway::from_str(&text).unwrap();
    let mut routes = BTreeMap::new();
    for (name, resource) in template["Resources"].as_mapping().unwrap() {
        let key = resource["Properties"]["RouteKey"].as_str().unwrap_or_default();
        if key.contains(" /") {
            let name = name.as_str().unwrap();
            let function = name.strip_suffix("Route").unwrap_or_else(|| {
                panic!("infra/template.yaml: {name} must be called after its function, with Route at its end")
            });
            let (first, rest) = function.split_at(1);
            routes.insert(key.to_owned(), first.to_lowercase() + rest);
        }
    }
    routes
}

#[test]
fn every_route_is_an_operation_named_like_its_function_and_the_other_way_round() {
    let (routes, operations) = (routes(), operations());
    assert!(routes.len() > 5, "{routes:?}");
    expect_agreement(
        routes.keys(),
        operations.keys(),
        |route| {
            let id = &routes[*route];
            format!("infra/openapi.yaml lacks {route}: add it to paths, with operationId: {id}")
        },
        |route| {
            format!(
                "infra/template.yaml lacks {route}, which is in infra/openapi.yaml: add a route"
            )
        },
    );
    for (route, id) in routes {
        assert_eq!(
            operations[&route], id,
            "infra/openapi.yaml: the operationId of {route} must be the function's name in infra/template.yaml"
        );
    }
}

#[test]
fn every_parameter_of_a_path_is_described() {
    for (path, item) in Specification::OpenApi.at("/paths").fields() {
        let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let named: Vec<_> = named.collect();
        let parameters = item.value["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let described = parameters.iter().map(|reference| reference["$ref"].as_str().unwrap());
        let described: Vec<_> = described.filter_map(|text| text.rsplit('/').next()).collect();
        assert_eq!(
            described, named,
            "infra/openapi.yaml: the parameters of {path}, right is in the path"
        );
    }
}

#[test]
fn the_two_sockets_of_the_distribution_are_the_channels() {
    let channels = Specification::AsyncApi.at("/channels");
    let addresses: Vec<&Value> =
        channels.fields().map(|(_, channel)| &channel.value["address"]).collect();
    let paths = ["/ws/chat/{roomId}", "/chat"];
    assert_eq!(addresses, paths, "infra/asyncapi.yaml: the addresses of its channels");
}
