//! Inputs: any, nearly right, and right ones that were damaged on the way.

use proptest::{collection, prelude::*, sample::select};
use serde_json::{Map, Value};

/// Any JSON, a few levels deep.
pub fn json() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    plain.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An object with some of these fields, most of them of a type that one of them has.
pub fn object(fields: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        3 => (0_u64..20).prop_map(Value::from),
        3 => "[a-z가-힣 \u{0}-\u{1f}]{0,20}".prop_map(Value::from),
        2 => select(&["text", "image", "admin", "member", "https://a.example/b", "a@b.example"][..])
            .prop_map(Value::from),
        1 => json(),
    ];
    let entries = collection::vec((select(fields), value), 0..fields.len() + 2);
    entries.prop_map(|entries| {
        let entries = entries.into_iter().map(|(name, value)| (name.to_owned(), value));
        Value::Object(entries.collect::<Map<_, _>>())
    })
}

/// This text with some of its bytes replaced by any others.
pub fn damaged(text: String) -> impl Strategy<Value = Vec<u8>> {
    let length = text.len();
    let others = collection::vec(any::<u8>(), 0..8);
    (0..=length, 0..=8_usize, others).prop_map(move |(at, removed, others)| {
        let mut bytes = text.clone().into_bytes();
        bytes.splice(at..(at + removed).min(length), others);
        bytes
    })
}
