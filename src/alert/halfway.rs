//! Messages that some of their receivers have, while the others wait for the next try.
//!
//! In: who has a message, who is refused for good. Out: who is still to get it. Never: what outlives the channel. It is
//! in memory alone: after a start, or after the text of the channel was changed, a message that is still owed goes to all
//! of its receivers again, with the same Message-ID, so that mail programs show it once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lettre::Address;

/// Messages that are remembered, the oldest forgotten first: as many as mail's own rate lets out in the 72 hours that one
/// is tried, which is 4,320.
const MOST_REMEMBERED: usize = 5_000;

/// A message by its channel and its id.
pub(super) type Key<'a> = (&'a str, &'a str);

/// What is known of the messages that are halfway.
#[derive(Debug, Default)]
pub(super) struct Halfway(Mutex<VecDeque<Rest>>);

/// What is left of a message to do.
#[derive(Debug)]
struct Rest {
    channel: String,
    message: String,
    /// Who does not have it yet.
    left: Vec<Address>,
    /// Who is refused for good, with the server's words.
    refused: Vec<String>,
}

impl Halfway {
    /// Who is to get a message that goes to `all`. May be empty: all who can have it do.
    pub(super) fn left(&self, key: Key<'_>, all: &[Address]) -> Vec<Address> {
        self.lock().iter().find(|rest| rest.is_of(key)).map_or_else(|| all.to_vec(), |rest| rest.left.clone())
    }

    /// These of `all` have a message now.
    pub(super) fn note_taken<'t>(&self, key: Key<'_>, all: &[Address], taken: impl Iterator<Item = &'t Address>) {
        let mut taken = taken.peekable();
        if taken.peek().is_none() {
            return;
        }
        let mut known = self.lock();
        let at = known.iter().position(|rest| rest.is_of(key)).unwrap_or_else(|| {
            let (channel, message) = (key.0.to_owned(), key.1.to_owned());
            known.push_back(Rest { channel, message, left: all.to_vec(), refused: Vec::new() });
            if known.len() > MOST_REMEMBERED {
                known.pop_front();
            }
            known.len() - 1
        });
        taken.for_each(|taken| known[at].left.retain(|left| left != taken));
    }

    /// These are refused for good. Gives all who were, now and at tries before; `None` where nobody has the message: it
    /// goes to all again.
    pub(super) fn note_refused(&self, key: Key<'_>, refused: &[(Address, String)]) -> Option<Vec<String>> {
        let mut known = self.lock();
        let rest = known.iter_mut().find(|rest| rest.is_of(key))?;
        rest.left.retain(|left| refused.iter().all(|(receiver, _)| receiver != left));
        rest.refused.extend(refused.iter().map(|(receiver, said)| format!("{receiver}: {said}")));
        Some(rest.refused.clone())
    }

    /// A message is done with.
    pub(super) fn forget(&self, key: Key<'_>) {
        self.lock().retain(|rest| !rest.is_of(key));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rest {
    fn is_of(&self, (channel, message): Key<'_>) -> bool {
        self.channel == channel && self.message == message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(name: &str) -> Address {
        Address::new(name, "example.org").unwrap()
    }

    #[test]
    fn who_has_a_message_or_is_refused_for_good_is_left_out_of_its_next_try() {
        let (halfway, all) = (Halfway::default(), ["a", "b", "c"].map(address));
        let key = ("mail", "msg_1");
        halfway.note_taken(key, &all, [].iter());
        assert_eq!(halfway.note_refused(key, &[(address("b"), "550".to_owned())]), None, "nobody has it");
        assert_eq!(halfway.left(key, &all), all);
        halfway.note_taken(key, &all, all[..1].iter());
        let refused = halfway.note_refused(key, &[(address("b"), "550".to_owned())]);
        assert_eq!(refused, Some(vec!["b@example.org: 550".to_owned()]));
        assert_eq!(halfway.left(key, &all), all[2..]);
        assert_eq!(halfway.left(("mail", "msg_2"), &all), all, "another message is another matter");
        halfway.forget(key);
        assert_eq!(halfway.left(key, &all), all);
    }

    #[test]
    fn the_oldest_are_forgotten_first() {
        let (halfway, all) = (Halfway::default(), ["a", "b"].map(address));
        let names: Vec<String> = (0..=MOST_REMEMBERED).map(|n| format!("msg_{n}")).collect();
        for name in &names {
            halfway.note_taken(("mail", name), &all, all[..1].iter());
        }
        assert_eq!(halfway.left(("mail", &names[0]), &all), all);
        assert_eq!(halfway.left(("mail", &names[1]), &all), all[1..]);
        assert_eq!(halfway.left(("mail", &names[MOST_REMEMBERED]), &all), all[1..]);
    }
}
