//! Which route a message takes: the API's route selection expression.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::apigateway::error::ApiError;

/// The routes of a WebSocket API, by what their messages say.
#[derive(Debug)]
pub struct MessageRoutes {
    functions: BTreeMap<String, String>,
    /// The fields to follow into a message.
    path: Vec<String>,
}

/// A route and its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageRoute<'a> {
    pub key: &'a str,
    pub function: &'a str,
}

impl MessageRoutes {
    /// Reads an expression such as `$request.body.action`, also as `${request.body.action}`.
    pub fn new(functions: &BTreeMap<String, String>, expression: &str) -> Result<Self, ApiError> {
        let inner = expression.strip_prefix('$').map(|rest| {
            rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest)
        });
        let path = inner
            .and_then(|inner| inner.strip_prefix("request.body."))
            .filter(|path| path.split('.').all(|field| !field.is_empty()))
            .ok_or_else(|| ApiError::Selection(expression.to_owned()))?;
        Ok(Self {
            functions: functions.clone(),
            path: path.split('.').map(ToOwned::to_owned).collect(),
        })
    }

    /// The route with this key.
    pub fn get(&self, key: &str) -> Option<MessageRoute<'_>> {
        let (key, function) = self.functions.get_key_value(key)?;
        Some(MessageRoute { key, function })
    }

    /// The route of a message: the one it names, or else `$default`.
    pub fn select(&self, body: &str) -> Option<MessageRoute<'_>> {
        self.named_in(body).or_else(|| self.get("$default"))
    }

    fn named_in(&self, body: &str) -> Option<MessageRoute<'_>> {
        // Usually there is nothing to choose from, and no need to look into the message.
        if self.functions.keys().all(|key| key.starts_with('$')) {
            return None;
        }
        let message: Value = serde_json::from_str(body).ok()?;
        let value = self.path.iter().try_fold(&message, |value, field| value.get(field))?;
        // A client that names `$connect` or `$disconnect` in a message must not call them.
        self.get(value.as_str().filter(|key| !key.starts_with('$'))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str], expression: &str) -> MessageRoutes {
        let functions = keys.iter().map(|key| (key.to_string(), format!("F{key}"))).collect();
        MessageRoutes::new(&functions, expression).unwrap()
    }

    #[test]
    fn a_message_names_its_route_or_gets_the_default_one() {
        let routes = routes(&["$connect", "$default", "send"], "$request.body.action");
        for (body, key) in [
            (r#"{"action":"send"}"#, "send"),
            (r#"{"action":"other"}"#, "$default"),
            (r#"{"action":"$connect"}"#, "$default"),
            (r#"{"action":7}"#, "$default"),
            ("not json", "$default"),
            ("", "$default"),
        ] {
            let route = routes.select(body).unwrap();
            assert_eq!(route.key, key, "{body}");
            assert_eq!(route.function, format!("F{key}"));
        }
    }

    #[test]
    fn without_a_default_route_there_may_be_none() {
        let routes = routes(&["send"], "${request.body.a.b}");
        assert_eq!(routes.select(r#"{"a":{"b":"send"}}"#).unwrap().key, "send");
        assert_eq!(routes.select(r#"{"a":"send"}"#), None);
    }

    #[test]
    fn other_expressions_are_refused() {
        for expression in ["", "$request.header.x", "request.body.action", "$request.body."] {
            assert!(MessageRoutes::new(&BTreeMap::new(), expression).is_err(), "{expression}");
        }
    }
}
