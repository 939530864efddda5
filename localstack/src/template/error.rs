//! What can be wrong with a template, and where.

use std::path::PathBuf;

/// A template that cannot be read, in one line: file, place and problem.
#[derive(Debug, thiserror::Error)]
#[error("{}: {defect}", file.display())]
pub struct TemplateError {
    /// The file that was read.
    pub file: PathBuf,
    pub defect: Defect,
}

/// A problem and the place of it, such as `Resources.Table.Properties.KeySchema`.
#[derive(Debug, thiserror::Error)]
#[error("{}{problem}", if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct Defect {
    place: String,
    problem: Problem,
}

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file cannot be opened.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is not YAML.
    #[error("is not YAML: {0}")]
    NotYaml(#[from] serde_norway::Error),
    /// Something that the edge needs is not there.
    #[error("is missing")]
    Missing,
    /// A value of the wrong type.
    #[error("must be {0}")]
    Expected(&'static str),
    /// A reference to nothing.
    #[error("names '{0}', which is neither a parameter nor a resource")]
    UnknownName(String),
    /// A reference to a resource whose `Condition` is false.
    #[error("names '{0}', which its Condition leaves out")]
    LeftOut(String),
    /// A condition that is not defined.
    #[error("names the condition '{0}', which is not defined")]
    UnknownCondition(String),
    /// A reference to a resource of another type than the place needs.
    #[error("'{found}' does not name {expected}")]
    WrongTarget {
        /// The value that was found.
        found: String,
        /// What should have been named.
        expected: &'static str,
    },
    /// Valid on AWS, but not here.
    #[error("{0} is not supported by the local edge")]
    Unsupported(String),
    /// A value that this place does not take.
    #[error("'{value}' is not {rule}")]
    Refused {
        value: String,
        /// What it takes, in words.
        rule: String,
    },
    /// A value for a parameter that is not declared.
    #[error("the template has no such parameter, {hint}")]
    Undeclared {
        /// Which names there are.
        hint: String,
    },
    /// A parameter's value breaks a constraint of the parameter.
    #[error("'{value}' {must}")]
    Constraint {
        /// The value given or the default.
        value: String,
        /// `ConstraintDescription`, or what the value must be in words.
        must: String,
    },
    /// An assertion of the template's `Rules` does not hold: its `AssertDescription`.
    #[error("{0}")]
    Asserted(String),
    /// Two resources claim what only one can have.
    #[error("is claimed by {0} and {1}")]
    Twice(String, String),
    /// A second mapping of one event source to one function. Lambda compares nothing else of them.
    #[error(
        "Lambda refuses it with 409 ResourceConflictException: The event source arn (\" {source_arn} \") \
         and function (\" {function} \") provided mapping already exists. Please update or delete the \
         existing mapping with UUID {existing}"
    )]
    MappedTwice { source_arn: String, function: String, existing: String },
    /// References that lead back to themselves.
    #[error("refers to itself")]
    Circular,
}

impl Problem {
    /// The problem at a place that is not known yet.
    pub fn here(self) -> Defect {
        Defect { place: String::new(), problem: self }
    }

    /// The problem at this place.
    pub fn at(self, place: impl Into<String>) -> Defect {
        Defect { place: place.into(), problem: self }
    }
}

impl Defect {
    /// The same defect seen from one level further out.
    pub fn under(mut self, segment: &str) -> Self {
        self.place = match self.place.as_str() {
            "" => segment.to_owned(),
            inner if inner.starts_with('[') => format!("{segment}{inner}"),
            inner => format!("{segment}.{inner}"),
        };
        self
    }
}
