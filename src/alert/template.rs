//! Subjects and texts of people's own: `{field}` is replaced, in one pass. No conditions, no calls, no second look at
//! what was put in. Pure.

/// The fields that a template may name.
pub(super) const FIELDS: [&str; 21] = [
    "site",
    "site_id",
    "event",
    "title",
    "url",
    "published",
    "listing",
    "report",
    "kind",
    "year",
    "revision",
    "previous",
    "fields",
    "facts",
    "count",
    "how",
    "class",
    "reason",
    "seen_at",
    "diff",
    "id",
];

/// The first field that there is not; `{{` and `}}` stand for braces.
pub fn unknown_field(template: &str) -> Option<String> {
    let mut unknown = None;
    let _ = fill(template, &mut |field| {
        if !FIELDS.contains(&field) && unknown.is_none() {
            unknown = Some(field.to_owned());
        }
        String::new()
    });
    unknown
}

/// The template with its fields replaced.
pub(super) fn fill(template: &str, value: &mut dyn FnMut(&str) -> String) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
        if let Some(after) = after.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
        } else if let Some(end) = after.find(['{', '}']).filter(|end| brace == "{" && after[*end..].starts_with('}')) {
            text.push_str(&value(&after[..end]));
            rest = &after[end + 1..];
        } else {
            text.push_str(brace);
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_replaced_in_one_pass() {
        let filled = |template: &str| fill(template, &mut |field| format!("<{field}{{url}}>"));
        assert_eq!(filled("a {title} b {site}"), "a <title{url}> b <site{url}>");
        assert_eq!(filled("{{title}} }{ {a"), "{title} }{ {a");
        assert_eq!(filled(""), "");
    }

    #[test]
    fn a_field_that_is_not_there_is_named() {
        assert_eq!(unknown_field("{site}: {titel}").as_deref(), Some("titel"));
        assert_eq!(unknown_field("{site} {{titel}} {% if x %}").as_deref(), Some("% if x %"));
        assert_eq!(unknown_field("{event} {title} {diff}"), None);
    }
}
