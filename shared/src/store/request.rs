//! Requests about one item, or about a run of items, of the chat's table.

use aws_sdk_dynamodb::operation::{
    delete_item::builders::DeleteItemFluentBuilder, put_item::builders::PutItemFluentBuilder,
    query::builders::QueryFluentBuilder, update_item::builders::UpdateItemFluentBuilder,
};

use crate::dispatch::Dispatch;

use super::{
    Store, StoreError,
    keys::{Key, Range},
    record::{Item, text},
};

impl Store {
    /// One item, read consistently.
    pub(super) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        Ok(request.set_key(Some(key.attributes())).dispatch().await?.item)
    }

    pub(super) fn put_item(&self, item: Item) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&self.table).set_item(Some(item))
    }

    pub(super) fn update_item(&self, key: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.attributes()))
    }

    pub(super) fn delete_item(&self, key: &Key) -> DeleteItemFluentBuilder {
        self.client.delete_item().table_name(&self.table).set_key(Some(key.attributes()))
    }

    /// The items of a range, read consistently.
    pub(super) fn query(&self, range: &Range) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(&range.pk))
            .expression_attribute_values(":first", text(&range.first))
            .expression_attribute_values(":last", text(&range.last))
    }
}
