//! What is posted to ask for a page of a listing. In: `post = ".."` as written. Out: the body of each page. Never: the
//! address of the page.

use crate::model::{Post, PostForm};

/// The variables of a body, as written, and what each stands for.
const VARIABLES: [(&str, Variable); 3] =
    [("{n}", Variable::Number), ("{offset}", Variable::Offset), ("{cursor}", Variable::Cursor)];

/// What differs between the bodies of two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// `{n}`: the number of the page.
    Number,
    /// `{offset}`: the number of the rows before it.
    Offset,
    /// `{cursor}`: what the page before gave.
    Cursor,
}

impl Variable {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        VARIABLES.iter().find(|(_, one)| *one == self).map_or("", |(written, _)| written)
    }
}

/// The body of the pages of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRule {
    /// How it is written: JSON where it begins with a brace or a bracket.
    pub form: PostForm,
    /// What differs from page to page; `None` where the address alone does.
    pub variable: Option<Variable>,
    /// The text around the variable, which may stand there several times.
    pieces: Vec<String>,
    written: String,
}

impl PostRule {
    /// Reads a body, or says what is wrong with it.
    pub fn parse(written: &str) -> Result<Self, String> {
        let form = if written.trim_start().starts_with(['{', '[']) && !begins_with_variable(written) {
            PostForm::Json
        } else {
            PostForm::Urlencoded
        };
        let mut used = VARIABLES.iter().filter(|(variable, _)| written.contains(variable));
        let variable = used.next().map(|(_, variable)| *variable);
        if let (Some(one), Some((other, _))) = (variable, used.next()) {
            return Err(format!("it holds {} and {other}", one.as_str()));
        }
        let text = if form == PostForm::Urlencoded { ascii(written) } else { written.to_owned() };
        let pieces = match variable {
            Some(variable) => text.split(variable.as_str()).map(str::to_owned).collect(),
            None => vec![text],
        };
        let rule = Self { form, variable, pieces, written: written.to_owned() };
        match form {
            PostForm::Json => serde_json::from_str::<serde_json::Value>(&rule.fill("1").body)
                .map(|_| rule)
                .map_err(|error| format!("it is not JSON: {error}")),
            PostForm::Urlencoded if written.contains(char::is_whitespace) => {
                Err("it holds white space, which a form writes as + or %20".to_owned())
            }
            PostForm::Urlencoded => Ok(rule),
        }
    }

    /// The body as a site file writes it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The body with a value for its variable.
    ///
    /// **Shape**: percent-encoded in a form. In JSON a value between quotes is escaped, one without quotes is a number
    /// or, where it is none, a text, and `null` where there is none yet.
    pub fn fill(&self, value: &str) -> Post {
        let mut body = String::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            if let Some(before) = at.checked_sub(1) {
                let is_quoted = self.pieces[before].ends_with('"') && piece.starts_with('"');
                body.push_str(&self.encoded(value, is_quoted));
            }
            body.push_str(piece);
        }
        Post { form: self.form, body }
    }

    fn encoded(&self, value: &str, is_quoted: bool) -> String {
        match self.form {
            PostForm::Urlencoded => url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
            PostForm::Json if is_quoted => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            PostForm::Json if value.is_empty() => "null".to_owned(),
            PostForm::Json if value.parse::<u64>().is_ok() => value.to_owned(),
            PostForm::Json => serde_json::Value::from(value).to_string(),
        }
    }
}

/// A form as it is sent: what people write in Chinese is percent-encoded, the rest stays as it is written.
fn ascii(form: &str) -> String {
    let encoded = |c: char| match c {
        _ if c.is_ascii() => c.to_string(),
        _ => url::form_urlencoded::byte_serialize(c.encode_utf8(&mut [0; 4]).as_bytes()).collect(),
    };
    form.chars().map(encoded).collect()
}

fn begins_with_variable(written: &str) -> bool {
    VARIABLES.iter().any(|(variable, _)| written.trim_start().starts_with(variable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(written: &str, value: &str) -> Result<String, String> {
        PostRule::parse(written).map(|rule| rule.fill(value).body)
    }

    #[test]
    fn a_value_is_written_as_its_body_is() {
        assert_eq!(filled("page={n}&size=20", "3").as_deref(), Ok("page=3&size=20"));
        assert_eq!(filled("c={cursor}", "a/b +").as_deref(), Ok("c=a%2Fb+%2B"));
        assert_eq!(filled(r#"{"pageNo":{n},"q":"法治"}"#, "3").as_deref(), Ok(r#"{"pageNo":3,"q":"法治"}"#));
        assert_eq!(filled(r#"{"cursor":"{cursor}"}"#, r#"a"b"#).as_deref(), Ok(r#"{"cursor":"a\"b"}"#));
        assert_eq!(filled(r#"{"cursor":{cursor}}"#, "").as_deref(), Ok(r#"{"cursor":null}"#));
        assert_eq!(filled(r#"{"cursor":{cursor}}"#, "x9").as_deref(), Ok(r#"{"cursor":"x9"}"#));
        assert_eq!(filled("key=法&q=%E6%B2%BB", "").as_deref(), Ok("key=%E6%B3%95&q=%E6%B2%BB"));
    }

    #[test]
    fn a_body_that_cannot_be_sent_is_told() {
        assert_eq!(filled("page={n}&start={offset}", "1").unwrap_err(), "it holds {n} and {offset}");
        assert!(filled(r#"{"pageNo":{n}"#, "1").unwrap_err().starts_with("it is not JSON: "));
        assert!(filled("page={n} size=20", "1").is_err());
    }
}
