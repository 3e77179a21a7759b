//! RTF cut into its tokens.
//!
//! In: bytes. Out: braces, control words, bytes of text. Never: a meaning.
//!
//! Source: Rich Text Format specification 1.9.1, "RTF syntax".

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word and its number.
    Word(&'a str, Option<i32>),
    /// A control symbol other than an escaped byte: `\~`, `\*`.
    Symbol(u8),
    /// A byte of text, as it is or as `\'hh`.
    Byte(u8),
}

/// The longest control word that is looked at; the longest of the specification has 19 letters, and a word of a
/// megabyte has no meaning.
const WORD_BYTES: usize = 32;

/// The tokens of a file.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    /// The tokens of a file from its first byte on.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Passes over bytes that are no RTF: pictures behind `\bin`.
    pub(super) fn pass_over(&mut self, n: usize) {
        self.at = self.at.saturating_add(n).min(self.bytes.len());
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What stands behind a backslash.
    fn control(&mut self) -> Option<Token<'a>> {
        let first = self.peek()?;
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return Some(match first {
                b'\'' => self.escaped(),
                b'\\' | b'{' | b'}' => Token::Byte(first),
                b'\r' | b'\n' => Token::Word("par", None),
                other => Token::Symbol(other),
            });
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at.min(start + WORD_BYTES))?;
        let number = self.number();
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        Some(Token::Word(std::str::from_utf8(word).unwrap_or_default(), number))
    }

    fn number(&mut self) -> Option<i32> {
        let start = self.at;
        if self.peek() == Some(b'-') && self.bytes.get(start + 1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?.parse().ok()
    }

    fn escaped(&mut self) -> Token<'a> {
        let digits = self.bytes.get(self.at..self.at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                self.at += 2;
                Token::Byte(byte)
            }
            None => Token::Symbol(b'\''),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => continue,
                other => Some(Token::Byte(other)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_into_tokens() {
        let tokens: Vec<Token<'_>> = Tokens::new(b"{\\rtf1\\u-10 x\\'d6\\~\\b0\n\\{}").collect();
        let words = [Token::Open, Token::Word("rtf", Some(1)), Token::Word("u", Some(-10)), Token::Byte(b'x')];
        let rest = [Token::Byte(0xD6), Token::Symbol(b'~'), Token::Word("b", Some(0)), Token::Byte(b'{'), Token::Close];
        assert_eq!(tokens, [&words[..], &rest].concat());
    }
}
