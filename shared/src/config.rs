//! What the template and Lambda tell a function through its environment.

#[cfg(test)]
mod tests;

use std::{iter, str::FromStr};

use aws_credential_types::Credentials;
use jiff::SignedDuration;

use crate::{
    auth::{Algorithm, AuthMode, KeySource, Rules},
    domain::{FrontDoor, Origins, Quotas, Rate},
};

/// The settings of a function: given by `infra/template.yaml`, but for [`Aws`].
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
    /// `INLINE_MAX_MEMBERS`: in larger rooms senders leave the broadcast to the stream.
    pub inline_max_members: u64,
    /// `ALLOWED_ORIGINS`: from which web pages sockets may be opened; empty is any.
    pub allowed_origins: Origins,
    /// `ORIGIN_SECRETS`: what the distribution shows to the functions; empty admits every request.
    pub front_door: FrontDoor,
    /// `SHARE_EMAILS`: whether users see each other's mail addresses.
    pub share_emails: bool,
    /// `METRICS_NAMESPACE`: the `CloudWatch` namespace of the chat's metrics. Nothing is written
    /// where it is empty.
    pub metrics_namespace: Option<String>,
    /// What users are limited to: nothing where callers are trusted, unless `LIMIT_TRUSTED` is `true`.
    pub quotas: Quotas,
    /// How access tokens are checked.
    pub tokens: Tokens,
    pub aws: Aws,
}

/// What Lambda itself tells a function.
#[derive(Debug, Clone)]
pub struct Aws {
    /// `AWS_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`. Lambda gives a process
    /// those of its role, and ends it before they expire.
    pub credentials: Credentials,
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`, where it is not AWS itself.
    pub dynamodb: Option<String>,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL`, where it is not AWS itself.
    pub secrets_manager: Option<String>,
}

/// How access tokens are checked.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub rules: Rules,
    /// `JWT_SECRET` (HS256) or `JWT_KEYS` (RS256, ES256).
    pub keys: Option<KeySource>,
    /// `JWT_SECRET_ARN`: the secret in Secrets Manager that holds the key, where it is not given.
    pub secret_arn: Option<String>,
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

    /// Whether nothing that a function calls speaks TLS, as on a laptop. On AWS all does.
    #[must_use]
    pub fn is_without_tls(&self) -> bool {
        let has_to_ask = self.tokens.keys.is_none() && self.tokens.secret_arn.is_some();
        let secrets_manager = has_to_ask.then_some(&self.aws.secrets_manager);
        let is_plain = |url: &String| url.starts_with("http://");
        let mut elsewhere = iter::once(&self.aws.dynamodb).chain(secrets_manager);
        is_plain(&self.management_endpoint)
            && elsewhere.all(|endpoint| endpoint.as_ref().is_some_and(is_plain))
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader { variable, problems: Vec::new() };
        let tokens = reader.tokens();
        let metrics_namespace = reader.optional("METRICS_NAMESPACE");
        let allowed_origins = reader.optional("ALLOWED_ORIGINS").unwrap_or_default();
        let front_door = reader.optional("ORIGIN_SECRETS").unwrap_or_default();
        let (quotas, limits_trusted) = (reader.quotas(), reader.optional("LIMIT_TRUSTED"));
        let aws = reader.aws();
        let required = (
            aws,
            reader.required("TABLE_NAME"),
            reader.required("MANAGEMENT_ENDPOINT"),
            reader.required("AUTH_MODE"),
            reader.required("PRESENCE_MAX_MEMBERS"),
            reader.required("INLINE_MAX_MEMBERS"),
            reader.required("SHARE_EMAILS"),
        );
        let (
            Some(aws),
            Some(table_name),
            Some(management_endpoint),
            Some(auth_mode),
            Some(presence_max_members),
            Some(inline_max_members),
            Some(share_emails),
        ) = required
        else {
            return Err(ConfigError(reader.problems));
        };
        if !reader.problems.is_empty() {
            return Err(ConfigError(reader.problems));
        }
        let is_limited = auth_mode == AuthMode::Required || limits_trusted == Some(true);
        Ok(Self {
            quotas: if is_limited { quotas } else { Quotas::default() },
            table_name,
            management_endpoint,
            auth_mode,
            presence_max_members,
            inline_max_members,
            allowed_origins,
            front_door,
            share_emails,
            metrics_namespace,
            tokens,
            aws,
        })
    }
}

struct Reader<V> {
    variable: V,
    problems: Vec<String>,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    fn required<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Option<T> {
        let value = self.optional(name);
        if value.is_none() && !self.problems.iter().any(|problem| problem.starts_with(name)) {
            self.problems.push(format!("{name} is not set"));
        }
        value
    }

    fn aws(&mut self) -> Option<Aws> {
        let region = self.required("AWS_REGION");
        let key = self.required::<String>("AWS_ACCESS_KEY_ID");
        let secret = self.required::<String>("AWS_SECRET_ACCESS_KEY");
        let token = self.optional("AWS_SESSION_TOKEN");
        let everywhere = self.optional::<String>("AWS_ENDPOINT_URL");
        let dynamodb = self.optional("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| everywhere.clone());
        let secrets_manager = self.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER").or(everywhere);
        let credentials = Credentials::new(key?, secret?, token, None, "the environment");
        Some(Aws { region: region?, credentials, dynamodb, secrets_manager })
    }

    fn tokens(&mut self) -> Tokens {
        let rules = Rules {
            algorithm: self.optional("JWT_ALGORITHM").unwrap_or(Algorithm::HS256),
            issuer: self.optional("JWT_ISSUER"),
            audience: self.optional("JWT_AUDIENCE"),
        };
        let keys = match rules.algorithm {
            Algorithm::HS256 => self.optional("JWT_SECRET").map(KeySource::Secret),
            _ => self.optional("JWT_KEYS"),
        };
        Tokens { rules, keys, secret_arn: self.optional("JWT_SECRET_ARN") }
    }

    /// Zero does not limit: a template's number cannot be left out.
    fn quotas(&mut self) -> Quotas {
        let hour = SignedDuration::from_hours(1);
        let per_hour = |count| Rate::new(count, hour, count);
        Quotas {
            sends: self.rate("SEND_RATE"),
            tickets: self.rate("TICKET_RATE"),
            writes: self.rate("WRITE_RATE"),
            created_rooms: self.count("ROOMS_PER_HOUR").map(per_hour),
            rooms_per_user: self.count("ROOMS_PER_USER"),
            members_per_room: self.count("MEMBERS_PER_ROOM"),
            sockets_per_user: self.count("SOCKETS_PER_USER"),
        }
    }

    fn rate(&mut self, name: &str) -> Option<Rate> {
        self.optional(name).filter(|rate: &Rate| !rate.is_unlimited())
    }

    fn count<T: FromStr<Err: std::fmt::Display> + Default + PartialEq>(
        &mut self,
        name: &str,
    ) -> Option<T> {
        self.optional(name).filter(|count| *count != T::default())
    }

    /// Empty counts as absent: a template cannot leave a variable out.
    fn optional<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Option<T> {
        let text = (self.variable)(name).filter(|text| !text.is_empty())?;
        text.parse().map_err(|problem| self.problems.push(format!("{name} {problem}"))).ok()
    }
}
