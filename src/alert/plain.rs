//! Texts of portals made inactive, one function a sink. Pure.
//!
//! In: any text. Out: one line that says the same. Never: a line end, an escape, a turn of the reading direction, or a
//! mark that a service would take for markup or for a call to people. Source: THREATS of chat and mail: CR LF in
//! subjects, `@all`, `<!channel>`, markdown links.

use std::fmt::Write as _;

/// One line of visible characters: controls, direction marks and what has no width are left out, white space is one
/// space.
pub(super) fn one_line(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_visible(*c)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A line whose columns and indents tell something: only what is active is left out.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_visible(*c)).collect()
}

fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// At most so many characters, the last of them an ellipsis where something is left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// For the markdown of 钉钉 and 企业微信, which knows no escapes: marks become their full-width twins.
pub(super) fn lookalike(text: &str) -> String {
    let twin = |c: char| match c {
        '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '\\' | '@' | '!' => {
            char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    text.chars().map(twin).collect()
}

/// For HTML and XML.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// For Telegram's HTML: a name after @ would call somebody.
pub(super) fn telegram(text: &str) -> String {
    html(text).replace('@', "＠")
}

/// For Discord's markdown, which knows escapes.
pub(super) fn discord(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '<' | '@' | '-' | ':') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// For Slack's `text`. Source: docs.slack.dev/messaging/formatting-message-text: three characters are escaped.
pub(super) fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A URL that can stand between any marks; `None`: it is none that a message may link to.
pub(super) fn link(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut safe = String::new();
    for c in url.as_str().chars() {
        match c {
            '(' | ')' | '<' | '>' | '"' | '\'' | '|' | '[' | ']' | '*' | '`' | '\\' | '{' | '}' | '^' | ' ' => {
                // A String takes whatever is written to it.
                let _ = write!(safe, "%{:02X}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    Some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_holds_nothing_active() {
        let title = "报告\r\nBcc: x@y\u{1b}]52;c\u{7}\u{202e}倒\u{200b}置\u{2028}行\u{9b}31m";
        assert_eq!(one_line(title), "报告 Bcc: x@y]52;c倒置 行31m");
    }

    #[test]
    fn markup_of_each_service_becomes_text() {
        let hostile = "[点击](http://evil) **粗** <@all> @all <!channel> `x` # 题";
        let plain = lookalike(hostile);
        assert!(!plain.contains(['*', '[', '<', '@', '`', '#', '!']), "{plain}");
        assert!(discord("@everyone [a](b)").starts_with("\\@everyone \\[a\\]"));
        assert_eq!(slack("<!channel> & <@U1>"), "&lt;!channel&gt; &amp; &lt;@U1&gt;");
        assert_eq!(telegram("<b>@all</b>"), "&lt;b&gt;＠all&lt;/b&gt;");
    }

    #[test]
    fn a_link_cannot_end_early_or_run_a_script() {
        assert_eq!(link("http://a.gov.cn/t(1)_[2].html").as_deref(), Some("http://a.gov.cn/t%281%29_%5B2%5D.html"));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("没有"), None);
    }

    #[test]
    fn a_long_text_is_cut_by_characters() {
        assert_eq!(cut("法治政府建设", 4), "法治政…");
        assert_eq!(cut("法治", 4), "法治");
    }
}
