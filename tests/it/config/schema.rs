//! The schema, its defaults and its words against what the reader does.

use std::collections::BTreeSet;

use govwatch::config::{Site, schema};
use serde_json::Value;

use super::{SMALLEST, folder, load, mistakes_of, site_of};

/// The tables of the schema: where the keys of each stand, and a site file that has the table with one more key.
fn tables() -> Vec<(&'static str, String)> {
    let url = "url = \"http://a.gov.cn/\"";
    vec![
        ("", "zzzzzz = 1".to_owned()),
        ("/properties/quiet", "[quiet]\nzzzzzz = 1".to_owned()),
        ("/properties/pace", "[pace]\nzzzzzz = 1".to_owned()),
        ("/properties/fetch", "[fetch]\nzzzzzz = 1".to_owned()),
        ("/properties/listing/items", format!("[[listing]]\n{url}\nzzzzzz = 1")),
        ("/properties/listing/items/properties/pages", format!("[[listing]]\n{url}\npages = {{ zzzzzz = 1 }}")),
        ("/properties/page/items", format!("[[page]]\n{url}\nzzzzzz = 1")),
        ("/properties/report", "[report]\nzzzzzz = 1".to_owned()),
        ("/properties/expect", "[expect]\nzzzzzz = 1".to_owned()),
        ("/properties/obligations", "[obligations]\nzzzzzz = 1".to_owned()),
        ("/properties/expect/properties/withdrawn_after", "[expect]\nwithdrawn_after = { zzzzzz = 1 }".to_owned()),
    ]
}

#[test]
fn the_reader_knows_exactly_the_keys_of_the_schema() {
    let schema = schema().to_value();
    let mut n_tables = 0;
    for (pointer, text) in tables() {
        let table = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not in the schema"));
        assert_eq!(table["additionalProperties"], false, "{pointer}");
        let described: BTreeSet<_> = table["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let loaded = load(&folder(&[("site.toml", &text)]), &[]);
        let told = loaded.mistakes.iter().find(|mistake| mistake.message == "is not a key").unwrap();
        let known: BTreeSet<_> = told.expected.as_deref().unwrap().split(", ").flat_map(|k| k.split(" or ")).collect();
        assert_eq!(known, described, "{pointer}");
        n_tables += 1;
    }
    let n_described = schema.to_string().matches("\"additionalProperties\":false").count();
    assert_eq!(n_tables, n_described, "a table of the schema is not tried here");
}

#[test]
fn the_defaults_of_the_schema_are_those_of_the_reader() {
    let schema = schema().to_value();
    let defaults = |pointer: &str| -> serde_json::Map<String, Value> {
        let properties = schema.pointer(pointer).unwrap().as_object().unwrap();
        properties.iter().filter_map(|(key, value)| Some((key.clone(), value.get("default")?.clone()))).collect()
    };
    let mut site = defaults("/properties");
    let mut listing = defaults("/properties/listing/items/properties");
    listing.insert("url".to_owned(), Value::from("http://www.example.gov.cn/zwgk/fzzfjs/"));
    site.insert("listing".to_owned(), Value::from(vec![Value::from(listing)]));
    let text = toml::to_string(&site).expect("no null among the defaults");
    assert!(text.contains("min_interval = \"3s\"") && text.contains("limit = 2000"), "{text}");
    let smallest = site_of(SMALLEST);
    let written_out = Site { file: smallest.file, ..site_of(&text) };
    assert!(format!("{written_out:?}") == format!("{smallest:?}"), "of the same meaning: {text}");
}

#[test]
fn every_word_of_the_schema_is_a_word_of_the_reader() {
    let schema = schema().to_value();
    for (pointer, text) in tables() {
        for (key, property) in schema.pointer(pointer).unwrap()["properties"].as_object().unwrap() {
            for word in property.get("enum").and_then(Value::as_array).into_iter().flatten() {
                let found = mistakes_of(&text.replace("zzzzzz = 1", &format!("{key} = {word}")));
                assert!(
                    !found.iter().any(|one| one.contains("is not known") || one.contains("cannot do")),
                    "{found:?}"
                );
            }
        }
    }
}

#[test]
fn every_range_of_the_schema_is_a_range_of_the_reader() {
    let schema = schema().to_value();
    let mut n_ranges = 0;
    for (pointer, text) in tables() {
        for (key, property) in schema.pointer(pointer).unwrap()["properties"].as_object().unwrap() {
            let Some(most) = property.get("maximum").and_then(Value::as_f64) else { continue };
            let least = property["minimum"].as_f64().expect("a range has two ends");
            for (number, is_in) in [(least, true), (most, true), (least - 1.0, false), (most + 1.0, false)] {
                let found = mistakes_of(&text.replace("zzzzzz = 1", &format!("{key} = {number}")));
                assert_eq!(!found.iter().any(|one| one.contains("out of range")), is_in, "{key} = {number}");
            }
            n_ranges += 1;
        }
    }
    assert_eq!(n_ranges, 7);
}
