//! What a parameter's value is, and which values the project's own template takes.

use std::path::Path;

use serde_json::json;

use super::*;
use crate::template::Template;

fn asked(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn settled(declared: &Value, overrides: &Overrides) -> Result<Value, String> {
    let settled = settle(declared.as_object().unwrap(), overrides);
    settled.map(|all| all["P"].value()).map_err(|defect| defect.to_string())
}

#[test]
fn a_value_is_what_somebody_asks_for_or_the_edges_or_the_default() {
    let declared = json!({ "P": { "Default": "a" } });
    let own = asked(&[("P", "b"), ("Other", "x")]);
    let asked = asked(&[("P", "c")]);
    let nobody = BTreeMap::new();
    for (own, asked, expected) in
        [(&nobody, &nobody, "a"), (&own, &nobody, "b"), (&own, &asked, "c")]
    {
        let overrides = Overrides { own: own.clone(), asked: asked.clone() };
        assert_eq!(settled(&declared, &overrides), Ok(json!(expected)));
    }
    let list = json!({ "P": { "Default": "a, b", "Type": "CommaDelimitedList" } });
    assert_eq!(settled(&list, &Overrides::default()), Ok(json!(["a", "b"])));
    let number = json!({ "P": { "Default": 256, "Type": "Number" } });
    assert_eq!(settled(&number, &Overrides::default()), Ok(json!("256")));
    let missing = settled(&json!({ "P": {} }), &Overrides::default());
    assert_eq!(missing, Err("Parameters.P.Default: is missing".to_owned()));
}

#[test]
fn a_parameter_that_is_not_declared_is_refused_with_the_nearest_name() {
    let declared = json!({ "P": { "Default": "a" }, "AllowedOrigins": { "Default": "" } });
    for (name, hint) in [
        ("AllowedOrigin", "did you mean AllowedOrigins?"),
        ("allowedorigins", "did you mean AllowedOrigins?"),
        ("Zebra", "there are AllowedOrigins, P"),
    ] {
        let overrides = Overrides { asked: asked(&[(name, "x")]), ..Overrides::default() };
        let expected = format!("Parameters.{name}: the template has no such parameter, {hint}");
        assert_eq!(settled(&declared, &overrides), Err(expected));
    }
}

#[test]
fn the_projects_parameters_take_what_functions_take() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
    let read = |name: &str, value: &str| {
        let asked = asked(&[("JwtAudience", "chat"), (name, value)]);
        Template::read(Path::new(file), &Overrides { asked, ..Overrides::default() }).map(drop)
    };
    for (name, values) in [
        (
            "AllowedOrigins",
            &[
                "",
                "https://app.example.com",
                "https://app.example.com/, *.example.com",
                "http://localhost:3000,https://*.example.com:8443,",
                "http://[::1]:3000",
            ][..],
        ),
        (
            "JwtKeys",
            &[
                "https://id.example.com/jwks.json",
                "http://127.0.0.1:1/keys",
                "{\"keys\": []}",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                "/etc/keys.pem",
            ],
        ),
        ("SendsPerSecond", &["0", "10", "1000"]),
        ("SendBurst", &["1", "999999"]),
    ] {
        for value in values {
            read(name, value).unwrap_or_else(|error| panic!("{name}={value}: {error}"));
        }
    }
    for (name, values) in [
        (
            "AllowedOrigins",
            &[
                "*",
                "*.",
                "app.example.com",
                "https://a.example/path",
                "https://a.example https://b.example",
            ][..],
        ),
        ("JwtKeys", &["keys", "http://id.example.com/keys", "https://a.example b"]),
        ("SendsPerSecond", &["1001", "-1", "1.5", "", "many"]),
        ("SendBurst", &["0", "1000000", "1e3"]),
    ] {
        for value in values {
            let refused = read(name, value).unwrap_err().to_string();
            assert!(
                refused.contains(&format!("Parameters.{name}: '{value}' must be ")),
                "{refused}"
            );
        }
    }
}
