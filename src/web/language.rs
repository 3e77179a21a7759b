//! Which language a reader sees: the one that was chosen, else what the browser prefers.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};

use super::ask::{Asked, own_path};
use super::guard::{cookie, text};
use super::texts::{EN, Texts, ZH};

const LANGUAGE_COOKIE: &str = "govwatch-language";
/// A year.
const KEPT_SECONDS: u32 = 31_536_000;

/// The words for a request.
pub(super) fn of(headers: &HeaderMap) -> &'static Texts {
    match cookie(headers, LANGUAGE_COOKIE) {
        Some(chosen) if chosen == ZH.lang => &ZH,
        Some(chosen) if chosen == EN.lang => &EN,
        _ => preferred(text(headers, ACCEPT_LANGUAGE).unwrap_or_default()),
    }
}

/// What weighs most of Chinese and English. Neither: English. Source: RFC 9110 section 12.5.4.
fn preferred(accepted: &str) -> &'static Texts {
    let mut best: Option<(f32, &'static Texts)> = None;
    for range in accepted.split(',') {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let texts = match tag.trim().to_ascii_lowercase() {
            tag if tag == "zh" || tag.starts_with("zh-") => &ZH,
            tag if tag == "en" || tag.starts_with("en-") => &EN,
            _ => continue,
        };
        let weight: f32 = weight.trim().parse().unwrap_or(0.0);
        if weight > 0.0 && best.is_none_or(|(heavier, _)| weight > heavier) {
            best = Some((weight, texts));
        }
    }
    best.map_or(&EN, |(_, texts)| texts)
}

/// Keeps the language that was chosen and goes back.
pub(super) async fn choose(asked: Asked) -> Response {
    let chosen = if asked.text("set") == Some(ZH.lang) { &ZH } else { &EN };
    let kept = format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax", chosen.lang);
    let back = Redirect::to(own_path(asked.text("to").unwrap_or("/")));
    ([(SET_COOKIE, kept)], back).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_language_is_taken_and_english_where_neither_is_known() {
        for (accepted, lang) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("en-US,en;q=0.5,zh;q=0.3", "en"),
            ("fr, zh;q=0.2, en;q=0.9", "en"),
            ("zh-Hant;q=0", "en"),
            ("de", "en"),
            ("", "en"),
        ] {
            assert_eq!(preferred(accepted).lang, lang, "{accepted}");
        }
    }
}
