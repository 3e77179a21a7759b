//! The commands of this room, run as the binary.

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::{SMALLEST, folder};

fn govwatch(dir: &TempDir, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
    let names = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("GOVWATCH_"));
    for name in names {
        command.env_remove(name);
    }
    let output = command.current_dir(dir.path()).args(args).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn check_names_mistakes_like_a_compiler_and_ends_with_three() {
    let dir = folder(&[("sites/a.toml", SMALLEST), ("sites/b.toml", "evry = \"1h\"\n[[page]]\nurl = \"x\"\n")]);
    let (code, stdout, stderr) = govwatch(&dir, &["check"]);
    insta::assert_snapshot!(stdout, @r#"
    sites/b.toml:1: evry: is not a key; did you mean "every"?
    sites/b.toml:3: page.url: "x" lacks http:// or https://; expected an address such as "http://www.example.gov.cn/zwgk/"
    2 site files, 2 mistakes in 1 file
    "#);
    assert_eq!((code, stderr.as_str()), (Some(3), ""));
    assert_eq!(
        govwatch(&dir, &["check", "a"]),
        (Some(0), "1 site file, all right. Poll one with: govwatch fetch a\n".to_owned(), String::new())
    );
}

#[test]
fn a_column_that_two_site_files_name_is_warned_of() {
    let dir = folder(&[("sites/a.toml", SMALLEST), ("sites/b.toml", SMALLEST)]);
    let (code, stdout, stderr) = govwatch(&dir, &["check"]);
    assert_eq!(
        (code, stdout.lines().next()),
        (Some(0), Some("2 site files, all right. Poll one with: govwatch fetch a"))
    );
    assert!(stderr.starts_with("warning: b: listing ") && stderr.contains(" of a, http"), "{stderr}");
    let (_, stdout, _) = govwatch(&dir, &["doctor", "--quick"]);
    assert!(stdout.contains("each report is told twice"), "{stdout}");
}

#[test]
fn a_route_that_names_what_is_not_there_is_warned_of() {
    let settings = "[[channel]]\nid = \"mail\"\nkind = \"webhook\"\nurl = \"https://example.org/hook\"\n[[route]]\nto = [\"mail\"]\n\
        kinds = [\"normativ\", \"normative\"]\nsites = [\"b\", \"a*\"]\ndivisions = [\"9999\"]\n";
    let dir = folder(&[("sites/a.toml", SMALLEST), ("govwatch.toml", settings)]);
    let (code, _, stderr) = govwatch(&dir, &["check"]);
    let told = [
        "\"normativ\", which is no kind; did you mean \"normative\"?",
        "\"b\", and there is no such site",
        "\"9999\", and",
    ];
    assert!(
        stderr.lines().count() == 3 && stderr.lines().zip(told).all(|(line, told)| line.contains(told)),
        "{stderr}"
    );
    assert_eq!(code, Some(0));
    let (_, stdout, _) = govwatch(&dir, &["doctor", "--quick"]);
    let n_never = stdout.matches("it is never told anything").count();
    assert_eq!(n_never + stdout.matches("the other names of the route hold").count(), 3, "{stdout}");
}

#[test]
fn check_in_json_is_one_row_a_mistake_with_every_key() {
    let dir = folder(&[("sites/b.toml", "evry = \"1h\"\n[[page]]\nurl = \"http://a.gov.cn/\"\n")]);
    let (code, stdout, _) = govwatch(&dir, &["check", "--json"]);
    let row = r#"{"file":"sites/b.toml","line":1,"key":"evry","message":"is not a key; did you mean \"every\"?","expected":"every"}"#;
    assert_eq!((code, stdout), (Some(3), format!("{row}\n")));
    let row: Value = serde_json::from_str(row).expect("JSON");
    assert_eq!(row["line"], 1);
}

#[test]
fn the_program_tells_usage_mistakes_from_config_mistakes() {
    let dir = folder(&[("sites/xingxian.toml", SMALLEST), ("govwatch.toml", "contact = 3\n")]);
    let (code, _, stderr) = govwatch(&dir, &["check", "xingxain"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("did you mean \"xingxian\"?"), "{stderr}");
    assert_eq!(govwatch(&dir, &["check", "--nonsense"]).0, Some(2));
    assert_eq!(govwatch(&dir, &[]).0, Some(2));
    let (code, stdout, _) = govwatch(&dir, &["--sites", "sites", "check"]);
    assert_eq!(code, Some(3), "{stdout}");
    assert!(stdout.starts_with("govwatch.toml:1: contact: this is a whole number;"), "{stdout}");
    assert_eq!(govwatch(&dir, &["check", "--sites", "nowhere", "--config", "x"]).0, Some(3));
}

#[test]
fn schema_and_completions_need_no_site_files() {
    let dir = folder(&[("govwatch.toml", "wrong")]);
    let (code, stdout, _) = govwatch(&dir, &["schema"]);
    let schema: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, &schema["title"]), (Some(0), &Value::from("govwatch site file")));
    let (code, stdout, _) = govwatch(&dir, &["completions", "fish"]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("completions"), "{stdout}");
}
