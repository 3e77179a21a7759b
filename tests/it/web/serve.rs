//! Nobody holds the page by saying nothing.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// What a connection is answered, until it is shut.
async fn heard(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_letter_by_letter_is_cut_off() {
    let scene = Scene::open().await;
    let mut silent = TcpStream::connect(scene.address).await.unwrap();
    let mut slow = TcpStream::connect(scene.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await.unwrap();
    let began = tokio::time::Instant::now();
    let (said, _) = tokio::join!(heard(&mut silent), heard(&mut slow));
    assert_eq!(said, "");
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_form_that_does_not_come_to_its_end_is_given_up() {
    let scene = Scene::open().await;
    let mut stream = TcpStream::connect(scene.address).await.unwrap();
    let head = "POST /read HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlatest=";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = heard(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_refused() {
    let scene = Scene::open().await;
    let long = "x".repeat(20_000);
    let refused = scene.post("/read", &[], &[("latest", "1-1"), ("back", &long)]).await;
    assert_eq!(refused.status(), 413);
}
