//! The one loop over query pages and the one over unprocessed keys.

use std::{collections::HashMap, marker::PhantomData, time::Duration};

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

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
    store: Store,
    range: Range,
    now: Timestamp,
    backward: bool,
    limit: Option<usize>,
    next: Next,
    item: PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum Next {
    First,
    After(Item),
    Done,
}

impl<T: DeserializeOwned> Pages<T> {
    /// From the end of the range to its beginning.
    #[must_use]
    pub(super) fn backward(self) -> Self {
        Self { backward: true, ..self }
    }

    /// Without the entries up to this key.
    #[must_use]
    pub(super) fn after(self, key: &Key) -> Self {
        Self { next: Next::After(key.attributes()), ..self }
    }

    /// The next page, `None` after the last one. A page may be empty.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, StoreError> {
        let start = match std::mem::replace(&mut self.next, Next::Done) {
            Next::Done => return Ok(None),
            Next::First => None,
            Next::After(key) => Some(key),
        };
        let page = self.query().set_exclusive_start_key(start).send().await?;
        if let Some(key) = page.last_evaluated_key {
            self.next = Next::After(key);
        }
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
        let mut found = self.until(count, |_| true).await?;
        found.truncate(count);
        Ok(found)
    }

    /// What is left until there are this many that count, and perhaps a few more.
    pub(super) async fn until(
        mut self,
        count: usize,
        counts: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, StoreError> {
        self.limit = Some(count);
        let mut found = Vec::new();
        while found.iter().filter(|entry| counts(entry)).count() < count
            && let Some(page) = self.next().await?
        {
            found.extend(page);
        }
        Ok(found)
    }

    fn query(&self) -> QueryFluentBuilder {
        let limit = self.limit.and_then(|limit| i32::try_from(limit).ok());
        self.store
            .client
            .query()
            .table_name(&self.store.table)
            .consistent_read(true)
            .scan_index_forward(!self.backward)
            .set_limit(limit)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", record::text(&self.range.pk))
            .expression_attribute_values(":first", record::text(&self.range.first))
            .expression_attribute_values(":last", record::text(&self.range.last))
    }
}

impl Store {
    pub(super) fn pages<T>(&self, range: Range, now: Timestamp) -> Pages<T> {
        let (store, item) = (self.clone(), PhantomData);
        Pages { store, range, now, backward: false, limit: None, next: Next::First, item }
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
        let answer = self.client.batch_get_item().request_items(&self.table, wanted).send().await?;
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
