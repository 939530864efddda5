//! The partition key in a `KeyConditionExpression`, such as `pk = :pk AND sk BETWEEN :a AND :b`.

use std::collections::HashMap;

/// The name of the value, such as `:pk`, that this attribute must equal. None if there is not
/// exactly one, which DynamoDB refuses.
pub fn value_of<'e>(
    attribute: &str,
    expression: &'e str,
    names: Option<&HashMap<String, String>>,
) -> Option<&'e str> {
    let tokens = tokens(expression);
    let is_attribute = |token: &str| match names.and_then(|names| names.get(token)) {
        Some(name) => name == attribute,
        None => token == attribute,
    };
    let value = |three: &[&'e str]| match *three {
        [name, "=", value] if is_attribute(name) && value.starts_with(':') => Some(value),
        _ => None,
    };
    let mut values = tokens.windows(3).filter_map(value);
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// Names, values and comparisons. Parentheses mean nothing here: there is no `OR` in such an
/// expression.
fn tokens(expression: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let words = expression.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','));
    for mut word in words {
        while !word.is_empty() {
            let is_sign = |c: char| matches!(c, '=' | '<' | '>');
            let starts_with_sign = word.starts_with(is_sign);
            let end = word.find(|c| is_sign(c) != starts_with_sign).unwrap_or(word.len());
            let (token, rest) = word.split_at(end);
            tokens.push(token);
            word = rest;
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_the_partition_key_is_found() {
        let names = HashMap::from([("#p".to_owned(), "pk".to_owned())]);
        let cases = [
            ("pk = :pk AND sk BETWEEN :first AND :last", Some(":pk")),
            ("sk BETWEEN :first AND :last AND pk=:p", Some(":p")),
            ("(#p = :p) and begins_with(sk, :s)", Some(":p")),
            ("pk=:p AND sk>=:s", Some(":p")),
            ("sk = :p", None),
            ("pk >= :p", None),
            ("pk = :p AND pk = :q", None),
            ("pk = sk", None),
            ("", None),
        ];
        for (expression, expected) in cases {
            assert_eq!(value_of("pk", expression, Some(&names)), expected, "{expression}");
        }
    }
}
