//! Who calls an AWS service, and whether the template's policies allow it.
//!
//! Each function has credentials of its own, as it has a role on AWS. The only other caller is the
//! developer, who may do everything.
//!
//! Each call is checked in full. A signature takes some microseconds, of the 130 that a post takes
//! altogether, and comparing the statements half a microsecond: less than a cache is worth.

mod caller;
mod policy;
mod refusal;
mod signature;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use axum::http::{HeaderMap, Method};
use jiff::Timestamp;

pub use caller::{Caller, Credentials, DEVELOPER};
pub use policy::Access;
pub use refusal::Refusal;

use crate::template::Function;
use signature::Authorization;

/// A request as its signature covers it: path and query as the client sent them.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Everybody who has credentials.
#[derive(Debug)]
pub struct Iam {
    /// By access key id.
    callers: HashMap<String, Caller>,
}

impl Iam {
    /// New credentials for each function, and those of the developer.
    pub fn new(functions: &[Function], developer: Credentials) -> Self {
        let developer = Caller::developer(developer);
        let callers = functions.iter().map(Caller::function).chain([developer]);
        let callers = callers.map(|caller| (caller.credentials.access_key.clone(), caller));
        Self { callers: callers.collect() }
    }

    /// What this function signs its calls with.
    pub fn credentials(&self, function: &str) -> Option<&Credentials> {
        let mut callers = self.callers.values();
        let caller = callers.find(|caller| caller.name() == Some(function))?;
        Some(&caller.credentials)
    }

    /// Whether these are the developer's, who cannot sign where a browser asks for a password.
    pub fn is_developer(&self, access_key: &str, secret: &str) -> bool {
        let caller = self.callers.get(access_key).filter(|caller| caller.name().is_none());
        caller.is_some_and(|caller| caller.has_secret(secret))
    }

    /// Who signed a request to this service, such as `dynamodb`.
    pub fn authenticate(
        &self,
        service: &str,
        request: SignedRequest,
        now: Timestamp,
    ) -> Result<&Caller, Refusal> {
        self.identify(service, request, now).inspect_err(|refusal| {
            if *refusal == Refusal::Unsigned {
                // Whoever sends no signature means to be nobody.
                tracing::debug!(service, "IAM refuses a call: {refusal}");
            } else {
                tracing::warn!(service, "IAM refuses a call: {refusal}");
            }
        })
    }

    fn identify(
        &self,
        service: &str,
        request: SignedRequest,
        now: Timestamp,
    ) -> Result<&Caller, Refusal> {
        let authorization = Authorization::of(request.headers)?;
        authorization.check_scope(service)?;
        authorization.check_time(now)?;
        let caller = self.callers.get(authorization.access_key).ok_or(Refusal::UnknownKey)?;
        caller.verify(&authorization, request)?;
        Ok(caller)
    }
}

/// The time of the machine, which signatures are compared with.
#[expect(clippy::disallowed_methods, reason = "the clock is asked once for each call, here")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
