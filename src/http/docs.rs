//! The description as a page to read: plain HTML without a script, made from the description itself, so that it needs no network.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

/// What the page may do: nothing but look as its style sheet says.
pub(super) const POLICY: &str =
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// How it looks.
pub(super) const STYLE: &str = include_str!("docs.css");

/// Writing to a text cannot fail.
macro_rules! put {
    ($page:expr, $($text:tt)*) => { { let _ = write!($page, $($text)*); } };
}

/// The page of a description.
pub(super) fn page(api: &Value) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n<title>truyvet · API</title>\n");
    page.push_str("<link rel=\"stylesheet\" href=\"docs.css\">\n<main>\n<h1>truyvet · API</h1>\n");
    put!(page, "<p>{}</p>\n", prose(&api["info"]["description"]));
    page.push_str("<p>For programs: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\n<nav>\n");
    let tags = by_tag(api);
    for (tag, operations) in &tags {
        put!(page, "<h2>{tag}</h2>\n<ul>\n");
        for one in operations {
            let summary = prose(&one.operation["summary"]);
            put!(page, "<li><a href=\"#{}\"><code>{} {}</code></a> {summary}</li>\n", one.id(), one.method, one.path);
        }
        page.push_str("</ul>\n");
    }
    page.push_str("<p><a href=\"#schemas\">Schemas</a></p>\n</nav>\n");
    for one in tags.values().flatten() {
        operation(&mut page, one);
    }
    page.push_str("<h2 id=\"schemas\">Schemas</h2>\n");
    for (name, schema) in fields_of(&api["components"]["schemas"]) {
        put!(page, "<section id=\"{name}\">\n<h3>{name}</h3>\n");
        described(&mut page, schema);
        page.push_str("</section>\n");
    }
    page.push_str("</main>\n</html>\n");
    page
}

/// An operation and where it is.
struct Operation<'a> {
    path: &'a str,
    method: String,
    operation: &'a Value,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap_or_default()
    }
}

fn fields_of(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn by_tag(api: &Value) -> BTreeMap<&str, Vec<Operation<'_>>> {
    let mut tags: BTreeMap<&str, Vec<Operation<'_>>> = BTreeMap::new();
    for (path, item) in fields_of(&api["paths"]) {
        for (method, operation) in fields_of(item) {
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            tags.entry(tag).or_default().push(Operation { path, method: method.to_uppercase(), operation });
        }
    }
    tags
}

fn operation(page: &mut String, one: &Operation<'_>) {
    let Operation { path, method, operation } = one;
    put!(page, "<section id=\"{}\">\n<h3><code>{method} {path}</code></h3>\n", one.id());
    put!(page, "<p>{}</p>\n", prose(&operation["summary"]));
    if operation["description"].is_string() {
        put!(page, "<p>{}</p>\n", prose(&operation["description"]));
    }
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        page.push_str("<table>\n<tr><th>parameter</th><th>in</th><th>type</th><th></th></tr>\n");
        for one in parameters {
            let name = named(one["name"].as_str().unwrap_or_default(), one["required"] == true);
            let (place, shown) = (one["in"].as_str().unwrap_or_default(), kind(&one["schema"]));
            let what = prose(&one["description"]);
            put!(page, "<tr><td>{name}</td><td>{place}</td><td>{shown}</td><td>{what}</td></tr>\n");
        }
        page.push_str("</table>\n");
    }
    for (media, content) in fields_of(&operation["requestBody"]["content"]) {
        put!(page, "<p>Body: {} ({media})</p>\n", kind(&content["schema"]));
    }
    page.push_str("<table>\n<tr><th>answer</th><th>type</th><th></th></tr>\n");
    for (status, answer) in fields_of(&operation["responses"]) {
        let types: Vec<String> = fields_of(&answer["content"])
            .map(|(media, content)| match content["schema"]["$ref"].is_string() || media == "application/json" {
                true => kind(&content["schema"]),
                false => escaped(media),
            })
            .collect();
        let (types, what) = (types.join(", "), prose(&answer["description"]));
        let headers: Vec<String> = fields_of(&answer["headers"])
            .map(|(name, header)| format!("<br><code>{name}</code> {}", prose(&header["description"])))
            .collect();
        put!(page, "<tr><td>{status}</td><td>{types}</td><td>{what}{}</td></tr>\n", headers.concat());
    }
    page.push_str("</table>\n</section>\n");
}

/// What a schema says of itself, its parts and its variants.
fn described(page: &mut String, schema: &Value) {
    if schema["description"].is_string() {
        put!(page, "<p>{}</p>\n", prose(&schema["description"]));
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        match part["$ref"].is_string() {
            true => put!(page, "<p>All of {}, and</p>\n", kind(part)),
            false => described(page, part),
        }
    }
    for variant in schema["oneOf"].as_array().into_iter().flatten() {
        page.push_str("<div class=\"variant\">\n");
        described(page, variant);
        page.push_str("</div>\n");
    }
    let required = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    if schema["properties"].is_object() {
        page.push_str("<table>\n<tr><th>field</th><th>type</th><th></th></tr>\n");
        for (name, field) in fields_of(&schema["properties"]) {
            let (name, shown, what) = (named(name, required(name)), kind(field), prose(told(field)));
            put!(page, "<tr><td>{name}</td><td>{shown}</td><td>{what}</td></tr>\n");
        }
        page.push_str("</table>\n");
    } else if schema["allOf"].is_null() && schema["oneOf"].is_null() {
        put!(page, "<p>{}</p>\n", kind(schema));
    }
}

/// A field's description; of one that may be null it stands beside the other choice.
fn told(field: &Value) -> &Value {
    let within = &field["oneOf"][0]["description"];
    if within.is_string() { within } else { &field["description"] }
}

fn named(name: &str, required: bool) -> String {
    let optional = if required { "" } else { " <small>optional</small>" };
    format!("<code>{}</code>{optional}", escaped(name))
}

/// A type in a few words, with links to those that have names.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            return choices.iter().map(kind).collect::<Vec<_>>().join(if choice == "allOf" { " and " } else { " or " });
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .map(|word| format!("<code>{}</code>", escaped(&plain(word))))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return "anything".to_owned(),
    };
    let words = types.into_iter().map(|word| match (word, schema["format"].as_str()) {
        ("array", _) if schema["prefixItems"].is_array() => {
            let items = schema["prefixItems"].as_array().into_iter().flatten();
            format!("[{}]", items.map(kind).collect::<Vec<_>>().join(", "))
        }
        ("array", _) => format!("list of {}", kind(&schema["items"])),
        ("string", Some(format)) => escaped(format),
        (word, _) => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A description, whose words between backticks are code.
fn prose(text: &Value) -> String {
    let text = escaped(text.as_str().unwrap_or_default());
    let mut shown = String::with_capacity(text.len());
    for (n, part) in text.split('`').enumerate() {
        match n % 2 {
            0 => shown.push_str(part),
            _ => put!(shown, "<code>{part}</code>"),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_description_says_is_never_markup() {
        let said = prose(&Value::from("a < b & `c<d>`"));
        assert_eq!(said, "a &lt; b &amp; <code>c&lt;d&gt;</code>");
    }

    #[test]
    fn types_are_said_in_a_few_words() {
        let api = serde_json::json!({
            "a": { "type": ["string", "null"], "format": "date-time" },
            "b": { "type": "array", "items": { "$ref": "#/components/schemas/Gap" } },
            "c": { "oneOf": [{ "$ref": "#/components/schemas/Mode" }, { "type": "null" }] },
            "d": {},
        });
        let said: Vec<String> = ["a", "b", "c", "d"].map(|name| kind(&api[name])).to_vec();
        assert_eq!(
            said,
            ["date-time or null", "list of <a href=\"#Gap\">Gap</a>", "<a href=\"#Mode\">Mode</a> or null", "anything"]
        );
    }

    #[test]
    fn the_page_has_every_operation_and_every_schema_and_no_link_that_leads_nowhere() {
        let api: Value = serde_json::from_str(&super::super::description()).unwrap();
        let page = page(&api);
        let after = |mark: &'static str| {
            page.split(mark)
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .collect::<std::collections::BTreeSet<_>>()
        };
        let (ids, links) = (after(" id=\""), after("href=\"#"));
        assert!(links.is_subset(&ids), "{:?}", links.difference(&ids));
        let operations = fields_of(&api["paths"]).map(|(_, item)| fields_of(item).count()).sum::<usize>();
        assert_eq!(ids.len(), operations + fields_of(&api["components"]["schemas"]).count() + 1);
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("://"));
    }
}
