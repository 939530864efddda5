//! `infra/deploy`, with functions of the shell in place of `aws`, `sam` and the compiler.

use std::{fs, path::Path, process::Command};

use tests::binaries::workspace;

/// What stands in for the commands: each call is a line of the file `calls`, and nothing is built.
const COMMANDS: &str = r#"
rustc() { echo /; }
cargo() { :; }
cargo-lambda() { :; }
zig() { :; }
sam() {
  echo "sam $*" >>calls
  [[ $1 != build ]] || { mkdir -p target/deploy/sam/Function && echo >target/deploy/sam/Function/bootstrap; }
}
aws() {
  echo "aws $*" >>calls
  case "$*" in
    "configure get region") echo "${CONFIGURED_REGION-}" ;;
    "apigateway get-account "*) echo "${LOG_ROLE-None}" ;;
    "iam get-role "*) [[ -z ${ROLE_REFUSAL-} ]] || { echo "$ROLE_REFUSAL" >&2 && return 254; } ;;
    *" describe-stack-resource "*) [[ -n ${OWN_ROLE-} ]] && echo "$OWN_ROLE" ;;
    *" describe-stacks "*)
      # The question whether to deploy a new stack is answered with Y, unless the answer is N.
      local after=CREATE_COMPLETE
      [[ ${ANSWER-Y} == Y ]] || after=REVIEW_IN_PROGRESS
      if [[ -n ${STACK-} ]]; then echo "$STACK"
      elif grep -q "^sam deploy " calls; then echo "$after"
      else echo "Stack with id chat does not exist" >&2 && return 254
      fi
      ;;
  esac
}
"#;

const LONG_NAME: &str = "a-stack-whose-name-makes-the-name-of-the-viewer-function-too-long";

/// What came of one run.
struct Outcome {
    /// The lines of `calls`.
    calls: Vec<String>,
    /// What was refused, empty when nothing was.
    refusal: String,
}

impl Outcome {
    /// The arguments of each `sam deploy`.
    fn deployed(&self) -> Vec<&str> {
        self.calls.iter().filter_map(|call| call.strip_prefix("sam deploy ")).collect()
    }
}

/// Variables with their values.
type Environment<'a> = &'a [(&'a str, &'a str)];

/// Runs a copy of `infra/deploy` in a directory of this name.
fn deploy(name: &str, environment: Environment<'_>, arguments: &[&str]) -> Outcome {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy").join(name);
    drop(fs::remove_dir_all(&directory)); // of an earlier run
    fs::create_dir_all(directory.join("infra")).unwrap();
    for file in ["deploy", "samconfig.toml", "template.yaml"] {
        let file = Path::new("infra").join(file);
        fs::copy(workspace().join(&file), directory.join(&file)).unwrap();
    }
    let commands = directory.join("commands.sh");
    fs::write(&commands, COMMANDS).unwrap();
    let output = Command::new("bash")
        .arg(directory.join("infra/deploy"))
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("BASH_ENV", commands)
        .env("CONFIGURED_REGION", "eu-central-1")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let refusal = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.success(), refusal.is_empty(), "{refusal}");
    let calls = fs::read_to_string(directory.join("calls")).unwrap_or_default();
    Outcome { calls: calls.lines().map(str::to_owned).collect(), refusal }
}

#[test]
fn parameters_given_are_added_to_those_of_the_stage_and_replace_them() {
    let outcome = deploy(
        "merged",
        &[("STACK", "CREATE_COMPLETE")],
        &["dev", "--parameter-overrides", "LogRetentionDays=30", "AllowedOrigins=https://a.b, *.c"],
    );
    let deployed = outcome.deployed().join("\n");
    let expected = "--parameter-overrides Architecture=\"arm64\" Stage=\"dev\" DeletionProtection=\"false\" \
         LogRetentionDays=\"7\" LogRetentionDays=\"30\" AllowedOrigins=\"https://a.b, *.c\"";
    assert!(deployed.contains(expected), "{deployed}");
}

#[test]
fn what_is_wrong_is_refused_before_the_long_build() {
    let cases: &[(&str, Environment<'_>, &[&str], &str)] = &[
        ("stage", &[], &["test"], "infra/samconfig.toml has no [test.deploy.parameters]"),
        (
            "architecture",
            &[],
            &["dev", "Architecture=x86_64"],
            "Architecture=x86_64: the functions are built for arm64",
        ),
        (
            "parameter",
            &[],
            &["dev", "AuthMod=trusted"],
            "AuthMod=trusted: infra/template.yaml has no such parameter",
        ),
        ("region", &[("CONFIGURED_REGION", "")], &["dev"], "no AWS region is chosen"),
        ("half", &[("STACK", "ROLLBACK_COMPLETE")], &["dev"], "chat-dev was never created"),
        (
            "long",
            &[],
            &["dev", "--stack-name", &LONG_NAME[..45]],
            "is too long a name: stacks in eu-central-1 have 44 characters at most",
        ),
    ];
    for (name, environment, arguments, expected) in cases {
        let outcome = deploy(name, environment, arguments);
        assert!(outcome.refusal.contains(expected), "{name}: {}", outcome.refusal);
        let built = outcome.calls.iter().any(|call| call.starts_with("sam build"));
        assert!(!built, "{name}: {:?}", outcome.calls);
    }
}

#[test]
fn sam_gets_the_region_that_was_chosen() {
    let cases = [
        ("configured", None, "eu-central-1"),
        ("default", Some(("AWS_DEFAULT_REGION", "eu-west-1")), "eu-west-1"),
        ("environment", Some(("AWS_REGION", "us-west-2")), "us-west-2"),
    ];
    for (name, variable, expected) in cases {
        let outcome = deploy(name, variable.as_slice(), &["dev"]);
        let deployed = outcome.deployed().join("\n");
        assert!(deployed.contains(&format!("--region {expected} ")), "{name}: {deployed}");
    }
}

/// What IAM answers when there is no such role.
const NO_SUCH_ROLE: &str = "An error occurred (NoSuchEntity) when calling the GetRole operation: \
    The role with name chat-dev-ApiGatewayLogRole-1ABC cannot be found.";

#[test]
fn a_log_role_of_somebody_elses_is_not_replaced() {
    let own = "chat-dev-ApiGatewayLogRole-1ABC";
    let arn = format!("arn:aws:iam::111122223333:role/{own}");
    let arn = arn.as_str();
    let cases: &[(&str, Environment<'_>, &[&str], &str)] = &[
        ("no-role", &[], &["dev"], "create"),
        ("own-role", &[("LOG_ROLE", arn), ("OWN_ROLE", own)], &["dev"], "create"),
        ("other-role", &[("LOG_ROLE", arn)], &["dev"], "existing"),
        // Its stack's create was rolled back, and the account goes on naming it.
        ("role-gone", &[("LOG_ROLE", arn), ("ROLE_REFUSAL", NO_SUCH_ROLE)], &["dev"], "create"),
        ("given-role", &[("LOG_ROLE", arn)], &["dev", "ApiLogRole=create"], "create"),
    ];
    for (name, environment, arguments, expected) in cases {
        let outcome = deploy(name, environment, arguments);
        let deployed = outcome.deployed().join("\n");
        assert!(deployed.contains(&format!("ApiLogRole=\"{expected}\"")), "{name}: {deployed}");
    }
}

#[test]
fn a_log_role_that_iam_does_not_show_has_to_be_decided() {
    let role = ("LOG_ROLE", "arn:aws:iam::111122223333:role/other-ApiGatewayLogRole-1ABC");
    let refusal = "An error occurred (AccessDenied) when calling the GetRole operation";
    let outcome = deploy("role-hidden", &[role, ("ROLE_REFUSAL", refusal)], &["dev"]);
    let advice = "exists: give ApiLogRole=create or ApiLogRole=existing";
    assert!(outcome.refusal.contains(advice), "{}", outcome.refusal);
    assert!(outcome.deployed().is_empty());
}

#[test]
fn a_changeset_that_is_not_deployed_is_the_last_one() {
    let outcome = deploy("answered-no", &[("ANSWER", "N")], &["prod"]);
    assert_eq!(outcome.deployed().len(), 1, "{:?}", outcome.calls);
    let expected = "chat-prod was not created (REVIEW_IN_PROGRESS), its table is not protected";
    assert!(outcome.refusal.contains(expected), "{}", outcome.refusal);
}

#[test]
fn a_table_is_protected_once_its_stack_was_created() {
    let protections = |name: &str, environment: Environment<'_>, given: &str| -> Vec<bool> {
        let outcome = deploy(name, environment, &["prod", given]);
        let deployed = outcome.deployed();
        deployed.iter().map(|call| call.contains("DeletionProtection=\"true\"")).collect()
    };
    assert_eq!(protections("first", &[], "Stage=prod"), [false, true]);
    let again = protections("second", &[("STACK", "UPDATE_COMPLETE")], "Stage=prod");
    assert_eq!(again, [false], "as it was");
    // The stack creates none.
    assert_eq!(protections("adopted", &[], "TableArn=arn:table"), [false]);
}
