//! Texts that resemble each other among two thousand: the small sister of `benches/resemblance.rs`.

use std::collections::HashMap;

use govwatch::change::resemblance::resembles;
use govwatch::change::signature::Signature;

#[path = "../../benches/clauses.rs"]
mod clauses;
#[path = "../../benches/texts.rs"]
mod texts;

#[test]
fn reprints_are_found_by_their_keys_and_look_alikes_are_not_told() {
    let texts = texts::texts(2000, 11);
    let signatures: Vec<Option<Signature>> = texts.documents.iter().map(Signature::of).collect();
    let mut by_key: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut told = Vec::new();
    for (at, signature) in signatures.iter().enumerate() {
        let Some(signature) = signature else { continue };
        let mut candidates: Vec<usize> = Vec::new();
        for key in signature.keys() {
            let known = by_key.entry(key).or_default();
            candidates.extend(&*known);
            known.push(at);
        }
        candidates.sort_unstable();
        candidates.dedup();
        let is_copy = |other: &usize| texts.documents[*other].blocks == texts.documents[at].blocks;
        candidates.retain(|other| !is_copy(other));
        let is_near = |other: &usize| signatures[*other].as_ref().is_some_and(|it| resembles(signature, it).is_some());
        told.extend(candidates.into_iter().filter(is_near).map(|other| (other, at)));
    }
    let missed: Vec<_> = texts.pairs.iter().filter(|pair| !told.contains(&(pair.original, pair.reprint))).collect();
    let (n_pairs, n_told) = (texts.pairs.len(), told.len());
    let n_right = n_pairs - missed.len();
    println!("resemblance: recall {n_right}/{n_pairs}, precision {n_right}/{n_told}; planted {:?}", texts.n_planted());
    println!("not found: {:?}", missed.iter().map(|pair| pair.plant).collect::<Vec<_>>());
    assert!(n_pairs > 250, "{n_pairs} planted");
    assert!(n_right * 100 >= n_pairs * 98, "recall {n_right}/{n_pairs}");
    assert!(n_right * 100 >= n_told * 99, "precision {n_right}/{n_told}");
}
