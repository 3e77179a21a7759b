//! The first page of a listing, asked for again and again: where its bytes are those that were read today, it is not read
//! once more, and where the portal says so by itself it is not even sent.
//!
//! In: what was read last. Out: whether that still holds. Never: for longer than a day of the site, so that neither a
//! portal which keeps saying "not modified" nor a reading of another version of this program stays longer.

use jiff::{SignedDuration, Timestamp};

use super::super::drift;
use super::super::visit::Visit;
use super::course;
use super::page::Asked;
use crate::model::{Capture, Hash, ListingPage, PageKind, Validators};
use crate::store::{Answer, FirstPage};

/// How much older than its answer a page must be by its own word, that its validators count: one that is built twice
/// within a second bears the same date, and often the same tag. Source: RFC 9110 section 8.8.2.2.
const SETTLED: SignedDuration = SignedDuration::from_secs(60);

/// By what the first page may be asked for again: by nothing, where it would be read in another way now.
pub(super) fn asked_by(visit: &Visit<'_>, asked: &Asked<'_>, first: Option<&FirstPage>) -> Validators {
    let is_alike = |first: &&FirstPage| read_by(visit, asked, visit.world.clock.now()) == Some(first.answer.read_by);
    let may_ask = asked.address.post.is_none();
    first.filter(|_| may_ask).filter(is_alike).map(|first| first.answer.validators.clone()).unwrap_or_default()
}

/// The page of which the portal says that it is as it was; `None`: it would be read in another way now.
pub(super) fn unsent(
    visit: &Visit<'_>,
    asked: &Asked<'_>,
    first: Option<&FirstPage>,
    at: Timestamp,
) -> Option<(PageKind, ListingPage)> {
    let read_by = read_by(visit, asked, at)?;
    first.filter(|first| first.answer.read_by == read_by)?.page()
}

/// What the reading of an answer follows from, where it is a first page.
pub(super) fn answer(visit: &Visit<'_>, asked: &Asked<'_>, capture: &Capture) -> Option<Answer> {
    let read_by = read_by(visit, asked, capture.fetched_at)?;
    Some(Answer { read_by, hash: capture.answer(), validators: validators(capture) })
}

/// The page as it was read before, where this answer would be read alike.
pub(super) fn known(first: Option<&FirstPage>, now: &Answer) -> Option<(PageKind, ListingPage)> {
    first.filter(|first| first.answer.read_by == now.read_by && first.answer.hash == now.hash)?.page()
}

/// The same page, where it was too young to be asked for by its validators when it was read, and is old enough now.
pub(super) fn aged(first: Option<&FirstPage>, answer: Answer) -> Option<FirstPage> {
    let is_aged = |first: &&FirstPage| first.answer.validators.is_empty() && !answer.validators.is_empty();
    let packed = first.filter(is_aged)?.packed.clone();
    Some(FirstPage { answer, packed })
}

/// Whether other bytes by the same rules showed the same today: a page with a counter in it is not worth a write at each
/// poll.
pub(super) fn shows_the_same(first: Option<&FirstPage>, now: &Answer, kind: PageKind, page: &ListingPage) -> bool {
    let before = first.filter(|first| first.answer.read_by == now.read_by).and_then(FirstPage::page);
    before.is_some_and(|(was, before)| was == kind && before == *page)
}

/// Digest of all that the reading of a first page follows from but the answer; `None`: it is another page, or everything
/// is to be read.
fn read_by(visit: &Visit<'_>, asked: &Asked<'_>, at: Timestamp) -> Option<Hash> {
    if asked.n_page != 1 || visit.is_full() {
        return None;
    }
    let (site, rule) = (visit.site, course::rule(asked.rule));
    let (address, post) = course::spelling(asked.address);
    let today = at.to_zoned(site.timezone.clone()).date();
    let (version, rules, home) = (env!("CARGO_PKG_VERSION"), site.rules, &site.home);
    // The digest of the site has of its family what reads reports.
    let family = site.family.as_ref().map(|family| (drift::rules(&family.entry), &family.pages, &family.json));
    let all = format!("{version} {today} {rules} {home} {family:?} {rule} {address} {post:?}");
    Some(Hash::of(all.as_bytes()))
}

/// By what a page may be asked for again.
fn validators(capture: &Capture) -> Validators {
    let date = |name: &str| {
        let text = capture.header(name)?;
        Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
    };
    let sent_at = date("date").unwrap_or(capture.fetched_at);
    let is_settled = |built_at: Timestamp| sent_at.duration_since(built_at) >= SETTLED;
    let validators = capture.validators();
    let may_be_trusted = match &validators.last_modified {
        Some(_) => date("last-modified").is_some_and(is_settled),
        None => true,
    };
    // What a browser drew has another life than its file.
    let is_drawn = capture.header(Capture::DRAWN_BY).is_some();
    if may_be_trusted && !is_drawn && capture.status == 200 { validators } else { Validators::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(headers: &[(&str, &str)]) -> Capture {
        let url: url::Url = "http://www.xingxian.example/".parse().expect("a URL");
        Capture {
            url: url.clone(),
            final_url: url,
            status: 200,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: bytes::Bytes::new(),
            fetched_at: "2026-03-02T08:00:00Z".parse().expect("a time"),
            wire_bytes: 0,
            n_requests: 1,
        }
    }

    #[test]
    fn validators_of_a_page_that_was_built_a_moment_ago_are_not_trusted() {
        let tag = ("etag", "\"5f-1\"");
        let built = |at| ("last-modified", at);
        let trusted = |headers: &[(&str, &str)]| !validators(&capture(headers)).is_empty();
        assert!(trusted(&[tag]) && trusted(&[tag, built("Mon, 02 Mar 2026 07:59:00 GMT")]));
        assert!(!trusted(&[]) && !trusted(&[tag, built("Mon, 02 Mar 2026 07:59:30 GMT")]));
        assert!(!trusted(&[tag, built("yesterday")]), "what cannot be read proves no age");
        // The clock of the portal counts, where it says what it is.
        let ahead = ("date", "Mon, 02 Mar 2026 09:00:00 GMT");
        assert!(!trusted(&[tag, ahead, built("Mon, 02 Mar 2026 08:59:30 GMT")]));
        assert!(trusted(&[tag, ahead, built("Mon, 02 Mar 2026 07:59:30 GMT")]));
        assert!(!trusted(&[tag, (Capture::DRAWN_BY, "chromium")]));
    }
}
