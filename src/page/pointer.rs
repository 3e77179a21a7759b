//! JSON pointers (RFC 6901): where a value stands in an answer, and links that are put together from such values.
//!
//! In: what a site file writes, a JSON value. Out: the value there, as text. Never: a query language; a pointer names
//! one place and computes nothing.

use serde_json::Value;

/// The place of a value in a JSON document, such as `/data/results`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(String);

/// Why a text is no pointer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PointerError {
    /// It does not begin with a slash.
    #[error("a JSON pointer begins with /")]
    NoSlash,
    /// `~` stands for something only as `~0` (a tilde) and `~1` (a slash).
    #[error("~ stands only in ~0 (for ~) and ~1 (for /)")]
    Tilde,
    /// A brace of a pattern without its other half.
    #[error("it has a brace without its other half")]
    Brace,
    /// A pattern that would give every row the same link.
    #[error("it names no value of the row, such as {{/id}}")]
    Constant,
}

impl Pointer {
    /// Checks a pointer.
    pub fn parse(written: &str) -> Result<Self, PointerError> {
        if !written.starts_with('/') {
            return Err(PointerError::NoSlash);
        }
        let is_escape = |after: &str| after.starts_with(['0', '1']);
        if !written.split('~').skip(1).all(is_escape) {
            return Err(PointerError::Tilde);
        }
        Ok(Self(written.to_owned()))
    }

    /// The pointer as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value there.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.pointer(&self.0)
    }

    /// The value there as text; nothing where it is empty, neither text nor number, or not there.
    pub fn text(&self, value: &Value) -> Option<String> {
        let text = match self.find(value)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The whole number there, written as one or as text.
    pub fn count(&self, value: &Value) -> Option<u64> {
        self.text(value)?.parse().ok()
    }
}

/// How the link of a row is had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkQuery {
    /// It stands there: `/url`.
    At(Pointer),
    /// It is put together: `/content/post_{/id}.html`.
    Filled(LinkPattern),
}

/// A link with values of the row in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPattern {
    written: String,
    /// Each value with the text before it.
    values: Vec<(String, Pointer)>,
    tail: String,
}

impl LinkQuery {
    /// Reads a pointer, or a pattern with pointers in braces.
    pub fn parse(written: &str) -> Result<Self, PointerError> {
        if !written.contains(['{', '}']) {
            return Pointer::parse(written).map(Self::At);
        }
        let (mut values, mut rest) = (Vec::new(), written);
        while let Some((before, after)) = rest.split_once('{') {
            let (pointer, behind) = after.split_once('}').ok_or(PointerError::Brace)?;
            values.push((before.to_owned(), Pointer::parse(pointer)?));
            rest = behind;
        }
        let is_whole = !rest.contains('}') && values.iter().all(|(before, _)| !before.contains('}'));
        match values.is_empty() {
            _ if !is_whole => Err(PointerError::Brace),
            true => Err(PointerError::Constant),
            false => Ok(Self::Filled(LinkPattern { written: written.to_owned(), values, tail: rest.to_owned() })),
        }
    }

    /// The query as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::At(pointer) => pointer.as_str(),
            Self::Filled(pattern) => &pattern.written,
        }
    }

    /// The link of a row; nothing where one of its values is missing.
    pub fn text(&self, row: &Value) -> Option<String> {
        match self {
            Self::At(pointer) => pointer.text(row),
            Self::Filled(pattern) => {
                let mut link = String::new();
                for (before, pointer) in &pattern.values {
                    link.push_str(before);
                    link.push_str(&pointer.text(row)?);
                }
                link.push_str(&pattern.tail);
                Some(link)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_names_one_place() {
        let value = json!({"data": {"rows": [{"a/b": 7, "t": " 标题 ", "no": null}], "n": "31"}});
        let text = |written: &str| Pointer::parse(written).expect("a pointer").text(&value);
        assert_eq!(text("/data/rows/0/t").as_deref(), Some("标题"));
        assert_eq!(text("/data/rows/0/a~1b").as_deref(), Some("7"));
        assert_eq!((text("/data/rows/0/no"), text("/data/rows"), text("/data/rows/1/t")), (None, None, None));
        assert_eq!(Pointer::parse("/data/n").expect("a pointer").count(&value), Some(31));
        assert_eq!(Pointer::parse("data"), Err(PointerError::NoSlash));
        assert_eq!(Pointer::parse("/a~2"), Err(PointerError::Tilde));
    }

    #[test]
    fn a_link_is_a_value_or_put_together_from_values() {
        let row = json!({"id": 9_360_641, "url": "http://x.gov.cn/1.html", "col": "tzgg"});
        let text = |written: &str| LinkQuery::parse(written).map(|query| query.text(&row));
        assert_eq!(text("/url"), Ok(Some("http://x.gov.cn/1.html".to_owned())));
        assert_eq!(text("/{/col}/content/post_{/id}.html"), Ok(Some("/tzgg/content/post_9360641.html".to_owned())));
        assert_eq!(text("/content/post_{/none}.html"), Ok(None));
        assert_eq!(text("/content/{/id"), Err(PointerError::Brace));
        assert_eq!(text("/content/}{/id}"), Err(PointerError::Brace));
        assert_eq!(text("/content/{id}"), Err(PointerError::NoSlash));
    }
}
