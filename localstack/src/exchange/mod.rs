//! What CloudFront and API Gateway hand to each other: requests, responses, and how both read them.

pub mod body;
pub mod pattern;
pub mod request;
pub mod response;
