//! The outcome: what a poll found of a Report.
//!
//! In: what the store knows of it, the Document just read, and `now`. Out: an Outcome. Never: an Edited or a Restored from
//! a doubtful reading before it has stood for a day, a New withheld.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Document, Doubt, FieldName, Fingerprint, Hash, Outcome, ReportState, Stated};

use super::{fields, fingerprint, said};

/// How long the same doubtful text must stand before it is told.
///
/// Longer than a night's maintenance, as a miss must.
pub const DOUBTFUL_FOR: Duration = Duration::from_hours(24);

/// Least characters of a body of which a fraction would be missed: notices of a few lines are rewritten as a whole.
const SHRINKABLE: usize = 500;

/// Hundredths of the newest body below which a body has shrunk: real edits of annual reports stay far above.
const SHRUNK_BELOW: usize = 30;

/// Doubts that time does not settle: an error page that stands for a week is still no edit, nor is the first page of an
/// article whose second does not come.
const NEVER_CONTENT: [Doubt; 4] = [Doubt::ErrorTitle, Doubt::NoBody, Doubt::PartOfArticle, Doubt::Unfilled];

/// Doubts of a reading beside others, not of how a page is: they withhold each time.
const EACH_TIME: [Doubt; 2] = [Doubt::TextOfOthers, Doubt::ToAndFro];

/// What the store knows of a Report before this poll.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The newest revision; `None` for a report never read.
    pub newest: Option<(&'a Fingerprint, &'a Document)>,
    /// Its standing.
    pub state: ReportState,
    /// The doubtful text that is withheld, where there is one.
    pub suspect: Option<Suspicion>,
}

/// A doubtful text that was read and not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspicion {
    /// What it says.
    pub content_hash: Hash,
    /// When it was read first, UTC.
    pub first_seen_at: Timestamp,
}

/// Why a Document cannot be compared: the baseline must be renewed first, silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rebaseline {
    /// The newest revision was read by other rules.
    ///
    /// Read its capture again by the present ones, store that, and compare with it.
    #[error("the newest revision was read by other rules: read its capture again before comparing")]
    OtherRules,
    /// Nothing a reader sees differs, but contents of attachments, the further pages of the article, or the rest of a page
    /// that was cut are known now.
    ///
    /// Store this reading in the place of the newest revision; without a new one, and without an alert.
    #[error("the contents of attachments are known now: store this reading as the baseline")]
    LearnedContents,
}

/// The outcome of a report that was read.
///
/// Attachments that failed to load must have been given their known contents before the fingerprint was taken.
pub fn of(known: &Known<'_>, document: &Document, print: &Fingerprint, now: Timestamp) -> Result<Outcome, Rebaseline> {
    let Some((newest_print, newest)) = known.newest else { return Ok(Outcome::New) };
    if newest_print.rules != print.rules {
        return Err(Rebaseline::OtherRules);
    }
    let is_back = known.state == ReportState::Withdrawn;
    if newest_print == print {
        return Ok(if is_back { Outcome::Restored(Vec::new()) } else { Outcome::Unchanged });
    }
    let fields = fields::edited(newest, document);
    let is_part = |document: &Document| document.doubts.contains(&Doubt::PartOfArticle);
    if fields.is_empty() || (is_part(newest) && !is_part(document)) || is_rest_of(newest, document, &fields) {
        return Err(Rebaseline::LearnedContents);
    }
    // A doubt that the newest revision has too is how this page is; it withholds nothing.
    let mut doubts = doubts(Some(newest), document);
    doubts.retain(|doubt| EACH_TIME.contains(doubt) || !newest.doubts.contains(doubt));
    if newest.is_file() && document.is_file() {
        // It is the file itself that says less.
        doubts.retain(|&doubt| doubt != Doubt::OnlyAttachments);
    }
    let is_withheld = !doubts.is_empty() && !has_stood(known.suspect, print, now);
    if is_withheld || doubts.iter().any(|doubt| NEVER_CONTENT.contains(doubt)) {
        return Ok(Outcome::Suspect);
    }
    Ok(if is_back { Outcome::Restored(fields) } else { Outcome::Edited(fields) })
}

fn is_cut(document: &Document) -> bool {
    document.doubts.contains(&Doubt::CutPage)
}

/// Whether a page that was cut says, now that it is whole, what it said as far as it came, and nothing else is edited: some
/// portals never end their pages, and their edits are edits.
fn is_rest_of(cut: &Document, whole: &Document, edited: &[FieldName]) -> bool {
    let is_rest = |field: &FieldName| matches!(field, FieldName::Body | FieldName::AttachmentAdded);
    let bare = |text: Option<&str>| fingerprint::bare(text.unwrap_or_default());
    let text = |document: &Document| fingerprint::bare(&document.text());
    is_cut(cut)
        && !is_cut(whole)
        && edited.iter().all(is_rest)
        && bare(cut.title.as_deref()) == bare(whole.title.as_deref())
        && text(whole).starts_with(text(cut).trim_end_matches(char::REPLACEMENT_CHARACTER))
}

/// Whether what was read is no text of a report, and no part of one: an error page, a template that is not filled yet.
pub fn is_no_content(document: &Document) -> bool {
    document.doubts.iter().any(|doubt| matches!(doubt, Doubt::ErrorTitle | Doubt::Unfilled))
}

/// The same of what stands in the place of one that was read before: a frame without its text too.
pub fn says_nothing(document: &Document) -> bool {
    is_no_content(document) || document.doubts.contains(&Doubt::NoBody)
}

/// What is left of a report whose newest Document is lost.
#[derive(Debug, Clone, Copy)]
pub struct Remains<'a> {
    /// The hashes of its newest revision.
    pub print: &'a Fingerprint,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its date.
    pub published: Option<Stated>,
    /// Characters of its body that are not white space.
    pub n_chars: usize,
    /// Its standing.
    pub state: ReportState,
    /// The doubtful text that is withheld, where there is one.
    pub suspect: Option<Suspicion>,
}

/// The outcome of a report that was read by the same rules, where what it said before is lost: its hashes tell that it says
/// something else, and mostly where. `None`: what they tell may be no change that a reader sees.
pub fn of_lost(was: &Remains<'_>, document: &Document, print: &Fingerprint, now: Timestamp) -> Option<Outcome> {
    let bare = |title: Option<&str>| fingerprint::bare(title.unwrap_or_default());
    // Title, document number and body make the hash of the content, the date stands in that of the metadata.
    let is_other_content = was.print.content_hash != print.content_hash;
    let is_other_title = is_other_content && bare(was.title) != bare(document.title.as_deref());
    let is_other_body = was.print.body_hash != print.body_hash;
    let is_other_date =
        was.print.metadata_hash != print.metadata_hash && fields::is_other_date(was.published, document.published);
    let fields = [
        (FieldName::Title, is_other_title),
        (FieldName::Body, is_other_body),
        (FieldName::DocNo, is_other_content && !is_other_title && !is_other_body),
        (FieldName::Published, is_other_date),
    ];
    let fields: Vec<FieldName> = fields.into_iter().filter(|(_, is_other)| *is_other).map(|(field, _)| field).collect();
    // Of a report of which only its row was known, nothing was read before.
    if was.print.rules != print.rules || was.n_chars == 0 || fields.is_empty() {
        return None;
    }
    let doubts = with_shrunk(was.n_chars, document);
    if !doubts.is_empty() && !has_stood(was.suspect, print, now) {
        return Some(Outcome::Suspect);
    }
    // The page may always have been so: it is not withheld for ever, and nothing is told.
    if doubts.iter().any(|doubt| NEVER_CONTENT.contains(doubt)) {
        return None;
    }
    Some(match was.state {
        ReportState::Withdrawn => Outcome::Restored(fields),
        _ => Outcome::Edited(fields),
    })
}

/// What speaks against a reading.
///
/// Its own doubts, and a body that fell to a fraction of the newest revision's.
pub fn doubts(newest: Option<&Document>, document: &Document) -> Vec<Doubt> {
    with_shrunk(newest.map_or(0, Document::n_chars), document)
}

/// The doubts of a reading, after a revision of so many characters.
fn with_shrunk(n_newest: usize, document: &Document) -> Vec<Doubt> {
    let mut doubts = document.doubts.clone();
    let is_shrunk = n_newest > SHRINKABLE && document.n_chars() * 100 < n_newest * SHRUNK_BELOW;
    // A sentence that voids a rule takes the place of all of it.
    if is_shrunk && !doubts.contains(&Doubt::Shrunk) && !said::is_end_of_rule(document) {
        doubts.push(Doubt::Shrunk);
    }
    doubts
}

/// What to remember of a doubtful reading when its outcome is Suspect.
///
/// Any other outcome of a reading ends a suspicion.
pub fn suspicion(known: Option<Suspicion>, print: &Fingerprint, now: Timestamp) -> Suspicion {
    known
        .filter(|known| known.content_hash == print.content_hash)
        .unwrap_or(Suspicion { content_hash: print.content_hash, first_seen_at: now })
}

fn has_stood(suspect: Option<Suspicion>, print: &Fingerprint, now: Timestamp) -> bool {
    suspect.is_some_and(|suspect| {
        suspect.content_hash == print.content_hash && is_since(suspect.first_seen_at, DOUBTFUL_FOR, now)
    })
}

/// Whether so much time has passed; a clock that was set back has passed none.
pub fn is_since(first_at: Timestamp, span: Duration, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(first_at)).is_ok_and(|passed| passed >= span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::{attachment, document, loaded, paragraphs};
    use crate::model::Origin;

    const HOUR: i64 = 3600;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hours * HOUR).expect("in range")
    }

    fn print(document: &Document) -> Fingerprint {
        fingerprint::of(document, Hash::of(b"rules"))
    }

    fn read(
        old: &Document,
        state: ReportState,
        suspect: Option<Suspicion>,
        new: &Document,
    ) -> Result<Outcome, Rebaseline> {
        let newest = print(old);
        of(&Known { newest: Some((&newest, old)), state, suspect }, new, &print(new), at(24))
    }

    fn edited() -> Document {
        let mut new = document();
        new.blocks[1].text = "全年共办理行政复议案件9件,同比下降3%。".into();
        new
    }

    #[test]
    fn a_report_never_read_is_new_with_all_its_doubts() {
        let new = Document { doubts: vec![Doubt::NoTitle], ..document() };
        let known = Known { newest: None, state: ReportState::Present, suspect: None };
        assert_eq!(of(&known, &new, &print(&new), at(0)), Ok(Outcome::New));
    }

    #[test]
    fn an_edit_says_what_differs() {
        assert_eq!(read(&document(), ReportState::Present, None, &document()), Ok(Outcome::Unchanged));
        let body = Ok(Outcome::Edited(vec![FieldName::Body]));
        assert_eq!(read(&document(), ReportState::Present, None, &edited()), body);
        assert_eq!(read(&edited(), ReportState::Suspect, None, &document()), body, "A to B to A is two changes");
    }

    #[test]
    fn a_withdrawn_report_that_is_read_is_restored() {
        assert_eq!(read(&document(), ReportState::Withdrawn, None, &document()), Ok(Outcome::Restored(vec![])));
        let body = Ok(Outcome::Restored(vec![FieldName::Body]));
        assert_eq!(read(&document(), ReportState::Withdrawn, None, &edited()), body);
    }

    #[test]
    fn a_text_that_comes_by_turns_with_another_one_is_told_when_it_stays() {
        let again = |document: Document| Document { doubts: vec![Doubt::ToAndFro], ..document };
        let (old, new) = (again(document()), again(edited()));
        assert_eq!(read(&old, ReportState::Present, None, &new), Ok(Outcome::Suspect), "it was told with it before");
        let first = suspicion(None, &print(&new), at(0));
        assert_eq!(read(&old, ReportState::Present, Some(first), &new), Ok(Outcome::Edited(vec![FieldName::Body])));
    }

    #[test]
    fn a_doubtful_edit_is_withheld_until_it_has_stood_for_a_day() {
        let new = Document { doubts: vec![Doubt::CutPage], ..edited() };
        assert_eq!(read(&document(), ReportState::Present, None, &new), Ok(Outcome::Suspect));
        let first = suspicion(None, &print(&new), at(0));
        assert_eq!(suspicion(Some(first), &print(&new), at(5)), first);
        let told = Ok(Outcome::Edited(vec![FieldName::Body]));
        assert_eq!(read(&document(), ReportState::Suspect, Some(first), &new), told);
        let late = Suspicion { first_seen_at: at(1), ..first };
        assert_eq!(read(&document(), ReportState::Suspect, Some(late), &new), Ok(Outcome::Suspect));
        let other = Suspicion { content_hash: Hash::of(b"other"), ..first };
        assert_eq!(read(&document(), ReportState::Suspect, Some(other), &new), Ok(Outcome::Suspect));
        assert_eq!(suspicion(Some(other), &print(&new), at(5)).first_seen_at, at(5));
    }

    #[test]
    fn the_rest_of_a_page_that_was_first_read_cut_is_learned_and_no_edit() {
        let text = |n: usize| paragraphs(&["兴县司法局办理案件15件。", "开展普法活动9场。", "附件：名单"][..n]);
        let cut = |document: Document| Document { doubts: vec![Doubt::CutPage], ..document };
        let first = cut(paragraphs(&["兴县司法局办理案件15件。", "开展普\u{fffd}"]));
        assert_eq!(read(&first, ReportState::Present, None, &text(3)), Err(Rebaseline::LearnedContents));
        let told = Ok(Outcome::Edited(vec![FieldName::Body]));
        assert_eq!(read(&first, ReportState::Present, None, &cut(text(2))), told, "its pages never end");
        let void = Document { validity: Some("失效".into()), ..text(3) };
        assert!(read(&first, ReportState::Present, None, &void).is_ok(), "that is an edit");
        let other = paragraphs(&["兴县司法局办理案件16件。", "开展普法活动9场。"]);
        assert_eq!(read(&first, ReportState::Present, None, &other), Ok(Outcome::Edited(vec![FieldName::Body])));
        assert_eq!(read(&text(2), ReportState::Present, None, &text(3)), Ok(Outcome::Edited(vec![FieldName::Body])));
    }

    #[test]
    fn a_file_that_says_less_is_an_edit_and_a_page_that_says_less_is_none() {
        let file = Document {
            attachments: vec![loaded("通知", "/1.pdf", "关于报送的通知", "a")],
            ..paragraphs(&["通知"])
        };
        let scan = Document {
            attachments: vec![loaded("通知", "/1.pdf", "", "b")],
            doubts: vec![Doubt::OnlyAttachments],
            ..paragraphs(&[])
        };
        let told = Ok(Outcome::Edited(vec![FieldName::Body, FieldName::AttachmentReplaced]));
        assert_eq!(read(&file, ReportState::Present, None, &scan), told);
        let page = Document { from: [(FieldName::Body, Origin::Auto)].into(), ..file };
        assert_eq!(read(&page, ReportState::Present, None, &scan), Ok(Outcome::Suspect));
    }

    #[test]
    fn a_text_in_whose_place_a_scan_stands_is_told_after_a_day() {
        for doubt in [Doubt::OnlyImages, Doubt::OnlyAttachments] {
            let scan = Document { doubts: vec![doubt], ..paragraphs(&[]) };
            assert_eq!(read(&document(), ReportState::Present, None, &scan), Ok(Outcome::Suspect));
            let first = suspicion(None, &print(&scan), at(0));
            let told = read(&document(), ReportState::Suspect, Some(first), &scan).expect("an outcome");
            assert!(matches!(&told, Outcome::Edited(fields) if fields.contains(&FieldName::Body)), "{told:?}");
        }
    }

    #[test]
    fn a_doubtful_reading_of_the_same_text_is_unchanged() {
        let new = Document { doubts: vec![Doubt::CutPage], ..document() };
        assert_eq!(read(&document(), ReportState::Present, None, &new), Ok(Outcome::Unchanged));
    }

    #[test]
    fn a_long_body_that_falls_to_a_fraction_has_shrunk() {
        let long = paragraphs(&[&"法".repeat(501)]);
        assert_eq!(doubts(Some(&long), &paragraphs(&[&"法".repeat(150)])), [Doubt::Shrunk]);
        assert_eq!(doubts(Some(&long), &paragraphs(&[&"法".repeat(151)])), []);
        assert_eq!(doubts(Some(&paragraphs(&[&"法".repeat(500)])), &paragraphs(&["法"])), []);
        assert_eq!(read(&long, ReportState::Present, None, &paragraphs(&["系统维护中"])), Ok(Outcome::Suspect));
    }

    #[test]
    fn other_rules_and_learned_contents_ask_for_another_baseline() {
        let (old, new) = (document(), edited());
        let newest = fingerprint::of(&old, Hash::of(b"older rules"));
        let known = Known { newest: Some((&newest, &old)), state: ReportState::Present, suspect: None };
        assert_eq!(of(&known, &new, &print(&new), at(0)), Err(Rebaseline::OtherRules));
        let learned =
            Document { attachments: vec![attachment("附件1:统计表", "/files/1.xlsx", Some("表"))], ..document() };
        assert_eq!(read(&old, ReportState::Present, None, &learned), Err(Rebaseline::LearnedContents));
    }

    /// What comes of a reading where all is lost of another one but its hashes, title, date and length.
    fn read_after_loss(old: &Document, suspect: Option<Suspicion>, new: &Document, now: Timestamp) -> Option<Outcome> {
        let (was, n_chars) = (print(old), old.n_chars());
        let (title, published, state) = (old.title.as_deref(), old.published, ReportState::Present);
        let remains = Remains { print: &was, title, published, n_chars, state, suspect };
        of_lost(&remains, new, &print(new), now)
    }

    #[test]
    fn an_edit_of_a_lost_text_is_told_by_what_its_hashes_prove() {
        let read = |new: &Document| read_after_loss(&document(), None, new, at(24));
        let told = |field| Some(Outcome::Edited(vec![field]));
        assert_eq!(read(&edited()), told(FieldName::Body));
        assert_eq!(read(&Document { title: Some("另一标题".into()), ..document() }), told(FieldName::Title));
        assert_eq!(read(&Document { doc_no: Some("另发〔2026〕9号".into()), ..document() }), told(FieldName::DocNo));
        assert_eq!(read(&Document { published: None, ..document() }), told(FieldName::Published));
        let other_files = Document { attachments: vec![attachment("又一附件", "/a.pdf", None)], ..document() };
        assert_eq!(read(&other_files), None, "their bytes may be known now that were not");
        let by_row = Document { blocks: Vec::new(), ..document() };
        assert_eq!(read_after_loss(&by_row, None, &edited(), at(24)), None, "its page was never read");
    }

    #[test]
    fn a_doubtful_edit_of_a_lost_text_is_withheld_as_any_other() {
        let new = Document { doubts: vec![Doubt::CutPage], ..edited() };
        assert_eq!(read_after_loss(&document(), None, &new, at(24)), Some(Outcome::Suspect));
        let first = suspicion(None, &print(&new), at(0));
        assert_eq!(
            read_after_loss(&document(), Some(first), &new, at(25)),
            Some(Outcome::Edited(vec![FieldName::Body]))
        );
        let error = Document { doubts: vec![Doubt::ErrorTitle], ..edited() };
        let first = suspicion(None, &print(&error), at(0));
        assert_eq!(read_after_loss(&document(), None, &error, at(0)), Some(Outcome::Suspect));
        assert_eq!(read_after_loss(&document(), Some(first), &error, at(99)), None, "no edit, and not silence either");
    }
}
