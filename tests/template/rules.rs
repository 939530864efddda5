//! What CloudFormation refuses before it creates anything.

use std::collections::BTreeMap;

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
            &[domain, certificate, ("Distribution", "none")],
            &["DomainName is a name of the distribution, which Distribution=none leaves out"],
        ),
    ];
    let document = Document::read();
    for (given, expected) in cases {
        assert_eq!(refusals(&document, given), *expected, "{given:?}");
    }
}
