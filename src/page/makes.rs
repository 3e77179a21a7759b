//! How the addresses of a list are made, by which a report of it is told from one of another column.
//!
//! In: addresses of rows. Out: whether another one is made like one of them: `/art/2024/3/5/art_1234_7.html` has the number of its
//! column. Never: which address is that of a report.

use std::collections::HashMap;

use url::Url;

/// Fewest characters of a name that is made of digits and letters by chance.
const LEAST_CHANCE_NAME: usize = 16;

/// The makes of the addresses of a list: numbers left out, and those of them that all rows share.
pub(super) struct Makes(HashMap<String, Vec<Option<String>>>);

impl Makes {
    pub(super) fn of<'u>(rows: impl Iterator<Item = &'u Url>) -> Self {
        let mut makes: HashMap<String, Vec<Option<String>>> = HashMap::new();
        for url in rows {
            let (skeleton, numbers) = taken_apart(url);
            let known = makes.entry(skeleton).or_insert_with(|| numbers.iter().cloned().map(Some).collect());
            for (known, number) in known.iter_mut().zip(&numbers) {
                known.take_if(|known| *known != *number || !is_of_column(number));
            }
        }
        Self(makes)
    }

    /// Whether an address could be that of a row.
    pub(super) fn has(&self, url: &Url) -> bool {
        let (skeleton, numbers) = taken_apart(url);
        self.0.get(&skeleton).is_some_and(|known| {
            known.iter().zip(&numbers).all(|(known, number)| known.as_ref().is_none_or(|known| known == number))
        })
    }
}

/// Whether a number that all rows share may be that of their column; a year or a day is not.
pub(super) fn is_of_column(number: &str) -> bool {
    let is_day = (number.starts_with("19") || number.starts_with("20")) && matches!(number.len(), 4 | 6 | 8);
    number.len() >= 3 && !is_day
}

/// An address with a mark for each number or name of chance, and these.
fn taken_apart(url: &Url) -> (String, Vec<String>) {
    let (mut skeleton, mut numbers) = (url.host_str().unwrap_or_default().to_owned(), Vec::new());
    let rest = &url[url::Position::BeforePath..url::Position::AfterQuery];
    for word in rest.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if bare.len() >= LEAST_CHANCE_NAME && bare.contains(|c: char| c.is_ascii_digit()) {
            skeleton.push('*');
        } else {
            for run in bare.as_bytes().chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()) {
                let run = String::from_utf8_lossy(run);
                if run.starts_with(|c: char| c.is_ascii_digit()) {
                    skeleton.push('#');
                    numbers.push(run.into_owned());
                } else {
                    skeleton.push_str(&run);
                }
            }
        }
        skeleton.push_str(&word[bare.len()..]);
    }
    (skeleton, numbers)
}
