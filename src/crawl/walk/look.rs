//! Looks beside the way down: at the top of a listing, where what is new stands, and back at the page behind.
//!
//! In: a walk under way. Out: rows that appeared above, or that were pulled up over the boundary of two pages. Never: more
//! requests than the walk may cost: one more than there are pages, or what the news is worth that is ten minutes old.

use super::super::visit::{Halt, Visit};
use super::open::OpenWalk;
use super::page::Asked;
use crate::model::{ListingPage, PageAddress};
use crate::store::{PageRecorded, Stands};

/// How often a walk reads a page once more because rows slipped back over its end: more is a pager that cannot count.
pub(super) const MOST_STEPS_BACK: u32 = 2;
/// Pages further down than a walk was broken off that may show nothing it has seen: then the listing is another one.
const MOST_STRANGE: u32 = 5;

impl OpenWalk<'_> {
    /// Reads the page behind once more: rows that were pulled up over the boundary stand on it now.
    pub(super) async fn step_back(&mut self, visit: &Visit<'_>) -> Result<Option<ListingPage>, Halt> {
        let Some(address) = self.course.behind.clone().filter(|_| self.n_steps_back < MOST_STEPS_BACK) else {
            return Ok(None);
        };
        self.n_steps_back += 1;
        let n_page = self.course.n_pages;
        let (rule, address) = (self.rule, &address);
        let is_known = self.is_known();
        let asked = Asked { rule, address, n_page, n_stated: None, is_first: false, has_others: true, is_known };
        let Some(page) = self.ask(visit, &asked).await? else { return Ok(None) };
        let recorded = self.keep(visit, n_page, self.rows.shown(&page, &self.watch), Stands::Resumed, None).await?;
        self.course.n_distinct += recorded.n_fresh as u64;
        Ok(Some(page))
    }

    /// Looks at the listing from the top, down to rows that are known.
    pub(super) async fn look(&mut self, visit: &Visit<'_>) -> Result<(), Halt> {
        self.look_from(visit, 1, self.rule.first_page()).await
    }

    async fn look_from(&mut self, visit: &Visit<'_>, from: u32, mut address: PageAddress) -> Result<(), Halt> {
        let mut is_first = true;
        let most_pages = self.rule.most_pages.min(self.course.n_pages.max(1));
        for n_page in from..=most_pages.max(from) {
            let (n_stated, has_others, is_known) = (None, false, self.is_known());
            let asked = Asked { rule: self.rule, address: &address, n_page, n_stated, is_first, has_others, is_known };
            let Some(page) = self.ask(visit, &asked).await? else { break };
            is_first &= page.is_frame;
            let recorded = self.keep(visit, n_page, self.rows.shown(&page, &self.watch), Stands::Again, None).await?;
            self.course.n_above += recorded.n_new;
            let mut next = page.next.into_iter();
            match (next.next(), next.next()) {
                (Some(next), None) if !recorded.is_met => address = next,
                _ => break,
            }
        }
        self.course.has_slipped = false;
        self.looked_at = visit.world.clock.now();
        Ok(())
    }

    /// Looks at the top once more where rows slipped down meanwhile: what pushed them stands there. Where the walk has spent
    /// its one request more than there are pages, the next poll finds it, at the top as well.
    pub(super) async fn look_after_slip(&mut self, visit: &Visit<'_>) -> Result<(), Halt> {
        let may_look = self.n_past_end == 0 && self.n_steps_back == 0;
        match self.course.top.clone() {
            _ if !self.course.has_slipped => Ok(()),
            _ if self.is_news_old(visit) => self.look(visit).await,
            Some((n_page, top)) if may_look => self.look_from(visit, n_page, top).await,
            _ => Ok(()),
        }
    }

    /// Whether it is long ago that the top of the listing was seen.
    pub(super) fn is_news_old(&self, visit: &Visit<'_>) -> bool {
        visit.world.clock.now().duration_since(self.looked_at) >= visit.news_age()
    }

    /// From the top down to where the walk was broken off: once its rows are met, it goes on there.
    pub(super) fn meet(&mut self, visit: &Visit<'_>, recorded: &PageRecorded) {
        self.course.n_above += recorded.n_new;
        if recorded.is_met {
            let Some(resume) = self.resume.take() else { return };
            self.course = resume.below(self.course.n_above);
            (self.stands, self.is_at_place) = (Stands::Resumed, true);
            self.looked_at = visit.world.clock.now();
        } else if self.resume.as_ref().is_some_and(|resume| self.course.n_pages > resume.n_pages + MOST_STRANGE) {
            self.resume = None;
            self.stands = Stands::Below;
        }
    }
}
