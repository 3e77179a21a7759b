//! The verbs around a breakage: what is usual, the page that shows that it is no longer, and reports that all moved.

use jiff::Timestamp;

use super::pack::packing;
use super::record::{EvidenceRecord, KeptPage, LeftColumn, ListedRow, Recognised, ShownRow, Together};
use super::sqlite::verbs::{self, Packed};
use super::{Store, StoreError};
use crate::change::drift::{Usual, UsualReports};
use crate::model::{ChangeId, ListingId, PollId, ReportId, SiteId};

impl Store {
    /// What so many reports of a site, or more, are withheld for together.
    pub async fn withheld_together(&self, site: &SiteId, least: usize) -> Result<Vec<Together>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::withheld_together(conn, &site, least)).await
    }

    /// What the first page of a listing usually shows; `None` before its first healthy walk.
    pub async fn usual(&self, listing: ListingId) -> Result<Option<Usual>, StoreError> {
        self.engine.read(move |conn| verbs::usual_of_listing(conn, listing)).await
    }

    /// Keeps what the first page of a listing usually shows.
    pub async fn keep_usual(&self, listing: ListingId, usual: Usual) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::keep_usual_of_listing(conn, listing, &usual)).await
    }

    /// What the reports of a site usually are; `None` before the first were read.
    pub async fn usual_reports(&self, site: &SiteId) -> Result<Option<UsualReports>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::usual_of_site(conn, &site)).await
    }

    /// Keeps what the reports of a site usually are.
    pub async fn keep_usual_reports(&self, site: &SiteId, usual: UsualReports) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::keep_usual_of_site(conn, &site, &usual)).await
    }

    /// Forgets what is usual of a site: what its next poll sees is right.
    pub async fn forget_usual(&self, site: &SiteId) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::forget_usual(conn, &site)).await
    }

    /// Keeps the page that shows a breakage, once until it is over; false: there is one already.
    pub async fn record_evidence(&self, record: EvidenceRecord) -> Result<bool, StoreError> {
        let (body, record) = packing(move || (Packed::new(&record.capture.body), record)).await?;
        self.engine.write(move |conn| verbs::record_evidence(conn, &record, &body)).await
    }

    /// A listing can be read again: what showed that it could not is history.
    pub async fn end_evidence(&self, site: &SiteId, listing: ListingId, now: Timestamp) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::end_evidence(conn, &site, listing, now)).await
    }

    /// The pages that show that a site is broken now.
    pub async fn evidence_pages(&self, site: &SiteId) -> Result<Vec<KeptPage>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::evidence_pages(conn, &site)).await
    }

    /// The rows of the listing of this URL as they were seen last, those of the newest walk and of its first page first.
    pub async fn listed_rows(&self, site: &SiteId, url: &str, limit: usize) -> Result<Vec<ListedRow>, StoreError> {
        let (site, url) = (site.clone(), url.to_owned());
        self.engine.read(move |conn| verbs::listed_rows(conn, &site, &url, limit)).await
    }

    /// What is known of each of these rows of a listing.
    pub async fn recognise(
        &self,
        site: &SiteId,
        listing: ListingId,
        rows: Vec<ShownRow>,
    ) -> Result<Vec<Recognised>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::recognise(conn, &site, listing, &rows)).await
    }

    /// Gives reports of a listing the URLs that its rows have now. What is told of it is held until the poll ends.
    pub async fn follow_moves(
        &self,
        poll: PollId,
        listing: ListingId,
        moves: Vec<(ReportId, String)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let routes = std::sync::Arc::clone(&self.routes);
        let follow = move |conn: &_| verbs::follow_moves(conn, &routes, (poll, listing), &moves, now);
        self.engine.write(follow).await
    }

    /// Gives reports of a listing the URLs that its rows have now, which only have other tokens; told to nobody.
    pub async fn follow_tokens(&self, moves: Vec<(ReportId, String)>) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::follow_tokens(conn, &moves)).await
    }

    /// The URLs that these reports have, in their order.
    pub async fn report_urls(&self, reports: Vec<ReportId>) -> Result<Vec<String>, StoreError> {
        self.engine.read(move |conn| verbs::report_urls(conn, &reports)).await
    }

    /// Whether the last healthy walk to the end of a listing had more than one page.
    pub async fn had_pages(&self, listing: ListingId) -> Result<bool, StoreError> {
        self.engine.read(move |conn| verbs::had_pages(conn, listing)).await
    }

    /// The columns of a site that reports left whose withdrawals are held, as the walks of this poll have seen them.
    pub async fn left_columns(
        &self,
        site: &SiteId,
        poll: PollId,
        now: Timestamp,
    ) -> Result<Vec<LeftColumn>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::left_columns(conn, &site, poll, now)).await
    }

    /// Notes that a report left the columns that it stood in, and is still there: that they do not show it tells nothing.
    pub async fn leave_columns(&self, report: ReportId, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::leave_columns(conn, report, now)).await
    }

    /// Moves of a site whose alerts are held.
    pub async fn held_moves(&self, site: &SiteId) -> Result<Vec<(ChangeId, ReportId)>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::held_moves(conn, &site)).await
    }
}
