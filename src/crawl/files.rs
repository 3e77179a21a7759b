//! Stage 5, beside the page: the files that a report links to, asked for, read in the sandbox, compared by content.
//!
//! In: a Document whose attachments are links. Out: the same with what each file says of itself, and what the store
//! keeps of it. Never: a file that did not come, or that this machine could not read, taken for another one; it keeps its
//! last content. An error page, a wall or an empty answer is no file. Recognised words compared.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::visit::{Halt, Visit};
use super::{find, mend};
use crate::change::attachments;
use crate::config::Attachments;
use crate::fetch::{Fetched, Sandbox};
use crate::model::{AttachedFile, Attachment, Capture, Document, Hash, ReportId, TextState, Validators};
use crate::page::attach::{self, Media};
use crate::store::{FileFound, FileRecord, KnownFile, ReadFile, ReadTask};

/// Files of one report that are asked for: a report with more is a folder, and its other files stay links.
const MOST_FILES: usize = 100;

/// Conditional requests in a row before an unconditional one, as for pages.
const MOST_CONDITIONAL: u32 = 7;

/// How long a file that did not come is left alone, by the times it failed before; after these the report's own
/// recheck must do, or a dead link would be asked for for ever.
const RETRY_AFTER: [SignedDuration; 3] =
    [SignedDuration::from_hours(1), SignedDuration::from_hours(4), SignedDuration::from_hours(16)];

/// Times that a file which had words may come unreadable before it is believed.
const PATIENCE: u32 = 3;

/// What is said of a page in the place of a file.
const PAGE_FOR_FILE: &str = "answered with a page where the link promises a file";

/// What one poll found of the files of one report.
#[derive(Default)]
pub(super) struct Files {
    pub(super) records: Vec<FileRecord>,
    /// Bytes and texts that are not known yet.
    pub(super) contents: Vec<Bytes>,
    /// The shortest wait before a file that did not come is asked for again.
    retry_after: Option<SignedDuration>,
}

impl Files {
    /// When the report must be asked again for the sake of its files.
    pub(super) fn retry_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.retry_after.map(|wait| now.checked_add(wait).unwrap_or(now))
    }

    fn failed(&mut self, url: &Url, reason: String, known: Option<&KnownFile>) {
        let before = known.map_or(0, |known| known.failures);
        let wait = usize::try_from(before).ok().and_then(|before| RETRY_AFTER.get(before)).copied();
        self.retry_after = self.retry_after.into_iter().chain(wait).min();
        self.records.push(FileRecord { url: url.clone(), found: FileFound::Failed { reason } });
    }

    /// Notes why a file is not asked for; once, for nothing changes that but the site file.
    fn left_out(&mut self, url: &Url) {
        let host = url.host_str().unwrap_or_default();
        let reason = format!("not asked for: {host} is not among fetch.hosts of the site file");
        self.records.push(FileRecord { url: url.clone(), found: FileFound::Failed { reason } });
    }

    fn read(&mut self, attachment: &mut Attachment, read: ReadFile) {
        fill(attachment, &read);
        self.records.push(FileRecord { url: attachment.url.clone(), found: FileFound::Read(Box::new(read)) });
    }
}

/// Asks for every file that the Document links to and that has not come yet.
pub(super) async fn load(visit: &Visit<'_>, task: &ReadTask, document: &mut Document) -> Result<Files, Halt> {
    let mut files = Files::default();
    let wanted = |attachment: &&mut Attachment| attachment.hash.is_none() && visit.is_own(&attachment.url);
    if visit.site.fetch.attachments == Attachments::List || document.attachments.is_empty() {
        return Ok(files);
    }
    let known = visit.world.store.known_files(task.report).await?;
    let is_new = |attachment: &&Attachment| !known.iter().any(|known| known.url == attachment.url);
    let foreign = document.attachments.iter().filter(|attachment| !visit.is_own(&attachment.url)).filter(is_new);
    foreign.for_each(|attachment| files.left_out(&attachment.url));
    for attachment in document.attachments.iter_mut().filter(wanted).take(MOST_FILES) {
        let known = known.iter().find(|known| known.url == attachment.url);
        one(visit, task, attachment, known, &mut files).await?;
    }
    Ok(files)
}

async fn one(
    visit: &Visit<'_>,
    task: &ReadTask,
    attachment: &mut Attachment,
    known: Option<&KnownFile>,
    files: &mut Files,
) -> Result<(), Halt> {
    let url = attachment.url.clone();
    let came = match visit.get_file(&url, conditional(visit, task, known)).await? {
        Ok(Fetched::Body(capture)) => came(visit, attachment, known, capture, files).await,
        Ok(Fetched::NotModified(_)) => match known.and_then(|known| known.read.as_ref()) {
            Some(read) => {
                fill(attachment, read);
                files.records.push(FileRecord { url: url.clone(), found: FileFound::NotModified });
                Ok(())
            }
            None => Err("answered \"not modified\" to an unconditional request".to_owned()),
        },
        Err(reason) => Err(reason),
    };
    if let Err(reason) = came {
        tracing::warn!(site = %visit.site.id, url = %url, "attachment not read: {reason}");
        files.failed(&url, reason, known);
    }
    Ok(())
}

/// Validators to send, by the rules of pages: an ETag alone is not trusted, nor is any validator for ever.
fn conditional(visit: &Visit<'_>, task: &ReadTask, known: Option<&KnownFile>) -> Validators {
    let Some(KnownFile { read: Some(read), n_conditional, .. }) = known else { return Validators::default() };
    let is_trusted = read.validators.last_modified.is_some() && *n_conditional < MOST_CONDITIONAL;
    if find::is_as_usual(visit, task) && is_trusted && !is_to_be_read_again(&visit.world.sandbox, read) {
        read.validators.clone()
    } else {
        Validators::default()
    }
}

/// Reads what came. **Errors**: it is no file.
async fn came(
    visit: &Visit<'_>,
    attachment: &mut Attachment,
    known: Option<&KnownFile>,
    capture: Capture,
    files: &mut Files,
) -> Result<(), String> {
    let name = name(&attachment.url, &attachment.title);
    ensure_file(&capture, &name)?;
    let validators = capture.validators();
    let failures = known.map_or(0, |known| known.failures);
    let known = known.and_then(|known| known.read.as_ref());
    let bytes_hash = Hash::of(&capture.body);
    let sandbox = &visit.world.sandbox;
    let same = known.filter(|known| known.file.bytes_hash == bytes_hash);
    if let Some(same) = same.filter(|same| !is_to_be_read_again(sandbox, same)) {
        files.read(attachment, ReadFile { validators, ..same.clone() });
        return Ok(());
    }
    let (read, text) = read(sandbox, capture.body.clone(), bytes_hash, &name).await?;
    let is_table = || text.as_ref().and_then(|text| std::str::from_utf8(text).ok()).is_some_and(attach::is_table);
    if read.media_type == Media::Html.media_type() && !is_page_by_name(&name) && !is_table() {
        return Err(PAGE_FOR_FILE.to_owned());
    }
    if known.is_some_and(|known| is_worse(&known.file, &read.file)) && failures < PATIENCE {
        return Err(format!("what came cannot be read: {}", read.file.note.as_deref().unwrap_or("no reason said")));
    }
    if let Some(same) = known.filter(|known| known.file.bytes_hash != bytes_hash && is_made_again(known, &read)) {
        // What is kept of it stays.
        files.read(attachment, ReadFile { validators, readers: read.readers, ..same.clone() });
        return Ok(());
    }
    if visit.site.fetch.attachments == Attachments::Keep {
        files.contents.push(capture.body);
    }
    files.contents.extend(text);
    files.read(attachment, ReadFile { validators, ..read });
    Ok(())
}

/// Whether the same bytes may say more now: other readers read them, or nobody tried to recognise their characters.
fn is_to_be_read_again(sandbox: &Sandbox, known: &ReadFile) -> bool {
    known.readers != attach::READERS || sandbox.may_recognise(&known.file, &known.media_type)
}

/// Whether other bytes say the same words. Those that former readers took for words in part are known by their text.
fn is_made_again(known: &ReadFile, read: &ReadFile) -> bool {
    let is_by_words = read.hash != read.file.bytes_hash;
    known.hash == read.hash || (is_by_words && known.file.text_hash == read.file.text_hash)
}

/// Whether a file that had words cannot be read any more: a cut transfer.
fn is_worse(known: &AttachedFile, read: &AttachedFile) -> bool {
    known.state == TextState::Text && matches!(read.state, TextState::Broken | TextState::TooLarge)
}

/// Refuses answers that are no file: a portal says that a file is gone, or that it wants a login, with a page.
fn ensure_file(capture: &Capture, name: &str) -> Result<(), String> {
    match capture.status {
        200 => {}
        status => return Err(format!("answered {status}")),
    }
    if capture.body.is_empty() {
        return Err("answered with nothing".to_owned());
    }
    if Media::of(&capture.body, name) == Media::Html && !is_page_by_name(name) && !is_sheet_by_name(name) {
        return Err(PAGE_FOR_FILE.to_owned());
    }
    Ok(())
}

fn is_page_by_name(name: &str) -> bool {
    [".htm", ".html", ".shtml"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

/// Whether a name promises a table; many systems write theirs as a page of HTML.
fn is_sheet_by_name(name: &str) -> bool {
    matches!(Media::of_name(name), Some((Media::Xls | Media::Xlsx, _)))
}

/// Reads bytes in the sandbox: what is to be known of them, and their text where they have one.
pub(super) async fn read(
    sandbox: &Sandbox,
    bytes: Bytes,
    bytes_hash: Hash,
    name: &str,
) -> Result<(ReadFile, Option<Bytes>), String> {
    let n_bytes = bytes.len() as u64;
    let reading = sandbox.read(bytes, name).await.map_err(|error| error.to_string())?;
    let is_whole = reading.state == TextState::Text && !reading.is_cut;
    let own_words = (is_whole && !reading.text.trim().is_empty()).then(|| attachments::content(&reading.text));
    let n_chars = reading.text.chars().filter(|c| !c.is_whitespace()).count() as u64;
    let text = (n_chars > 0).then(|| Bytes::from(reading.text));
    let file = AttachedFile {
        bytes_hash,
        n_bytes,
        state: reading.state,
        text_hash: text.as_ref().map(|text| Hash::of(text)),
        n_chars,
        confidence: reading.confidence,
        note: reading.note,
    };
    let read = ReadFile {
        validators: Validators::default(),
        media_type: reading.media.media_type().to_owned(),
        hash: own_words.unwrap_or(bytes_hash),
        file,
        readers: attach::READERS,
    };
    Ok((read, text))
}

/// Reads the files of a stored Document again whose bytes are kept and which other readers have read. `texts` are kept
/// too.
///
/// Each by the bytes that this revision had: what the store knows of a file may be of a later one that is withheld.
pub(super) async fn read_again(
    visit: &Visit<'_>,
    report: ReportId,
    document: &mut Document,
    mut texts: Vec<Bytes>,
) -> Result<(), Halt> {
    let store = &visit.world.store;
    let known = store.known_files(report).await?;
    let mut records = Vec::new();
    for attachment in &mut document.attachments {
        let Some(bytes_hash) = attachment.file.as_ref().map(|file| file.bytes_hash) else { continue };
        let known = known.iter().find(|known| known.url == attachment.url).and_then(|known| known.read.as_ref());
        let known = known.filter(|known| known.file.bytes_hash == bytes_hash);
        if let Some(known) = known.filter(|known| known.readers == attach::READERS) {
            fill(attachment, known);
            continue;
        }
        let Some(bytes) = mend::whole(store.content(bytes_hash).await)?.flatten() else { continue };
        let name = name(&attachment.url, &attachment.title);
        let reading = read(&visit.world.sandbox, bytes.into(), bytes_hash, &name).await;
        let Ok((reread, text)) = reading else { continue };
        fill(attachment, &reread);
        texts.extend(text);
        if let Some(known) = known {
            let reread = ReadFile { validators: known.validators.clone(), ..reread };
            records.push(FileRecord { url: attachment.url.clone(), found: FileFound::Read(Box::new(reread)) });
        }
    }
    if !records.is_empty() || !texts.is_empty() {
        store.record_files(report, records, texts, visit.world.clock.now()).await?;
    }
    Ok(())
}

/// Whether a capture is a file and not a page: by its first bytes, else by its header.
pub(crate) fn is_file(capture: &Capture) -> bool {
    const BY_HEADER: [&str; 5] =
        ["application/pdf", "application/msword", "application/octet-stream", "image/", "video/"];
    let header = capture.header("content-type").unwrap_or_default();
    let is_file = match Media::of(&capture.body, "") {
        Media::Html => false,
        Media::Text | Media::Csv | Media::Xml | Media::Other => {
            BY_HEADER.iter().any(|media_type| header.starts_with(media_type))
        }
        _ => true,
    };
    capture.status == 200 && is_file
}

/// A row that leads to a file: the file is the report's one attachment, and its own words are the report's. Recognised
/// ones are not: they are others with another release of the tool.
pub(crate) async fn document(
    sandbox: &Sandbox,
    capture: &Capture,
    name: &str,
) -> Result<(Document, Vec<Bytes>), String> {
    let (read, text) = read(sandbox, capture.body.clone(), Hash::of(&capture.body), name).await?;
    let mut attachment = Attachment::linked(capture.final_url.clone(), name, None);
    fill(&mut attachment, &read);
    let own_words = text.as_ref().filter(|_| read.file.state == TextState::Text);
    let words = own_words.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    let document = attach::document(words, attachment);
    Ok((document, text.into_iter().collect()))
}

/// What a file is called: the last part of its path where that has an extension, else the words of its link.
pub(crate) fn name(url: &Url, title: &str) -> String {
    let file = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    if file.contains('.') || title.is_empty() { file.to_owned() } else { title.to_owned() }
}

/// Gives the files that did not come the contents that are known of them.
pub(super) fn fill_known(document: &mut Document, known: &[KnownFile]) {
    for attachment in document.attachments.iter_mut().filter(|attachment| attachment.hash.is_none()) {
        let known = known.iter().find(|known| known.url == attachment.url);
        if let Some(read) = known.and_then(|known| known.read.as_ref()) {
            fill(attachment, read);
        }
    }
}

fn fill(attachment: &mut Attachment, read: &ReadFile) {
    attachment.media_type = Some(read.media_type.clone());
    attachment.hash = Some(read.hash);
    attachment.file = Some(read.file.clone());
}
