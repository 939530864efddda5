//! The statements of the template's policies, and the template without one of them.

use std::{collections::BTreeMap, fs, ops::RangeInclusive};

use tests::binaries::workspace;

/// What nothing calls here: secrets are the edge's own, and it is the edge that reads streams and
/// gives up records.
const OF_OTHER_SERVICES: [&str; 4] = ["secretsmanager:", "kms:", "sqs:", "dynamodb:GetRecords"];

/// Something that allows a function calls: lines of the template.
#[derive(Debug, Clone)]
pub struct Part {
    pub function: String,
    pub actions: Vec<String>,
    /// Without a whole statement, a prefix of partition keys that it allows.
    key: Option<String>,
    lines: RangeInclusive<usize>,
    /// The line that stands there once the part is taken out.
    instead: Option<String>,
}

impl Part {
    /// Whether this line of the log refuses what the part allows.
    pub fn is_named_in(&self, line: &str) -> bool {
        let mut actions = self.actions.iter();
        line.contains(&format!("function=\"{}\"", self.function))
            && actions.any(|action| line.contains(&format!("action=\"{action}\"")))
            && self.key.as_ref().is_none_or(|key| line.contains(&format!("{key}…")))
    }
}

/// Every statement of a function's own, and every managed policy that a function names.
pub fn parts() -> Vec<Part> {
    let lines = template();
    let mut managed = BTreeMap::<String, Vec<String>>::new();
    let (mut parts, mut resource) = (Vec::new(), String::new());
    for (index, line) in lines.iter().enumerate() {
        if let Some(id) = resource_id(line) {
            id.clone_into(&mut resource);
        }
        let part = |actions: Vec<String>, last: usize| Part {
            function: resource.clone(),
            actions,
            key: None,
            lines: index..=last,
            instead: None,
        };
        let named = line.strip_prefix("        - !Ref ").filter(|it| it.ends_with("Policy"));
        if let Some(policy) = named {
            let actions = managed.get(policy).cloned().expect("it stands above who names it");
            parts.push(part(actions, index));
        } else if line.trim_start().starts_with("- Effect: Allow") {
            let last = end_of_item(&lines, index);
            let actions = list(&lines[index..=last], "Action: ");
            if resource.ends_with("Policy") {
                managed.entry(resource.clone()).or_default().extend(actions);
            } else {
                parts.push(part(actions, last));
            }
        }
    }
    parts.retain(|part| part.actions.iter().all(|action| is_checked(action)));
    assert!(parts.len() > 40, "the template has more statements than {}", parts.len());
    parts
}

fn is_checked(action: &str) -> bool {
    !OF_OTHER_SERVICES.iter().any(|of| action.starts_with(of))
}

/// Of statements that list several actions, or several prefixes of keys, each one of them.
pub fn pieces() -> Vec<Part> {
    let lines = template();
    let own = parts().into_iter().filter(|part| part.lines.clone().count() > 1);
    let pieces = own.flat_map(|part| {
        let (first, last) = (*part.lines.start(), *part.lines.end());
        let actions = (first..=last).filter(|at| lines[*at].contains("Action: ["));
        let keys = (first..=last).filter(|at| lines[*at].contains("LeadingKeys: ["));
        let actions = actions.flat_map(|at| without_one(&lines, at, "Action: ")).map({
            let part = part.clone();
            move |(at, action, line)| Part {
                actions: vec![action],
                lines: at..=at,
                instead: Some(line),
                ..part.clone()
            }
        });
        let keys = keys.flat_map(|at| without_one(&lines, at, "LeadingKeys: ")).map({
            let part = part.clone();
            move |(at, key, line)| Part {
                key: Some(key.trim_matches(['"', '*']).to_owned()),
                lines: at..=at,
                instead: Some(line),
                ..part.clone()
            }
        });
        actions.chain(keys).collect::<Vec<_>>()
    });
    pieces.collect()
}

/// Each item of a line's list of several, with the line that lacks it.
fn without_one(lines: &[String], at: usize, name: &str) -> Vec<(usize, String, String)> {
    let items = list(&lines[at..=at], name);
    let lacking = |item: &String| {
        let kept: Vec<&str> = items.iter().filter(|it| *it != item).map(String::as_str).collect();
        let line = lines[at].replace(&items.join(", "), &kept.join(", "));
        (at, item.clone(), line)
    };
    if items.len() > 1 { items.iter().map(lacking).collect() } else { Vec::new() }
}

/// The template without the part.
pub fn without(part: &Part) -> String {
    let lines = template();
    let mut kept: Vec<&str> = lines[..*part.lines.start()].iter().map(String::as_str).collect();
    let rest = &lines[part.lines.end() + 1..];
    // A list without items is none.
    let is_followed = rest.first().is_some_and(|line| line.trim_start().starts_with("- Effect:"));
    let is_alone = kept.last().is_some_and(|line| line.ends_with("- Statement:")) && !is_followed;
    if is_alone && part.instead.is_none() {
        kept.pop();
    }
    kept.extend(part.instead.as_deref());
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

/// The items of the list with this name, or the one that stands without a list.
fn list(lines: &[String], name: &str) -> Vec<String> {
    let found = lines.iter().find_map(|line| line.split_once(name));
    let (_, rest) = found.unwrap_or_else(|| panic!("no {name} in {lines:#?}"));
    let items = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let items = items.map_or(rest, |(items, _)| items).split(", ");
    items.map(str::to_owned).collect()
}
