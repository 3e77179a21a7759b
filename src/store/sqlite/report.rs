//! What a poll found of a report, in one transaction: revision, change and alerts owed.
//!
//! In: a [`ReportRecord`], its contents packed. Out: the event, where there is one. Alerts of an edit, of a report that only
//! left its listing, whether or not it can be read, and of a copy whose original is asked for are held until the poll ends;
//! everything else is owed at once.

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::content;
use super::outbox::{self, Going};
use super::packed::Packed;
use super::prepared::Contents;
use super::row::{At, Word};
use super::{attachment, base, capture, moves};
use crate::alert::{Routes, are_lines_lost};
use crate::change::standing::Misses;
use crate::model::{
    Capture, ChangeId, Event, EventKind, Hash, How, PollId, ReportId, ReportState, SiteId, Stated, WorkId,
};
use crate::store::{Edit, Finding, Recorded, ReportRecord};

mod read;

/// A report as it stands before the record.
struct Standing {
    site: SiteId,
    url: String,
    listing: Option<String>,
    title: Option<String>,
    published: Option<Stated>,
    kind: Option<String>,
    year: Option<i16>,
    state: ReportState,
    revision: Option<u32>,
    work: Option<WorkId>,
    content_hash: Option<Hash>,
    is_counted: bool,
    suspicion: Option<Hash>,
    misses: Misses,
    last_seen_at: Timestamp,
}

/// The whole way of one record through the transaction.
struct Recording<'a> {
    conn: &'a Connection,
    routes: &'a Routes,
    record: &'a ReportRecord,
    contents: &'a Contents,
    before: Standing,
}

/// Keeps what was found of a report.
pub(in crate::store) fn record(
    conn: &Connection,
    routes: &Routes,
    record: &ReportRecord,
    contents: &Contents,
) -> rusqlite::Result<Recorded> {
    let before = standing(conn, record.report, record.poll)?;
    if before.revision != record.newest {
        return Ok(Recorded { event: None });
    }
    // Before the revision, whose words are those of its files too.
    for file in &contents.files {
        content::keep(conn, file)?;
    }
    let recording = Recording { conn, routes, record, contents, before };
    let event = match &record.finding {
        Finding::NotModified | Finding::Unchanged => recording.served()?,
        Finding::NotAsked => recording.not_asked()?,
        Finding::Read(reading) => recording.read(reading)?,
        Finding::Suspect { suspicion, form, miss, capture } => {
            recording.suspect((*suspicion, *form), *miss, capture.as_deref())?;
            None
        }
        Finding::Withdrawn { how } => recording.withdrawn(*how)?,
        Finding::Moved { to, edit } => Some(recording.moved(*to, edit.as_deref())?),
        Finding::FailedToRead { reason } => {
            recording.failed(reason)?;
            None
        }
        Finding::Unreadable { reason, is_miss } => {
            recording.failed(reason)?;
            recording.unreadable(*is_miss)?;
            None
        }
    };
    recording.visited()?;
    attachment::record(conn, record.report, &record.files, record.now)?;
    Ok(Recorded { event })
}

fn standing(conn: &Connection, report: ReportId, poll: PollId) -> rusqlite::Result<Standing> {
    let sql = "SELECT r.site, r.url, l.name, r.title, r.published, r.kind, r.year, r.state, r.revision, r.work,
            v.content_hash, r.last_poll IS ?2, r.suspicion, r.misses, r.first_miss_at, r.miss_how, r.last_seen_at
        FROM reports r LEFT JOIN listings l ON l.id = r.listing
        LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision WHERE r.id = ?1";
    conn.prepare_cached(sql)?.query_row(params![report, poll], |row| {
        Ok(Standing {
            site: row.get(0)?,
            url: row.get(1)?,
            listing: row.get(2)?,
            title: row.get(3)?,
            published: row.get(4)?,
            kind: row.get(5)?,
            year: row.get(6)?,
            state: row.get::<_, Word<_>>(7)?.0,
            revision: row.get(8)?,
            work: row.get(9)?,
            content_hash: row.get(10)?,
            is_counted: row.get(11)?,
            suspicion: row.get(12)?,
            misses: Misses {
                n: row.get(13)?,
                first_at: row.get::<_, Option<At>>(14)?.map(|at| at.0),
                how: row.get::<_, Option<Word<_>>>(15)?.map(|word| word.0),
            },
            last_seen_at: row.get::<_, At>(16)?.0,
        })
    })
}

/// Says of an event what was edited.
fn put_edit(event: &mut Event, Edit { fields, facts, diff }: &Edit) {
    event.fields.clone_from(fields);
    event.facts.clone_from(facts);
    event.diff = Some(diff.clone());
}

impl Recording<'_> {
    /// Its row was looked at; nothing is known of the report itself.
    fn not_asked(&self) -> rusqlite::Result<Option<Event>> {
        let sql = "UPDATE reports SET is_row_changed = 0 WHERE id = ?";
        self.conn.prepare_cached(sql)?.execute([self.record.report])?;
        Ok(None)
    }

    /// The report answered as it did. One that was told as withdrawn is back.
    fn served(&self) -> rusqlite::Result<Option<Event>> {
        self.present()?;
        if self.before.state != ReportState::Withdrawn {
            return Ok(None);
        }
        let event = self.event(EventKind::Restored);
        // Never ahead of the withdrawal.
        let sql = "SELECT EXISTS (SELECT 1 FROM alerts a JOIN changes c ON c.id = a.change
            WHERE a.site = ? AND a.state = 'held' AND c.report = ? AND +c.event = 'withdrawn')";
        let of_report = params![self.before.site, self.record.report];
        let is_held = self.conn.prepare_cached(sql)?.query_row(of_report, |row| row.get::<_, bool>(0))?;
        self.tell(&event, if is_held { Going::Held } else { Going::Owed })?;
        Ok(Some(event))
    }

    /// Something is withheld. A withdrawn report stays withdrawn: nothing shows that it is back.
    fn suspect(
        &self,
        (suspicion, form): (Option<Hash>, Option<Hash>),
        miss: Option<How>,
        evidence: Option<&Capture>,
    ) -> rusqlite::Result<()> {
        if suspicion != self.before.suspicion || miss != self.before.misses.how {
            self.keep_captures(evidence.map_or(&[], std::slice::from_ref))?;
        }
        // Withdrawn as it left its listing, it is back when it is listed again, whatever its address answers meanwhile.
        let was_unreadable = self.before.misses.how == Some(How::Unreadable);
        let miss = miss.filter(|_| !was_unreadable || self.before.state != ReportState::Withdrawn);
        // What came is none that cannot be read.
        let is_ended = was_unreadable && miss.is_none() && self.before.state != ReportState::Withdrawn;
        self.keep_misses(&if is_ended { Misses::default() } else { self.misses(miss) })?;
        let sql = "UPDATE reports SET state = CASE state WHEN 'withdrawn' THEN state ELSE 'suspect' END,
                is_row_changed = 0,
                suspicion_at = CASE WHEN :suspicion IS NULL THEN NULL
                    WHEN suspicion IS :suspicion THEN suspicion_at ELSE :now END,
                suspicion = :suspicion, suspicion_form = :form
            WHERE id = :report";
        let withheld = named_params! {
            ":now": At(self.record.now),
            ":suspicion": suspicion,
            ":form": form,
            ":report": self.record.report,
        };
        self.conn.prepare_cached(sql)?.execute(withheld).map(drop)
    }

    /// It could not be read.
    fn failed(&self, reason: &str) -> rusqlite::Result<()> {
        let sql = "UPDATE reports SET last_error = ? WHERE id = ?";
        self.conn.prepare_cached(sql)?.execute(params![reason, self.record.report]).map(drop)
    }

    /// That it could not be read is a miss, or no longer one.
    fn unreadable(&self, is_miss: bool) -> rusqlite::Result<()> {
        if is_miss && self.before.is_counted {
            return Ok(());
        }
        self.keep_misses(&if is_miss { self.misses(Some(How::Unreadable)) } else { Misses::default() })?;
        let sql = "UPDATE reports SET state = CASE WHEN ?1 THEN 'suspect' WHEN suspicion IS NULL THEN 'present' ELSE state END
            WHERE id = ?2";
        self.conn.prepare_cached(sql)?.execute(params![is_miss, self.record.report]).map(drop)
    }

    /// The misses with that of this poll, which counts once.
    fn misses(&self, miss: Option<How>) -> Misses {
        let before = self.before.misses;
        match miss {
            Some(how) if self.before.is_counted => Misses { how: Some(how), ..before },
            Some(how) => before.and(how, self.record.now),
            None => before,
        }
    }

    fn keep_misses(&self, misses: &Misses) -> rusqlite::Result<()> {
        let sql = "UPDATE reports SET misses = ?, first_miss_at = ?, miss_how = ? WHERE id = ?";
        let kept = params![misses.n, misses.first_at.map(At), misses.how.map(How::as_str), self.record.report];
        self.conn.prepare_cached(sql)?.execute(kept).map(drop)
    }

    /// Told once; one that is withdrawn already stays so.
    fn withdrawn(&self, how: How) -> rusqlite::Result<Option<Event>> {
        let sql = "UPDATE reports SET state = 'withdrawn', miss_how = ?, first_miss_at = coalesce(first_miss_at, ?),
            misses = misses + ?, is_pending = 0, is_row_changed = 0, suspicion = NULL, suspicion_at = NULL,
            suspicion_form = NULL
            WHERE id = ?";
        let is_miss = !self.before.is_counted;
        let gone = params![how.as_str(), At(self.record.now), is_miss, self.record.report];
        self.conn.prepare_cached(sql)?.execute(gone)?;
        if self.before.state == ReportState::Withdrawn {
            return Ok(None);
        }
        let mut event = self.event(EventKind::Withdrawn);
        event.how = Some(how);
        // Where most of a column leaves it, it is the column's doing: that is known when the poll ends.
        let is_by_column = matches!(how, How::Delisted | How::Unreadable);
        self.tell(&event, if is_by_column { Going::Held } else { Going::Owed })?;
        Ok(Some(event))
    }

    /// The report lives on under another number, which is the one that is told, and not as a copy too.
    fn moved(&self, to: ReportId, edit: Option<&Edit>) -> rusqlite::Result<Event> {
        let sql = "UPDATE reports SET state = 'moved', moved_to = ?, is_pending = 0, is_row_changed = 0 WHERE id = ?";
        self.conn.prepare_cached(sql)?.execute(params![to, self.record.report])?;
        let there = standing(self.conn, to, self.record.poll)?;
        let mut event = event(EventKind::Moved, to, &there, self.record.now);
        event.from_url = Some(self.before.url.clone());
        if let Some(edit) = edit {
            put_edit(&mut event, edit);
        }
        let change = self.tell(&event, Going::Owed)?;
        moves::take_back_copy(self.conn, to, change)?;
        Ok(event)
    }

    /// Nothing speaks against the report any more.
    fn present(&self) -> rusqlite::Result<()> {
        let sql = "UPDATE reports SET state = 'present', is_row_changed = 0, last_seen_at = ?1, last_error = NULL,
            seen_again_at = iif(misses > 0, ?1, seen_again_at),
            misses = 0, first_miss_at = NULL, miss_how = NULL, suspicion = NULL, suspicion_at = NULL,
            suspicion_form = NULL WHERE id = ?2";
        self.conn.prepare_cached(sql)?.execute(params![At(self.record.now), self.record.report]).map(drop)
    }

    /// What every finding leaves behind: this poll is done with the report.
    fn visited(&self) -> rusqlite::Result<()> {
        let is_not_modified = matches!(self.record.finding, Finding::NotModified);
        let is_as_it_was = matches!(self.record.finding, Finding::NotModified | Finding::NotAsked);
        let validators = self.record.validators.as_ref();
        let sql = "UPDATE reports SET last_poll = :poll,
                next_recheck_at = CASE state WHEN 'moved' THEN NULL ELSE coalesce(:next, next_recheck_at) END,
                n_conditional = CASE WHEN :is_not_modified THEN n_conditional + 1 ELSE 0 END,
                etag = CASE WHEN :has_validators THEN :etag ELSE etag END,
                last_modified = CASE WHEN :has_validators THEN :last_modified ELSE last_modified END,
                answer = CASE WHEN :is_as_it_was THEN coalesce(:answer, answer) ELSE :answer END
            WHERE id = :report";
        let visited = named_params! {
            ":poll": self.record.poll,
            ":next": self.record.next_recheck_at.map(At),
            ":is_not_modified": is_not_modified,
            ":has_validators": validators.is_some(),
            ":etag": validators.and_then(|v| v.etag.as_deref()),
            ":last_modified": validators.and_then(|v| v.last_modified.as_deref()),
            ":is_as_it_was": is_as_it_was,
            ":answer": self.record.answer,
            ":report": self.record.report,
        };
        self.conn.prepare_cached(sql)?.execute(visited).map(drop)
    }

    fn keep_captures(&self, captures: &[Capture]) -> rusqlite::Result<Vec<i64>> {
        let (conn, report) = (self.conn, self.record.report);
        // Another page of the listing may have given it a base since this one was packed.
        let joined = match &self.contents.joined {
            Some(joined) if !base::listing_has_one(conn, report)? && base::copy_below(conn, &joined.base)? => {
                Some(joined)
            }
            _ => None,
        };
        let is_read = matches!(self.record.finding, Finding::Read(_));
        if let Some(joined) = joined {
            content::keep(conn, &joined.base)?;
            if is_read {
                base::offer(conn, report, &joined.base)?;
            }
        }
        let mut kept = Vec::new();
        for (at, (capture, body)) in captures.iter().zip(&self.contents.bodies).enumerate() {
            let body = joined.filter(|_| at == 0).map_or(body, |joined| &joined.page);
            let alone = (!base::copy_below(conn, body)?).then(|| Packed::new(&capture.body));
            let body = alone.as_ref().unwrap_or(body);
            kept.push(capture::keep(conn, Some(report), capture, body)?);
            if at == 0 && is_read && joined.is_none() && body.is_base() {
                base::offer(conn, report, body)?;
            }
        }
        Ok(kept)
    }

    fn event(&self, kind: EventKind) -> Event {
        event(kind, self.record.report, &self.before, self.record.now)
    }

    fn tell(&self, event: &Event, going: Going) -> rusqlite::Result<ChangeId> {
        // All of a report that is told without a diff is new; where its lines are lost, all of it may be.
        let text = || match &self.record.finding {
            Finding::Read(reading) if event.diff.as_deref().is_none_or(are_lines_lost) => reading.document.text(),
            _ => outbox::changed_text(event),
        };
        outbox::tell_text(self.conn, self.routes, Some(self.record.poll), event, going, &text)
    }
}

/// An event about a report as it stands.
fn event(kind: EventKind, report: ReportId, standing: &Standing, now: Timestamp) -> Event {
    Event {
        listing: standing.listing.clone(),
        report: Some(report),
        url: Some(standing.url.clone()),
        title: standing.title.clone(),
        published: standing.published,
        kind: standing.kind.clone(),
        year: standing.year,
        revision: standing.revision,
        content_hash: standing.content_hash,
        work: standing.work,
        ..Event::new(kind, standing.site.clone(), now)
    }
}
