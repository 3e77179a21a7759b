//! Nothing is shown to whom it is not for, and nobody else's page can act here.

use super::*;

/// The paths of the routes as the code has them, with values in the place of their names.
fn routes() -> Vec<String> {
    let paths = |code: &str, under: &str| -> Vec<String> {
        let written = code.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        written.map(|path| format!("{under}{path}")).collect()
    };
    let mut routes = paths(include_str!("../../../src/web/mod.rs"), "");
    routes.extend(paths(include_str!("../../../src/web/api.rs"), "/api/v1"));
    assert!(routes.len() > 20, "{routes:?}");
    let hash = "0".repeat(64);
    let values = [
        ("{kind}", "k"),
        ("{year}", "2025"),
        ("{report}", "1"),
        ("{revision}", "1"),
        ("{file}", "1"),
        ("{site}", "a"),
        ("{hash}", &*hash),
    ];
    let filled = |route: &String| values.iter().fold(route.clone(), |path, (name, value)| path.replace(name, value));
    routes.iter().map(filled).collect()
}

#[tokio::test]
async fn without_a_login_only_the_way_in_answers() {
    let scene = Scene::with(closed(), lived().await).await;
    for path in routes() {
        let is_open = ["/login", "/language", "/static/{name}"].contains(&&*path);
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let answer = scene.ask(method.clone(), &path, &[("sec-fetch-site", "same-origin")], &[]).await;
            let status = answer.status().as_u16();
            let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
            let text = answer.text().await.unwrap();
            assert!(!text.contains("a.gov.cn"), "{method} {path} shows what is stored");
            if !is_open {
                let is_shut = status == 401 || (status == 303 && to.starts_with("/login?to="));
                assert!(is_shut || path == "/logout", "{method} {path}: {status} {to}");
            }
        }
    }
    assert_eq!(scene.get("/nonsense").await.status(), 303);
    assert_eq!(scene.get("/static/style.css").await.status(), 200);
    assert_eq!(scene.get("/static/../mod.rs").await.status(), 303);
}

#[tokio::test]
async fn a_password_opens_and_leaving_shuts() {
    let scene = Scene::with(closed(), lived().await).await;
    let wrong = scene.post("/login", &[], &[("password", "guess"), ("to", "/sites")]).await;
    assert_eq!(wrong.status(), 403);
    assert!(wrong.text().await.unwrap().contains("That is not the password."));
    let entered = scene.post("/login", &[], &[("password", PASSWORD), ("to", "/sites?x=1")]).await;
    assert_eq!((entered.status().as_u16(), &entered.headers()["location"]), (303, &"/sites?x=1".parse().unwrap()));
    let kept = entered.headers()["set-cookie"].to_str().unwrap();
    assert!(kept.contains("; HttpOnly; SameSite=Lax") && !kept.contains("Secure"), "{kept}");
    let session = kept.split(';').next().unwrap().to_owned();
    let with = [("cookie", &*session)];
    assert!(scene.page_with("/", &with).await.contains("Log out"));
    assert_eq!(scene.post("/logout", &with, &[]).await.status(), 303);
    assert_eq!(scene.ask(Method::GET, "/", &with, &[]).await.status(), 303);
}

#[tokio::test]
async fn a_session_goes_by_https_only_where_the_page_does_and_leads_nowhere_else() {
    let scene = Scene::with(closed(), Store::in_memory().unwrap()).await;
    let form = [("password", PASSWORD), ("to", "//evil.example/")];
    let own = [("host", "watch.example.org"), ("origin", "https://watch.example.org")];
    let entered = scene.ask(Method::POST, "/login", &own, &form).await;
    assert!(entered.headers()["set-cookie"].to_str().unwrap().ends_with("; Secure"));
    assert_eq!(entered.headers()["location"], "/");
}

#[tokio::test]
async fn who_guesses_has_to_wait() {
    let scene = Scene::with(closed(), Store::in_memory().unwrap()).await;
    let mut said = Vec::new();
    for _ in 0..8 {
        said.push(scene.post("/login", &[], &[("password", "guess")]).await.status().as_u16());
    }
    assert_eq!(said, [403, 403, 403, 403, 403, 403, 429, 429]);
    let right = scene.post("/login", &[], &[("password", PASSWORD)]).await;
    assert_eq!(right.status(), 429, "the right password has to wait too");
}

#[tokio::test]
async fn tokens_may_what_they_are_for() {
    let scene = Scene::with(closed(), lived().await).await;
    for (token, reading, changing) in [("reader", 200, 303), ("admin", 200, 303), ("nobody", 401, 401)] {
        let bearer = format!("Bearer {token}");
        let with = [("authorization", &*bearer)];
        assert_eq!(scene.ask(Method::GET, "/api/v1/changes", &with, &[]).await.status(), reading, "{token}");
        let mark = scene.ask(Method::POST, "/read", &with, &[("latest", "1-1"), ("back", "/")]).await;
        assert_eq!(mark.status(), changing, "{token}");
    }
    let reader = [("authorization", "Bearer reader")];
    assert_eq!(scene.ask(Method::POST, "/sites", &reader, &[]).await.status(), 403, "a reader may not change");
}

#[tokio::test]
async fn the_page_of_another_cannot_act_here() {
    let scene = Scene::open().await;
    let form = [("latest", "1-1"), ("back", "/")];
    let own = format!("http://{}", scene.address);
    for (headers, status) in [
        (vec![("sec-fetch-site", "same-origin")], 303),
        (vec![("origin", &*own)], 303),
        (vec![("sec-fetch-site", "cross-site"), ("origin", &*own)], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![], 403),
    ] {
        assert_eq!(scene.ask(Method::POST, "/read", &headers, &form).await.status(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_name_that_was_made_to_point_here_is_not_answered() {
    let scene = Scene::with(closed(), lived().await).await;
    for (host, status) in
        [("evil.example", 421), ("evil.example:80", 421), ("watch.example.org", 303), ("[::1]:80", 303)]
    {
        let answer = scene.ask(Method::GET, "/", &[("host", host)], &[]).await;
        assert_eq!(answer.status(), status, "{host}");
    }
    let text = scene.ask(Method::GET, "/", &[("host", "evil.example")], &[]).await.text().await.unwrap();
    assert!(text.contains("web.names"), "{text}");
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_load_nothing_and_to_be_framed_by_nobody() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    for path in
        ["/", "/nonsense", "/static/style.css", "/api/v1/changes", "/api/v1/nonsense", "/reports/1", "/?event=x"]
    {
        let headers = written(scene.get(path).await.headers());
        for wanted in [
            "content-security-policy: default-src 'none'; ",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            // By "no-referrer" our own forms would come with `Origin: null`, which is refused.
            "referrer-policy: same-origin",
        ] {
            assert!(headers.contains(wanted), "{path}: {headers}");
        }
        assert!(!headers.contains("unsafe") && !headers.contains("script-src"), "{path}: {headers}");
    }
}

#[tokio::test]
async fn without_a_password_nobody_comes_in_through_a_proxy() {
    let open = Scene::with(WebRule::default(), lived().await).await;
    let shut = Scene::with(closed(), lived().await).await;
    for header in ["x-forwarded-for", "forwarded"] {
        let with = [(header, "for=192.0.2.1"), ("sec-fetch-site", "same-origin")];
        for (method, path) in [(Method::GET, "/"), (Method::GET, "/api/v1/changes"), (Method::POST, "/read")] {
            let answer = open.ask(method, path, &with, &[]).await;
            assert_eq!(answer.status(), 403, "{header} {path}");
            assert!(answer.text().await.unwrap().contains("web.password"), "the next step is said");
        }
        assert_eq!(shut.ask(Method::GET, "/login", &with, &[]).await.status(), 200);
    }
    assert_eq!(open.get("/").await.status(), 200);
}
