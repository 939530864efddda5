//! What CloudFormation refuses before it creates anything.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::Value;

use crate::document::{Document, text};

/// Parameters with the values that somebody gives.
type Given<'a> = &'a [(&'a str, &'a str)];

/// The descriptions of the assertions that these parameters break; the others have their defaults.
fn refusals(document: &Document, given: Given<'_>) -> Vec<String> {
    let given: BTreeMap<&str, &str> = given.iter().copied().collect();
    let holds = |test: &Value| holds(document, &given, test);
    let rules = document.section("Rules").as_object().unwrap().values();
    rules
        .filter(|rule| holds(&rule["RuleCondition"]))
        .flat_map(|rule| rule["Assertions"].as_array().unwrap())
        .filter(|assertion| !holds(&assertion["Assert"]))
        .map(|assertion| text(&assertion["AssertDescription"]))
        .collect()
}

fn holds(document: &Document, given: &BTreeMap<&str, &str>, test: &Value) -> bool {
    let value = |operand: &Value| match operand["Ref"].as_str() {
        Some(name) => given
            .get(name)
            .map_or_else(|| text(document.default_of(name)), |value| (*value).to_owned()),
        None => text(operand),
    };
    if let Some([left, right]) = test["Fn::Equals"].as_array().map(Vec::as_slice) {
        return value(left) == value(right);
    }
    let Some([denied]) = test["Fn::Not"].as_array().map(Vec::as_slice) else {
        panic!("a rule of another form: {test}");
    };
    !holds(document, given, denied)
}

#[test]
fn parameters_that_contradict_each_other_are_refused() {
    let keys = ("JwtKeys", "https://id.example.com/jwks.json");
    let audience = ("JwtAudience", "chat");
    let secret = ("JwtSecretArn", "arn:aws:secretsmanager:eu-west-1:1:secret:s");
    let key = ("JwtSecretKeyArn", "arn:aws:kms:eu-west-1:1:key/k");
    let domain = ("DomainName", "chat.example.com");
    let acl = ("WebAclArn", "arn:aws:wafv2:us-east-1:1:global/webacl/chat/a");
    let secrets = ("OriginSecrets", "0123456789abcdef0123456789abcdef");
    let table = ("TableArn", "arn:aws:dynamodb:eu-west-1:111122223333:table/chat");
    let stream = (
        "TableStreamArn",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/chat/stream/2026-11-30T12:00:00.000",
    );
    let certificate = ("CertificateArn", "arn:aws:acm:us-east-1:1:certificate/c");
    let cases: &[(Given<'_>, &[&str])] = &[
        (&[], &[]),
        (&[("JwtAlgorithm", "RS256")], &["RS256 and ES256 need JwtKeys"]),
        (&[("JwtAlgorithm", "ES256")], &["RS256 and ES256 need JwtKeys"]),
        (&[("JwtAlgorithm", "ES256"), keys], &["JwtKeys needs JwtAudience"]),
        (&[("JwtAlgorithm", "ES256"), keys, audience], &[]),
        (&[key], &["JwtSecretKeyArn is of use with JwtSecretArn only"]),
        (&[key, secret], &[]),
        (&[domain], &["DomainName needs CertificateArn"]),
        (&[domain, certificate], &[]),
        (&[("Distribution", "none")], &[]),
        (
            &[acl],
            &[
                "WebAclArn needs OriginSecrets, without which the APIs' own addresses lead around it",
            ],
        ),
        (&[acl, secrets], &[]),
        (&[secrets], &[]),
        (
            &[acl, secrets, ("Distribution", "none")],
            &[
                "WebAclArn guards the distribution, which Distribution=none leaves out",
                "OriginSecrets are what the distribution sends, which Distribution=none leaves out",
            ],
        ),
        (&[table], &["TableArn needs TableStreamArn"]),
        (&[stream], &["TableStreamArn is of use with TableArn only"]),
        (&[table, stream], &[]),
        (
            &[domain, certificate, ("Distribution", "none")],
            &["DomainName is a name of the distribution, which Distribution=none leaves out"],
        ),
    ];
    let document = Document::read();
    for (given, expected) in cases {
        assert_eq!(refusals(&document, given), *expected, "{given:?}");
    }
}

#[test]
fn a_parameter_of_a_certain_form_takes_nothing_else() {
    let secret = "Az09._~-".repeat(4);
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/chat-dev-ChatTable-1ABC";
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "OriginSecrets",
            &["", &secret, &format!("{secret},{secret}"), &format!("{secret},any")],
            &[
                &secret[1..],
                "any",
                &format!("{secret},"),
                &format!("{secret},short"),
                &format!("{secret} "),
                &secret.replace('.', "+"),
            ],
        ),
        (
            "TableArn",
            &["", table],
            &["chat", "arn:aws:s3:::chat", &format!("{table}/stream/2026-11-30T12:00:00.000")],
        ),
        ("TableStreamArn", &["", &format!("{table}/stream/2026-11-30T12:00:00.000")], &[table]),
    ];
    let document = Document::read();
    for (name, taken, refused) in cases {
        let parameter = &document.section("Parameters")[name];
        // CloudFormation compares the whole value.
        let pattern = format!("^(?:{})$", parameter["AllowedPattern"].as_str().unwrap());
        let pattern = Regex::new(&pattern).unwrap();
        assert!(taken.iter().all(|value| pattern.is_match(value)), "{name}");
        let wrong: Vec<_> = refused.iter().filter(|value| pattern.is_match(value)).collect();
        assert!(wrong.is_empty(), "{name} takes {wrong:?}");
    }
    assert_eq!(document.section("Parameters")["OriginSecrets"]["NoEcho"], true);
}
