//! An attachment as a row of JSON: the same for `extract` and `show`.

use serde::Serialize;
use url::Url;

use super::show::described;
use crate::change::render::Lang;
use crate::model::{Attachment, Hash, TextState};

/// An attachment in a row. What is not known because it was not loaded is null.
#[derive(Debug, Clone, Serialize)]
pub struct AttachmentRow {
    pub url: Url,
    pub title: String,
    pub media_type: Option<String>,
    pub state: Option<TextState>,
    pub n_bytes: Option<u64>,
    pub n_chars: Option<u64>,
    pub confidence: Option<u8>,
    pub note: Option<String>,
    pub bytes_hash: Option<Hash>,
    pub content_hash: Option<Hash>,
    /// Its words, where they were asked for.
    pub text: Option<String>,
    /// Type, size and state in words.
    #[serde(skip)]
    pub about: String,
}

impl From<&Attachment> for AttachmentRow {
    fn from(attachment: &Attachment) -> Self {
        let file = attachment.file.as_ref();
        Self {
            url: attachment.url.clone(),
            title: attachment.title.clone(),
            media_type: attachment.media_type.clone(),
            state: file.map(|file| file.state),
            n_bytes: file.map(|file| file.n_bytes),
            n_chars: file.map(|file| file.n_chars),
            confidence: file.and_then(|file| file.confidence),
            note: file.and_then(|file| file.note.clone()),
            bytes_hash: file.map(|file| file.bytes_hash),
            content_hash: attachment.hash,
            text: None,
            about: described(attachment, Lang::En),
        }
    }
}
