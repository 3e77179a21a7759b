//! Site files are written from the page as carefully as from the command line.

use govwatch::model::{Hash, SiteState};
use govwatch::store::Watched;

use super::*;

const FILE: &str =
    "# ours\nname = \"甲县\"\n\n[[listing]]\nname = \"fz\" # short\nurl = \"http://a.gov.cn/fz/\"\nentry = \"li\"\n";

/// A folder with the file of site a, and a page from which it can be edited.
pub(super) async fn desk() -> (tempfile::TempDir, Scene) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), FILE).unwrap();
    let scene = Scene::over(WebRule::default(), lived().await, Some(folder.path())).await;
    (folder, scene)
}

/// The digest that the form of a page sends.
fn was(page: &str) -> String {
    page.split("name=\"was\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_right_text_takes_the_place_of_the_file_whose_old_text_stays_beside_it() {
    let (folder, scene) = desk().await;
    let page = scene.page("/sites/a/file").await;
    assert!(page.contains("# ours\nname = &#34;甲县&#34;\n"), "{page}");
    let text = FILE.replace("甲县", "甲县人民政府").replace('\n', "\r\n");
    let written = scene.post("/sites/a/file", &[], &[("text", &text), ("was", &was(&page))]).await;
    assert_eq!(
        (written.status().as_u16(), &written.headers()["location"]),
        (303, &"/sites/a?written=1".parse().unwrap())
    );
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.toml"), FILE.replace("甲县", "甲县人民政府"), "line ends stay those of the file, comments too");
    assert_eq!(read("a.toml.1"), FILE);
    assert!(scene.page("/sites/a?written=1").await.contains("where there was one before, its text is kept beside it"));
}

#[tokio::test]
async fn a_wrong_text_is_not_written_and_each_mistake_has_its_line_and_key() {
    let (folder, scene) = desk().await;
    let was = was(&scene.page("/sites/a/file").await);
    let text = FILE.replace("entry = \"li\"", "entry = \"li[\"").replace("name = \"甲县\"", "nmae = \"<script>\"");
    let refused = scene.post("/sites/a/file", &[], &[("text", &text), ("was", &was)]).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    for said in
        ["line 2", "<code>nmae</code>", "line 7", "<code>listing.entry</code>", "nmae = &#34;&#60;script&#62;&#34;"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let checked = scene.post("/sites/a/file", &[], &[("text", FILE), ("was", &was), ("check", "1")]).await;
    assert_eq!(checked.status(), 200);
    assert!(checked.text().await.unwrap().contains("The file is right. It is not written yet."));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was written");
}

#[tokio::test]
async fn what_somebody_else_wrote_meanwhile_is_shown_and_not_overwritten() {
    let (folder, scene) = desk().await;
    let first = was(&scene.page("/sites/a/file").await);
    let theirs = FILE.replace("甲县", "乙县");
    std::fs::write(folder.path().join("a.toml"), &theirs).unwrap();
    let ours = FILE.replace("甲县", "丙县");
    let refused = scene.post("/sites/a/file", &[], &[("text", &ours), ("was", &first)]).await;
    assert_eq!(refused.status(), 409);
    let page = refused.text().await.unwrap();
    assert!(
        page.contains("丙县") && page.contains("乙县") && page.contains("The file was changed meanwhile"),
        "{page}"
    );
    assert_eq!(std::fs::read_to_string(folder.path().join("a.toml")).unwrap(), theirs);
    let again = scene.post("/sites/a/file", &[], &[("text", &ours), ("was", &was(&page))]).await;
    assert_eq!(again.status(), 303, "who has seen it may replace it");
    assert_eq!(std::fs::read_to_string(folder.path().join("a.toml.1")).unwrap(), theirs);
}

#[tokio::test]
async fn a_site_without_a_file_gets_one_and_no_name_leads_out_of_the_folder() {
    let (folder, scene) = desk().await;
    let new = scene.post("/sites/new-one/file", &[], &[("text", FILE), ("was", "")]).await;
    assert_eq!(new.status(), 303);
    assert_eq!(std::fs::read_to_string(folder.path().join("new-one.toml")).unwrap(), FILE);
    let other = format!("# another one\n{FILE}");
    let again = scene.post("/sites/new-one/file", &[], &[("text", &other), ("was", "")]).await;
    assert_eq!(again.status(), 409, "it is there now");
    let twice = scene.post("/sites/new-one/file", &[], &[("text", FILE), ("was", "")]).await;
    assert_eq!(twice.status(), 303, "who presses twice is told no conflict with himself");
    for id in ["..%2Fa", "A", "obligations", "%2e%2e"] {
        let answer = scene.post(&format!("/sites/{id}/file"), &[], &[("text", FILE), ("was", "")]).await;
        assert_eq!(answer.status(), 404, "{id}");
        assert_eq!(scene.get(&format!("/sites/{id}/file")).await.status(), 404, "{id}");
    }
    assert_eq!(scene.get("/sites/nobody/file").await.status(), 404);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn only_who_may_change_things_sees_a_site_file_or_asks_for_a_poll() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), FILE).unwrap();
    let scene = Scene::over(closed(), lived().await, Some(folder.path())).await;
    let ways = [
        (Method::GET, "/sites/a/file"),
        (Method::POST, "/sites/a/file"),
        (Method::GET, "/add"),
        (Method::POST, "/sites/a/poll"),
    ];
    for (method, path) in ways {
        let form = [("text", FILE), ("was", "")];
        let reader = scene.ask(method.clone(), path, &[("authorization", "Bearer reader")], &form).await;
        assert_eq!(reader.status(), 403, "{method} {path}");
        assert!(!reader.text().await.unwrap().contains("甲县"), "{method} {path}");
        let nobody = scene.ask(method.clone(), path, &[("sec-fetch-site", "same-origin")], &form).await;
        assert!([303, 401].contains(&nobody.status().as_u16()), "{method} {path}");
    }
    let bare = Scene::open().await;
    for path in ["/add", "/sites/a/file"] {
        let answer = bare.get(path).await;
        assert_eq!(answer.status(), 403, "{path}");
        assert!(answer.text().await.unwrap().contains("govwatch daemon"), "the next step is said");
    }
}

#[tokio::test]
async fn a_poll_can_be_asked_for_only_where_the_daemon_polls() {
    let (_folder, scene) = desk().await;
    let refused = scene.post("/sites/a/poll", &[], &[]).await;
    assert_eq!(refused.status(), 409, "nobody watches it");
    assert!(refused.text().await.unwrap().contains("This site is not polled"));
    assert_eq!(scene.post("/sites/nowhere/poll", &[], &[]).await.status(), 404, "there is no such site");
    let watched = Watched { site: SiteId::new("a"), file: Hash::of(b""), latest_due_at: at(1_000_000) };
    scene.store.watch(watched, at(60)).await.unwrap();
    let due = scene.store.site_state(&SiteId::new("a")).await.unwrap().next_due_at.unwrap();
    assert!(due > at(60) && scene.store.make_due(&SiteId::new("a"), at(70)).await.unwrap());
    let asked = scene.store.site_state(&SiteId::new("a")).await.unwrap();
    assert_eq!((asked.next_due_at, asked.is_asked), (Some(at(70)), true));
    let failing = SiteState { failures: 4, ..asked };
    assert_eq!(failing.failures_after(at(71), 1), 4, "who looks for the fault does not make the site wait longer");
    assert_eq!(SiteState { is_asked: false, ..failing }.failures_after(at(71), 1), 5);
    let asked = scene.post("/sites/a/poll", &[], &[]).await;
    assert_eq!((asked.status().as_u16(), &asked.headers()["location"]), (303, &"/sites/a#poll".parse().unwrap()));
    assert_eq!(
        scene.store.site_state(&SiteId::new("a")).await.unwrap().next_due_at,
        Some(at(70)),
        "none waits longer for it"
    );
    let page = scene.page("/sites/a").await;
    assert!(page.contains("begins in a moment") && page.contains("/static/live.js"), "{page}");
    let headers = written(scene.get("/sites/a").await.headers());
    assert!(headers.contains("script-src 'self'; connect-src 'self'") && !headers.contains("unsafe"), "{headers}");
}

#[tokio::test]
async fn what_is_asked_for_while_a_poll_is_under_way_is_polled_after_it() {
    let store = Store::in_memory().unwrap();
    let site = SiteId::new("a");
    let watched = |text: &[u8]| Watched { site: site.clone(), file: Hash::of(text), latest_due_at: at(1_000_000) };
    let due = async || store.site_state(&site).await.unwrap().next_due_at.unwrap();
    store.watch(watched(b"one"), at(0)).await.unwrap();
    let poll = Poll::begin(&store, 1).await;
    store.watch(watched(b"file"), at(2)).await.unwrap();
    poll.end().await;
    assert!(due().await <= at(2), "it began by the former file");
    let poll = Poll::begin(&store, 3).await;
    assert!(store.make_due(&site, at(4)).await.unwrap());
    poll.end().await;
    assert!(due().await <= at(4) && store.site_state(&site).await.unwrap().is_asked);
    Poll::begin(&store, 5).await.end().await;
    assert!(due().await > at(5), "once is enough");
    store.watch(watched(b"third"), at(6)).await.unwrap();
    Poll::begin(&store, 7).await.end().await;
    assert!(due().await <= at(7), "it came to the store later, and went by the former file all the same");
}

#[tokio::test]
async fn the_page_of_a_site_says_that_its_file_is_wrong() {
    let (folder, scene) = desk().await;
    assert!(!scene.page("/sites/a").await.contains("has a mistake"));
    std::fs::write(folder.path().join("a.toml"), FILE.replace("entry =", "entri =")).unwrap();
    let page = scene.page("/sites/a").await;
    assert!(page.contains("Its file has a mistake") && page.contains("a.toml:7") && page.contains("entri"), "{page}");
}
