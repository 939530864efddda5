//! Whole templates: the project's own, and small ones for each thing that can be wrong.

use std::{path::PathBuf, time::Duration};

use super::*;

fn overrides(pairs: &[(&str, &str)]) -> Overrides {
    let asked = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Overrides { asked: asked.collect(), ..Overrides::default() }
}

fn project_template() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml"))
}

fn the_project() -> Template {
    let overrides =
        overrides(&[("LocalEndpoint", "http://127.0.0.1:3000"), ("AuthMode", "trusted")]);
    Template::read(&project_template(), &overrides).unwrap()
}

#[test]
fn the_projects_functions_get_globals_and_references() {
    let template = the_project();
    let send = template.functions.iter().find(|function| function.name == "SendMessage").unwrap();
    assert_eq!(send.binary, "send_message");
    assert_eq!((send.timeout, send.memory_mb), (Duration::from_secs(29), 512));
    assert_eq!(send.environment["TABLE_NAME"], template.tables[0].name);
    assert_eq!(send.environment["AUTH_MODE"], "trusted");
    let (api, stage) = (&template.websocket_api.id, &template.websocket_api.stage);
    assert_eq!(
        send.environment["MANAGEMENT_ENDPOINT"],
        format!("http://127.0.0.1:3000/_aws/execute-api/{api}/{stage}")
    );
}

#[test]
fn the_projects_routes_lead_to_functions() {
    let template = the_project();
    let route =
        |key: &str| template.http_api.routes.iter().find(|(route, _)| route == key).cloned();
    let (_, function) = route("DELETE /api/v1/chat/rooms/{roomId}/members/{userId}").unwrap();
    assert_eq!(function, "RemoveMember");
    assert_eq!(template.http_api.stage, "$default");
    assert_eq!(template.http_api.cors.as_ref().unwrap().max_age, Some(600));
    assert_eq!(template.websocket_api.routes["$connect"], "WsConnect");
    assert_eq!(template.websocket_api.route_selection_expression, "$request.body.action");
}

#[test]
fn the_projects_paths_go_to_the_two_apis() {
    let template = the_project();
    let target = |pattern: &str| {
        let found = template.behaviours.iter().find(|behaviour| behaviour.path_pattern == pattern);
        found.map(|behaviour| (behaviour.target, behaviour.viewer_request.is_some()))
    };
    assert_eq!(target("/api/*"), Some((Target::Http, false)));
    assert_eq!(target("/ws/chat/*"), Some((Target::WebSocket, true)));
    assert_eq!(target("/chat"), Some((Target::WebSocket, true)));
    assert_eq!(template.behaviours.last().unwrap().path_pattern, "*");
    let viewer = template.behaviours.iter().find_map(|behaviour| behaviour.viewer_request.as_ref());
    assert!(viewer.unwrap().contains("request.uri = '/prod';"), "the stage is filled in");
}

#[test]
fn the_projects_mappings_lead_from_the_stream_to_a_function() {
    let template = the_project();
    let [at_once, later] = template.event_sources.as_slice() else {
        panic!("two mappings: {:?}", template.event_sources);
    };
    assert_eq!((at_once.name.as_str(), later.name.as_str()), ("FanOutMapping", "RecheckMapping"));
    assert_eq!((at_once.function.as_str(), later.function.as_str()), ("FanOut", "Recheck"));
    assert_eq!(later.table, "chat-ChatTable");
    assert!(later.stream_arn.ends_with(":table/chat-ChatTable/stream/local"));
    assert_eq!((at_once.batch_size, at_once.parallelization), (100, 2));
    assert_eq!((later.batch_size, later.parallelization), (1000, 1));
    assert_eq!((at_once.window, later.window), (Duration::ZERO, Duration::from_secs(5)));
    assert_eq!(at_once.retries, None, "as often as the age allows");
    assert_eq!(at_once.record_age, Some(Duration::from_hours(1)));
    assert!(at_once.reports_failures && at_once.bisects);
    assert_eq!(
        at_once.on_failure.as_deref().unwrap(),
        "arn:aws:sqs:us-east-1:000000000000:FanOutFailures"
    );
    assert_eq!((at_once.filters.len(), later.filters.len()), (3, 3));
    assert_eq!(at_once.starts_at, StartingPosition::TrimHorizon);
}

#[test]
fn the_projects_origins_get_the_first_of_the_secrets() {
    let headers = |given: &[(&str, &str)]| {
        let template = Template::read(&project_template(), &overrides(given)).unwrap();
        let shown = template.behaviours.iter().flat_map(|behaviour| &behaviour.origin_headers);
        let shown: Vec<String> =
            shown.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        let known = template.functions[0].environment["ORIGIN_SECRETS"].clone();
        (template.behaviours.len(), shown, known)
    };
    let (count, none, known) = headers(&[]);
    assert_eq!((none, known), (Vec::new(), String::new()));
    let secrets = format!("{},{}", "n".repeat(32), "o".repeat(32));
    let (_, shown, known) = headers(&[("OriginSecrets", &secrets)]);
    assert_eq!(shown, vec![format!("x-origin-secret: {}", "n".repeat(32)); count]);
    assert_eq!(known, secrets);
}

#[test]
fn a_table_that_exists_elsewhere_is_refused_in_one_line() {
    let arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/chat";
    let stream = format!("{arn}/stream/2026-11-30T12:00:00.000");
    let given = overrides(&[("TableArn", arn), ("TableStreamArn", &stream)]);
    let line = Template::read(&project_template(), &given).unwrap_err().to_string();
    let expected = "does not name the stream of a table that the template creates";
    assert!(line.contains(&stream) && line.contains(expected), "{line}");
}

#[test]
fn api_ids_look_like_those_of_aws_and_never_change() {
    let template = the_project();
    for id in [&template.http_api.id, &template.websocket_api.id] {
        assert!(
            id.len() == 10 && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
            "{id}"
        );
    }
    assert_ne!(template.http_api.id, template.websocket_api.id);
    assert_eq!(template.websocket_api.id, the_project().websocket_api.id);
}

#[test]
fn a_refused_parameter_names_the_file_and_the_parameter() {
    for (name, value, expected) in [
        ("AuthMode", "open", "Parameters.AuthMode: 'open' must be one of required, trusted"),
        ("JwtAlgorithm", "ES256", "Rules.PublicKeyAlgorithm: RS256 and ES256 need JwtKeys"),
    ] {
        let refused = Template::read(&project_template(), &overrides(&[(name, value)]));
        let line = refused.unwrap_err().to_string();
        assert!(line.ends_with(&format!("template.yaml: {expected}")), "{line}");
    }
}

#[test]
fn a_missing_file_is_one_clear_line() {
    let error = Template::read(Path::new("no/such.yaml"), &Overrides::default()).unwrap_err();
    assert!(error.to_string().starts_with("no/such.yaml: cannot be read: No such file"), "{error}");
}

/// The defect of the project's template after one change to its text.
fn broken(from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(project_template()).unwrap();
    assert!(text.contains(from), "the template has {from}");
    Template::parse(&text.replacen(from, to, 1), &Overrides::default()).unwrap_err().to_string()
}

#[test]
fn what_the_edge_cannot_serve_is_said_in_one_line() {
    let cases = [
        (
            "integrations/${SendMessageIntegration}",
            "integrations/${SendMessage}",
            "Resources.SendMessageRoute.Properties.Target: 'integrations/SendMessage' does not name an integration",
        ),
        (
            "IntegrationUri: !GetAtt SendMessage.Arn",
            "IntegrationUri: !GetAtt ChatTable.Arn",
            "Resources.SendMessageIntegration.Properties.IntegrationUri: \
             'arn:aws:dynamodb:us-east-1:000000000000:table/chat-ChatTable' does not name a function",
        ),
        (
            "RouteKey: POST /api/v1/chat/rooms\n",
            "RouteKey: \"POST /api/v1/chat/rooms/{roomId}/read\"\n",
            "Resources, the route 'POST /api/v1/chat/rooms/{roomId}/read': is claimed by CreateRoomRoute and MarkReadRoute",
        ),
        (
            "PayloadFormatVersion: \"2.0\"",
            "PayloadFormatVersion: \"1.0\"",
            "PayloadFormatVersion: '1.0' is not supported by the local edge",
        ),
        (
            "Binary: send_message",
            "Other: x",
            "Resources.SendMessage.Metadata.BuildProperties.Binary: is missing",
        ),
        (
            "Timeout: 29",
            "Timeout: soon",
            "Resources.AddMember.Properties.Timeout: must be a whole number",
        ),
        (
            "ProtocolType: HTTP",
            "ProtocolType: WEBSOCKET",
            "Resources, an API with ProtocolType HTTP: is missing",
        ),
        (
            "TargetOriginId: http",
            "TargetOriginId: nowhere",
            "DistributionConfig.DefaultCacheBehavior.TargetOriginId: 'nowhere' does not name an origin",
        ),
        (
            "EventType: viewer-request",
            "EventType: viewer-response",
            "CacheBehaviors[2].FunctionAssociations[0].EventType: viewer-response is not supported",
        ),
        (
            "BisectBatchOnFunctionError: true",
            "TumblingWindowInSeconds: 1",
            "Resources.FanOutMapping.Properties.TumblingWindowInSeconds: this property is not supported",
        ),
        (
            "StartingPosition: TRIM_HORIZON",
            "StartingPosition: AT_TIMESTAMP",
            "Resources.FanOutMapping.Properties.StartingPosition: AT_TIMESTAMP is not supported",
        ),
        (
            "[\"INSERT\",\"REMOVE\"]",
            "[{\"exists\":true}]",
            "Resources.FanOutMapping.Properties.FilterCriteria.Filters[0].Pattern: {\"exists\":true} is not supported",
        ),
        (
            "StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }",
            "Tags: []",
            "EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/chat-ChatTable/stream/local' \
             does not name the stream of a table that the template creates with a StreamSpecification",
        ),
        (
            "ParallelizationFactor: !Ref FanOutBatchesPerShard",
            "ParallelizationFactor: 11",
            "Resources.FanOutMapping.Properties.ParallelizationFactor: '11' is not 1 to 10",
        ),
        (
            "FunctionName: !Ref FanOut",
            "FunctionName: !Ref ChatTable",
            "Properties.FunctionName: 'chat-ChatTable' does not name a function",
        ),
        // What the template said before its first deployment.
        (
            "FunctionName: !Ref Recheck",
            "FunctionName: !Ref FanOut",
            "Resources.RecheckMapping.Properties.FunctionName: Lambda refuses it with 409 \
             ResourceConflictException: The event source arn (\" \
             arn:aws:dynamodb:us-east-1:000000000000:table/chat-ChatTable/stream/local \") and function \
             (\" FanOut \") provided mapping already exists. Please update or delete the existing \
             mapping with UUID FanOutMapping",
        ),
        (
            "Type: AWS::Logs::LogGroup",
            "Type: AWS::Serverless::HttpApi",
            "Resources.FunctionLogs.Type: AWS::Serverless::HttpApi is not supported by the local edge",
        ),
    ];
    for (from, to, expected) in cases {
        let defect = broken(from, to);
        assert!(defect.contains(expected), "{defect}");
    }
}
