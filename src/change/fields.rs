//! The fields of two Documents, side by side.
//!
//! In: two revisions. Out: which fields differ, and their values for people to read. Never: a difference that no reader
//! sees, or the column, the topic, the breadcrumb and the site code: these are navigation, and a portal moves them
//! without touching a report.

use serde::Serialize;

use crate::model::{Attachment, Block, Document, FieldName, Stated};

use super::attachments::{self, Changed};
use super::{fingerprint, pictures};

/// The fields of the content hash, beside the blocks.
pub(super) const CONTENT: [FieldName; 2] = [FieldName::Title, FieldName::DocNo];

/// The fields of the metadata hash.
pub(super) const METADATA: [FieldName; 8] = [
    FieldName::Published,
    FieldName::Source,
    FieldName::Authority,
    FieldName::IndexNo,
    FieldName::Written,
    FieldName::Validity,
    FieldName::Effective,
    FieldName::Repealed,
];

/// A field other than the body that differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which one.
    pub field: FieldName,
    /// Its old value; `None` where there was none.
    pub old: Option<String>,
    /// Its new value; `None` where there is none any more.
    pub new: Option<String>,
}

/// The fields that differ, the body left out.
///
/// Attachments come one by one, as `title (URL)`, and so do pictures of the text that were replaced.
pub fn changes(old: &Document, new: &Document) -> Vec<FieldChange> {
    let is_other = |field: &&FieldName| match field {
        FieldName::Published => is_other_date(old.published, new.published),
        FieldName::Written => key(old, **field) != key(new, **field) && !is_unread(old, new) && !is_unread(new, old),
        field => key(old, **field) != key(new, **field),
    };
    let change = |&field: &FieldName| FieldChange { field, old: shown(old, field), new: shown(new, field) };
    let named = CONTENT.iter().chain(&METADATA).filter(is_other).map(change);
    let attachments = attachments::changed(&old.attachments, &new.attachments);
    let pictures = pictures::replaced(&old.blocks, &new.blocks);
    named.chain(attachments.iter().map(attachment_change)).chain(pictures.into_iter().map(picture_change)).collect()
}

/// Whether the day of writing of the one is read as none in the other because that states an earlier publication: the line
/// that it stands in may be as it was.
fn is_unread(one: &Document, other: &Document) -> bool {
    let is_earlier = |written: Stated| other.published.is_some_and(|published| published.date() < written.date());
    other.written.is_none() && one.written.is_some_and(is_earlier)
}

/// Whether two dates are two: a template that shows the hour of the same day says nothing else.
pub(super) fn is_other_date(old: Option<Stated>, new: Option<Stated>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) if old.has_time() != new.has_time() => old.date() != new.date(),
        (old, new) => old != new,
    }
}

/// What differs, as told in `fields`: title, body, then the others, each once.
pub fn edited(old: &Document, new: &Document) -> Vec<FieldName> {
    let mut fields: Vec<FieldName> = changes(old, new).into_iter().map(|change| change.field).collect();
    if fingerprint::body(&old.blocks) != fingerprint::body(&new.blocks) {
        fields.push(FieldName::Body);
    }
    // The order of FieldName is the order in which people care.
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// A field's value as it is compared.
pub(super) fn key(document: &Document, field: FieldName) -> Option<String> {
    shown(document, field).map(|value| fingerprint::bare(&value))
}

/// A field's value as it is read.
fn shown(document: &Document, field: FieldName) -> Option<String> {
    match field {
        FieldName::Title => document.title.clone(),
        FieldName::DocNo => document.doc_no.clone(),
        FieldName::Published => document.published.map(|stated| stated.to_string()),
        FieldName::Source => document.source.clone(),
        FieldName::Authority => document.authority.clone(),
        FieldName::IndexNo => document.index_no.clone(),
        FieldName::Written => document.written.map(|stated| stated.to_string()),
        FieldName::Validity => document.validity.clone(),
        FieldName::Effective => document.effective.map(|stated| stated.to_string()),
        FieldName::Repealed => document.repealed.map(|stated| stated.to_string()),
        FieldName::Body
        | FieldName::Topic
        | FieldName::SiteCode
        | FieldName::Division
        | FieldName::Cited
        | FieldName::Column
        | FieldName::Breadcrumb
        | FieldName::Attachments
        | FieldName::AttachmentAdded
        | FieldName::AttachmentRemoved
        | FieldName::AttachmentReplaced => None,
    }
}

fn attachment_change(changed: &Changed<'_>) -> FieldChange {
    let name = |attachment: &Attachment| format!("{} ({})", attachment.title, attachment.url);
    let (mut old, mut new) = (changed.old.map(name), changed.new.map(name));
    // The same name and address with another content: only the digests tell them apart.
    if old == new {
        /// Enough to tell two files apart, and short enough to be read aloud.
        const DIGITS: usize = 12;
        let digest = |side: Option<&Attachment>| {
            let hash = side.and_then(|a| a.hash)?.to_string();
            Some(format!(" [{}]", &hash[..DIGITS]))
        };
        old = old.map(|name| name + &digest(changed.old).unwrap_or_default());
        new = new.map(|name| name + &digest(changed.new).unwrap_or_default());
    }
    FieldChange { field: changed.field, old, new }
}

fn picture_change((old, new): (&Block, &Block)) -> FieldChange {
    let name = |picture: &Block| Some(format!("{} ({})", picture.shown(), picture.url.as_ref()?));
    FieldChange { field: FieldName::AttachmentReplaced, old: name(old), new: name(new) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::{attachment, document};

    #[test]
    fn each_field_is_named_with_both_values() {
        let old = document();
        let new = Document { validity: Some("失效".into()), source: None, title: old.title.clone(), ..document() };
        assert_eq!(
            changes(&old, &new),
            [
                FieldChange { field: FieldName::Source, old: Some("兴县司法局".into()), new: None },
                FieldChange { field: FieldName::Validity, old: Some("有效".into()), new: Some("失效".into()) },
            ]
        );
        assert_eq!(edited(&old, &new), [FieldName::Source, FieldName::Validity]);
    }

    #[test]
    fn a_day_of_writing_that_an_earlier_publication_hides_is_not_edited() {
        let dated = |published: &str, written: Option<&str>| Document {
            published: Some(published.parse().expect("a date")),
            written: written.map(|day| day.parse().expect("a date")),
            ..document()
        };
        let signed = dated("2026-05-10", Some("2026-05-10"));
        let dated_back = dated("2026-03-01", None);
        assert_eq!(edited(&signed, &dated_back), [FieldName::Published]);
        assert_eq!(edited(&dated_back, &signed), [FieldName::Published]);
        assert_eq!(edited(&signed, &dated("2026-05-11", None)), [FieldName::Published, FieldName::Written]);
    }

    #[test]
    fn an_hour_of_the_same_day_is_no_other_date() {
        let dated = |stated: &str| Document { published: Some(stated.parse().expect("a date")), ..document() };
        let day = dated("2026-02-13");
        assert_eq!(edited(&day, &dated("2026-02-13T09:10:00+08:00")), []);
        assert_eq!(edited(&dated("2026-02-13T09:10:00+08:00"), &day), []);
        assert_eq!(edited(&day, &dated("2026-02-14T09:10:00+08:00")), [FieldName::Published]);
        let hours = [dated("2026-02-13T09:10:00+08:00"), dated("2026-02-13T10:10:00+08:00")];
        assert_eq!(edited(&hours[0], &hours[1]), [FieldName::Published]);
        assert_eq!(edited(&day, &Document { published: None, ..document() }), [FieldName::Published]);
    }

    #[test]
    fn full_width_forms_and_spaces_are_no_difference() {
        let new = Document {
            title: Some("兴县 2\u{ff10}23年法治政府建设工作的年度报告".into()), ..document()
        };
        assert_eq!(edited(&document(), &new), []);
    }

    #[test]
    fn title_and_body_come_first_and_each_field_once() {
        let mut new = document();
        new.title = Some("兴县报告".into());
        new.blocks[1].text = "全年共办理行政复议案件9件,同比下降3%。".into();
        new.attachments = vec![attachment("附件2", "/2.doc", None), attachment("附件3", "/3.doc", None)];
        let fields = [FieldName::Title, FieldName::Body, FieldName::AttachmentAdded, FieldName::AttachmentRemoved];
        assert_eq!(edited(&document(), &new), fields);
    }

    #[test]
    fn another_content_under_the_same_name_shows_its_digest() {
        let old = Document { attachments: vec![attachment("表", "/1.xls", Some("a"))], ..document() };
        let new = Document { attachments: vec![attachment("表", "/1.xls", Some("b"))], ..document() };
        let change = changes(&old, &new).remove(0);
        assert_eq!(change.field, FieldName::AttachmentReplaced);
        assert_ne!(change.old, change.new);
    }
}
