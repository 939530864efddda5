//! Why an API of the template cannot be served.

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A route key that an HTTP API cannot have.
    #[error("`{0}` is no route key of an HTTP API, `POST /rooms/{{roomId}}` is one")]
    RouteKey(String),
    /// Selections other than by a field of the message, which API Gateway knows and this does not.
    #[error("`{0}` is no route selection expression, `$request.body.action` is one")]
    Selection(String),
}
