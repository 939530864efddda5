//! One host name for both APIs: nothing in it is shared between callers, and it can be left out.

use serde_json::json;

use crate::document::Document;

#[test]
fn an_error_is_never_kept_for_other_callers() {
    let document = Document::read();
    let config = &document.properties("ChatDistribution")["DistributionConfig"];
    let responses = config["CustomErrorResponses"].as_array().expect("CustomErrorResponses");
    for response in responses {
        let only = json!({ "ErrorCode": response["ErrorCode"], "ErrorCachingMinTTL": 0 });
        assert_eq!(*response, only, "a page would stand in place of the answer");
    }
    let codes: Vec<_> =
        responses.iter().filter_map(|response| response["ErrorCode"].as_u64()).collect();
    assert_eq!(codes, [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]);
}

#[test]
fn the_distribution_can_be_left_out_and_the_two_urls_remain() {
    let document = Document::read();
    assert_eq!(document.default_of("Distribution"), "create");
    let created = json!({ "Fn::Equals": [{ "Ref": "Distribution" }, "create"] });
    assert_eq!(document.section("Conditions")["CreatesDistribution"], created);
    for id in ["ChatDistribution", "ViewerFunction"] {
        assert_eq!(document.resource(id)["Condition"], "CreatesDistribution", "{id}");
    }
    let outputs = document.section("Outputs");
    for id in ["Url", "DistributionDomain"] {
        assert_eq!(outputs[id]["Condition"], "CreatesDistribution", "{id}");
    }
    for id in ["HttpUrl", "WebSocketUrl"] {
        assert!(outputs[id]["Value"].is_object(), "{id}");
        assert!(outputs[id]["Condition"].is_null(), "{id} is there in any case");
    }
}

#[test]
fn a_web_acl_is_attached_only_when_one_is_given() {
    let document = Document::read();
    assert_eq!(document.default_of("WebAclArn"), "");
    let given = json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": "WebAclArn" }, ""] }] });
    assert_eq!(document.section("Conditions")["HasWebAcl"], given);
    let config = &document.properties("ChatDistribution")["DistributionConfig"];
    let attached = json!(["HasWebAcl", { "Ref": "WebAclArn" }, { "Ref": "AWS::NoValue" }]);
    assert_eq!(config["WebACLId"]["Fn::If"], attached);
}

#[test]
fn both_origins_get_the_first_secret_and_the_functions_all() {
    let document = Document::read();
    let config = &document.properties("ChatDistribution")["DistributionConfig"];
    let first = json!({ "Fn::Select": [0, { "Fn::Split": [",", { "Ref": "OriginSecrets" }] }] });
    let header = json!([{ "HeaderName": "x-origin-secret", "HeaderValue": first }]);
    let sent = json!({ "Fn::If": ["HasOriginSecrets", header, { "Ref": "AWS::NoValue" }] });
    let origins = config["Origins"].as_array().unwrap();
    assert_eq!(origins.len(), 2);
    for origin in origins {
        assert_eq!(origin["OriginCustomHeaders"], sent, "{}", origin["Id"]);
    }
    let known = &document.function_globals()["Environment"]["Variables"]["ORIGIN_SECRETS"];
    assert_eq!(*known, json!({ "Fn::If": ["HasOriginSecrets", { "Ref": "OriginSecrets" }, ""] }));
    assert_eq!(document.default_of("OriginSecrets"), "");
}

#[test]
fn a_second_region_has_names_of_its_own() {
    let document = Document::read();
    let viewer = json!({ "Fn::Sub": "${AWS::StackName}-${AWS::Region}-viewer" });
    assert_eq!(document.properties("ViewerFunction")["Name"], viewer);
    let dashboard = json!({ "Fn::Sub": "${AWS::StackName}-${AWS::Region}" });
    assert_eq!(document.properties("Dashboard")["DashboardName"], dashboard);
}

#[test]
fn the_address_of_the_domain_over_ipv6_is_answered() {
    let document = Document::read();
    let config = &document.properties("ChatDistribution")["DistributionConfig"];
    assert_eq!(config["IPV6Enabled"], true);
    let records = document.properties("DomainAddress")["RecordSets"].as_array().unwrap();
    assert!(records.iter().any(|record| record["Type"] == "AAAA"));
}
