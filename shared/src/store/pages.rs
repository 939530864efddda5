//! The one loop over query pages and the one over unprocessed keys.

use std::{collections::HashMap, marker::PhantomData, time::Duration};

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::query::{QueryError, QueryOutput, builders::QueryFluentBuilder},
    types::{AttributeValue, KeysAndAttributes},
};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::dispatch::Dispatch;

use super::{
    Store, StoreError,
    keys::{Key, Range},
    record::{self, Item},
};

/// `BatchGetItem` takes at most this many keys.
const BATCH: usize = 100;

/// How often keys that DynamoDB left out are asked for again.
const ROUNDS: u32 = 6;

/// A query, one page at a time.
#[derive(Debug)]
pub struct Pages<T> {
    query: QueryFluentBuilder,
    under_way: Option<PaginationStream<Result<QueryOutput, SdkError<QueryError, HttpResponse>>>>,
    now: Timestamp,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    /// From the end of the range to its beginning.
    #[must_use]
    pub(super) fn backward(self) -> Self {
        Self { query: self.query.scan_index_forward(false), ..self }
    }

    /// These attributes of each item, separated by commas.
    #[must_use]
    pub(super) fn with_only(self, attributes: &str) -> Self {
        Self { query: self.query.projection_expression(attributes), ..self }
    }

    /// Without the entries up to this key, if there is one.
    #[must_use]
    pub(super) fn after(self, key: Option<Key>) -> Self {
        let start = key.map(|key| key.attributes());
        Self { query: self.query.set_exclusive_start_key(start), ..self }
    }

    /// The next page, `None` after the last one. A page may be empty.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, StoreError> {
        let query = &self.query;
        let pages = self.under_way.get_or_insert_with(|| query.clone().into_paginator().send());
        let Some(page) = pages.try_next().await? else { return Ok(None) };
        let items = page.items.unwrap_or_default().into_iter();
        let live = items.filter(|item| !record::has_expired(item, self.now));
        live.map(record::parse).collect::<Result<_, _>>().map(Some)
    }

    /// All that is left.
    pub async fn all(self) -> Result<Vec<T>, StoreError> {
        self.first(usize::MAX).await
    }

    /// At most this many of what is left.
    pub async fn first(self, count: usize) -> Result<Vec<T>, StoreError> {
        let mut left = count;
        let mut found = self
            .until(count, |_| {
                left = left.saturating_sub(1);
                left == 0
            })
            .await?;
        found.truncate(count);
        Ok(found)
    }

    /// Returns what is left, in pages of this size, up to the page with the entry that is enough. Every
    /// entry is shown to `is_enough` once.
    pub(super) async fn until(
        mut self,
        page_size: usize,
        mut is_enough: impl FnMut(&T) -> bool,
    ) -> Result<Vec<T>, StoreError> {
        self.query = self.query.set_limit(i32::try_from(page_size).ok());
        let (mut found, mut enough) = (Vec::new(), false);
        while !enough && let Some(page) = self.next().await? {
            for entry in &page {
                enough |= is_enough(entry);
            }
            found.extend(page);
        }
        Ok(found)
    }
}

impl Store {
    pub(super) fn pages<T>(&self, range: &Range, now: Timestamp) -> Pages<T> {
        Pages { query: self.query(range), under_way: None, now, item: PhantomData }
    }

    /// The items that exist among these keys, by key.
    pub(super) async fn batch_get(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, StoreError> {
        let mut found = HashMap::with_capacity(keys.len());
        for chunk in keys.chunks(BATCH) {
            let mut missing: Vec<Item> = chunk.iter().map(Key::attributes).collect();
            for round in 0..ROUNDS {
                if round > 0 {
                    tokio::time::sleep(Duration::from_millis(10 << round)).await;
                }
                missing = self.batch_get_round(missing, &mut found).await?;
                if missing.is_empty() {
                    break;
                }
            }
            if !missing.is_empty() {
                return Err(StoreError::Unavailable("BatchGetItem leaves keys unprocessed".into()));
            }
        }
        Ok(found)
    }

    async fn batch_get_round(
        &self,
        keys: Vec<Item>,
        found: &mut HashMap<Key, Item>,
    ) -> Result<Vec<Item>, StoreError> {
        let wanted =
            KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let wanted = wanted.map_err(|error| StoreError::Refused(error.into()))?;
        let answer =
            self.client.batch_get_item().request_items(&self.table, wanted).dispatch().await?;
        for item in answer.responses.unwrap_or_default().into_values().flatten() {
            found.insert(key_of(&item)?, item);
        }
        let left = answer.unprocessed_keys.unwrap_or_default();
        Ok(left.into_values().flat_map(|left| left.keys).collect())
    }
}

fn key_of(item: &Item) -> Result<Key, StoreError> {
    let part = |name| item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned();
    let pk = part("pk").ok_or(StoreError::Incomplete("pk"))?;
    let sk = part("sk").ok_or(StoreError::Incomplete("sk"))?;
    Ok(Key { pk, sk })
}
