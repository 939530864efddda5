//! The engine's private table of stream records, kept quick and short.
//!
//! At every write dynoxide-rs looks for the table's last sequence number by reading all of its
//! records, and it deletes none: each write would be slower than the one before it. Two indexes let
//! it look at their end only, and a trigger deletes what every mapping has consumed.
//!
//! Both are part of the database, so that the engine's own connection does the work under the
//! engine's own lock. A second connection that writes would not do: in a shared in-memory database
//! `SQLite` does not wait, it fails the engine's next write.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use uuid::Uuid;

/// The table, in the engine as well, that says how far the records are consumed. The trigger reads
/// [`TABLE`] and [`HORIZON`] of its items.
pub const POSITIONS: &str = "localstack-stream-positions";
pub const TABLE: &str = "table";
/// The stored sequence number of the first record to keep, as text.
pub const HORIZON: &str = "horizon";

/// What both connections open: a file, or a name that only this process knows. Nothing of the
/// latter is written to the disk, and it is gone with the last connection.
pub fn place(directory: Option<&Path>) -> PathBuf {
    match directory {
        Some(directory) => directory.join("dynamodb.sqlite"),
        None => format!("file:{}?mode=memory&cache=shared", Uuid::new_v4()).into(),
    }
}

/// Adds what the engine's table lacks. The engine must have opened the place, and [`POSITIONS`]
/// must be there; no request may be under way.
pub fn improve(place: &Path) -> rusqlite::Result<()> {
    let cure = format!(
        r#"
        CREATE INDEX IF NOT EXISTS "{POSITIONS}-last" ON _stream_records
            (table_name, CAST(sequence_number AS INTEGER));
        CREATE INDEX IF NOT EXISTS "{POSITIONS}-next" ON _stream_records
            (table_name, shard_id, CAST(sequence_number AS INTEGER));
        CREATE TRIGGER IF NOT EXISTS "{POSITIONS}-trim" AFTER INSERT ON "{POSITIONS}" BEGIN
            DELETE FROM _stream_records
            WHERE table_name = json_extract(NEW.item_json, '$.{TABLE}.S')
                AND CAST(sequence_number AS INTEGER)
                    < CAST(json_extract(NEW.item_json, '$.{HORIZON}.S') AS INTEGER);
        END;
        "#
    );
    Connection::open(place)?.execute_batch(&cure)
}
