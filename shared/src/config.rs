//! What the template tells a function through its environment.

use std::str::FromStr;

use crate::auth::AuthMode;

/// The settings of a function, all given by `infra/template.yaml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`: the chat's table.
    pub table_name: String,
    /// `MANAGEMENT_ENDPOINT`: where frames are posted, `https://{api}.execute-api.{region}.amazonaws.com/{stage}`.
    pub management_endpoint: String,
    /// `AUTH_MODE`: `trusted` or `required`.
    pub auth_mode: AuthMode,
    /// `PRESENCE_MAX_MEMBERS`: larger rooms do not announce who comes and goes.
    pub presence_max_members: u64,
}

/// Everything that is missing or wrong, at once.
#[derive(Debug, thiserror::Error)]
#[error("the environment is incomplete: {}", .0.join("; "))]
pub struct ConfigError(Vec<String>);

impl Config {
    /// Reads the environment, the only place that does.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
        Self::read(|name| std::env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader { variable, problems: Vec::new() };
        let config = (
            reader.get("TABLE_NAME"),
            reader.get("MANAGEMENT_ENDPOINT"),
            reader.get("AUTH_MODE"),
            reader.get("PRESENCE_MAX_MEMBERS"),
        );
        match config {
            (
                Some(table_name),
                Some(management_endpoint),
                Some(auth_mode),
                Some(presence_max_members),
            ) => Ok(Self { table_name, management_endpoint, auth_mode, presence_max_members }),
            _ => Err(ConfigError(reader.problems)),
        }
    }
}

struct Reader<V> {
    variable: V,
    problems: Vec<String>,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    fn get<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Option<T> {
        let Some(text) = (self.variable)(name).filter(|text| !text.is_empty()) else {
            self.problems.push(format!("{name} is not set"));
            return None;
        };
        text.parse().map_err(|problem| self.problems.push(format!("{name} {problem}"))).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_missing_is_reported_at_once() {
        let error =
            Config::read(|name| (name == "AUTH_MODE").then(|| "maybe".to_owned())).unwrap_err();
        let text = error.to_string();
        for part in [
            "TABLE_NAME",
            "MANAGEMENT_ENDPOINT",
            "AUTH_MODE must be trusted or required",
            "PRESENCE_MAX_MEMBERS",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
