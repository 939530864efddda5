//! IAM policies of functions: statements of their own and of `AWS::IAM::ManagedPolicy` resources.
//!
//! An element that nothing here evaluates is refused with its place: ignored, it would permit more
//! than AWS does, or less.

use serde_json::Value;
use wildmatch::WildMatch;

use super::{
    error::{Defect, Problem},
    model::Statement,
    resolver::{Resolver, block::Block},
    resource::Resource,
};

/// The services whose calls the edge checks.
const SERVED: [&str; 2] = ["dynamodb", "execute-api"];
const OPERATOR: &str = "ForAllValues:StringLike";
const LEADING_KEYS: &str = "dynamodb:LeadingKeys";

/// Everything that the function is allowed. What SAM adds to it (logs, traces, the event source
/// mapping's own reading) is nothing that is called here.
pub fn of_function(resolver: &Resolver, function: &Block) -> Result<Vec<Statement>, Defect> {
    for name in ["Role", "PermissionsBoundary"] {
        if function.get(name)?.is_some() {
            return Err(function.defect(name, Problem::Unsupported("this property".into())));
        }
    }
    let mut statements = Vec::new();
    for (index, policy) in one_or_many(function.get("Policies")?).into_iter().enumerate() {
        let place = format!("Policies[{index}]");
        statements.extend(match policy {
            Value::String(id) => managed(resolver, function, &place, &id)?,
            own => document(&function.inner(&place, own)?)?,
        });
    }
    Ok(statements)
}

/// The statements of the managed policy with this logical id, which the function names at this place.
fn managed(
    resolver: &Resolver,
    function: &Block,
    place: &str,
    id: &str,
) -> Result<Vec<Statement>, Defect> {
    let is_named =
        |resource: &&Resource| resource.id == id && resource.kind == "AWS::IAM::ManagedPolicy";
    let policy = resolver.resources().find(is_named).ok_or_else(|| {
        let expected = "a managed policy of the template";
        function.defect(place, Problem::WrongTarget { found: id.to_owned(), expected })
    })?;
    let policy = Block::of(resolver, policy);
    for name in ["Groups", "Roles", "Users"] {
        if policy.get(name)?.is_some() {
            return Err(policy.defect(name, Problem::Unsupported("this property".into())));
        }
    }
    document(&policy.block("PolicyDocument")?)
}

fn document(document: &Block) -> Result<Vec<Statement>, Defect> {
    check_names(document, &["Id", "Statement", "Version"])?;
    let statements = one_or_many(document.get("Statement")?).into_iter().enumerate();
    let statement =
        |(index, value)| statement(&document.inner(&format!("Statement[{index}]"), value)?);
    statements.map(statement).collect()
}

fn statement(statement: &Block) -> Result<Statement, Defect> {
    check_names(statement, &["Action", "Condition", "Effect", "Resource", "Sid"])?;
    let effect = statement.text("Effect")?;
    if effect != "Allow" {
        return Err(statement.defect("Effect", Problem::Unsupported(format!("'{effect}'"))));
    }
    let actions = texts(statement, "Action")?;
    // What nothing here calls may have any condition.
    let leading_keys = if actions.iter().any(|action| is_served(action)) {
        leading_keys(statement)?
    } else {
        None
    };
    Ok(Statement { actions, resources: texts(statement, "Resource")?, leading_keys })
}

fn is_served(action: &str) -> bool {
    let service = action.split_once(':').map_or(action, |(service, _)| service);
    let service = WildMatch::new_case_insensitive(service);
    SERVED.iter().any(|served| service.matches(served))
}

fn leading_keys(statement: &Block) -> Result<Option<Vec<String>>, Defect> {
    let Some(condition) = statement.optional_block("Condition")? else { return Ok(None) };
    check_names(&condition, &[OPERATOR])?;
    let Some(compared) = condition.optional_block(OPERATOR)? else { return Ok(None) };
    check_names(&compared, &[LEADING_KEYS])?;
    texts(&compared, LEADING_KEYS).map(Some)
}

fn check_names(block: &Block, known: &[&str]) -> Result<(), Defect> {
    match block.unknown_name(known) {
        None => Ok(()),
        Some(name) => Err(block.defect(name, Problem::Unsupported("this part of a policy".into()))),
    }
}

/// A text or a list of texts, at least one.
fn texts(block: &Block, name: &str) -> Result<Vec<String>, Defect> {
    let text = |value| match value {
        Value::String(text) if text.contains("${") => {
            Err(block.defect(name, Problem::Unsupported("a policy variable".into())))
        }
        Value::String(text) => Ok(text),
        _ => Err(block.defect(name, Problem::Expected("text or a list of texts"))),
    };
    let texts: Vec<_> =
        one_or_many(block.get(name)?).into_iter().map(text).collect::<Result<_, _>>()?;
    if texts.is_empty() { Err(block.defect(name, Problem::Missing)) } else { Ok(texts) }
}

/// Policies may leave out the list around a single value.
fn one_or_many(value: Option<Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values,
        Some(one) => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use crate::template::{
        Overrides, Statement, Template, document::Document, functions, resolver::Resolver,
    };

    /// What a function with this one policy is allowed, or what is wrong with it.
    fn allowed(policy: &str) -> Result<Vec<Statement>, String> {
        let text = format!(
            "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    \
             Metadata: {{ BuildProperties: {{ Binary: f }} }}\n    \
             Properties: {{ Policies: {policy} }}\n  \
             Shared:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
             PolicyDocument: {{ Statement: {{ Effect: Allow, Action: a:B, Resource: c }} }}\n"
        );
        let read = || {
            let document = Document::parse(&text)?;
            let resolver = Resolver::new(&document, &Overrides::default())?;
            functions::read(&resolver, &document.function_globals)
        };
        match read() {
            Ok(mut functions) => Ok(functions.remove(0).permissions),
            Err(defect) => Err(defect.to_string()),
        }
    }

    #[test]
    fn the_projects_functions_get_their_own_statements_and_the_shared_ones() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
        let template = Template::read(file.as_ref(), &Overrides::default()).unwrap();
        let send = template.functions.iter().find(|it| it.name == "SendMessage").unwrap();
        let find = |action: &str| {
            let mut all = send.permissions.iter();
            all.find(|it| it.actions.iter().any(|known| known == action)).unwrap()
        };
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/chat-ChatTable";
        let expected = Statement {
            actions: vec!["dynamodb:BatchGetItem".into()],
            resources: vec![table.into()],
            leading_keys: Some(["ROOM#*", "USER#*", "SEND#*"].map(str::to_owned).into()),
        };
        assert_eq!(find("dynamodb:BatchGetItem"), &expected);
        assert_eq!(find("dynamodb:Query").leading_keys, Some(vec!["ROOM#*".into()]));
        let post = find("execute-api:ManageConnections");
        assert!(post.resources[0].ends_with("/prod/*/@connections/*"), "{post:?}");
        find("secretsmanager:GetSecretValue");
    }

    #[test]
    fn lists_may_be_left_out_and_the_conditions_of_other_services_stand() {
        let one = Statement {
            actions: vec!["a:B".into()],
            resources: vec!["c".into()],
            leading_keys: None,
        };
        for policy in [
            "!Ref Shared",
            "[Shared]",
            "{ Statement: { Effect: Allow, Action: a:B, Resource: c } }",
            "[{ Statement: [{ Effect: Allow, Action: [a:B], Resource: [c], Condition: { Any: {} } }] }]",
        ] {
            assert_eq!(allowed(policy), Ok(vec![one.clone()]), "{policy}");
        }
    }

    #[test]
    fn what_is_not_evaluated_is_refused_with_its_place() {
        let statement = |rest: &str| format!("[{{ Statement: [{{ {rest} }}] }}]");
        let allow = "Effect: Allow, Resource: r";
        let cases = [
            (
                statement("Effect: Deny, Action: a:B, Resource: r"),
                "Statement[0].Effect: 'Deny' is not",
            ),
            (statement(&format!("{allow}, NotAction: a:B")), "Statement[0].NotAction: this part"),
            (statement("Effect: Allow, Action: a:B, NotResource: r"), "Statement[0].NotResource: "),
            (statement(&format!("{allow}, Action: a:B, Principal: x")), "Statement[0].Principal: "),
            (statement(allow), "Statement[0].Action: is missing"),
            (statement("Effect: Allow, Action: a:B"), "Statement[0].Resource: is missing"),
            (
                statement(&format!("{allow}, Action: dynamodb:Scan, Condition: {{ Bool: {{}} }}")),
                "Statement[0].Condition.Bool: this part of a policy is not supported",
            ),
            (
                statement(&format!(
                    "{allow}, Action: \"*\", \
                     Condition: {{ \"ForAllValues:StringLike\": {{ aws:SourceIp: x }} }}"
                )),
                "Condition.ForAllValues:StringLike.aws:SourceIp: this part",
            ),
            (
                statement("Effect: Allow, Action: a:B, Resource: \"${aws:username}\""),
                "Statement[0].Resource: a policy variable is not supported",
            ),
            (
                "[AmazonDynamoDBFullAccess]".to_owned(),
                "Policies[0]: 'AmazonDynamoDBFullAccess' does not name a managed policy",
            ),
            (
                "[{ DynamoDBCrudPolicy: {} }]".to_owned(),
                "Policies[0].DynamoDBCrudPolicy: this part",
            ),
            (
                "[], Role: x".to_owned(),
                "Resources.F.Properties.Role: this property is not supported",
            ),
        ];
        for (policy, expected) in cases {
            let defect = allowed(&policy).unwrap_err();
            assert!(defect.contains(expected), "{policy}: {defect}");
        }
    }
}
