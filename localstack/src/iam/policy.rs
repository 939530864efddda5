//! Statements as IAM evaluates them.

use wildmatch::WildMatch;

use crate::template::Statement;

/// What one call does to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Such as `dynamodb:GetItem`.
    pub action: &'static str,
    /// An ARN.
    pub resource: String,
    /// `dynamodb:LeadingKeys`: the partition keys that it touches, none for one that reads all.
    pub leading_keys: Vec<String>,
}

/// The statements of one caller, ready to be compared.
#[derive(Debug)]
pub struct Policy(Vec<Grant>);

#[derive(Debug)]
struct Grant {
    actions: Vec<WildMatch>,
    resources: Vec<WildMatch>,
    leading_keys: Option<Vec<WildMatch>>,
}

impl Access {
    /// The keys for a log, up to the first `#`: the rest may be a secret.
    pub fn shown_keys(&self) -> String {
        let shown = |key: &String| match key.split_once('#') {
            Some((prefix, _)) => format!("{prefix}#…"),
            None => key.clone(),
        };
        let mut keys: Vec<String> = self.leading_keys.iter().map(shown).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.join(", ")
    }
}

impl Policy {
    pub fn new(statements: &[Statement]) -> Self {
        Self(statements.iter().map(Grant::new).collect())
    }

    /// Whether one of the statements allows all of it. Two do not add up to one.
    pub fn allows(&self, access: &Access) -> bool {
        self.0.iter().any(|grant| grant.allows(access))
    }
}

impl Grant {
    fn new(statement: &Statement) -> Self {
        let exactly = |patterns: &[String]| {
            patterns.iter().map(|pattern| WildMatch::new(pattern)).collect::<Vec<_>>()
        };
        let actions = statement.actions.iter();
        Self {
            // Names of actions are the only ones that IAM compares without regard to case.
            actions: actions.map(|action| WildMatch::new_case_insensitive(action)).collect(),
            resources: exactly(&statement.resources),
            leading_keys: statement.leading_keys.as_deref().map(exactly),
        }
    }

    fn allows(&self, access: &Access) -> bool {
        any_matches(&self.actions, access.action)
            && any_matches(&self.resources, &access.resource)
            && self.leading_keys.as_ref().is_none_or(|allowed| {
                // `ForAllValues` holds when there is no value, as for a scan: so it does in AWS.
                access.leading_keys.iter().all(|key| any_matches(allowed, key))
            })
    }
}

fn any_matches(patterns: &[WildMatch], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}
