//! The JSON of the page has the names of the command line's, turns pages, and is described.

use serde_json::json;

use super::*;

impl Scene {
    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        Self::read(answer).await
    }
}

fn keys(row: &Value) -> Vec<&String> {
    row.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn rows_have_the_keys_of_the_command_line() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let changes = scene.json("/api/v1/changes?event=edited").await;
    let event = &scene.store.changes(govwatch::store::ChangeFilter { limit: 10, ..Default::default() }).await.unwrap();
    let printed: Vec<Value> = event.iter().map(|(_, event)| serde_json::to_value(event).unwrap()).collect();
    assert!(printed.contains(&changes["items"][0]), "{changes}");
    let reports = scene.json("/api/v1/reports").await;
    assert_eq!(keys(&reports["items"][0])[..4], ["report", "site", "listing", "url"]);
    let a = id(&scene.store, "a").await;
    let report = scene.json(&format!("/api/v1/reports/{a}")).await;
    assert!(report["text"].as_str().unwrap().starts_with("另一个正文"), "{report}");
    assert_eq!(scene.json(&format!("/api/v1/reports/{a}/history")).await["items"].as_array().unwrap().len(), 2);
    let diff = scene.json(&format!("/api/v1/reports/{a}/diff?old=1")).await;
    assert_eq!(json!([diff["revision"], diff["previous"], diff["hunks"][0]["kind"]]), json!([2, 1, "replaced"]));
    assert_eq!(scene.json("/api/v1/sites").await["items"][1]["state"], "paused");
    assert_eq!(keys(&scene.json("/api/v1/search?q=d").await), ["items", "next", "n_unindexed"]);
    assert_eq!(scene.json("/api/v1/sites/a").await["entries"], 4);
}

#[tokio::test]
async fn lists_are_turned_by_next_until_there_is_none() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    for (list, cursor, n) in [("changes", "before", 3), ("reports", "after", 4), ("sites", "after", 2)] {
        let (mut seen, mut query) = (Vec::new(), String::new());
        loop {
            let page = scene.json(&format!("/api/v1/{list}?limit=1{query}")).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(ToString::to_string));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("&{cursor}={}", next.replace('+', "%2B"));
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (n, n), "{list}");
    }
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let first = scene.get("/api/v1/reports").await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    for (shown, status) in [(&*tag, 304), ("\"other\"", 200), (&*format!("\"x\", W/{tag}"), 304)] {
        let answer = scene.ask(Method::GET, "/api/v1/reports", &[("if-none-match", shown)], &[]).await;
        assert_eq!(answer.status(), status, "{shown}");
        assert_eq!(answer.headers().get_all("content-type").iter().collect::<Vec<_>>(), ["application/json"]);
        assert_eq!(answer.text().await.unwrap().is_empty(), status == 304);
    }
}

#[tokio::test]
async fn a_wrong_question_is_answered_in_json_with_what_is_wrong() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    for (path, status, said) in [
        ("/api/v1/changes?limit=0", 400, "limit"),
        ("/api/v1/changes?limit=201", 400, "from 1 to 200"),
        ("/api/v1/changes?before=x", 400, "before"),
        ("/api/v1/reports?after=x", 400, "after"),
        ("/api/v1/reports?since=x", 400, "since"),
        ("/api/v1/reports/99", 404, "99"),
        ("/api/v1/sites/none", 404, "none"),
        ("/api/v1/search", 400, "what to search for"),
        ("/api/v1/search?q=a&page=501", 400, "from 1 to 500"),
        ("/api/v1/search?q=a&by=x", 400, "one of date, rank"),
        ("/api/v1/alerts?state=x", 400, "state"),
        ("/api/v1/sites?state=x", 400, "one of broken, "),
        ("/api/v1/changes?evnt=edited", 400, "\"evnt\": one of site, kind, event, words, since, until, limit, before"),
        ("/api/v1/changes?limit=&evnt=", 400, "evnt"),
        ("/api/v1/changes?event=new&event=edited", 400, "\"event\" stands twice"),
        ("/api/v1/reports?site=nowhere", 404, "no site \"nowhere\""),
        (&format!("/api/v1/search?q={}", "a".repeat(2001)), 400, "at most 2000 characters"),
        ("/api/v1/sites/a?limit=3", 400, "\"limit\": none is taken here"),
        ("/api/v1/nonsense?x=1", 404, "no such page"),
    ] {
        let answer = scene.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let body = Scene::read(answer).await;
        assert!(body["error"].as_str().unwrap().contains(said), "{path}: {body}");
        assert!(body["next"].as_str().unwrap().contains("/api/v1/openapi.json"), "{path}: {body}");
    }
}

#[tokio::test]
async fn the_description_names_every_route_and_no_other() {
    let scene = Scene::open().await;
    let described = scene.json("/api/v1/openapi.json").await;
    let written = include_str!("../../../src/web/api.rs").split(".route(\"").skip(1);
    let routes: BTreeSet<String> = written.map(|rest| format!("/api/v1{}", rest.split('"').next().unwrap())).collect();
    let paths = described["paths"].as_object().unwrap();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routes);
    for (path, item) in paths {
        let named: BTreeSet<&str> = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let described: BTreeSet<&str> =
            parameters.filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(named, described, "{path}");
        assert!(item["get"]["responses"]["200"].is_object() && item["get"]["summary"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn the_described_keys_are_those_that_are_there() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let described = scene.json("/api/v1/openapi.json").await;
    let a = id(&scene.store, "a").await;
    for (schema, row) in [
        ("Change", scene.json("/api/v1/changes").await["items"][0].clone()),
        ("Report", scene.json("/api/v1/reports").await["items"][0].clone()),
        ("Step", scene.json(&format!("/api/v1/reports/{a}/history")).await["items"][0].clone()),
        ("Shown", scene.json(&format!("/api/v1/reports/{a}")).await),
        ("Compared", scene.json(&format!("/api/v1/reports/{a}/diff")).await),
        ("Covered", scene.json("/api/v1/coverage").await["items"][0].clone()),
        ("Found", scene.json("/api/v1/search?q=d").await["items"][0].clone()),
        ("Site", scene.json("/api/v1/sites/a").await),
    ] {
        let schema = &described["components"]["schemas"][schema];
        let properties: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys(&row).into_iter().collect::<BTreeSet<_>>(), properties, "{schema}");
    }
}

#[tokio::test]
async fn a_site_whose_file_is_gone_or_was_never_right_is_unwatched() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wrong.toml"), "nmae = 1\n").unwrap();
    let store = lived().await;
    for site in ["gone", "wrong"] {
        store.begin_poll(&SiteId::new(site), at(70)).await.unwrap();
    }
    let scene = Scene::over(WebRule::default(), store, Some(folder.path())).await;
    let all = scene.json("/api/v1/sites").await;
    let states: Vec<_> = all["items"].as_array().unwrap().iter().map(|site| (&site["site"], &site["state"])).collect();
    let expected = [("a", "ok"), ("b", "paused"), ("gone", "unwatched"), ("wrong", "unwatched")];
    assert_eq!(json!(states), json!(expected));
    assert!(all["items"][2]["next_due_at"].is_null() && all["items"][2]["error"].is_null());
    assert!(all["items"][3]["error"].as_str().unwrap().contains("wrong.toml:1"), "{}", all["items"][3]);
    assert_eq!(scene.json("/api/v1/sites?state=unwatched").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(scene.json("/api/v1/sites/gone").await["state"], "unwatched");
    let page = scene.page_with("/sites?state=unwatched", &[("accept-language", "zh-CN")]).await;
    assert!(page.contains("未监测") && page.contains("/sites/gone") && !page.contains("/sites/a\""));
    assert!(scene.page("/sites/wrong").await.contains("wrong.toml:1"));
}
