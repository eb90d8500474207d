//! The API's description: made from the routes, held to the file that the page's types are made from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn description() -> Value {
    serde_json::from_str(&truyvet::http::description()).unwrap()
}

/// One line an operation: what it takes and gives.
fn told(api: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters: Vec<String> = parameters
                .map(|one| {
                    let name = one["name"].as_str().unwrap();
                    if one["required"] == true { name.to_owned() } else { format!("{name}?") }
                })
                .collect();
            let schema = |content: &Value| {
                let (kind, content) = content["content"].as_object()?.iter().next()?;
                let schema = &content["schema"];
                let name =
                    |schema: &Value| schema["$ref"].as_str().map(|path| path.rsplit('/').next().unwrap().to_owned());
                let list = name(&schema["items"]).map(|name| format!("[{name}]"));
                Some(name(schema).or(list).unwrap_or_else(|| kind.clone()))
            };
            let answers = operation["responses"].as_object().unwrap().iter();
            let answers: Vec<String> = answers
                .map(|(status, answer)| match schema(answer) {
                    Some(name) if name != "Problem" => format!("{status} {name}"),
                    _ => status.clone(),
                })
                .collect();
            let body = schema(&operation["requestBody"]).map(|name| format!(" {name}")).unwrap_or_default();
            let (method, id) = (method.to_uppercase(), operation["operationId"].as_str().unwrap());
            let parameters = parameters.join(" ");
            lines.push(format!("{id}: {method} {path} ({parameters}){body} → {}", answers.join(", ")));
        }
    }
    lines
}

#[test]
fn the_operations_are_what_they_were() {
    insta::assert_snapshot!(told(&description()).join("\n"));
}

#[test]
fn the_file_that_the_pages_types_are_made_from_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/openapi.json");
    let now = truyvet::http::description();
    if std::env::var_os("WRITE_OPENAPI").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == now, "web/openapi.json is stale: WRITE_OPENAPI=1 cargo test --test it openapi::");
}

#[test]
fn every_operation_says_what_it_is_and_has_a_name_of_its_own() {
    let api = description();
    let mut names = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what}");
            assert!(operation["tags"][0].is_string() && operation["security"].is_array(), "{what}");
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{what}: its name is taken");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {parameter}");
            }
        }
    }
}

#[test]
fn every_schema_that_is_named_is_there_and_every_one_that_is_there_is_named() {
    let api = description();
    let text = api.to_string();
    let schemas: BTreeSet<&str> =
        api["components"]["schemas"].as_object().unwrap().keys().map(String::as_str).collect();
    let named: BTreeSet<&str> =
        text.split("\"#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(named, schemas);
}
