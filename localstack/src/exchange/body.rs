//! Request bodies, read up to a limit.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::StreamExt;
use tokio::time::timeout;

/// How much and how long an oversized body is still read, so that a client that sends first and
/// reads later gets its 413 and not a broken pipe.
const DISCARDED_TIMES_LIMIT: usize = 4;
const DISCARDED_FOR: Duration = Duration::from_secs(2);

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Larger than the limit.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// Still not there after this time.
    #[error("the body did not arrive within {0:?}")]
    TooSlow(Duration),
    /// The client went away, or its chunks are malformed.
    #[error("the body could not be read")]
    Unreadable(#[source] axum::Error),
}

/// Reads a whole body of at most `limit` bytes, which has this time to arrive.
pub async fn read(body: Body, limit: usize, within: Duration) -> Result<Bytes, BodyError> {
    timeout(within, read_all(body, limit)).await.unwrap_or(Err(BodyError::TooSlow(within)))
}

async fn read_all(body: Body, limit: usize) -> Result<Bytes, BodyError> {
    let mut stream = body.into_data_stream();
    let mut chunks = Vec::new();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(BodyError::Unreadable)?;
        length += chunk.len();
        if length > limit {
            let rest = limit.saturating_mul(DISCARDED_TIMES_LIMIT);
            // Running out of time is as good an end as running out of body.
            let _ = timeout(DISCARDED_FOR, discard(stream, rest)).await;
            return Err(BodyError::TooLarge(limit));
        }
        chunks.push(chunk);
    }
    Ok(match chunks.len() {
        // Usually there is one, which needs no copy.
        0 | 1 => chunks.pop().unwrap_or_default(),
        _ => chunks.concat().into(),
    })
}

async fn discard(mut chunks: BodyDataStream, mut rest: usize) {
    while rest > 0
        && let Some(Ok(chunk)) = chunks.next().await
    {
        rest = rest.saturating_sub(chunk.len());
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    fn chunked(chunks: &[&'static str]) -> Body {
        let chunks: Vec<_> = chunks.iter().map(|&chunk| Ok::<_, std::io::Error>(chunk)).collect();
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn chunks_are_joined() {
        let body = read(chunked(&["one ", "two ", "three"]), 13, LONG).await.unwrap();
        assert_eq!(body, "one two three");
    }

    #[tokio::test]
    async fn one_byte_too_many_is_refused() {
        let error = read(chunked(&["one ", "two ", "three"]), 12, LONG).await.unwrap_err();
        assert!(matches!(error, BodyError::TooLarge(12)));
    }
    #[tokio::test]
    async fn a_body_that_does_not_arrive_is_not_waited_for() {
        let half = stream::iter([Ok::<_, std::io::Error>("half")]).chain(stream::pending());
        let error = read(Body::from_stream(half), 12, Duration::from_millis(1)).await.unwrap_err();
        assert_eq!(error.to_string(), "the body did not arrive within 1ms");
    }
}
