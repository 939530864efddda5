//! The format, as `tests/vectors/README.md` describes it.

use std::{collections::BTreeMap, fs};

use serde::Deserialize;
use serde_json::Value;
use tests::binaries::workspace;

/// One file: what happens to a fresh deployment with the demo data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name of the file, for messages.
    #[serde(skip)]
    pub file: String,
    #[expect(dead_code, reason = "for people")]
    title: String,
    /// Mode of the deployment.
    pub auth: String,
    /// Parameters of the template.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// One step, with a name for people.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Step {
    Call { name: Option<String>, request: Request, answer: Answer },
    Connect { name: Option<String>, connect: String, r#as: String },
    Frame { name: Option<String>, on: String, frame: Value },
    Send { name: Option<String>, on: String, send: Value },
    Closed { name: Option<String>, on: String, closed: u16 },
    Leave { name: Option<String>, on: String, leave: u16 },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    pub text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Scenario {
    /// Every file, by name.
    pub fn all() -> Vec<Self> {
        let directory = fs::read_dir(workspace().join("tests/vectors")).unwrap();
        let paths = directory.map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect();
        paths.sort_unstable();
        let read = paths.iter().map(|path| {
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            let scenario = serde_json::from_str(&fs::read_to_string(path).unwrap());
            let scenario: Self = scenario.unwrap_or_else(|error| panic!("{file}: {error}"));
            Self { file, ..scenario }
        });
        read.collect()
    }
}

impl Step {
    /// What to call it when it fails.
    pub fn name(&self) -> &str {
        let (Self::Call { name, .. }
        | Self::Connect { name, .. }
        | Self::Frame { name, .. }
        | Self::Send { name, .. }
        | Self::Closed { name, .. }
        | Self::Leave { name, .. }) = self;
        name.as_deref().unwrap_or_default()
    }
}
