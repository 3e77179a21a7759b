//! What `add` does with files: new ones, ones that are there, none at all.

use super::Desk;
use super::kinds::{Kind, kinds};
use crate::portal::Portal;

const URL: &str = "http://www.qingxi.example/zwgk/tzgg/";

fn plain() -> Kind {
    kinds().into_iter().next().expect("one")
}

/// A saved listing of 青溪县 at this address.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("page.html", plain().page(1));
    desk
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_new_file_is_short_named_after_its_host_and_right() {
    let desk = desk();
    let output = desk.run(&["add", "--saved", "page.html", "--url", URL, "--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    let text = desk.read("sites/qingxi-example.toml");
    for line in [
        "name     = \"青溪县人民政府\"",
        "home     = \"http://www.qingxi.example/\"",
        "family   = \"trs\"",
        "division = \"141123\"",
        "[[listing]]",
        "name  = \"通知公告\"",
        "entry = \"ul.news-list li\"",
        "link  = \"a::attr(href)\"",
        "title = [\"a::attr(title)\", \"a::text\"]",
        "date  = \"span.date::text\"",
        "pages = { kind = \"script\" }",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    let checked = desk.run(&["check"]);
    assert!(checked.status.success(), "{}", said(&checked));
    for url in [URL, "https://qingxi.example/zwgk/tzgg/index.html"] {
        let again = desk.run(&["add", "--saved", "page.html", "--url", url, "--yes"]);
        assert!(again.status.success() && said(&again).contains("already"), "{url}: {}", said(&again));
    }
    assert_eq!(desk.read("sites/qingxi-example.toml"), text);
}

#[test]
fn another_listing_goes_into_the_file_of_its_host_and_nothing_is_lost() {
    let desk = desk();
    let ours = "# ours, do not touch\nname = \"青溪\" # short\nhome = \"http://qingxi.example/\"\n\n\
         [[listing]] # the first\nname = \"通知公告\"\nurl = \"http://qingxi.example/gg/\"\n\n\
         # bodies\n[report]\nbody = \"#zoom\"\n";
    desk.write("sites/qingxi.toml", ours);
    let output = desk.run(&["add", "--saved", "page.html", "--url", URL, "--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    let text = desk.read("sites/qingxi.toml");
    let kept: Vec<&str> = ours.lines().filter(|line| !text.lines().any(|one| one == *line)).collect();
    assert_eq!(kept, Vec::<&str>::new(), "{text}");
    assert!(text.contains("name  = \"政务公开 / 通知公告\""), "{text}");
    assert!(text.ends_with("# bodies\n[report]\nbody = \"#zoom\"\n"), "{text}");
    assert_eq!(desk.read("sites/qingxi.toml.1"), ours);
    assert!(desk.run(&["check"]).status.success());
}

#[test]
fn without_a_terminal_and_without_yes_the_file_is_printed_and_not_written() {
    let desk = desk();
    let output = desk.run(&["add", "--saved", "page.html", "--url", URL]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("entry = \"ul.news-list li\""), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--yes writes it"), "{}", said(&output));
    assert!(!desk.path("sites").exists());
}

#[test]
fn what_is_unsure_is_never_written() {
    let desk = desk();
    let one_row = "<title>公告</title><ul class=list><li><a href='/zwgk/tzgg/t1.html'>关于做好有关工作的通知公告</a><b>2026-01-02</b></li></ul>";
    desk.write("one.html", one_row);
    let output = desk.run(&["add", "--saved", "one.html", "--url", URL, "--yes"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("unsure: the list has a single row"), "{}", said(&output));
    assert!(!desk.path("sites").exists());
}

#[test]
fn an_id_is_taken_where_it_can_be_one_and_a_broken_file_is_left_alone() {
    let desk = desk();
    let add = |id: &str| desk.run(&["add", "--saved", "page.html", "--url", URL, "--yes", "--id", id]).status.code();
    assert_eq!(add("Qing_Xi"), Some(2));
    assert_eq!(add("qing-xi"), Some(0));
    assert!(desk.path("sites/qing-xi.toml").exists());
    desk.write("sites/broken.toml", "name = \n");
    assert_eq!(add("broken"), Some(3));
    assert_eq!(desk.read("sites/broken.toml"), "name = \n");
}

#[test]
fn a_row_has_the_keys_of_the_contract() {
    let desk = desk();
    let (rows, code) = desk.rows(&["add", "--saved", "page.html", "--url", URL]);
    assert_eq!(code, Some(0));
    let keys: Vec<&str> = rows[0].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys.join(" "), "file family entries pages confidence reasons url is_written text");
    assert_eq!(rows[0]["file"], "sites/qingxi-example.toml");
    assert_eq!(rows[0]["family"], "trs");
    assert_eq!(rows[0]["entries"].as_array().map(Vec::len), Some(7));
    assert_eq!(rows[0]["pages"]["n_pages"], 3);
    let (rows, code) = desk.rows(&["add", "http://127.0.0.1:1/"]);
    assert_eq!(
        (rows[0]["confidence"].as_f64(), rows[0]["url"].as_str(), code),
        (Some(0.0), Some("http://127.0.0.1:1/"), Some(1))
    );
}

#[test]
fn a_list_gives_a_line_an_address_and_says_what_needs_a_person() {
    let portal = Portal::start();
    let makes = kinds();
    let kind = &makes[0];
    let host = kind.host();
    let desk = Desk::beside(&portal, std::slice::from_ref(&host));
    for n_page in 1..=kind.n_pages() {
        portal.page(&host, &(kind.path)(n_page), kind.page(n_page));
        portal.page(&host, &(kind.path)(n_page).replace("tzgg", "zcwj"), kind.page(n_page));
    }
    for (path, html) in kind.details() {
        portal.page(&host, &path.replace("tzgg", "zcwj"), html.clone());
        portal.page(&host, &path, html);
    }
    portal.page(&host, "/", "<html><head><title>首页</title></head><body><p>欢迎</p></body></html>");
    let ours = format!(
        "home = \"http://{host}/\"\npace = {{ min_interval = \"0s\" }}\n[[page]]\nurl = \"http://{host}/zn\"\n"
    );
    desk.write("sites/kinds.toml", &ours);
    let lines = format!(
        "{{\"column\": \"公告\", \"url\": \"{0}\"}}\n{{\"column\": \"文件\", \"url\": \"{1}\"}}\n{{\"url\": \"http://{host}/\"}}\n{{\"url\": \"http://{host}/gone\"}}\n",
        kind.url(1),
        kind.url(1).replace("tzgg", "zcwj")
    );
    desk.write("list.jsonl", lines);
    let output = desk.run(&["add", "--from", "list.jsonl", "--yes"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.ends_with("4 addresses: 2 written, 2 need a person\n"), "{said}");
    let text = desk.read("sites/kinds.toml");
    assert!(
        text.starts_with(&ours) && text.contains("name  = \"公告\"") && text.contains("name  = \"文件\""),
        "{text}"
    );
    assert!(desk.run(&["check"]).status.success());
    let again = desk.run(&["add", "--from", "list.jsonl", "--yes"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("2 there already, 2 need a person"), "{again:?}");
    assert_eq!(desk.read("sites/kinds.toml"), text);
}

#[test]
fn an_address_without_a_scheme_is_told_what_it_begins_with() {
    let desk = desk();
    for page in ["www.qingxi.example/zwgk/tzgg/", "www.qingxi.example:8080/zwgk/tzgg/"] {
        let output = desk.run(&["add", page]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("begin it with http:// or https://"), "{said}");
    }
}
