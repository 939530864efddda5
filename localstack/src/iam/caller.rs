//! Who has credentials: the functions, and the developer.

use axum::http::{HeaderMap, HeaderValue};
use uuid::Uuid;

use super::{
    SignedRequest,
    policy::{Access, Policy},
    refusal::Refusal,
    signature::{Authorization, SigningKeys, equal},
};
use crate::template::{ACCOUNT, Function};

/// Access key id of the developer, which is no secret.
pub const DEVELOPER: &str = "local";

const TOKEN_HEADER: &str = "x-amz-security-token";

/// What a request is signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key: String,
    pub secret: String,
    /// Goes with every request of a role's credentials, which a function's are.
    pub session_token: Option<String>,
}

/// Somebody with credentials.
#[derive(Debug)]
pub struct Caller {
    pub(super) credentials: Credentials,
    keys: SigningKeys,
    who: Who,
}

#[derive(Debug)]
enum Who {
    Developer,
    Function { name: String, policy: Policy },
}

impl Credentials {
    /// The developer's, who is asked for the secret wherever it matters.
    pub fn of_developer(secret: String) -> Self {
        Self { access_key: DEVELOPER.to_owned(), secret, session_token: None }
    }

    /// Random ones, in the form of a role's.
    fn of_role() -> Self {
        let random = || Uuid::new_v4().simple().to_string();
        Self {
            access_key: format!("ASIA{}", random()[..16].to_uppercase()),
            secret: random() + &random()[..8],
            session_token: Some(random()),
        }
    }

    /// The token is not secret by itself, so that it may be compared in any time.
    fn check_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let token = headers.get(TOKEN_HEADER).map(HeaderValue::as_bytes);
        if token == self.session_token.as_deref().map(str::as_bytes) {
            Ok(())
        } else {
            Err(Refusal::UnknownKey)
        }
    }
}

impl Caller {
    pub(super) fn developer(credentials: Credentials) -> Self {
        Self { credentials, keys: SigningKeys::default(), who: Who::Developer }
    }

    pub(super) fn function(function: &Function) -> Self {
        let policy = Policy::new(&function.permissions);
        let who = Who::Function { name: function.name.clone(), policy };
        Self { credentials: Credentials::of_role(), keys: SigningKeys::default(), who }
    }

    /// Whether this caller signed the request.
    pub(super) fn verify(
        &self,
        authorization: &Authorization,
        request: SignedRequest,
    ) -> Result<(), Refusal> {
        self.credentials.check_token(request.headers)?;
        self.keys.verify(authorization, &self.credentials.secret, request)
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        equal(self.credentials.secret.as_bytes(), secret.as_bytes())
    }

    /// The function, unless it is the developer.
    pub fn name(&self) -> Option<&str> {
        match &self.who {
            Who::Developer => None,
            Who::Function { name, .. } => Some(name),
        }
    }

    /// Whether this caller may do that. It is logged here, where everything is known.
    pub fn authorize(&self, access: &Access) -> Result<(), Refusal> {
        let Who::Function { name, policy } = &self.who else { return Ok(()) };
        let Access { action, resource, .. } = access;
        if policy.allows(access) {
            tracing::debug!(
                function = name,
                action,
                key = access.shown_keys(),
                resource,
                "IAM allows a call"
            );
            return Ok(());
        }
        tracing::warn!(
            function = name,
            action,
            key = access.shown_keys(),
            resource,
            "IAM refuses a call: no policy of the function allows it"
        );
        Err(denied(name, action, resource))
    }

    /// Refuses a call of which it cannot be said what it touches, unless the caller may do all.
    pub fn authorize_unread(&self, operation: &str) -> Result<(), Refusal> {
        let Who::Function { name, .. } = &self.who else { return Ok(()) };
        tracing::warn!(
            function = name,
            action = operation,
            "IAM refuses a call: the edge cannot read from it what it touches"
        );
        Err(denied(name, operation, "*"))
    }
}

fn denied(function: &str, action: &str, resource: &str) -> Refusal {
    Refusal::Denied {
        user: format!("arn:aws:sts::{ACCOUNT}:assumed-role/{function}Role/{function}"),
        action: action.to_owned(),
        resource: resource.to_owned(),
    }
}
