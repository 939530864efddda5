//! `Rules`: assertions about parameters together, which CloudFormation checks before it creates anything.

use serde_json::{Map, Value};

use super::{Resolver, expected};
use crate::template::{
    error::{Defect, Problem},
    parameters::scalar,
};

impl Resolver {
    /// Checks the assertions of every rule whose `RuleCondition` holds.
    pub(super) fn check_rules(&self, rules: &Map<String, Value>) -> Result<(), Defect> {
        rules.iter().try_for_each(|(name, rule)| {
            self.check_rule(rule).map_err(|defect| defect.under(name).under("Rules"))
        })
    }

    fn check_rule(&self, rule: &Value) -> Result<(), Defect> {
        if let Some(condition) = rule.get("RuleCondition") {
            let holds = self.test(condition).map_err(|defect| defect.under("RuleCondition"))?;
            if !holds {
                return Ok(());
            }
        }
        let assertions = rule.get("Assertions").and_then(Value::as_array);
        let assertions = assertions.ok_or_else(|| expected("a rule with Assertions"))?;
        for assertion in assertions {
            let test = assertion.get("Assert").ok_or_else(|| Problem::Missing.at("Assert"))?;
            if !self.test(test).map_err(|defect| defect.under("Assert"))? {
                let described = assertion.get("AssertDescription").and_then(scalar);
                let why = described.unwrap_or_else(|| format!("{test} does not hold"));
                return Err(Problem::Asserted(why).here());
            }
        }
        Ok(())
    }
}
