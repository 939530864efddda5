//! What stays when a stack goes, and that nothing stays of one that was never created.

use std::fs;

use tests::binaries::workspace;

use crate::document::Document;

#[test]
fn what_is_kept_is_not_kept_by_a_create_that_fails() {
    let document = Document::read();
    let resources = document.section("Resources").as_object().unwrap();
    let mut kept = Vec::new();
    for (id, resource) in resources {
        let policy = &resource["DeletionPolicy"];
        assert_ne!(policy, "Retain", "infra/template.yaml, {id}: write RetainExceptOnCreate");
        if policy == "RetainExceptOnCreate" {
            assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
            kept.push(id.as_str());
        }
    }
    kept.sort_unstable();
    assert_eq!(kept, ["ApiGatewayAccount", "ApiGatewayLogRole", "ChatTable", "JwtSecret"]);
}

#[test]
fn a_stage_that_cannot_be_created_is_deleted() {
    let text = fs::read_to_string(workspace().join("infra/samconfig.toml")).unwrap();
    let stages: Vec<&str> =
        text.split("\n[").filter(|part| part.contains(".deploy.parameters]")).collect();
    assert_eq!(stages.len(), 2, "dev and prod");
    for stage in stages {
        assert!(stage.contains("\non_failure = \"DELETE\"\n"), "infra/samconfig.toml: [{stage}");
    }
}
