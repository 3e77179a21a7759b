//! Texts of portals that try to drive a receiver, in every channel: line ends in a subject, `@all`, markup, 500 characters,
//! turned reading direction, escapes of a terminal.

use serde_json::Value;

use super::office::{Door, Office};
use super::{Desk, json, variables};
use crate::portal::{Ask, Reply};

const TITLE: &str = "报告\r\nBcc: evil@example.org\r\n\r\n<@all> @all @everyone <!channel> <at user_id=\"all\">所有人</at> {url} \
    [点击](http://evil.example/) **粗** `码` <b>x</b> <script>alert(1)</script> \u{202e}倒\u{1b}]52;c;aGk=\u{7}";

/// The texts of a JSON value, all of them.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(keys) => keys.values().for_each(|item| texts(item, into)),
        _ => {}
    }
}

async fn asks(kind: &str, keys: &str, title: &str, diff: &str) -> Vec<Ask> {
    let text = format!("[[channel]]\nid = \"hook\"\nkind = \"{kind}\"\n{keys}\n{}", super::ALL);
    let mut env = variables();
    env.insert("TOKEN".to_owned(), "123456:ABC-secret-token".to_owned());
    let mut desk = Desk::with(&text, env).await;
    desk.answer(|ask| {
        let answer = if ask.path.contains("slack") { "ok" } else { r#"{"errcode":0,"code":0,"ok":true}"# };
        Reply::bytes("application/json", answer.into())
    });
    desk.edit(title, "x", diff).await;
    desk.publish(&[title]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.troubles), (2, vec![]), "{kind}");
    desk.portal.asks()
}

/// Kinds with the keys they need.
fn kinds() -> Vec<(&'static str, String)> {
    let url = |name: &str| format!("url = \"http://{{portal}}/{name}\"");
    let bot = format!("{}\ntoken = {{ env = \"TOKEN\" }}\nchat = \"1\"", url(""));
    let mut kinds: Vec<_> = ["dingtalk", "wecom", "feishu", "slack", "discord"].map(|kind| (kind, url(kind))).into();
    kinds.push(("telegram", bot));
    kinds.push(("ntfy", format!("{}\ntopic = \"t\"", url("ntfy"))));
    kinds
}

#[tokio::test]
async fn nothing_active_reaches_a_chat() {
    for (kind, keys) in kinds() {
        for ask in
            asks(kind, &keys, TITLE, &format!("--- a\n+++ b\n@@ title @@\n-x\n+{}\n", TITLE.replace("\r\n", " "))).await
        {
            let mut all = Vec::new();
            texts(&json(&ask), &mut all);
            for text in &all {
                let active = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
                assert!(!text.contains(active), "{kind}: {text:?}");
                assert!(!text.contains("\nBcc:"), "{kind}: {text:?}");
            }
            let all = all.join("\n");
            let marks: &[&str] = match kind {
                "dingtalk" | "wecom" | "feishu" => &["@all", "[点击](", "**粗", "<@", "<at ", "<b>", "<script"],
                "slack" => &["<!channel>", "<@"],
                "discord" => &[" [点击](", " **粗", " @everyone"],
                "telegram" => &["<script", "@all", "<at "],
                // Plain text: nothing in it is markup.
                _ => &[],
            };
            if kind != "slack" {
                assert!(marks.iter().all(|mark| !all.contains(mark)), "{kind}: {all}");
            }
        }
    }
}

#[tokio::test]
async fn slack_takes_no_text_of_a_portal_as_markup() {
    for ask in asks("slack", "url = \"http://{portal}/slack\"", TITLE, "--- a\n+++ b\n@@ title @@\n-x\n+y\n").await {
        let body = json(&ask);
        assert!(!body["text"].as_str().unwrap().contains("<!channel>"));
        for block in body["blocks"].as_array().unwrap() {
            let text = block["text"]["text"].as_str().unwrap();
            assert!(block["text"]["type"] == "plain_text" || text.starts_with("<http://a.gov.cn/"), "{block}");
        }
    }
}

#[tokio::test]
async fn sizes_are_kept_and_the_link_is_always_there() {
    let long = "县".repeat(500);
    let lines: Vec<String> = (0..400).map(|n| format!("-第{n}段原文{long}\n+第{n}段新文{long}\n")).collect();
    let lines = lines.concat();
    let diff = format!("--- a\n+++ b\n@@ -1,400 +1,400 @@\n{lines}");
    for (kind, keys) in kinds() {
        for ask in asks(kind, &keys, &long, &diff).await {
            let body = json(&ask);
            let (size, most) = match kind {
                "dingtalk" | "feishu" => (ask.body.len(), 20_000),
                "wecom" => (body["markdown"]["content"].as_str().unwrap().len(), 4096),
                "slack" => (
                    body["blocks"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|block| block["text"]["text"].as_str().unwrap().chars().count())
                        .max()
                        .unwrap(),
                    3000,
                ),
                "discord" => {
                    let embed = &body["embeds"][0];
                    let units = |key: &str| embed[key].as_str().unwrap().encode_utf16().count();
                    assert!(units("title") <= 256);
                    (units("description"), 4096)
                }
                "telegram" => (body["text"].as_str().unwrap().encode_utf16().count(), 4096),
                _ => (body["message"].as_str().unwrap().len(), 4096),
            };
            assert!(size <= most, "{kind}: {size}");
            assert!(ask.body.contains("http://a.gov.cn/"), "{kind}: {}", ask.body);
            if ask.body.contains("Edited") {
                assert!(ask.body.contains("more lines"), "{kind}: {}", ask.body);
            }
        }
    }
}

#[tokio::test]
async fn a_subject_of_a_mail_ends_where_it_ends() {
    let office = Office::open(Door::Open);
    let text = format!(
        "[[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"smtp://{}\"\nfrom = \"a@example.org\"\n\
         to = [\"b@example.org\"]\nsubject = \"{{site}} {{title}}\"\nbody = \"{{title}}\\n{{url}}\\n{{diff}}\"\n[[route]]\nto = [\"mail\"]\n",
        office.addr
    );
    let mut desk = Desk::of(&text).await;
    desk.edit(TITLE, "x", "--- a\n+++ b\n@@ title @@\n-x\n+<img src=x onerror=alert(1)>\n").await;
    assert_eq!(desk.deliver().await.delivered, 1);
    let taken = office.taken();
    let mail = mail_parser::MessageParser::default().parse(&taken[0].bytes).expect("a mail");
    assert_eq!(mail.bcc(), None);
    let subject = mail.subject().unwrap();
    assert!(subject.starts_with("兴县人民政府 报告 Bcc: evil@example.org <@all>"), "{subject}");
    assert!(subject.contains("{url}"), "one pass: what was put in is not looked at again");
    assert!(!subject.contains(|c: char| c.is_control() || c == '\u{202e}'), "{subject:?}");
    let html = mail.body_html(0).unwrap();
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>x"), "{html}");
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
    assert!(taken[0].receivers == ["RCPT TO:<b@example.org>"]);
}
