//! Attachments through the child process: what they say, and that no file and no child gets out of its limits.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use govwatch::fetch::{Bounds, Recognise, Sandbox};
use govwatch::model::TextState;
use govwatch::page::attach::{Media, Reading};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PROGRAM: &str = env!("CARGO_BIN_EXE_govwatch");

fn sandbox(bounds: Bounds) -> Sandbox {
    Sandbox::with_bounds(PathBuf::from(PROGRAM), Recognise::Never, bounds)
}

async fn read(bytes: impl Into<Bytes>, name: &str) -> Reading {
    sandbox(Bounds::default()).read(bytes.into(), name).await.expect("a child")
}

async fn read_case(case: &str) -> Reading {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach").join(case);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read(bytes, case).await
}

/// A program of tests/it/children in the place of ours.
fn instead(program: &str, bounds: Bounds) -> Sandbox {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/children").join(program);
    Sandbox::with_bounds(path, Recognise::Never, bounds)
}

fn note(reading: &Reading) -> &str {
    reading.note.as_deref().unwrap_or_default()
}

const NOTICE: &str = "关于印发《法治政府建设实施方案》的通知\n各乡镇人民政府：现将方案印发给你们，请认真贯彻执行。\n";

#[tokio::test]
async fn text_tables_and_pages_are_read_in_any_charset() {
    for case in ["text/gbk.txt", "text/utf8_mark.txt", "text/utf16.txt"] {
        let reading = read_case(case).await;
        assert_eq!((reading.state, reading.text.as_str()), (TextState::Text, NOTICE), "{case}");
    }
    let table = read_case("text/gbk.csv").await;
    assert_eq!((table.media, table.text.as_str()), (Media::Csv, "序号\t单位\t数量\n1\t甲,乙\t12\n2\t丙\t7\n"));
    let page = read_case("text/page.html").await;
    assert_eq!((page.media, page.text.as_str()), (Media::Html, "第一段\n甲\t乙"));
    let error = read_case("text/error_page.pdf").await;
    assert_eq!((error.media, error.text.as_str()), (Media::Html, "您访问的页面不存在"));
}

#[tokio::test]
async fn members_of_a_zip_are_read_under_their_names() {
    let gbk = read_case("zip/gbk_names.zip").await;
    let csv = "序号\t单位\t数量\n1\t甲,乙\t12\n2\t丙\t7\n";
    assert_eq!(gbk.text, format!("附件1：通知.txt\n{NOTICE}附件/统计表.csv\n{csv}"));
    let nested = read_case("zip/nested.zip").await;
    let picture = "现场照片.png\tPNG, 69 bytes, CRC-32 36505688\n";
    assert_eq!(nested.text, format!("通知.txt\n{NOTICE}内.zip\n内层.txt\n内层的话\n{picture}"));
    assert!(note(&nested).contains("not read: 现场照片.png"), "{}", note(&nested));
    let litter = read_case("zip/litter_and_paths.zip").await;
    assert_eq!(litter.text, "../../etc/cron.d/a.txt\n路径只是文字\n");
    assert_eq!(read_case("zip/password.zip").await.state, TextState::Encrypted);
}

#[tokio::test]
async fn members_of_a_rar_are_read_under_their_names() {
    for case in ["rar/rar3_subdirs.rar", "rar/rar5_subdirs.rar"] {
        let reading = read_case(case).await;
        let lines: Vec<&str> = reading.text.lines().collect();
        let names = ["sub/dir2/file2.txt", "sub/with space/long fn.txt", "sub/üȵĩöḋè/file.txt", "sub/dir1/file1.txt"];
        assert_eq!(lines.iter().step_by(2).copied().collect::<Vec<_>>(), names, "{case}");
        assert_eq!(lines[1], "file2", "{case}");
    }
    for case in ["rar/chinese_rar3.rar", "rar/chinese_rar5.rar"] {
        let notices = NOTICE.repeat(4);
        let text = format!("附件1：通知.txt\n{notices}统计表.csv\n序号\t单位\n1\t甲,乙\n");
        assert_eq!(read_case(case).await.text, text, "{case}");
    }
    for case in ["rar/rar3_solid.rar", "rar/rar5_solid.rar"] {
        let text = read_case(case).await.text;
        assert!(text.contains("\nstest2.txt\n000\n001\n"), "{case}: {text}");
    }
    for case in ["rar/rar5_psw.rar", "rar/rar5_hpsw.rar", "rar/rar3_comment_psw.rar"] {
        assert_eq!(read_case(case).await.state, TextState::Encrypted, "{case}");
    }
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

#[tokio::test]
async fn archives_in_archives_are_opened_two_deep_and_bombs_stay_small() {
    let zeros = vec![b'0'; 64 * 1024 * 1024];
    let bomb = zipped(&[("0.txt", &zeros)]);
    let many: Vec<(&str, &[u8])> =
        ["0.zip", "1.zip", "2.zip", "3.zip", "4.zip", "5.zip"].map(|name| (name, bomb.as_slice())).into();
    let bombs = read(zipped(&many), "42.zip").await;
    assert_eq!(bombs.state, TextState::Text);
    assert!(bombs.text.len() <= 16 * 1024 * 1024 + 1024, "{}", bombs.text.len());
    assert!(note(&bombs).contains("limit of bytes of text"), "{}", note(&bombs));

    let deep = zipped(&[("c.zip", &zipped(&[("b.zip", &zipped(&[("a.zip", &zipped(&[("a.txt", b"deep")]))]))]))]);
    let deep = read(deep, "d.zip").await;
    assert!(deep.text.starts_with("c.zip\nb.zip\na.zip\tZIP, "), "{}", deep.text);
}

#[tokio::test]
async fn members_beyond_the_limit_are_counted_and_left_out() {
    let names: Vec<String> = (0..600).map(|n| format!("{n}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    let reading = read(zipped(&members), "many.zip").await;
    assert_eq!(reading.text.lines().count(), 1000);
    assert!(note(&reading).contains("limit of members"), "{}", note(&reading));
}

#[tokio::test]
async fn a_child_that_asks_for_more_memory_than_its_bound_is_a_file_too_large() {
    // Room for the program and the file, but not for its text beside it.
    let bounds = Bounds { memory_mib: 300, ..Bounds::default() };
    let reading = sandbox(bounds).read(vec![b'0'; 95 * 1024 * 1024].into(), "0.txt").await.expect("a child");
    assert_eq!(reading.state, TextState::TooLarge);
    assert_eq!(note(&reading), "its reader asked for more than 300 MiB of memory");
}

#[tokio::test]
async fn a_file_over_the_bound_is_not_read() {
    let bounds = Bounds { file_bytes: 10, ..Bounds::default() };
    let reading = instead("absent.sh", bounds).read(Bytes::from_static(b"%PDF-1.4 and more"), "a").await;
    let reading = reading.expect("no child is started");
    assert_eq!((reading.media, reading.state), (Media::Pdf, TextState::TooLarge));
}

#[tokio::test]
async fn a_child_that_is_not_started_or_is_ended_from_outside_is_an_error_and_no_other_is() {
    let bounds = Bounds { cpu_seconds: 1, answer_bytes: 1000, ..Bounds::default() };
    let said = |program: &'static str| async move {
        let read = instead(program, bounds).read(Bytes::from_static(b"x"), "a.txt").await;
        read.expect_err("nothing is known of the file").to_string()
    };
    assert!(said("absent.sh").await.starts_with("cannot start "));
    assert_eq!(said("killed.sh").await, "not read this time: its reader was killed: the machine ran short");
    for (program, state, said) in [
        ("floods.sh", TextState::TooLarge, "more text than is kept"),
        ("dies.sh", TextState::Broken, "died: signal: 11"),
        ("spins.sh", TextState::TooLarge, "more than 1 s of CPU"),
        ("mumbles.sh", TextState::Broken, "died: exit status: 0"),
    ] {
        // More than a pipe holds: a child that never reads does not hold up the wait.
        let reading = instead(program, bounds).read(vec![b'x'; 1_000_000].into(), "a.txt").await.expect("a child");
        assert_eq!((reading.media, reading.state), (Media::Text, state), "{program}");
        assert!(note(&reading).contains(said), "{program}: {}", note(&reading));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_that_hangs_dies_with_all_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let started = folder.path().join("pid");
    let bounds = Bounds { wall: Duration::from_secs(3), ..Bounds::default() };
    let file = format!("PATH={}", started.display());
    let error = instead("hangs.sh", bounds).read(file.into(), "a.txt").await.expect_err("no doing of the file");
    assert_eq!(error.to_string(), "not read this time: its reader took more than 3 s");
    let pid = std::fs::read_to_string(&started).expect("the child started one of its own");
    let runs = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        while runs() {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "{pid} still runs");
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_has_no_number_free_for_a_file_or_a_socket() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mut child = Command::new(PROGRAM)
        .arg("__read-attachment")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(&[&5_u32.to_be_bytes()[..], b"a.txt", &3_u64.to_be_bytes(), b"abc"].concat()).expect("it reads");
    let mut answer = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut answer).expect("it answers");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("it waits for the next file");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    assert!(answer.contains(r#""state":"text","text":"abc""#), "{answer}");
    for (limit, value) in [
        ("Max cpu time", "60"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max open files", "3"),
        ("Max address space", "2147483648"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(limit)).unwrap_or_default();
        assert_eq!(line.trim_start_matches(limit).split_whitespace().next(), Some(value), "{line}");
    }
}

#[test]
fn the_command_of_the_child_is_not_shown() {
    let help = assert_cmd::Command::new(PROGRAM).arg("--help").output().expect("it runs");
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(help.contains("completions") && !help.contains("__read"), "{help}");
}

/// A scanned notice, if the tools that draw and read it are there. CI installs them.
#[tokio::test]
async fn scanned_pages_are_recognised_where_the_tools_are_installed() {
    let picture = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach/image/scanned.png"));
    let picture = Bytes::from(picture.expect("the case"));
    let sandbox = Sandbox::new(PathBuf::from(PROGRAM), Recognise::WithTesseract);
    let reading = sandbox.read(picture.clone(), "扫描件.png").await.expect("a child");
    assert_eq!(reading.media, Media::Png);
    if reading.state == TextState::NoTextLayer {
        assert!(note(&reading).contains("install"), "{}", note(&reading));
        eprintln!("skipped: {}", note(&reading));
        return;
    }
    assert_eq!(reading.state, TextState::Recognised, "{}", note(&reading));
    assert!(reading.text.contains("法治政府建设"), "{}", reading.text);
    assert!(reading.confidence.is_some_and(|sure| sure > 50), "{:?}", reading.confidence);
    let again = sandbox.read(picture, "扫描件.png").await.expect("a child");
    assert_eq!(reading, again);
}

/// What a sandbox asks for a PDF that was found to have no text layer.
#[test]
fn every_page_of_a_scanned_pdf_is_recognised() {
    let pages = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach/image/scanned_pages.pdf"));
    let pages = pages.expect("the case");
    let frame = [&5_u32.to_be_bytes()[..], b"a.pdf", &(pages.len() as u64).to_be_bytes(), &pages].concat();
    let mut command = assert_cmd::Command::new(PROGRAM);
    command.args(["__read-attachment", "--ocr"]).write_stdin(frame);
    let answer = command.output().expect("it runs").stdout;
    let reading: Reading = serde_json::from_slice(&answer).expect("a reading");
    if note(&reading).contains("install") {
        eprintln!("skipped: {}", note(&reading));
        return;
    }
    assert_eq!(reading.state, TextState::Recognised, "{}", note(&reading));
    assert_eq!(reading.text.matches("法治政府建设").count(), 2, "{}", reading.text);
}

#[tokio::test]
async fn pictures_are_not_recognised_unasked() {
    let reading = read_case("image/scanned.png").await;
    assert_eq!((reading.state, reading.text.as_str()), (TextState::NoTextLayer, ""));
}
