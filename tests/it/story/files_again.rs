//! Files that come again: packed anew, after a reader died of something else, or with character recognition switched on.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use govwatch::change::fingerprint;
use govwatch::crawl::Thoroughness;
use govwatch::fetch::{Bounds, Recognise, Sandbox};
use govwatch::model::{Document, Event, FieldName, Hash, TextState};
use govwatch::store::{FileFound, FileRecord, ReadFile};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{HOST, NOTHING, Story, body, path, title, usual, words};
use crate::portal::Reply;

const FILE: &str = "/tzgg/2026/P0202602.txt";
const SCAN: &[u8] = b"%PDF-1.4\nthe pages of this file are pictures\n%%EOF\n";

impl Story {
    /// Report 4 links to these bytes.
    fn attach_bytes(&self, bytes: Vec<u8>) {
        let page = format!(
            "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:2026-02-14</div>\
             <div class=\"TRS_Editor\"><p>{1}</p><p>附件：<a href=\"{FILE}\">附件1</a></p></div></body></html>",
            title(4),
            body(4)
        );
        self.portal.page(HOST, &path(4), page);
        self.portal.serve(HOST, FILE, Reply::bytes("application/octet-stream", bytes));
    }

    /// Polls everything a day later.
    async fn next_day(&self) -> Vec<Event> {
        self.pass(30);
        self.poll_with(&usual(), Thoroughness::Full).await.1
    }

    async fn document_of(&self, n: u32) -> Document {
        let (report, revision) = self.report(n).await;
        self.world.store.document(report, revision).await.unwrap()
    }

    /// The store as a former release would have left it, which knew the file of report 4 by its bytes.
    async fn read_formerly(&self) {
        let (store, (report, revision)) = (&self.world.store, self.report(4).await);
        let known = store.known_files(report).await.unwrap().remove(0);
        let read = known.read.unwrap();
        let former = ReadFile { hash: read.file.bytes_hash, readers: read.readers - 1, ..read };
        let mut document = self.document_of(4).await;
        document.attachments[0].hash = Some(former.hash);
        let record = FileRecord { url: known.url, found: FileFound::Read(Box::new(former)) };
        store.record_files(report, vec![record], Vec::new(), self.world.clock.now()).await.unwrap();
        let rules = fingerprint::rules(Hash::of(b"those of a former release"));
        store.rebaseline(report, revision, fingerprint::of(&document, rules), document).await.unwrap();
    }

    /// Files are read by a program of tests/it/children from now on.
    fn read_by(&mut self, program: &str, recognise: Recognise) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/children").join(program);
        self.world.sandbox = Sandbox::with_bounds(path, recognise, Bounds::default());
    }

    fn read_by_ours(&mut self) {
        self.world.sandbox = Sandbox::new(env!("CARGO_BIN_EXE_govwatch").into(), Recognise::Never);
    }
}

fn packed(members: &[(&str, &[u8])], how: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(how)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same members in other bytes, as a server makes an archive on each request.
fn packed_again(archive: &[u8], how: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        members.push((name, bytes));
    }
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    packed(&members, how)
}

fn case(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach").join(name)).unwrap()
}

#[tokio::test]
async fn an_archive_packed_again_is_no_edit_and_one_with_another_photo_is() {
    let (photo, scan) = (case("image/scanned.png"), case("pdf/mupdf_scanned.pdf"));
    let members = [("通知.txt", "请按时报送。\n".as_bytes()), ("现场照片.png", &photo), ("扫描件.pdf", &scan)];
    let archive = packed(&members, CompressionMethod::Stored);
    let story = Story::begin();
    story.attach_bytes(archive.clone());
    assert_eq!(story.told().await, ["baseline"]);
    let again = packed_again(&archive, CompressionMethod::Deflated);
    assert_ne!(again, archive);
    story.attach_bytes(again);
    assert_eq!(words(&story.next_day().await), NOTHING);
    let other = case("image/small.jpg");
    story.attach_bytes(packed(&[members[0], ("现场照片.png", &other), members[2]], CompressionMethod::Stored));
    let events = story.next_day().await;
    assert_eq!(words(&events), ["edited 4"]);
    assert_eq!(events[0].fields, [FieldName::AttachmentReplaced]);
}

#[tokio::test]
async fn files_that_former_readers_read_are_read_again_and_nobody_is_told() {
    let archive = packed(&[("通知.txt", "请按时报送。\n".as_bytes())], CompressionMethod::Stored);
    for site in [usual(), format!("{}[fetch]\nattachments = \"read\"\n", usual())] {
        let story = Story::begin();
        story.attach_bytes(archive.clone());
        story.poll_with(&site, Thoroughness::News).await;
        story.read_formerly().await;
        for bytes in [archive.clone(), packed_again(&archive, CompressionMethod::Deflated)] {
            story.attach_bytes(bytes);
            story.pass(30);
            assert_eq!(words(&story.poll_with(&site, Thoroughness::Full).await.1), NOTHING, "{site}");
            let file = story.document_of(4).await.attachments.remove(0);
            assert_ne!(file.hash, file.file.map(|file| file.bytes_hash), "it is known by its words: {site}");
        }
    }
}

#[tokio::test]
async fn a_workbook_with_a_hidden_sheet_made_again_is_no_edit() {
    let workbook = case("office/formats.xlsx");
    let story = Story::begin();
    story.attach_bytes(workbook.clone());
    assert_eq!(story.told().await, ["baseline"]);
    let file = story.document_of(4).await.attachments.remove(0).file.unwrap();
    assert!(file.note.is_some_and(|note| note.contains("hidden sheets")));
    let again = packed_again(&workbook, CompressionMethod::Stored);
    assert_ne!(again, workbook);
    story.attach_bytes(again);
    assert_eq!(words(&story.next_day().await), NOTHING);
}

#[tokio::test]
async fn a_file_whose_reader_was_killed_is_read_later_and_silently() {
    let mut story = Story::begin();
    story.read_by("killed.sh", Recognise::Never);
    story.attach_bytes("各乡镇应当于每季度末报送办理情况。\n".into());
    assert_eq!(story.told().await, ["baseline"]);
    assert_eq!(story.document_of(4).await.attachments[0].file, None, "nothing is known of it");
    story.read_by_ours();
    story.pass(2);
    assert_eq!(story.told().await, NOTHING);
    let file = story.document_of(4).await.attachments.remove(0).file.unwrap();
    assert_eq!(file.state, TextState::Text);
}

#[tokio::test]
async fn a_listed_file_that_is_replaced_by_a_scan_is_an_edit() {
    let story = Story::begin();
    let serve = |bytes: Vec<u8>| story.portal.serve(HOST, &path(5), Reply::bytes("application/octet-stream", bytes));
    serve(format!("{}\n{}\n", title(5), body(5)).into());
    assert_eq!(story.told().await, ["baseline"]);
    serve(case("image/scanned.png"));
    let events = story.next_day().await;
    assert_eq!(words(&events), ["edited 5"]);
    assert_eq!(events[0].fields, [FieldName::Body, FieldName::AttachmentReplaced]);
    assert_eq!(words(&story.next_day().await), NOTHING);
}

#[tokio::test]
async fn a_scan_is_recognised_once_recognition_is_switched_on_and_nobody_is_told() {
    let mut story = Story::begin();
    story.read_by("recognises.sh", Recognise::Never);
    story.attach_bytes(SCAN.to_vec());
    story.portal.serve(HOST, &path(5), Reply::bytes("application/pdf", SCAN.to_vec()));
    assert_eq!(story.told().await, ["baseline"]);
    for n in [4, 5] {
        let file = story.document_of(n).await.attachments.remove(0).file.unwrap();
        assert_eq!((file.state, file.text_hash), (TextState::NoTextLayer, None));
    }
    story.read_by("recognises.sh", Recognise::WithTesseract);
    assert_eq!(words(&story.next_day().await), NOTHING);
    for n in [4, 5] {
        let file = story.document_of(n).await.attachments.remove(0).file.unwrap();
        assert_eq!((file.state, file.confidence), (TextState::Recognised, Some(91)), "report {n}");
        let text = story.world.store.content(file.text_hash.unwrap()).await.unwrap().unwrap();
        assert!(String::from_utf8(text).unwrap().starts_with("受理行政复议案件"));
    }
    assert_eq!(words(&story.next_day().await), NOTHING, "other words of the same picture are no edit");
    story.read_by("recognises.sh", Recognise::Never);
    assert_eq!(words(&story.next_day().await), NOTHING);
    let replaced = [SCAN, b"%another page\n"].concat();
    story.portal.serve(HOST, &path(5), Reply::bytes("application/pdf", replaced));
    let events = story.next_day().await;
    assert_eq!(words(&events), ["edited 5"]);
    assert_eq!(events[0].fields, [FieldName::AttachmentReplaced]);
}
