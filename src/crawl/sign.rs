//! Signatures of works that an earlier release kept without one: made little by little, a batch a poll.
//!
//! In: works without a signature. Out: what resembles what, for `show` and for the events to come. Never: an event, or a
//! poll that waits long for it; a killed poll loses a batch at most.

use super::visit::{Halt, Visit};
use crate::change::signature::Signature;
use crate::model::WorkId;

/// Works of one poll: a second's work beside requests that are seconds apart.
const AT_ONCE: usize = 200;

/// Makes the signatures of some works that have none.
pub(super) async fn some_works(visit: &Visit<'_>) -> Result<(), Halt> {
    let store = &visit.world.store;
    let unsigned = store.unsigned_works(AT_ONCE).await?;
    if unsigned.is_empty() {
        return Ok(());
    }
    let making = visit.world.parser.run(move || {
        let sign = |(work, document)| (work, Signature::of(&document));
        unsigned.into_iter().map(sign).collect::<Vec<(WorkId, Option<Signature>)>>()
    });
    let signatures = making.await.map_err(Halt::Failed)?;
    Ok(store.sign_works(signatures).await?)
}
