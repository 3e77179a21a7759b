//! Signatures of works that an earlier release kept without one: made little by little, a batch a poll.
//!
//! In: works without a signature. Out: what resembles what, for `show` and for the events to come. Never: an event, a
//! poll that waits long for it, or one that fails by it; a killed poll loses a batch at most.

use super::visit::Visit;
use crate::change::signature::Signature;
use crate::model::{Document, WorkId};

/// Works of one poll: a second's work beside requests that are seconds apart. Where a batch fails or takes too long, the
/// next smaller one is tried; a work that fails alone has no signature.
const AT_ONCE: [usize; 3] = [200, 10, 1];

/// Makes the signatures of some works that have none. What fails is left to the next poll.
pub(super) async fn some_works(visit: &Visit<'_>) {
    if let Err(error) = try_some_works(visit).await {
        tracing::error!(site = %visit.site.id, "signatures of works were not made: {error}");
    }
}

async fn try_some_works(visit: &Visit<'_>) -> Result<(), String> {
    let store = &visit.world.store;
    for at_once in AT_ONCE {
        let unsigned = store.unsigned_works(at_once).await.map_err(|error| error.to_string())?;
        let Some(&(first, _)) = unsigned.first() else { return Ok(()) };
        let made = match visit.world.parser.run(move || signatures(&unsigned)).await {
            Ok(made) => made,
            Err(failure) if at_once == 1 => {
                tracing::error!("work {first} gets no signature: {failure}");
                vec![(first, None)]
            }
            Err(_) => continue,
        };
        return store.sign_works(made).await.map_err(|error| error.to_string());
    }
    Ok(())
}

fn signatures(works: &[(WorkId, Option<Document>)]) -> Vec<(WorkId, Option<Signature>)> {
    works.iter().map(|(work, document)| (*work, document.as_ref().and_then(Signature::of))).collect()
}
