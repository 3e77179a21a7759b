//! `schema`: the JSON Schema of a site file, for editors. In: nothing. Out: the schema on stdout.

use super::{Context, Exit, Stop};

/// Runs `schema`.
pub fn run(context: &Context) -> Result<Exit, Stop> {
    if context.global.json {
        context.out.json(&crate::config::schema())?;
    } else {
        context.out.line(text())?;
    }
    Ok(Exit::Done)
}

/// The schema as it is printed, without the last line end.
fn text() -> String {
    serde_json::to_string_pretty(&crate::config::schema()).expect("invariant: a schema has string keys only")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_beside_the_readme_is_the_one_that_is_printed() {
        let committed = include_str!("../../site.schema.json");
        let hint = "write it again: cargo run -- schema > site.schema.json";
        assert!(committed == format!("{}\n", super::text()), "{hint}");
    }
}
