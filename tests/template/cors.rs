//! What a browser needs.

use crate::document::Document;

/// What to edit when a browser would be refused.
const CORS: &str = "infra/template.yaml, CorsConfiguration of HttpApi";

#[test]
fn browsers_may_send_tokens_json_and_every_method_that_is_routed() {
    let document = Document::read();
    let cors = &document.properties("HttpApi")["CorsConfiguration"];
    let lists =
        |list: &str, value: &str| cors[list].as_array().unwrap().iter().any(|item| item == value);
    for header in ["accesstoken", "authorization", "content-type"] {
        assert!(lists("AllowHeaders", header), "{CORS}: add {header} to AllowHeaders");
    }
    assert!(
        lists("ExposeHeaders", "retry-after"),
        "{CORS}: add retry-after to ExposeHeaders, scripts read it of a 503"
    );
    for (id, route) in document.resources("AWS::ApiGatewayV2::Route") {
        let key = route["Properties"]["RouteKey"].as_str().unwrap();
        if let Some((method, _)) = key.split_once(' ') {
            assert!(
                lists("AllowMethods", method),
                "{CORS}: add {method} to AllowMethods, for {id}"
            );
        }
    }
    assert!(
        cors["AllowCredentials"].is_null(),
        "any origin with credentials is refused by browsers"
    );
}
