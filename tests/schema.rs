//! The schemas under `docs/` are those that the program prints, and say what each key is for.
//!
//! `SNAPSHOTS=overwrite cargo test --test schema` writes them anew.

use mtlint::{config, rule};
use serde_json::Value;
use snapbox::{assert_data_eq, file};

#[test]
fn the_schema_of_the_config_is_the_one_in_the_docs() {
    assert_data_eq!(format!("{:#}\n", config::json_schema()), file!["../docs/mtlint.schema.json"].raw());
}

#[test]
fn the_schema_of_rules_is_the_one_in_the_docs() {
    assert_data_eq!(format!("{:#}\n", rule::schema::json_schema()), file!["../docs/rule.schema.json"].raw());
}

/// The properties below `schema` that no description explains.
fn unexplained(schema: &Value, at: &str, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                for (key, property) in properties.iter().filter(|(_, p)| p.get("description").is_none()) {
                    found.push(format!("{at}/{key}: {property}"));
                }
            }
            object.iter().for_each(|(key, value)| unexplained(value, &format!("{at}/{key}"), found));
        }
        Value::Array(values) => values.iter().for_each(|value| unexplained(value, at, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_config_is_explained() {
    let mut found = Vec::new();
    unexplained(&config::json_schema(), "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}
