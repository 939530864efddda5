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
