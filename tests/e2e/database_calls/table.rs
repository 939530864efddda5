//! The table of costs in infra/README.md, against which every test here holds what it has measured.

use std::{fs, sync::LazyLock};

use tests::binaries::workspace;

/// The costs of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    pub calls: u64,
    pub write_units: u64,
}

const HEADER: &str = "| operation | calls | write units |";

/// The rows that the tests measure.
const MEASURED: [&str; 25] = [
    "issue a ticket",
    "open a ticket socket",
    "open a ticket socket, for 33 rooms more",
    "open a room socket with a ticket",
    "close a socket",
    "send over HTTP",
    "send over HTTP with a key",
    "send over a socket",
    "send while another sender broadcasts",
    "repeat a send",
    "mark as read",
    "mark as read again",
    "create a room",
    "add a member",
    "add a member, for a socket more",
    "remove a member",
    "remove a member, for a socket more",
    "list rooms",
    "list messages",
    "list members",
    "fan_out: `member_join`",
    "fan_out: `member_online`",
    "fan_out: `member_offline`",
    "fan_out: `read`",
    "fan_out: `member_leave`",
];

/// The rows in their order.
static ROWS: LazyLock<Vec<(String, Costs)>> = LazyLock::new(|| {
    let readme = fs::read_to_string(workspace().join("infra/README.md")).expect("the README");
    let mut lines = readme.lines().skip_while(|line| *line != HEADER).skip(2);
    let mut rows = Vec::new();
    while let Some(row) = lines.next().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let number = |cell: &str| cell.parse().unwrap_or_else(|_| panic!("no number in {row}"));
        let costs = Costs { calls: number(cells[1]), write_units: number(cells[2]) };
        rows.push((cells[0].to_owned(), costs));
    }
    rows
});

impl Costs {
    /// Asserts that this is what the table says of the operation.
    pub fn expect(self, operation: &str) {
        assert_eq!(
            self,
            documented(operation),
            "{operation}: left is measured, right is documented"
        );
    }

    /// Returns what this costs more than the other.
    pub fn more_than(self, other: Self) -> Self {
        let calls = self.calls - other.calls;
        Self { calls, write_units: self.write_units - other.write_units }
    }
}

/// Returns the costs of the operation in the table.
pub fn documented(operation: &str) -> Costs {
    let row = ROWS.iter().find(|(name, _)| name == operation);
    row.unwrap_or_else(|| panic!("infra/README.md has no row {operation}")).1
}

#[test]
fn every_row_is_measured() {
    let rows: Vec<&str> = ROWS.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(rows, MEASURED, "left is in infra/README.md, right is measured");
}
