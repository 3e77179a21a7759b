//! Who holds a lease: this process, by a name that other processes of the machine can tell dead from alive.
//!
//! In: the process table (`/proc`). Out: a name, or whether the process of a name is gone. Never: a guess; where
//! there is no process table, or the name is of another PID namespace, the lease simply runs out.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

/// A name of this process that no other one has, not even a later one of the same number: `PID@NAMESPACE-RANDOM`.
pub fn this_process() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("{}@{}-{random:016x}", std::process::id(), namespace().unwrap_or_default())
}

/// Whether the process of this name has surely ended.
pub(super) fn is_gone(name: &str) -> bool {
    let Some((pid, rest)) = name.split_once('@') else { return false };
    let Some((theirs, _)) = rest.rsplit_once('-') else { return false };
    let is_ours = namespace().is_some_and(|ours| ours == theirs);
    is_ours
        && !pid.is_empty()
        && pid.bytes().all(|digit| digit.is_ascii_digit())
        && !Path::new("/proc").join(pid).exists()
}

/// The PID namespace: two containers may share a store, and number their processes alike.
fn namespace() -> Option<String> {
    let link = fs::read_link("/proc/self/ns/pid").ok()?;
    link.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_an_unknown_name_is_not_taken_for_dead() {
        assert!(!is_gone(&this_process()));
        assert!(!is_gone("one") && !is_gone("12@pid:[1]-ab") && !is_gone(""));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_that_has_ended_is_gone() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let name = this_process().replacen(&std::process::id().to_string(), &child.id().to_string(), 1);
        child.wait().unwrap();
        assert!(is_gone(&name));
    }
}
