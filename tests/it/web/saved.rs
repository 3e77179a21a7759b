//! Filters that a person gave a name to, and their feeds.

use super::*;

#[tokio::test]
async fn a_filter_is_kept_under_its_name_with_its_feeds_until_it_is_removed() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page("/?event=edited&before=99999999999999-1").await;
    assert!(page.contains("name=\"query\" value=\"?event=edited\""), "{page}");
    for (name, path, query) in
        [("修改", "/", "?event=edited"), ("<b>另一个</b>", "/search", "?q=%E5%8F%A6%E4%B8%80%E4%B8%AA&page=3")]
    {
        let kept = scene.post("/searches", &[], &[("name", name), ("path", path), ("query", query)]).await;
        assert_eq!((kept.status().as_u16(), &kept.headers()["location"]), (303, &"/search#saved".parse().unwrap()));
    }
    let page = scene.page("/search").await;
    assert!(page.contains("<a href=\"/?event=edited\"><bdi>修改</bdi></a>"), "{page}");
    assert!(page.contains("&#60;b&#62;另一个") && page.contains("/search?q=%E5%8F%A6%E4%B8%80%E4%B8%AA\""), "{page}");
    let feed = scene.get("/feed.atom?event=edited").await.text().await.unwrap();
    assert_eq!(feed.matches("<entry>").count(), 1);
    assert!(feed.contains("<title>修改 · govwatch</title>"), "{feed}");
    let whole = scene.get("/feed.atom").await.text().await.unwrap();
    assert!(whole.contains("<title>govwatch</title>"), "{whole}");
    let found = Scene::read(scene.get("/feed.json?q=%E5%8F%A6%E4%B8%80%E4%B8%AA").await).await;
    let a = id(&scene.store, "a").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["title"], "<b>另一个</b> · govwatch");
    let unnamed = Scene::read(scene.get("/feed.json?q=%E6%AD%A3%E6%96%87").await).await;
    assert_eq!(unnamed["title"], "正文 · govwatch");
    assert_eq!(found["items"][0]["id"], format!("tag:govwatch,2026:report/{a}/2"));
    assert!(found["items"][0]["content_text"].as_str().unwrap().contains("另一个正文"), "{found}");
    assert_eq!(scene.get("/feed.json?q=-x").await.status(), 400);
    let number = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(scene.post("/searches/forget", &[], &[("id", &number)]).await.status(), 303);
    assert_eq!(scene.page("/search").await.matches("/searches/forget").count(), 1);
}

#[tokio::test]
async fn nothing_is_kept_that_is_no_filter_of_ours_and_no_more_than_can_be_looked_through() {
    let scene = Scene::open().await;
    for (name, path, query) in
        [("", "/", "event=new"), ("x", "//evil.example", "event=new"), ("x", "/", ""), ("x", "/", "page=2")]
    {
        let refused = scene.post("/searches", &[], &[("name", name), ("path", path), ("query", query)]).await;
        assert_eq!(refused.status(), 400, "{name} {path} {query}");
    }
    for n in 0..govwatch::store::MOST_SAVED {
        assert!(scene.store.save_search(&format!("s{n}"), "/", "event=new", at(0)).await.unwrap());
    }
    assert!(!scene.store.save_search("one more", "/", "event=new", at(0)).await.unwrap());
    assert!(scene.store.save_search("s7", "/search", "q=a", at(1)).await.unwrap(), "a name may get another filter");
    let refused = scene.post("/searches", &[], &[("name", "one more"), ("path", "/"), ("query", "event=new")]).await;
    assert_eq!(refused.status(), 400);
    assert!(scene.page("/search").await.contains("s99"));
}
