//! Why a call is refused, in AWS's words.

/// How far the clock of whoever signs may be off.
pub const CLOCK_SKEW_MINUTES: i64 = 5;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Missing Authentication Token")]
    Unsigned,
    /// A header that cannot be taken apart, or one that must be signed and is not.
    #[error("{0}")]
    Incomplete(&'static str),
    /// An access key that nobody has, or a session token that does not go with it.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error(
        "Signature expired: {signed} is now earlier than {limit} ({now} - {CLOCK_SKEW_MINUTES} min.)"
    )]
    Expired { signed: String, limit: String, now: String },
    #[error(
        "Signature not yet current: {signed} is still later than {limit} ({now} + {CLOCK_SKEW_MINUTES} min.)"
    )]
    NotYetCurrent { signed: String, limit: String, now: String },
    #[error("Credential should be scoped to {0}.")]
    WrongScope(String),
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your \
         AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    WrongSignature,
    #[error(
        "User: {user} is not authorized to perform: {action} on resource: {resource} because no \
         identity-based policy allows the {action} action"
    )]
    Denied { user: String, action: String, resource: String },
}

impl Refusal {
    /// The name of the exception that an SDK makes of it.
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Unsigned => "MissingAuthenticationTokenException",
            Self::Incomplete(_) => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::WrongScope(_)
            | Self::WrongSignature => "InvalidSignatureException",
            Self::Denied { .. } => "AccessDeniedException",
        }
    }

    /// What the text is called in the answer: of a denied call it begins with a capital letter.
    pub fn text_field(&self) -> &'static str {
        if matches!(self, Self::Denied { .. }) { "Message" } else { "message" }
    }
}
