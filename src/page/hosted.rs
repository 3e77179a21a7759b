//! The line of date and source that begins with the name of the portal and its host:
//! `兴县人民政府门户网站 www.xingxian.gov.cn 时间：2024-10-08 来源：县水利局`.
//!
//! In: a line. Out: the label behind the host. Never: a sentence that names a site.

use std::sync::LazyLock;

use regex::Regex;

use super::label_words::Label;
use super::labelled;
use super::labels::{begins_with_day, without_day};
use super::outline::EDGE;
use super::pattern;

/// The label behind the host that a line begins with.
pub(super) fn label(text: &str) -> Option<Label> {
    // Most lines have no dot.
    if text.contains('.') { said_alone(without_host(text)?) } else { None }
}

/// What stands behind the name and the host.
fn without_host(text: &str) -> Option<&str> {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        let written = concat!(
            r"^(?:\p{Han}{2,30}(?:网站?|政府|平台|在线|[局厅委办]))?\s*",
            r"(?:https?://)?(?:[a-z0-9-]+\.){1,4}(?:gov\.cn|org\.cn|cn|com)/?\s*[|｜]?\s*",
        );
        pattern(written)
    });
    /// Of a sentence that sends its readers to a site.
    const SENT: [&str; 6] = ["请", "登录", "登陆", "访问", "查询", "网址"];
    let host = HOST.find(text).filter(|host| !SENT.iter().any(|word| host.as_str().contains(word)))?;
    Some(&text[host.end()..])
}

/// The label of a text that says when and by whom and nothing else: a day behind a word for it, weak or not, or a source;
/// behind those stand other labels.
fn said_alone(text: &str) -> Option<Label> {
    let found = labelled::first(text)?;
    let value = &text[found.end..];
    let behind = without_day(value.trim_start()).trim_start_matches([' ', EDGE]);
    let is_day = || begins_with_day(value) && (behind.is_empty() || labelled::first(behind).is_some());
    match found.word.label {
        Label::Published if is_day() => Some(Label::Published),
        Label::Source if !value.contains(['。', '，']) => Some(Label::Source),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::page::labels::is_info;

    #[test]
    fn the_host_of_the_portal_may_stand_before_date_and_source() {
        assert!(is_info("兴县人民政府门户网站 www.xingxian.gov.cn时间：2024-10-08来源：县水利局"));
        assert!(is_info("兴县政府网 xx.gov.cn | 来源：县水利局"));
        for text in [
            "请登录兴县人民政府网站www.xingxian.gov.cn查询，报名时间：2024-10-08",
            "请登录兴县人民政府网站www.xingxian.gov.cn 时间：2024-10-08",
            "公示网站 www.xingxian.gov.cn 公示时间：2024年10月8日至10月14日，共5个工作日。",
            "公示网站 www.xingxian.gov.cn 时间：2024年10月8日至10月14日",
        ] {
            assert!(!is_info(text), "{text}");
        }
    }
}
