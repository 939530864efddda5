//! Tests: conditions, `Fn::If` which asks them, and what the template's rules assert.

use serde_json::Value;

use super::{Resolver, expected, intrinsic};
use crate::template::{
    error::{Defect, Problem},
    parameters::scalar,
};

impl Resolver {
    /// The branch of an `Fn::If` that holds.
    pub(super) fn branch<'v>(&self, argument: &'v Value) -> Result<&'v Value, Defect> {
        match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(name), yes, no]) => {
                Ok(if self.condition(name)? { yes } else { no })
            }
            _ => Err(expected("If of a condition's name and two values")),
        }
    }

    /// Whether the named condition holds.
    pub(super) fn condition(&self, name: &str) -> Result<bool, Defect> {
        let test = self
            .conditions
            .get(name)
            .ok_or_else(|| Problem::UnknownCondition(name.to_owned()).here())?;
        self.test(test).map_err(|defect| defect.under(name).under("Conditions"))
    }

    /// Returns whether a condition function holds.
    pub(super) fn test(&self, test: &Value) -> Result<bool, Defect> {
        let (name, argument) =
            test.as_object().and_then(intrinsic).ok_or_else(|| expected("a condition function"))?;
        self.nested(|| match (name, argument) {
            ("Condition", Value::String(name)) => self.condition(name),
            ("Fn::Equals", Value::Array(pair)) if pair.len() == 2 => {
                let [left, right] = [self.resolve(&pair[0])?, self.resolve(&pair[1])?];
                Ok(left.as_ref().and_then(scalar) == right.as_ref().and_then(scalar))
            }
            ("Fn::Not", Value::Array(tests)) if tests.len() == 1 => {
                self.test(&tests[0]).map(|held| !held)
            }
            ("Fn::And", Value::Array(tests)) => {
                self.count_held(tests).map(|held| held == tests.len())
            }
            ("Fn::Or", Value::Array(tests)) => self.count_held(tests).map(|held| held > 0),
            ("Fn::Contains", Value::Array(pair)) if pair.len() == 2 => {
                let (list, value) = (self.texts(&pair[0])?, self.resolve(&pair[1])?);
                Ok(value.as_ref().and_then(scalar).is_some_and(|value| list.contains(&value)))
            }
            ("Fn::EachMemberIn", Value::Array(lists)) if lists.len() == 2 => {
                let [members, allowed] = [self.texts(&lists[0])?, self.texts(&lists[1])?];
                Ok(members.iter().all(|member| allowed.contains(member)))
            }
            (other, _) => Err(Problem::Unsupported(format!("this form of {other}")).here()),
        })
    }

    /// A list of texts, as a rule compares it.
    fn texts(&self, list: &Value) -> Result<Vec<String>, Defect> {
        let texts = self.resolve(list)?;
        let texts = texts.as_ref().and_then(Value::as_array);
        let texts = texts.and_then(|items| items.iter().map(scalar).collect());
        texts.ok_or_else(|| expected("a list of texts"))
    }

    fn count_held(&self, tests: &[Value]) -> Result<usize, Defect> {
        tests.iter().try_fold(0, |held, test| Ok(held + usize::from(self.test(test)?)))
    }
}
