//! What functions may do, and how long their logs are kept.

use serde_json::{Value, json};

use crate::document::{Document, text};

/// Every policy statement with the resource it stands in.
fn statements(document: &Document) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (id, policy) in document.resources("AWS::IAM::ManagedPolicy") {
        collect(id, &policy["Properties"]["PolicyDocument"]["Statement"], &mut found);
    }
    for (id, function) in document.resources("AWS::Serverless::Function") {
        for policy in function["Properties"]["Policies"].as_array().into_iter().flatten() {
            collect(id, &policy["Statement"], &mut found);
        }
    }
    found
}

fn collect(id: &str, statements: &Value, found: &mut Vec<(String, Value)>) {
    for statement in statements.as_array().into_iter().flatten() {
        // One that has a condition counts as if it held. `AWS::NoValue` is no statement.
        let branches = statement["Fn::If"].as_array().map(Vec::as_slice);
        let some = branches.unwrap_or(std::slice::from_ref(statement)).iter();
        let some = some.filter(|one| one["Effect"].is_string());
        found.extend(some.map(|one| (id.to_owned(), one.clone())));
    }
}

fn actions(statement: &Value) -> Vec<String> {
    match &statement["Action"] {
        Value::Array(actions) => actions.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

#[test]
fn every_function_has_a_policy_of_its_own_or_a_shared_one_by_name() {
    let document = Document::read();
    for (id, function) in document.resources("AWS::Serverless::Function") {
        let policies = function["Properties"]["Policies"].as_array();
        assert!(policies.is_some_and(|policies| !policies.is_empty()), "{id} has no policy");
        for policy in policies.into_iter().flatten() {
            let shared = ["BroadcastPolicy", "ConnectionsPolicy", "StreamPolicy", "TokenPolicy"]
                .map(|name| json!({ "Ref": name }));
            let narrow = shared.contains(policy) || policy["Statement"].is_array();
            assert!(narrow, "{id} takes somebody else's policy: {policy}");
        }
    }
}

#[test]
fn no_policy_permits_everything_or_on_everything() {
    for (id, statement) in statements(&Document::read()) {
        let resource = text(&statement["Resource"]);
        let bare = resource.split(',').any(|part| part.trim() == "*");
        assert!(!bare && resource != "null", "{id} reaches every resource: {statement}");
        for action in actions(&statement) {
            assert!(!action.contains('*'), "{id} may do {action}");
        }
    }
}

#[test]
fn the_table_is_reached_only_below_named_keys_and_never_scanned() {
    for (id, statement) in statements(&Document::read()) {
        let of_stream = text(&statement["Resource"]).ends_with(".StreamArn");
        let of_database = actions(&statement).iter().any(|action| action.starts_with("dynamodb:"));
        let table = of_database && !of_stream;
        assert!(!actions(&statement).contains(&"dynamodb:Scan".to_owned()), "{id} may scan");
        if table {
            let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            let keys =
                keys.as_array().unwrap_or_else(|| panic!("{id} has no leading keys: {statement}"));
            assert!(keys.iter().all(|key| key != "*"), "{id} reaches every key");
        }
    }
}

#[test]
fn only_functions_that_a_mapping_invokes_may_read_the_stream() {
    let document = Document::read();
    let reads = |statement: &Value| text(&statement["Resource"]).ends_with(".StreamArn");
    let mut holders: Vec<String> = statements(&document)
        .into_iter()
        .filter(|(_, statement)| reads(statement))
        .map(|(id, _)| id)
        .collect();
    holders.dedup();
    assert_eq!(holders, ["StreamPolicy"]);
    let has_policy = |function: &Value| {
        let policies = function["Properties"]["Policies"].as_array();
        policies.is_some_and(|list| list.contains(&json!({ "Ref": "StreamPolicy" })))
    };
    let functions = document.resources("AWS::Serverless::Function");
    let mut readers: Vec<&str> =
        functions.iter().filter(|(_, it)| has_policy(it)).map(|(id, _)| *id).collect();
    let mappings = document.resources("AWS::Lambda::EventSourceMapping");
    let mut invoked: Vec<_> =
        mappings.iter().map(|(_, mapping)| text(&mapping["Properties"]["FunctionName"])).collect();
    readers.sort_unstable();
    invoked.sort_unstable();
    assert_eq!(readers, invoked);
}

#[test]
fn only_who_broadcasts_may_manage_connections() {
    let document = Document::read();
    let who = statements(&document).into_iter().filter(|(_, statement)| {
        actions(statement).iter().any(|action| action.starts_with("execute-api:"))
    });
    let who: Vec<String> = who.map(|(id, _)| id).collect();
    assert_eq!(who, ["ConnectionsPolicy"]);
}

#[test]
fn a_key_of_the_users_own_is_used_through_secrets_manager_only() {
    let document = Document::read();
    let policy = &document.properties("TokenPolicy")["PolicyDocument"]["Statement"];
    let [_, with_key] = policy.as_array().unwrap().as_slice() else {
        panic!("a statement for the secret and one for its key: {policy}");
    };
    let through = json!({ "Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}" });
    let decrypt = json!({
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": { "Ref": "JwtSecretKeyArn" },
        "Condition": { "StringEquals": { "kms:ViaService": through } },
    });
    let only_when_given = json!(["HasJwtSecretKeyArn", decrypt, { "Ref": "AWS::NoValue" }]);
    assert_eq!(with_key["Fn::If"], only_when_given);
    assert_eq!(document.default_of("JwtSecretKeyArn"), "");
}

#[test]
fn logs_are_kept_for_a_set_time() {
    let document = Document::read();
    for (id, group) in document.resources("AWS::Logs::LogGroup") {
        assert!(!group["Properties"]["RetentionInDays"].is_null(), "{id} keeps logs for ever");
    }
    let group = document.function_globals()["LoggingConfig"]["LogGroup"]["Ref"].as_str().unwrap();
    assert!(document.ids("AWS::Logs::LogGroup").contains(&group.to_owned()));
    for (id, function) in document.resources("AWS::Serverless::Function") {
        assert!(function["Properties"]["LoggingConfig"].is_null(), "{id} logs elsewhere");
    }
}

#[test]
fn the_table_expires_items_and_is_paid_by_request() {
    let document = Document::read();
    let table = document.properties("ChatTable");
    let expiry = json!({ "AttributeName": "expires_at", "Enabled": true });
    assert_eq!(table["TimeToLiveSpecification"], expiry);
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(document.ids("AWS::DynamoDB::Table"), ["ChatTable"]);
}

/// With `SSEEnabled` each call of AWS's managed key is billed. Without it `DynamoDB`'s own key is free.
#[test]
fn the_table_is_encrypted_with_the_key_that_is_free() {
    let document = Document::read();
    assert!(document.properties("ChatTable")["SSESpecification"].is_null());
}

#[test]
fn a_deployment_that_says_nothing_requires_tokens() {
    assert_eq!(Document::read().default_of("AuthMode"), "required");
}
