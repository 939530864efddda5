//! Why a distribution cannot be served.

use super::function::ViewerError;

#[derive(Debug, thiserror::Error)]
#[error("the viewer function of the path behaviour {path_pattern}")]
pub struct DistributionError {
    pub path_pattern: String,
    pub source: ViewerError,
}
