//! `infra/adopt-table` and `infra/replay`, with a script in place of `aws`.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tests::binaries::workspace;

/// A directory with a script called `aws`, which writes each call into the file `calls`.
struct Stand {
    directory: PathBuf,
}

impl Stand {
    /// `answers` are branches of a `case` over the arguments.
    fn new(name: &str, answers: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recovery").join(name);
        drop(fs::remove_dir_all(&directory)); // of an earlier run
        fs::create_dir_all(&directory).unwrap();
        let script = format!(
            "#!/usr/bin/env bash\ncd \"${{0%/*}}\"\necho \"$*\" >>calls\ncase \"$*\" in\n{answers}\n\
             *) echo \"unexpected: $*\" >&2; exit 1 ;;\nesac\n"
        );
        let aws = directory.join("aws");
        fs::write(&aws, script).unwrap();
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
        Self { directory }
    }

    fn with(self, file: &str, content: &Value) -> Self {
        fs::write(self.directory.join(file), content.to_string()).unwrap();
        self
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.directory.display());
        Command::new(workspace().join("infra").join(script))
            .args(arguments)
            .env("PATH", path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap()
    }

    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.directory.join("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    /// Whether a call has all of this in it.
    fn was_asked(&self, parts: &[&str]) -> bool {
        self.calls().iter().any(|call| parts.iter().all(|part| call.contains(part)))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What the script printed, once it succeeded.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// A table as a restore leaves it: nothing is turned on.
const RESTORED: &str = r#"
"dynamodb wait table-exists "*) ;;
*"Table.TableStatus"*) echo ACTIVE ;;
*"Table.KeySchema"*) printf 'pk\tsk\n' ;;
*"Table.StreamSpecification"*) echo None ;;
*"TimeToLiveDescription"*) printf 'DISABLED\tNone\n' ;;
*"Table.DeletionProtectionEnabled"*) echo False ;;
*"Table.[TableArn,LatestStreamArn]"*) printf 'arn:table/restored\tarn:table/restored/stream/now\n' ;;
"dynamodb update-"*) ;;
"#;

#[test]
fn a_restored_table_gets_what_a_restore_leaves_out() {
    let stand = Stand::new("restored", RESTORED);
    let said = printed(&stand.run("adopt-table", &["restored", "--region", "eu-west-1"]));
    assert!(
        said.ends_with(
            "TableArn=arn:table/restored TableStreamArn=arn:table/restored/stream/now\n"
        ),
        "{said}"
    );
    for change in [
        ["update-table", "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"],
        ["update-time-to-live", "Enabled=true,AttributeName=expires_at"],
        ["update-continuous-backups", "PointInTimeRecoveryEnabled=true"],
        ["update-table", "--deletion-protection-enabled"],
    ] {
        let [command, setting] = change;
        assert!(
            stand.was_asked(&[command, setting, "--table-name restored", "--region eu-west-1"]),
            "{change:?}"
        );
    }
    // A table takes one change at a time.
    let calls = stand.calls();
    for (index, call) in calls.iter().enumerate() {
        if call.contains("dynamodb update-table") {
            assert!(calls[index + 1].starts_with("dynamodb wait table-exists"), "{calls:?}");
        }
    }
}

#[test]
fn a_table_that_has_everything_is_left_as_it_is() {
    let kept = RESTORED
        .replace("echo None", "echo NEW_AND_OLD_IMAGES")
        .replace(r"DISABLED\tNone", r"ENABLED\texpires_at")
        .replace("echo False", "echo True");
    let stand = Stand::new("kept", &kept);
    printed(&stand.run("adopt-table", &["kept"]));
    let updates: Vec<String> =
        stand.calls().into_iter().filter(|call| call.contains(" update-")).collect();
    let [backups] = updates.as_slice() else { panic!("{updates:?}") };
    assert!(backups.contains("update-continuous-backups"), "{backups}");
}

#[test]
fn a_table_that_is_not_the_chats_is_refused_and_not_changed() {
    let cases = [
        ("keys", r"'pk\tsk\n'", r"'id\n'", "other is no table of the chat: its keys are id"),
        ("images", "echo None", "echo KEYS_ONLY", "the stream of other has KEYS_ONLY"),
        (
            "expiry",
            r"DISABLED\tNone",
            r"ENABLED\tttl",
            "items of other do not expire by expires_at",
        ),
    ];
    for (name, from, to, expected) in cases {
        let stand = Stand::new(name, &RESTORED.replace(from, to));
        let output = stand.run("adopt-table", &["other"]);
        let refusal = text(&output.stderr);
        assert!(!output.status.success() && refusal.contains(expected), "{name}: {refusal}");
        assert!(!stand.was_asked(&["deletion-protection-enabled"]), "{name}");
    }
}

#[test]
fn a_table_that_is_not_there_is_not_waited_for() {
    let missing = RESTORED.replace("echo ACTIVE", "echo ResourceNotFoundException >&2; exit 254");
    let stand = Stand::new("missing", &missing);
    let output = stand.run("adopt-table", &["missing"]);
    let refusal = text(&output.stderr);
    assert!(refusal.contains("ResourceNotFoundException"), "{refusal}");
    assert!(refusal.ends_with("refused: missing cannot be looked at, see above\n"), "{refusal}");
    assert_eq!(stand.calls().len(), 1);
}

/// The queue with one position, and the stream behind it.
const GIVEN_UP: &str = r#"
"cloudformation describe-stack-resource --stack-name chat-dev --logical-resource-id FanOutFailures "*)
  echo '{"StackResourceDetail": {"PhysicalResourceId": "https://sqs/queue"}}' ;;
"sqs receive-message --queue-url https://sqs/queue "*) [[ -e received ]] || cat messages; touch received ;;
"sqs delete-message "*) ;;
"sqs change-message-visibility "*) ;;
"dynamodbstreams get-shard-iterator "*) [[ ! -e refusal ]] || { cat refusal >&2; exit 254; }
  echo '{"ShardIterator": "first"}' ;;
"dynamodbstreams get-records --shard-iterator first "*) echo '{"Records": [], "NextShardIterator": "second"}' ;;
"dynamodbstreams get-records --shard-iterator second "*) cat records ;;
"lambda invoke --function-name arn:aws:lambda:eu-west-1:1:function:chat-dev-FanOut "*)
  all=$* event=${all#*fileb://} answer=${all#*--cli-read-timeout 120 }
  cat "${event%% *}" >event; cat answer >"${answer%% *}"; cat outcome ;;
"#;

fn record(number: u32, created: &Value) -> Value {
    json!({
        "eventID": "e", "eventName": "REMOVE", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "userIdentity": { "PrincipalId": "dynamodb.amazonaws.com", "Type": "Service" },
        "dynamodb": {
            "ApproximateCreationDateTime": created, "SequenceNumber": number.to_string(), "SizeBytes": 9,
            "Keys": { "pk": { "S": "CONN#c" }, "sk": { "S": "META" } }, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

fn given_up(name: &str, answer: &Value, outcome: &Value) -> Stand {
    let position = json!({
        "requestContext": {
            "requestId": "r", "functionArn": "arn:aws:lambda:eu-west-1:1:function:chat-dev-FanOut",
            "condition": "RecordAgeExceeded", "approximateInvokeCount": 9,
        },
        "version": "1.0", "timestamp": "2026-11-30T12:00:00.000Z",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-1", "startSequenceNumber": "100", "endSequenceNumber": "200", "batchSize": 2,
            "streamArn": "arn:stream",
        },
    });
    let message = json!({ "MessageId": "m", "ReceiptHandle": "h", "Body": position.to_string() });
    // The two versions of the CLI print times differently.
    let records = json!({ "NextShardIterator": "third", "Records": [
        record(100, &json!("2026-11-30T12:00:00+00:00")), record(200, &json!(1_796_040_001.0)), record(300, &json!(1)),
    ] });
    Stand::new(name, GIVEN_UP)
        .with("messages", &json!({ "Messages": [message] }))
        .with("records", &records)
        .with("answer", answer)
        .with("outcome", outcome)
}

#[test]
fn given_up_records_are_processed_and_their_position_deleted() {
    let stand =
        given_up("replayed", &json!({ "batchItemFailures": [] }), &json!({ "StatusCode": 200 }));
    let said = printed(&stand.run("replay", &["chat-dev", "--region", "eu-west-1"]));
    assert!(said.starts_with("1 positions with 2 records were processed"), "{said}");
    assert!(stand.was_asked(&[
        "get-shard-iterator",
        "--stream-arn arn:stream --shard-id shardId-1",
        "100"
    ]));
    assert!(stand.was_asked(&["sqs delete-message", "--receipt-handle h"]));
    assert!(
        stand.calls().iter().all(|call| call.contains("--region eu-west-1")),
        "{:?}",
        stand.calls()
    );

    let event = fs::read_to_string(stand.directory.join("event")).unwrap();
    let event: Value = serde_json::from_str(&event).unwrap();
    let records = event["Records"].as_array().unwrap();
    let times = records.iter().map(|record| &record["dynamodb"]["ApproximateCreationDateTime"]);
    assert_eq!(times.collect::<Vec<_>>(), [&json!(1_796_040_000), &json!(1_796_040_001)]);
    assert_eq!(records[0]["eventSourceARN"], "arn:stream");
    let expired = json!({ "principalId": "dynamodb.amazonaws.com", "type": "Service" });
    assert_eq!(records[0]["userIdentity"], expired);
}

#[test]
fn a_function_that_fails_again_keeps_its_position() {
    let failed = json!({ "batchItemFailures": [{ "itemIdentifier": "200" }] });
    let crashed = json!({ "StatusCode": 200, "FunctionError": "Unhandled" });
    let cases = [
        (
            "failed-again",
            failed,
            json!({ "StatusCode": 200 }),
            "1 of 2 records failed, the first is 200",
        ),
        ("crashed-again", json!({ "errorMessage": "it ended" }), crashed, "it ended"),
    ];
    for (name, answer, outcome, expected) in cases {
        let stand = given_up(name, &answer, &outcome);
        let output = stand.run("replay", &["chat-dev"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(text(&output.stderr).contains(expected), "{name}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("Left are 1 that failed and 0"), "{name}");
        assert!(!stand.was_asked(&["sqs delete-message"]), "{name}");
        assert!(
            stand.was_asked(&["change-message-visibility", "--visibility-timeout 0"]),
            "{name}"
        );
    }
}

#[test]
fn a_position_whose_records_are_gone_is_deleted_only_when_it_is_asked_for() {
    let refusal = "An error occurred (TrimmedDataAccessException) when calling the GetShardIterator operation";
    for (name, arguments, is_deleted) in [
        ("lost", &["chat-dev"][..], false),
        ("forgotten", &["chat-dev", "--forget-lost"][..], true),
    ] {
        let stand = given_up(name, &Value::Null, &Value::Null).with("refusal", &json!(refusal));
        let output = stand.run("replay", arguments);
        assert_eq!(output.status.success(), is_deleted, "{name}: {}", text(&output.stderr));
        assert_eq!(stand.was_asked(&["sqs delete-message"]), is_deleted, "{name}");
        assert!(text(&output.stderr).contains("the stream keeps them for a day"), "{name}");
    }
}
