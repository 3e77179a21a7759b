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

/// A column of seven rows with its reports, on a host that its bare name leads to.
fn redirecting() -> (Portal, Desk) {
    let portal = Portal::start();
    let makes = kinds();
    let kind = &makes[0];
    let host = kind.host();
    let bare = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let www = format!("www.{bare}");
    let desk = Desk::beside(&portal, &[bare.clone(), www.clone(), "other.kinds.example".to_owned()]);
    for n_page in 1..=kind.n_pages() {
        portal.page(&www, &(kind.path)(n_page), kind.page(n_page));
    }
    for (path, html) in kind.details() {
        portal.page(&www, &path, html);
    }
    let there = format!("http://{www}{}", (kind.path)(1));
    portal.serve(&bare, &(kind.path)(1), crate::portal::Reply::redirect(&there));
    portal.serve("other.kinds.example", "/", crate::portal::Reply::redirect(&there));
    (portal, desk)
}

#[test]
fn a_bare_name_that_leads_to_its_www_is_followed_and_another_host_is_named_with_the_command() {
    let (_portal, desk) = redirecting();
    let kind = &kinds()[0];
    let bare = kind.url(1).replace("http://www.", "http://");
    let (rows, _) = desk.rows(&["add", &bare]);
    let www = format!("http://www.{}", bare.trim_start_matches("http://"));
    assert_eq!(rows[0]["url"].as_str(), Some(&*www), "{}", rows[0]["reasons"]);
    assert!(!rows[0]["entries"].as_array().expect("a list").is_empty());
    let output = desk.run(&["add", "http://other.kinds.example/"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("type: govwatch add {www}")), "{said}");
}

#[test]
fn a_line_that_is_wrong_costs_no_other_and_a_list_says_what_one_address_says() {
    let (portal, desk) = redirecting();
    let frames =
        "<html><head><title>x</title></head><frameset><frame src='/top.html'><frame src='/zwgk/'></frameset></html>";
    portal.page("other.kinds.example", "/frames/", frames);
    let bare = kinds()[0].url(1).replace("http://www.", "http://");
    desk.write("list.txt", format!("no address\n{bare}\nhttp://other.kinds.example/frames/\n"));
    let output = desk.run(&["add", "--from", "list.txt", "--yes"]);
    let (told, errors) = (said(&output), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(output.status.code(), Some(1), "{told}{errors}");
    assert!(errors.contains("list.txt: line 1: "), "{errors}");
    assert!(told.contains("3 addresses: ") && told.contains("1 failed"), "{told}");
    assert!(told.contains("a frame of the page shows http://other.kinds.example/zwgk/"), "{told}");
}

#[test]
fn a_column_goes_into_no_file_of_another_home_and_into_no_second_file() {
    let desk = desk();
    desk.write(
        "sites/other.toml",
        "home = \"http://www.elsewhere.example/\"\n[[page]]\nurl = \"http://www.elsewhere.example/a\"\n",
    );
    let add = |id: &str| desk.run(&["add", "--saved", "page.html", "--url", URL, "--yes", "--id", id]);
    let output = add("other");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("other is the site of http://www.elsewhere.example/"));
    assert_eq!(add("first").status.code(), Some(0));
    let output = add("second");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("stands in first.toml already"), "{output:?}");
    assert!(!desk.path("sites/second.toml").exists());
}
