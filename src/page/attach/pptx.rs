//! PPTX: the text of slides in their order.
//!
//! In: bytes. Out: a slide's shapes and tables, its diagrams, then its notes. Never: layouts and masters, numbers of
//! slides.

use super::flow::{self, Unnumbered};
use super::lines::Lines;
use super::package::{Package, Relation};
use super::xml::{Mark, Part};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "PPTX";

/// The text of a PPTX file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut package = Package::open(bytes, FORMAT, limits)?;
    let main = package.main("ppt/presentation.xml")?;
    let relations = package.relations(&main)?;
    let mut lines = Lines::new(limits);
    for (place, slide) in order(&package.text(&main)?, &relations)?.into_iter().enumerate() {
        if place == limits.pages {
            lines.cut(&format!("only its first {} slides were read", limits.pages));
            break;
        }
        if package.has(&slide) {
            one_slide(&mut package, &slide, &mut lines)?;
        }
        if lines.is_full() {
            break;
        }
    }
    Ok(lines.into_words())
}

/// The parts of the slides, as the presentation lists them.
fn order(xml: &str, relations: &[Relation]) -> Result<Vec<String>, AttachError> {
    let mut slides = Vec::new();
    let mut part = Part::new(xml, FORMAT);
    while let Some(mark) = part.next()? {
        let Mark::Open(element) = mark else { continue };
        if element.name() != "sldId" {
            continue;
        }
        let id = element.get_exact("r:id").or_else(|| element.get("id"));
        let slide = relations.iter().find(|relation| Some(&relation.id) == id.as_ref());
        slides.extend(slide.map(|slide| slide.target.clone()));
    }
    Ok(slides)
}

fn one_slide(package: &mut Package<'_>, slide: &str, lines: &mut Lines) -> Result<(), AttachError> {
    let xml = package.text(slide)?;
    if is_hidden(&xml)? {
        lines.note("it has hidden slides, which were read");
    }
    flow::read(&xml, FORMAT, lines, &mut Unnumbered)?;
    let relations = package.relations(slide)?;
    for kind in ["diagramData", "notesSlide"] {
        for relation in relations.iter().filter(|relation| relation.kind == kind) {
            if package.has(&relation.target) {
                flow::read(&package.text(&relation.target)?, FORMAT, lines, &mut Unnumbered)?;
            }
        }
    }
    Ok(())
}

/// Whether the slide is left out when it is shown.
fn is_hidden(xml: &str) -> Result<bool, AttachError> {
    let mut part = Part::new(xml, FORMAT);
    while let Some(mark) = part.next()? {
        if let Mark::Open(element) = mark {
            return Ok(matches!(element.get("show").as_deref(), Some("0" | "false")));
        }
    }
    Ok(false)
}
