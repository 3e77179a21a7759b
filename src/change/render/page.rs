//! A diff as a whole HTML file that needs nothing else: to be opened, sent, printed and kept.
//!
//! In: Views, the first of the report, the others of its files. Out: one file. Never: a script, a request: its own
//! policy forbids all but its one style sheet, named by its hash.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::View;
use super::html::{Look, Sides, Writer, escaped};
use super::lang::Lang;
use super::sheet::counts;
use crate::model::{Fact, FactKind, FieldName};

const STYLE: &str = include_str!("page.css");

/// What stands above the text.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The report's title.
    pub title: &'a str,
    /// Where it stands.
    pub url: &'a str,
}

/// The whole file: what is sure of the edit, then the text, side by side and in one; on a narrow screen and on paper in one.
pub fn page(heading: &Heading<'_>, views: &[View<'_>], facts: &[Fact], lang: Lang) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let title = escaped(heading.title);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<header>\n<h1>{title}</h1>\n",
        lang.tag()
    );
    // A portal's address is a link only where it can be nothing else.
    let url = escaped(heading.url);
    if heading.url.starts_with("http://") || heading.url.starts_with("https://") {
        let _ = writeln!(text, "<p class=\"url\"><a href=\"{url}\" rel=\"noreferrer\">{url}</a></p>");
    }
    if let Some(view) = views.first() {
        let (old, new) = (escaped(view.old_label), escaped(view.new_label));
        let _ = writeln!(text, "<p class=\"labels\"><span>{old}</span> → <span>{new}</span></p>");
        let _ = writeln!(text, "<p class=\"summary\">{}</p>", summary(views, lang));
    }
    text.push_str(&figures(facts, lang));
    text.push_str("</header>\n");
    text.push_str(&switch(lang));
    text.push_str("<main>\n");
    for (at, view) in views.iter().enumerate() {
        text.push_str(&section(view, at > 0, lang));
    }
    text.push_str("</main>\n</body>\n</html>\n");
    text
}

/// What happened, in one line.
fn summary(views: &[View<'_>], lang: Lang) -> String {
    let (mut n_edited, mut n_moved) = (0, 0);
    let mut said: Vec<String> = Vec::new();
    for view in views {
        let (edited, moved) = counts(view);
        (n_edited, n_moved) = (n_edited + edited, n_moved + moved);
        let mut fields: Vec<FieldName> = view.diff.fields.iter().map(|change| change.field).collect();
        fields.dedup();
        said.extend(fields.iter().map(|field| lang.field(*field).to_owned()));
    }
    let body = [(n_edited, lang.edited(n_edited)), (n_moved, lang.moved(n_moved))];
    said.extend(body.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words));
    if said.is_empty() {
        return lang.either("No difference.", "没有差异。").to_owned();
    }
    said.join(" · ")
}

/// Figures, cells, dates and the like that changed, each with what it was and is; fields and attachments have their table.
fn figures(facts: &[Fact], lang: Lang) -> String {
    /// As many as are read at a glance.
    const MOST: usize = 12;
    let is_in_text = |fact: &&Fact| {
        let is_field = matches!(
            fact.kind,
            FactKind::Field | FactKind::AttachmentAdded | FactKind::AttachmentRemoved | FactKind::AttachmentReplaced
        );
        !is_field
    };
    let facts: Vec<&Fact> = facts.iter().filter(is_in_text).collect();
    if facts.is_empty() {
        return String::new();
    }
    let mut list = String::from("<ul class=\"facts\">\n");
    for fact in facts.iter().take(MOST) {
        let side = |value: &Option<String>, tag: &str| {
            value.as_deref().map(|value| format!("<{tag}>{}</{tag}>", escaped(value)))
        };
        let sides: Vec<String> = [side(&fact.old, "del"), side(&fact.new, "ins")].into_iter().flatten().collect();
        let _ = writeln!(list, "<li>{} {}</li>", escaped(&lang.fact(fact)), sides.join(" → "));
    }
    if facts.len() > MOST {
        let _ = writeln!(list, "<li class=\"more\">{}</li>", lang.more(facts.len() - MOST));
    }
    list + "</ul>\n"
}

fn switch(lang: Lang) -> String {
    let (beside, within) = (lang.either("Side by side", "并排"), lang.either("In one text", "合并"));
    let legend = (lang.either("taken out", "删除"), lang.either("put in", "新增"), lang.either("moved", "移动"));
    format!(
        "<input type=\"radio\" name=\"sides\" id=\"beside\" checked><label for=\"beside\">{beside}</label>\n\
         <input type=\"radio\" name=\"sides\" id=\"within\"><label for=\"within\">{within}</label>\n\
         <p class=\"legend\"><del>{}</del> <ins>{}</ins> <span class=\"note\">↕ {}</span></p>\n",
        legend.0, legend.1, legend.2
    )
}

fn section(view: &View<'_>, is_file: bool, lang: Lang) -> String {
    let look = Look::Classes;
    let mut writer = Writer { text: String::new(), lang, look, sides: Sides::Within, keeps_all: true, rows: 0 };
    writer.put("<section class=\"diff\">");
    if is_file {
        writer.put(&format!("<h2>{}</h2>", escaped(view.new_label)));
    }
    writer.put_fields(view);
    for (sides, class) in [(Sides::Beside, "beside"), (Sides::Within, "within")] {
        writer.sides = sides;
        writer.put(&format!("<div class=\"{class}\">"));
        writer.put_body(view);
        writer.put("</div>");
    }
    writer.put("</section>");
    writer.text
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;

    fn fact(old: &str, new: &str) -> Fact {
        Fact::new(FactKind::Cell, Some(old.into()), Some(new.into()))
    }

    #[test]
    fn the_file_needs_nothing_and_runs_nothing() {
        let heading = Heading { title: "<script>x</script>", url: "javascript:alert(1)" };
        let cell = Fact { table: Some(2), row: Some("行政<许可>".into()), ..fact("15", "9") };
        let facts = [cell, Fact { kind: FactKind::Field, ..fact("有效", "失效") }];
        let page = shown(|view| page(&heading, std::slice::from_ref(view), &facts, Lang::Zh));
        let list = "<ul class=\"facts\">\n<li>表 2，行政&lt;许可&gt; <del>15</del> → <ins>9</ins></li>\n</ul>";
        assert!(page.contains(list), "{page}");
        assert!(!page.contains("<script") && !page.contains("javascript:"), "{page}");
        assert!(!page.contains(" style=") && !page.contains("src="), "no attribute that its policy refuses");
        assert!(!STYLE.contains("url(") && !STYLE.contains('<'));
        assert!(page.contains("<p class=\"summary\">标题 · 有效性 · 新增附件 · 正文修改 2 处</p>"), "{page}");
        assert!(page.contains("<p class=\"edited old\">第4段</p><p class=\"edited new\">第4段<ins>,共5件</ins></p>"));
        assert!(page.contains("<summary class=\"fold\">3 段未变</summary>"), "{page}");
    }
}
