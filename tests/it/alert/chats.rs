//! Chats: each payload against the form that its service publishes, each answer as it means it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Desk, json, variables};
use crate::portal::{Ask, Reply};

const DIFF: &str =
    "--- revision 1\n+++ revision 2\n@@ validity @@\n-有效\n+失效\n@@ -1,1 +1,1 @@\n-全年办结5件\n+全年办结15件\n";

/// A desk with one channel `hook` of this kind.
async fn desk(kind: &str, keys: &str) -> Desk {
    let text = format!("[[channel]]\nid = \"hook\"\nkind = \"{kind}\"\n{keys}\n{}", super::ALL);
    Desk::with(&text, env()).await
}

fn env() -> BTreeMap<String, String> {
    let mut env = variables();
    env.insert("TOKEN".to_owned(), "123456:ABC-secret-token".to_owned());
    env
}

/// What the channel sends of an edit whose taking is answered so.
async fn sent(kind: &str, keys: &str, answer: &str) -> Ask {
    let mut desk = desk(kind, keys).await;
    let answer = answer.to_owned();
    desk.answer(move |_| Reply::bytes("application/json", answer.clone().into_bytes()));
    desk.edit("兴县2025年法治政府建设年度报告", "x", DIFF).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.troubles), (1, vec![]), "{kind}");
    desk.portal.asks().pop().expect("a request")
}

/// The error of a delivery whose taking is answered so, and whether it is held against the channel.
async fn refused(kind: &str, keys: &str, reply: Reply) -> (String, u64) {
    let mut desk = desk(kind, keys).await;
    desk.answer(move |_| reply.clone());
    desk.edit("报告", "x", DIFF).await;
    let done = desk.deliver().await;
    assert_eq!(done.delivered, 0, "{kind}");
    let wait = done.next_try_at.expect("it is owed").duration_since(desk.now()).as_secs().unsigned_abs();
    (done.troubles[0].error.clone(), wait)
}

fn answer(text: &str) -> Reply {
    Reply::bytes("application/json", text.as_bytes().to_vec())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

const URL: &str = "url = \"http://{portal}/robot?access_token=key-in-the-url\"";

#[tokio::test]
async fn dingtalk_is_markdown_signed_in_the_query() {
    let keys = format!("{URL}\nsecret = {{ env = \"WORD\" }}\nlanguage = \"zh\"");
    let ask = sent("dingtalk", &keys, r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let body = json(&ask);
    assert_eq!(text(&body["msgtype"]), "markdown");
    assert_eq!(text(&body["markdown"]["title"]), "［govwatch］ 兴县人民政府: 已修改 兴县2025年法治政府建设年度报告");
    let markdown = text(&body["markdown"]["text"]);
    for wanted in [
        "#### 兴县人民政府: 已修改",
        "[打开原文](http://a.gov.cn/known.html)",
        "> - 有效",
        "> + 失效",
        "> + 全年办结15件",
    ] {
        assert!(markdown.contains(wanted), "{wanted} in {markdown}");
    }
    assert_eq!(body["at"]["isAtAll"], false);
    let query: BTreeMap<String, String> =
        url::Url::parse(&format!("http://h{}", ask.path)).unwrap().query_pairs().into_owned().collect();
    assert_eq!(query["access_token"], "key-in-the-url");
    assert!(query["timestamp"].len() == 13 && query["sign"].len() == 44, "{query:?}");
}

#[tokio::test]
async fn wecom_is_markdown() {
    let body = json(&sent("wecom", URL, r#"{"errcode":0,"errmsg":"ok"}"#).await);
    assert_eq!(text(&body["msgtype"]), "markdown");
    let markdown = text(&body["markdown"]["content"]);
    assert!(markdown.len() <= 4096 && markdown.contains("<font color=\"info\">+ 失效</font>"), "{markdown}");
}

#[tokio::test]
async fn feishu_is_rich_text_signed_in_the_body() {
    let keys = format!("{URL}\nsecret = {{ env = \"WORD\" }}");
    let body = json(&sent("feishu", &keys, r#"{"code":0,"msg":"success","data":{}}"#).await);
    assert_eq!(text(&body["msg_type"]), "post");
    assert_eq!((text(&body["timestamp"]).len(), text(&body["sign"]).len()), (10, 44));
    let post = &body["content"]["post"]["zh_cn"];
    assert!(text(&post["title"]).contains("Edited"));
    let elements: Vec<&Value> = post["content"].as_array().unwrap().iter().map(|line| &line[0]).collect();
    assert!(elements.iter().all(|element| matches!(element["tag"].as_str(), Some("text" | "a"))));
    assert!(elements.iter().any(|element| element["href"] == "http://a.gov.cn/known.html"));
    assert!(elements.iter().any(|element| element["text"] == "+ 失效"));
}

#[tokio::test]
async fn slack_is_plain_sections_and_one_link() {
    let body = json(&sent("slack", URL, "ok").await);
    let blocks = body["blocks"].as_array().unwrap();
    let links: Vec<&Value> = blocks.iter().filter(|block| block["text"]["type"] == "mrkdwn").collect();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0]["text"]["text"], "<http://a.gov.cn/known.html|Open the page>");
    let plain: Vec<String> = blocks
        .iter()
        .filter(|block| block["text"]["type"] == "plain_text")
        .map(|block| text(&block["text"]["text"]))
        .collect();
    assert!(plain.join("\n").contains("+ 失效") && plain.iter().all(|text| text.chars().count() <= 3000));
    assert_eq!(body["link_names"], false);
}

#[tokio::test]
async fn discord_is_an_embed_that_calls_nobody() {
    let body = json(&sent("discord", URL, "").await);
    assert_eq!(body["allowed_mentions"]["parse"], Value::Array(vec![]));
    let embed = &body["embeds"][0];
    assert!(text(&embed["title"]).chars().count() <= 256);
    let description = text(&embed["description"]);
    assert!(
        description.contains("[Open the page](<http://a.gov.cn/known.html>)") && description.contains("+ 失效"),
        "{description}"
    );
}

#[tokio::test]
async fn telegram_is_html_to_a_chat() {
    let keys = "url = \"http://{portal}/\"\ntoken = { env = \"TOKEN\" }\nchat = \"-100123\"";
    let ask = sent("telegram", keys, r#"{"ok":true,"result":{}}"#).await;
    assert_eq!(ask.path, "/bot123456:ABC-secret-token/sendMessage");
    let body = json(&ask);
    assert_eq!((text(&body["chat_id"]), text(&body["parse_mode"])), ("-100123".to_owned(), "HTML".to_owned()));
    assert_eq!(body["link_preview_options"]["is_disabled"], true);
    assert!(text(&body["text"]).contains("<a href=\"http://a.gov.cn/known.html\">Open the page</a>"));
}

#[tokio::test]
async fn ntfy_is_plain_text_of_a_topic() {
    let keys = "url = \"http://{portal}/\"\ntoken = { env = \"TOKEN\" }\ntopic = \"gov-reports\"";
    let ask = sent("ntfy", keys, "{}").await;
    assert_eq!(ask.header("authorization"), Some("Bearer 123456:ABC-secret-token"));
    let body = json(&ask);
    assert_eq!(
        (text(&body["topic"]), text(&body["click"])),
        ("gov-reports".to_owned(), "http://a.gov.cn/known.html".to_owned())
    );
    assert!(text(&body["message"]).contains("+ 失效") && body.get("markdown").is_none());
}

#[tokio::test]
async fn a_code_inside_a_200_is_a_failure_in_the_words_of_the_service() {
    let telegram = "url = \"http://{portal}/\"\ntoken = { env = \"TOKEN\" }\nchat = \"-100123\"";
    for (kind, keys, reply, said) in [
        ("dingtalk", URL, answer(r#"{"errcode":310000,"errmsg":"sign not match"}"#), "sign not match"),
        ("wecom", URL, answer(r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#), "invalid webhook url"),
        ("feishu", URL, answer(r#"{"code":19021,"msg":"sign match fail"}"#), "sign match fail"),
        ("slack", URL, answer("no_service"), "no_service"),
        (
            "telegram",
            telegram,
            answer(r#"{"ok":false,"error_code":403,"description":"bot was kicked"}"#),
            "bot was kicked",
        ),
        ("dingtalk", URL, Reply::html("<html>login</html>"), "not as dingtalk does"),
    ] {
        let (error, _) = refused(kind, keys, reply).await;
        assert!(error.contains(said), "{kind}: {error}");
        assert!(!error.contains("key-in-the-url") && !error.contains("secret"), "{kind}: {error}");
    }
}

#[tokio::test]
async fn a_service_that_is_asked_too_often_is_left_alone_as_long_as_it_wants() {
    let telegram = "url = \"http://{portal}/\"\ntoken = { env = \"TOKEN\" }\nchat = \"-100123\"";
    let (_, wait) = refused("dingtalk", URL, answer(r#"{"errcode":130101,"errmsg":"send too fast"}"#)).await;
    assert_eq!(wait, 600, "ten minutes of silence");
    let slow = r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":77}}"#;
    let (_, wait) = refused("telegram", telegram, Reply { status: 429, ..answer(slow) }).await;
    assert_eq!(wait, 77);
    let (_, wait) = refused("discord", URL, Reply::status(429).with("Retry-After", "42")).await;
    assert_eq!(wait, 42);
}

#[tokio::test]
async fn a_redirect_of_a_robot_is_not_followed() {
    let (error, _) = refused("wecom", URL, Reply::redirect("http://127.0.0.1:1/steal")).await;
    assert!(error.contains("redirects are not followed") && !error.contains("key-in-the-url"), "{error}");
}

#[tokio::test]
async fn feeds_are_files_that_readers_read() {
    let mut desk = desk("feed", "folder = \"feeds\"").await;
    desk.edit("兴县 <年度> & 报告", "x", DIFF).await;
    desk.publish(&["另一份"]).await;
    assert_eq!(desk.deliver().await.delivered, 2);
    let read = |name: &str| std::fs::read_to_string(desk.folder.path().join("feeds").join(name)).expect(name);
    let mut names: Vec<String> = std::fs::read_dir(desk.folder.path().join("feeds"))
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["all.atom", "all.json", "site-a.atom", "site-a.json"]);
    let json: Value = serde_json::from_str(&read("all.json")).unwrap();
    assert_eq!(
        (json["version"].as_str(), json["items"].as_array().map(Vec::len)),
        (Some("https://jsonfeed.org/version/1.1"), Some(2))
    );
    assert_eq!(json["items"][0]["url"], "http://a.gov.cn/r1.html");
    let (mut titles, mut ids) = (Vec::new(), Vec::new());
    let (atom, mut at) = (read("site-a.atom"), Vec::new());
    let mut reader = quick_xml::Reader::from_str(&atom);
    loop {
        match reader.read_event().expect("XML") {
            quick_xml::events::Event::Start(tag) => at.push(tag.name().as_ref().to_owned()),
            quick_xml::events::Event::End(_) => drop(at.pop()),
            quick_xml::events::Event::Text(words) if at.ends_with(&["entry".to_owned(), "title".to_owned()]) => {
                titles.push(String::from(&*words));
            }
            quick_xml::events::Event::Text(words) if at.ends_with(&["entry".to_owned(), "id".to_owned()]) => {
                ids.push(String::from(&*words));
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert!(atom.contains("兴县 &lt;年度&gt; &amp; 报告") && !titles.is_empty());
    assert!(ids.len() == 2 && ids.iter().all(|id| id.starts_with("urn:govwatch:msg_")), "{ids:?}");
}
