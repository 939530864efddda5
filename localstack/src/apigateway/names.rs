//! What an API is called.

use crate::template::REGION;

/// What every event of an API says about the API.
#[derive(Debug)]
pub struct ApiNames {
    pub id: String,
    pub stage: String,
    /// Host name under AWS; a function must not build callback URLs from it.
    pub domain: String,
}

impl ApiNames {
    /// Names as AWS would give them.
    pub fn new(id: &str, stage: &str) -> Self {
        Self {
            id: id.to_owned(),
            stage: stage.to_owned(),
            domain: format!("{id}.execute-api.{REGION}.amazonaws.com"),
        }
    }
}
