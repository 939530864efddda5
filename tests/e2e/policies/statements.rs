//! The statements of the template's policies, and the template without one of them.

use std::{collections::BTreeMap, fs};

use tests::binaries::workspace;

/// What nothing calls here: secrets are the edge's own, and it is the edge that reads streams and
/// gives up records.
const OF_OTHER_SERVICES: [&str; 4] = ["secretsmanager:", "kms:", "sqs:", "dynamodb:GetRecords"];

const ACTIONS: &str = "Action: ";
const KEYS: &str = "dynamodb:LeadingKeys: ";

/// Something that allows a function calls: lines of the template.
#[derive(Debug, Clone)]
pub struct Part {
    /// The function, or the managed policy that several functions have.
    pub holder: String,
    pub function: String,
    pub actions: Vec<String>,
    /// Patterns of partition keys, none where all are allowed.
    pub keys: Vec<String>,
    first: usize,
    last: usize,
}

impl Part {
    /// Whether this line of the log refuses what the part allows.
    pub fn is_named_in(&self, line: &str) -> bool {
        let mut actions = self.actions.iter();
        line.contains(&format!("function=\"{}\"", self.function))
            && actions.any(|action| line.contains(&format!("action=\"{action}\"")))
    }
}

/// Every statement of a function's own, and every managed policy that a function names.
pub fn parts() -> Vec<Part> {
    let lines = template();
    let mut managed = BTreeMap::<String, [Vec<String>; 2]>::new();
    let (mut parts, mut resource) = (Vec::new(), String::new());
    for (index, line) in lines.iter().enumerate() {
        if let Some(id) = resource_id(line) {
            id.clone_into(&mut resource);
        }
        if let Some(policy) =
            line.strip_prefix("        - !Ref ").filter(|it| it.ends_with("Policy"))
        {
            let [actions, keys] =
                managed.get(policy).cloned().expect("it stands above who names it");
            let (function, holder) = (resource.clone(), policy.to_owned());
            parts.push(Part { holder, function, actions, keys, first: index, last: index });
        }
        if line.trim_start().starts_with("- Effect: Allow") {
            let last = end_of_item(&lines, index);
            let [actions, keys] = [ACTIONS, KEYS].map(|name| list(&lines[index..=last], name));
            if resource.ends_with("Policy") {
                let policy = managed.entry(resource.clone()).or_default();
                policy[0].extend(actions);
                policy[1].extend(keys);
            } else {
                let holder = format!("{resource}, line {}", index + 1);
                let function = resource.clone();
                parts.push(Part { holder, function, actions, keys, first: index, last });
            }
        }
    }
    let is_checked = |part: &Part| {
        part.actions.iter().all(|action| !OF_OTHER_SERVICES.iter().any(|of| action.starts_with(of)))
    };
    parts.retain(is_checked);
    assert!(parts.len() > 40, "the template has more statements than {}", parts.len());
    parts
}

/// The template without the part.
pub fn without(part: &Part) -> String {
    let lines = template();
    let mut kept: Vec<&str> = lines[..part.first].iter().map(String::as_str).collect();
    let rest = &lines[part.last + 1..];
    // A list without items is none.
    let is_followed = rest.first().is_some_and(|line| line.trim_start().starts_with("- Effect:"));
    if !is_followed && kept.last().is_some_and(|line| line.ends_with("- Statement:")) {
        kept.pop();
    }
    kept.extend(rest.iter().map(String::as_str));
    kept.join("\n") + "\n"
}

fn template() -> Vec<String> {
    let text = fs::read_to_string(workspace().join("infra/template.yaml")).expect("the template");
    text.lines().map(str::to_owned).collect()
}

fn resource_id(line: &str) -> Option<&str> {
    let name = line.strip_prefix("  ")?.strip_suffix(':')?;
    name.starts_with(char::is_alphabetic).then_some(name)
}

/// The last line of the list item that begins here: those after it are indented less.
fn end_of_item(lines: &[String], first: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(&lines[first]);
    let rest = lines[first + 1..].iter();
    first + rest.take_while(|line| indent(line) > own).count()
}

/// The values behind this name, one or several.
fn list(statement: &[String], name: &str) -> Vec<String> {
    let line = statement.iter().find_map(|line| line.split_once(name));
    let values = line.map(|(_, values)| values.trim_matches(['[', ']', ' ', '}']).split(", "));
    let values = values.into_iter().flatten();
    values.map(|value| value.trim_matches('"').to_owned()).collect()
}
