//! How often a report is read again: as its listing says, else its kind, else its site, or its site where that is more often. An edited rule reaches the reports
//! that are known.
//!
//! In: the site file as it is now. Out: the next time of a report. Never: a read that an edit of the file puts off, or
//! thousands of reads at one time.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::schedule;
use super::visit::{Halt, Visit};
use crate::config::{Recheck, Site};
use crate::model::{Hash, ReportId};
use crate::store::RecheckRow;

/// Reports that are moved in one step: enough to keep the writer busy, few enough to hold nobody up.
const AT_ONCE: usize = 1000;

/// How often the reports of this listing and kind are read again.
pub(super) fn of(site: &Site, listing: Option<&str>, kind: Option<&str>) -> Recheck {
    let listing = site.listings.iter().find(|rule| Some(rule.name.as_str()) == listing);
    let of_kind = || site.kinds.get(kind?)?.recheck;
    listing.and_then(|rule| rule.recheck).unwrap_or_else(|| of_kind_and_site(of_kind(), site.recheck))
}

/// A kind's own rule holds, unless the site is to be read more often: a person wrote that.
fn of_kind_and_site(kind: Option<Recheck>, site: Recheck) -> Recheck {
    match (kind, site) {
        (Some(Recheck::Every(kind)), Recheck::Every(site)) => Recheck::Every(kind.min(site)),
        (kind, site) => kind.unwrap_or(site),
    }
}

/// Where the rule is another one than at the last poll, reads what it makes due sooner. A kill in the middle begins anew.
pub(super) async fn follow(visit: &Visit<'_>) -> Result<(), Halt> {
    let (store, site, now) = (&visit.world.store, visit.site, visit.world.clock.now());
    let rules = digest(site);
    let before = store.recheck_rules(&site.id).await?;
    if before == Some(rules) {
        return Ok(());
    }
    let mut above = ReportId(0);
    // What was never noted is taken for the same: an upgrade is no edit.
    while before.is_some() {
        visit.ensure_wanted()?;
        let rows = store.rechecks(&site.id, above, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        above = last.report;
        store.move_rechecks(rows.iter().filter_map(|row| sooner(site, row, now)).collect()).await?;
    }
    Ok(store.keep_recheck_rules(&site.id, rules).await?)
}

/// When a report is read by the rule of now, where that is sooner. What is read every so often is spread over that time,
/// as it would be had the rule always held.
fn sooner(site: &Site, row: &RecheckRow, now: Timestamp) -> Option<(ReportId, Timestamp)> {
    let jitter = schedule::jitter(&row.url, now);
    let next = match of(site, row.listing.as_deref(), row.kind.as_deref()) {
        Recheck::Every(span) => schedule::after(now, span.mul_f64(jitter)),
        Recheck::Decay => schedule::next_recheck(Recheck::Decay, row.since_at, now, jitter),
    };
    (next < row.next_recheck_at).then_some((row.report, next))
}

/// What decides how often reports are read again.
fn digest(site: &Site) -> Hash {
    let mut all = words(site.recheck);
    for rule in &site.listings {
        let _ = write!(all, "\n{}\t{}", rule.name, rule.recheck.map(words).unwrap_or_default());
    }
    for (kind, recheck) in site.kinds.iter().filter_map(|kind| Some((&kind.id, kind.recheck?))) {
        let _ = write!(all, "\n{kind}\t{}", words(recheck));
    }
    Hash::of(all.as_bytes())
}

fn words(recheck: Recheck) -> String {
    match recheck {
        Recheck::Decay => "decay".to_owned(),
        Recheck::Every(span) => span.as_millis().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_kind_is_read_as_often_as_it_says_and_more_often_where_its_site_is() {
        let every = |hours| Recheck::Every(Duration::from_hours(hours));
        assert_eq!(of_kind_and_site(Some(every(24)), Recheck::Decay), every(24));
        assert_eq!(of_kind_and_site(Some(every(24)), every(1)), every(1));
        assert_eq!(of_kind_and_site(Some(every(24)), every(72)), every(24));
        assert_eq!(of_kind_and_site(None, every(72)), every(72));
    }
}
