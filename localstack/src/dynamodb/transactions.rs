//! Transactions with a `ClientRequestToken`: one that is repeated within ten minutes counts once.
//!
//! The engine remembers tokens too, but looks at all of the ten minutes in each transaction: with a thousand
//! sockets that come and go that was a quarter of what the edge did. So it is told of none.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use dynoxide::{
    Database,
    actions::transact_write_items::{TransactWriteItemsRequest, TransactWriteItemsResponse},
    errors::DynoxideError,
};

const REMEMBERED: Duration = Duration::from_mins(10);
/// The engine's refusal of longer ones is DynamoDB's.
const LONGEST: usize = 36;

#[derive(Debug, Default)]
pub struct Transactions(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    /// By token, what was asked for and what was answered.
    done: HashMap<String, (u64, TransactWriteItemsResponse)>,
    /// The oldest first.
    tokens: VecDeque<(Instant, String)>,
}

impl Transactions {
    /// Does it, or answers what was answered when it was done. Other callers wait, as for the engine.
    pub fn once(
        &self,
        database: &Database,
        mut request: TransactWriteItemsRequest,
        body: &[u8],
    ) -> Result<TransactWriteItemsResponse, DynoxideError> {
        let token = request.client_request_token.take_if(|token| token.len() <= LONGEST);
        let Some(token) = token else { return database.transact_write_items(request) };
        let (asked, now) = (digest(body), Instant::now());
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.forget(now);
        match recent.done.get(&token) {
            Some((before, _)) if *before != asked => {
                Err(DynoxideError::IdempotentParameterMismatchException(
                    "the token was used for another transaction".to_owned(),
                ))
            }
            Some((_, answer)) => Ok(answer.clone()),
            None => {
                let answer = database.transact_write_items(request)?;
                recent.done.insert(token.clone(), (asked, answer.clone()));
                recent.tokens.push_back((now, token));
                Ok(answer)
            }
        }
    }
}

impl Recent {
    fn forget(&mut self, now: Instant) {
        while let Some((at, token)) = self.tokens.front()
            && now.duration_since(*at) > REMEMBERED
        {
            self.done.remove(token);
            self.tokens.pop_front();
        }
    }
}

/// An SDK that repeats a request sends the same bytes.
fn digest(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_forgotten_after_ten_minutes() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        recent.done.insert("a".to_owned(), (1, TransactWriteItemsResponse::default()));
        recent.tokens.push_back((now, "a".to_owned()));
        recent.forget(now + REMEMBERED);
        assert_eq!((recent.done.len(), recent.tokens.len()), (1, 1));
        recent.forget(now + REMEMBERED + Duration::from_secs(1));
        assert_eq!((recent.done.len(), recent.tokens.len()), (0, 0));
    }
}
