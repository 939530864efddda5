//! The guard: a shell that outlives the edge by a moment and ends the functions' processes when the
//! edge was killed and could not. The Lambda runtime client polls on for ever, at full speed, when
//! its API has gone.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use std::os::unix::process::CommandExt;

/// Each line names all process groups that live now; the end of the input means that the edge
/// is gone, in whatever way. Signals are ignored because they may be meant for the edge, whose
/// functions still have work then.
const SCRIPT: &str = "trap '' INT TERM HUP; \
    while read -r line; do groups=$line; done; \
    [ -z \"$groups\" ] || kill -s KILL -- $groups 2>/dev/null";

/// Knows the process groups to end.
#[derive(Debug)]
pub struct Guard {
    shell: Mutex<Shell>,
}

#[derive(Debug)]
struct Shell {
    child: Child,
    groups: BTreeSet<u32>,
}

impl Guard {
    /// Starts the shell, out of reach of the terminal's Ctrl-C.
    pub fn start() -> io::Result<Self> {
        let child = Command::new("/bin/sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self { shell: Mutex::new(Shell { child, groups: BTreeSet::new() }) })
    }

    /// A process that leads a group has started.
    pub fn watch(&self, group: u32) {
        self.change(|groups| groups.insert(group));
    }

    /// The process has ended.
    pub fn forget(&self, group: u32) {
        self.change(|groups| groups.remove(&group));
    }

    fn change(&self, change: impl FnOnce(&mut BTreeSet<u32>) -> bool) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut shell.groups);
        let groups: Vec<String> = shell.groups.iter().map(|group| format!("-{group}")).collect();
        let line = groups.join(" ") + "\n";
        let written =
            shell.child.stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(line.as_bytes()));
        if let Err(error) = written {
            tracing::warn!(%error, "The guard of the functions' processes is gone");
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let shell = self.shell.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(shell.child.stdin.take());
        // The shell ends at once; waiting for it leaves no zombie.
        let _ = shell.child.wait();
    }
}
