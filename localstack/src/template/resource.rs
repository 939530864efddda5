//! A resource as the template writes it, before anything in it is resolved.

use serde_json::{Map, Value};

use super::error::{Defect, Problem};

#[derive(Debug)]
pub struct Resource {
    pub id: String,
    /// `Type`, such as `AWS::DynamoDB::Table`.
    pub kind: String,
    pub condition: Option<String>,
    pub metadata: Value,
    pub properties: Value,
}

impl Resource {
    /// Fails without a `Type`. What the properties hold is checked by whoever reads them.
    pub fn read(id: &str, declaration: &Value) -> Result<Self, Defect> {
        let text = |name: &str| declaration.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            id: id.to_owned(),
            kind: text("Type").ok_or_else(|| Problem::Missing.at("Type"))?,
            condition: text("Condition"),
            metadata: declaration.get("Metadata").cloned().unwrap_or_default(),
            properties: declaration.get("Properties").cloned().unwrap_or_else(|| Map::new().into()),
        })
    }

    /// Where the properties stand, for error messages.
    pub fn properties_place(&self) -> String {
        format!("Resources.{}.Properties", self.id)
    }
}
