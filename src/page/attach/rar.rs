//! RAR archives, of version 1.5 to 4 and 5 and later.
//!
//! In: the bytes of an archive and what is left of the limits. Out: the texts of its members, in order. Never: a
//! window larger than the reader may hold, or parts of archives that go on in another file.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use rars::{
    ArchiveMember, ArchiveMemberDetail, ArchiveReadOptions, ArchiveReader, Error, ErrorKind, ExtractionDecision,
    ExtractionErrorAction,
};

use super::archive::{self, Header, Unpacked};
use super::{AttachError, Limits, Words};

/// Headers parsed: the members that may be read, and a multiple of them for what else stands between.
const HEADERS: u64 = 10_000;

/// Bytes of such headers; names are short.
const HEADER_BYTES: u64 = 16 * 1024 * 1024;

/// The window that a RAR 5 member may ask for. WinRAR takes 32 MiB unless told otherwise; 4 GiB is the format's most.
const WINDOW_BYTES: u64 = 128 * 1024 * 1024;

/// All memory of the decoder.
const WORKSPACE_BYTES: u64 = 512 * 1024 * 1024;

/// Its members' texts, each under the member's name.
pub(super) fn words(bytes: &[u8], left: &mut Limits) -> Result<Words, AttachError> {
    let options = ArchiveReadOptions::new()
        .with_max_header_count(HEADERS)
        .with_max_header_bytes(HEADER_BYTES)
        .with_max_total_output_bytes(left.inflated_bytes as u64)
        .with_max_reader_workspace_bytes(WORKSPACE_BYTES)
        .with_rar50_dictionary_size_limit(WINDOW_BYTES);
    let archive = ArchiveReader::read_with_options(bytes, options).map_err(|error| failed(&error))?;
    let reader = RefCell::new(Reader { left, unpacked: Unpacked::default(), pending: None });
    let ended = archive.extract_with_control_and_errors(
        options,
        |member| Ok(reader.borrow_mut().decide(member)),
        |_, error| {
            reader.borrow_mut().fail(error);
            Ok(ExtractionErrorAction::Continue)
        },
    );
    let mut reader = reader.into_inner();
    match ended {
        Ok(_) => reader.take_in(),
        Err(error) => {
            reader.fail(&error);
            reader.unpacked.stop(format!("the members behind are left out: {error}"));
        }
    }
    reader.unpacked.finish()
}

/// Takes in the members as they are unpacked: each is complete when the next one begins.
struct Reader<'l> {
    left: &'l mut Limits,
    unpacked: Unpacked,
    pending: Option<(Header, Content)>,
}

impl Reader<'_> {
    fn decide(&mut self, member: &ArchiveMember) -> ExtractionDecision {
        self.take_in();
        let meta = &member.meta;
        if meta.is_directory {
            return ExtractionDecision::Skip;
        }
        let name = archive::name(&meta.name, member.name_is_unicode());
        let header = Header { name, n_bytes: meta.unpacked_size, crc: crc_of(member) };
        if header.is_litter() {
            return ExtractionDecision::Skip;
        }
        if !self.unpacked.may_go_on(self.left) {
            return ExtractionDecision::Stop;
        }
        let why = match meta {
            meta if meta.is_encrypted => {
                self.unpacked.add_closed(&header, self.left);
                return ExtractionDecision::Skip;
            }
            meta if meta.is_split_before || meta.is_split_after => "it goes on in another file",
            meta if meta.is_redirection => "it is a link",
            _ => {
                let content = Content::default();
                self.pending = Some((header, content.clone()));
                return ExtractionDecision::Extract(Box::new(content));
            }
        };
        self.unpacked.add_unread(&header, None, why, self.left);
        ExtractionDecision::Skip
    }

    fn take_in(&mut self) {
        if let Some((header, content)) = self.pending.take() {
            self.unpacked.add(&header, &content.0.take(), self.left);
        }
    }

    fn fail(&mut self, error: &Error) {
        if let Some((header, content)) = self.pending.take() {
            self.left.inflated_bytes = self.left.inflated_bytes.saturating_sub(content.0.take().len());
            self.unpacked.add_unread(&header, None, &failed(error).to_string(), self.left);
        }
    }
}

/// The bytes of one member, shared with the decoder that writes them.
#[derive(Clone, Default)]
struct Content(Rc<RefCell<Vec<u8>>>);

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// RAR 1.3 and archives made with `-htb` keep other sums.
fn crc_of(member: &ArchiveMember) -> Option<u32> {
    match &member.detail {
        ArchiveMemberDetail::Rar15To40 { crc32, .. } => Some(*crc32),
        ArchiveMemberDetail::Rar50Plus { crc32, .. } => *crc32,
        _ => None,
    }
}

fn failed(error: &Error) -> AttachError {
    match error.kind() {
        // What needs a password needs decryption, which is not built in.
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => AttachError::Encrypted,
        _ if matches!(error.root_cause(), Error::FeatureDisabled { .. }) => AttachError::Encrypted,
        ErrorKind::ResourceLimit => AttachError::TooLarge(error.to_string()),
        _ => AttachError::Broken("RAR", error.to_string()),
    }
}
