//! The digest of everything that decides how a stored capture is read. In: checked rules. Out: a hash that comments,
//! layout and the order of keys in the files do not touch.

use serde_json::{Value, json};

use super::rules::{Family, ReportRule};
use crate::model::Hash;
use crate::page::tree::{Query, Selector};

/// What decides how a stored capture of a site is read.
#[derive(Debug)]
pub(super) struct Reading<'r> {
    /// The site's own selectors.
    pub(super) report: &'r ReportRule,
    /// Least characters of a body.
    pub(super) min_body_chars: usize,
    /// Name of the zone.
    pub(super) zone: Option<&'r str>,
    /// Name of the charset, where the site file gives one.
    pub(super) charset: Option<&'r str>,
    /// The family that the site file names.
    pub(super) family: Option<&'r Family>,
}

impl Reading<'_> {
    /// The digest; the same in every run.
    pub(super) fn digest(&self) -> Hash {
        let Self { report, min_body_chars, zone, charset, family } = self;
        let text = json!({
            "report": report_json(report),
            "min_body_chars": min_body_chars,
            "zone": zone,
            "charset": charset,
            "family": family.map(family_json),
        });
        Hash::of(text.to_string().as_bytes())
    }
}

fn family_json(family: &Family) -> Value {
    let signal = |signal: &super::Signal| json!([signal.pattern.as_str(), signal.in_url, signal.score]);
    json!({
        "report": report_json(&family.report),
        "signals": family.signals.iter().map(signal).collect::<Vec<_>>(),
    })
}

fn report_json(rule: &ReportRule) -> Value {
    let queries = |queries: &[Query]| queries.iter().map(|query| query.as_str().trim().to_owned()).collect::<Vec<_>>();
    let selectors = |list: &[Selector]| list.iter().map(|one| one.as_str().trim().to_owned()).collect::<Vec<_>>();
    // Taken apart, so that a field which is added cannot be forgotten here.
    let ReportRule {
        title,
        body,
        published,
        source,
        authority,
        doc_no,
        index_no,
        written,
        validity,
        strip,
        attachment,
    } = rule;
    json!({
        "title": queries(title),
        "body": queries(body),
        "published": queries(published),
        "source": queries(source),
        "authority": queries(authority),
        "doc_no": queries(doc_no),
        "index_no": queries(index_no),
        "written": queries(written),
        "validity": queries(validity),
        "strip": selectors(strip),
        "attachment": queries(attachment),
    })
}
