//! Why the edge cannot serve a template.

use crate::{apigateway::ApiError, cloudfront::DistributionError};

#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    #[error(transparent)]
    Distribution(#[from] DistributionError),
    #[error(transparent)]
    Api(#[from] ApiError),
}
