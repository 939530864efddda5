//! Every intrinsic function, right and wrong.

use super::*;

/// The value of `Value` in a template with some parameters, conditions and resources.
fn resolved(value: &str) -> Result<Value, String> {
    let text = format!(
        r#"
Parameters:
  Name: {{ Type: String, Default: ann }}
  Names: {{ Type: CommaDelimitedList, Default: "a, b" }}
Conditions:
  IsAnn: !Equals [!Ref Name, ann]
  IsBob: !Not [!Condition IsAnn]
  Both: !And [!Condition IsAnn, !Condition IsBob]
  Either: !Or [!Condition IsAnn, !Condition IsBob]
  Round: !Not [!Condition Round]
Resources:
  Table: {{ Type: AWS::DynamoDB::Table, Properties: {{ TableName: things }} }}
  Absent: {{ Type: AWS::SNS::Topic, Condition: IsBob }}
  Self: {{ Type: AWS::DynamoDB::Table, Properties: {{ TableName: !Ref Self }} }}
  Topic: {{ Type: AWS::SNS::Topic, Properties: {{ Value: {value} }} }}
"#
    );
    let document = Document::parse(&text).map_err(|defect| defect.to_string())?;
    let resolver =
        Resolver::new(&document, &Overrides::default()).map_err(|defect| defect.to_string())?;
    let topic = resolver.resource("Topic").map_err(|defect| defect.to_string())?;
    let value =
        block::Block::of(&resolver, topic).get("Value").map_err(|defect| defect.to_string())?;
    Ok(value.unwrap_or_default())
}

#[test]
fn intrinsic_functions_resolve() {
    let cases = [
        ("!Ref Name", r#""ann""#),
        ("!Ref Names", r#"["a", "b"]"#),
        ("!Ref Table", r#""things""#),
        ("!Ref AWS::Region", r#""us-east-1""#),
        ("!Ref AWS::NoValue", "null"),
        ("[1, !Ref AWS::NoValue, {a: !Ref AWS::NoValue}]", "[1, {}]"),
        ("!GetAtt Table.Arn", r#""arn:aws:dynamodb:us-east-1:000000000000:table/things""#),
        (
            "!Sub \"${Name}-${Table}-${!kept}-${AWS::AccountId}\"",
            r#""ann-things-${kept}-000000000000""#,
        ),
        ("!Sub [\"${a}.${Name}\", {a: !Ref Table}]", r#""things.ann""#),
        (
            "!Sub \"${Table.Arn}/index\"",
            r#""arn:aws:dynamodb:us-east-1:000000000000:table/things/index""#,
        ),
        ("!If [IsAnn, yes, !Ref Nobody]", r#""yes""#),
        ("!If [IsBob, yes, no]", r#""no""#),
        ("!If [Both, yes, no]", r#""no""#),
        ("!If [Either, yes, no]", r#""yes""#),
        ("!Join [\"-\", [a, !Ref Name, 1]]", r#""a-ann-1""#),
        ("!Select [1, !Ref Names]", r#""b""#),
        ("!Split [\"-\", \"a--${Name}\"]", r#"["a", "", "${Name}"]"#),
        ("!Select [1, !Split [\"/\", !Sub \"t/${Name}\"]]", r#""ann""#),
        ("{ Condition: { StringLike: x } }", r#"{"Condition": {"StringLike": "x"}}"#),
    ];
    for (value, expected) in cases {
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(resolved(value), Ok(expected), "{value}");
    }
}

#[test]
fn what_cannot_resolve_names_its_place() {
    let cases = [
        ("!Ref Nobody", "Value: names 'Nobody', which is neither a parameter nor a resource"),
        (
            "[{a: !Ref Nobody}]",
            "Value[0].a: names 'Nobody', which is neither a parameter nor a resource",
        ),
        ("!Ref Absent", "Value: names 'Absent', which its Condition leaves out"),
        ("!If [Nothing, 1, 2]", "Value: names the condition 'Nothing', which is not defined"),
        ("!ImportValue x", "Value: Fn::ImportValue is not supported by the local edge"),
        ("!Sub \"${Name\"", "Value: must be Sub with a closing brace"),
        ("!GetAtt Table", "Value: must be GetAtt of Resource.Attribute"),
        ("!Select [2, !Ref Names]", "Value: must be Select of an index inside the list"),
        ("!Join [a]", "Value: must be Join of a delimiter and a list"),
        ("!Split [\"\", a]", "Value: must be Split of a delimiter and a text"),
        ("!Split [\",\", !Ref Names]", "Value: must be Split of a delimiter and a text"),
    ];
    for (value, expected) in cases {
        assert_eq!(
            resolved(value),
            Err(format!("Resources.Topic.Properties.{expected}")),
            "{value}"
        );
    }
    for circle in ["!Ref Self", "!If [Round, 1, 2]"] {
        let defect = resolved(circle).unwrap_err();
        assert!(defect.ends_with("refers to itself"), "{defect}");
    }
}

/// Whether a template with this rule is read.
fn ruled(rule: &str) -> Result<(), String> {
    let text = format!(
        r#"
Parameters:
  Name: {{ Type: String, Default: ann }}
  Names: {{ Type: CommaDelimitedList, Default: "a, b" }}
Rules:
  Sound: {rule}
Resources:
  Topic: {{ Type: AWS::SNS::Topic }}
"#
    );
    let document = Document::parse(&text).map_err(|defect| defect.to_string())?;
    Resolver::new(&document, &Overrides::default()).map(drop).map_err(|defect| defect.to_string())
}

#[test]
fn a_rule_that_is_broken_refuses_the_parameters() {
    let refused = |why: &str| Err(format!("Rules.Sound{why}"));
    for (rule, expected) in [
        ("{ Assertions: [{ Assert: !Equals [!Ref Name, ann] }] }", Ok(())),
        (
            "{ Assertions: [{ Assert: !Equals [!Ref Name, bob], AssertDescription: bob only }] }",
            refused(": bob only"),
        ),
        (
            "{ RuleCondition: !Equals [!Ref Name, bob], Assertions: [{ Assert: !Equals [1, 2] }] }",
            Ok(()),
        ),
        ("{ Assertions: [{ Assert: !Contains [!Ref Names, b] }] }", Ok(())),
        (
            "{ Assertions: [{ Assert: !Contains [!Ref Names, c], AssertDescription: c too }] }",
            refused(": c too"),
        ),
        ("{ Assertions: [{ Assert: !EachMemberIn [!Ref Names, [a, b, c]] }] }", Ok(())),
        (
            "{ Assertions: [{ Assert: !EachMemberIn [!Ref Names, [a]], AssertDescription: a only }] }",
            refused(": a only"),
        ),
        ("{ Assertions: [{ AssertDescription: x }] }", refused(".Assert: is missing")),
        ("{}", refused(": must be a rule with Assertions")),
        (
            "{ Assertions: [{ Assert: !RefAll x }] }",
            refused(".Assert: this form of Fn::RefAll is not supported by the local edge"),
        ),
    ] {
        assert_eq!(ruled(rule), expected, "{rule}");
    }
}
