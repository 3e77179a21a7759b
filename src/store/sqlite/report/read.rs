//! A reading of a report: what it becomes, and what is told of it.
//!
//! In: a [`Reading`], its contents packed. Out: a revision, or the first page of one that a row made. Never: a second word
//! for what was told.

use rusqlite::{named_params, params};

use super::super::outbox::Going;
use super::super::revision::{self, Made, add as add_revision};
use super::super::row::At;
use super::super::work::{self, Joined, Joining};
use super::super::{back_dated, moves, resemblance};
use super::{Recording, put_edit};
use crate::change::work::Copyable;
use crate::model::{ChangeId, Event, EventKind, ReportState};
use crate::store::{Reading, Told};

impl Recording<'_> {
    /// A reading that becomes a revision, or shows that a report is back as it was.
    pub(super) fn read(&self, reading: &Reading) -> rusqlite::Result<Option<Event>> {
        match &reading.told {
            Told::Restored { fields, .. } if fields.is_empty() => self.served(),
            Told::Learned => self.learned(reading).map(|()| None),
            _ => self.revised(reading),
        }
    }

    /// A reading that becomes a revision.
    fn revised(&self, reading: &Reading) -> rusqlite::Result<Option<Event>> {
        let is_gone = self.before.state == ReportState::Withdrawn && matches!(reading.told, Told::Edited(_));
        if is_gone {
            // Edited where it is no longer listed: told as an edit, and still withdrawn.
            self.not_asked()?;
        } else {
            self.present()?;
        }
        let title = reading.document.title.as_ref().or(self.before.title.as_ref());
        let published = reading.document.published.or(self.before.published);
        let content = Copyable {
            title: title.cloned(),
            published,
            ..Copyable::candidate(&reading.document, reading.fingerprint.body_hash)
        };
        let joining = Joining {
            report: self.record.report,
            content: &content,
            signature: self.contents.document.as_ref().and_then(|document| document.signature.as_ref()),
            was_in: self.before.work,
            said_until: self.before.revision,
        };
        let joined = work::join(self.conn, &joining)?;
        let (Joined::Alone(work) | Joined::Others(work)) = joined;
        let mut event = self.event(kind(&reading.told, joined));
        let revision = self.before.revision.unwrap_or(0) + 1;
        event.title = title.cloned();
        event.published = published;
        event.revision = Some(revision);
        event.previous = self.before.revision;
        event.doubts.clone_from(&reading.document.doubts);
        event.content_hash = Some(reading.fingerprint.content_hash);
        event.work = Some(work);
        event.resembles = resemblance::of_work(self.conn, work)?;
        event.kind = event.kind.or_else(|| reading.kind.clone());
        event.year = reading.year.or(event.year);
        let change = self.tell_reading(&mut event, reading)?;
        self.keep_revision(reading, &event, revision, change)?;
        Ok(change.map(|_| event))
    }

    /// The first page of a report of which its row was told takes the place of that, told to nobody.
    fn learned(&self, reading: &Reading) -> rusqlite::Result<()> {
        self.present()?;
        let (conn, report) = (self.conn, self.record.report);
        let captures = self.keep_captures(&reading.captures)?;
        let document = self.contents.document.as_ref().expect("invariant: a reading is packed with its document");
        let revision = self.before.revision.unwrap_or(1);
        revision::keep_page(conn, report, revision, &captures)?;
        let sql = "UPDATE reports SET kind = coalesce(kind, ?), year = coalesce(?, year) WHERE id = ?";
        conn.prepare_cached(sql)?.execute(params![reading.kind, reading.year, report])?;
        revision::rebaseline(conn, report, revision, &reading.fingerprint, &reading.document, document).map(drop)
    }

    /// Edits wait for the end of the poll, and so does a copy whose original is asked for in it.
    fn going(&self, event: &Event) -> rusqlite::Result<Going> {
        let is_held = match event.event {
            EventKind::Edited => true,
            EventKind::Copy => moves::ask_after(self.conn, self.record.poll, event, self.record.now)?,
            _ => false,
        };
        Ok(if is_held { Going::Held } else { Going::Owed })
    }

    /// Fills in what is told of a reading and owes it.
    fn tell_reading(&self, event: &mut Event, reading: &Reading) -> rusqlite::Result<Option<ChangeId>> {
        match &reading.told {
            Told::Baseline | Told::Learned => return Ok(None),
            Told::New if event.event == EventKind::New => {
                back_dated::doubt(self.conn, self.record.report, &reading.document, event)?;
            }
            Told::New => {}
            Told::Edited(edit) => put_edit(event, edit),
            Told::Restored { fields, facts, diff } => {
                event.fields.clone_from(fields);
                event.facts.clone_from(facts);
                event.diff.clone_from(diff);
            }
        }
        let change = self.tell(event, self.going(event)?)?;
        if event.revision > Some(1) {
            let sql = "UPDATE changes SET unchanged_at = ? WHERE id = ?";
            self.conn.prepare_cached(sql)?.execute(params![At(self.before.last_seen_at), change])?;
        }
        Ok(Some(change))
    }

    fn keep_revision(
        &self,
        reading: &Reading,
        event: &Event,
        revision: u32,
        change: Option<ChangeId>,
    ) -> rusqlite::Result<()> {
        let captures = self.keep_captures(&reading.captures)?;
        let document = self.contents.document.as_ref().expect("invariant: a reading is packed with its document");
        let (report, capture) = (self.record.report, captures.first().copied());
        let made = Made { report, revision, event, capture, change };
        add_revision(self.conn, &made, reading, document)?;
        revision::add_parts(self.conn, &made, captures.get(1..).unwrap_or_default())?;
        let sql = "UPDATE reports SET revision = :revision, rules = :rules, title = :title, published = :published,
            kind = coalesce(kind, :kind), year = coalesce(:year, year), is_pending = 0 WHERE id = :report";
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":revision": revision,
            ":rules": reading.fingerprint.rules,
            ":title": event.title,
            ":published": event.published,
            ":kind": reading.kind,
            ":year": reading.year,
            ":report": report,
        })?;
        revision::index(self.conn, report, revision, &reading.document, document)
    }
}

fn kind(told: &Told, joined: Joined) -> EventKind {
    match (told, joined) {
        (Told::Baseline | Told::Learned, _) => EventKind::Baseline,
        (Told::New, Joined::Alone(_)) => EventKind::New,
        (Told::New, Joined::Others(_)) => EventKind::Copy,
        (Told::Edited(_), _) => EventKind::Edited,
        (Told::Restored { .. }, _) => EventKind::Restored,
    }
}
