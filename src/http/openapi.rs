//! The API's description, made from the routes themselves: what it says of every route is said here once.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::Body;
use super::visitor::{COOKIE, CSRF};

/// The names of the ways to come in.
const SESSION: &str = "session";
const CODE: &str = "csrf";
const KEY: &str = "key";

const ABOUT: &str = "Everything that the page does. Errors are `application/problem+json`, their `detail` in the language \
    of `Accept-Language` (Vietnamese where neither Vietnamese nor English is asked for). A browser comes in by `POST /login`, which sets \
    a cookie that no script can read, and sends every change with the session's code in `X-Truyvet-Csrf`; a program sends \
    `Authorization: Bearer KEY` instead of both. Whatever shows footage is a look: it names a `purpose` (a number from `POST \
    /me/purposes`), is held against the visitor's groups, and is written to the audit before it is shown. Instants are RFC 3339 and \
    true time, unless they are named otherwise.";

/// What the routes are added to.
pub(super) fn head() -> OpenApi {
    let mut info = Info::new("truyvet", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info.license = Some(LicenseBuilder::new().name("GPL-3.0-or-later").identifier(Some("GPL-3.0-or-later")).build());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
    let code = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(CSRF)));
    let key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new()
        .security_scheme(SESSION, cookie)
        .security_scheme(CODE, code)
        .security_scheme(KEY, key)
        .schema(Body::name(), Body::schema());
    OpenApiBuilder::new().info(info).components(Some(components.build())).build()
}

/// The whole description as JSON, with what is the same of every route.
pub(super) fn finished(mut api: OpenApi) -> Value {
    for (path, item) in &mut api.paths.paths {
        let changes = [&mut item.post, &mut item.put, &mut item.delete, &mut item.patch];
        for operation in changes.into_iter().flatten() {
            complete(path, operation, true);
        }
        for operation in [&mut item.get, &mut item.head].into_iter().flatten() {
            complete(path, operation, false);
        }
    }
    let mut api = serde_json::to_value(api).unwrap_or_default();
    require(&mut api);
    api
}

/// How one comes in to a route, and how every route may refuse.
fn complete(path: &str, operation: &mut Operation, changes: bool) {
    let open = operation.security.is_some();
    if !open {
        let session = SecurityRequirement::new(SESSION, Vec::<String>::new());
        let session = if changes { session.add(CODE, Vec::<String>::new()) } else { session };
        operation.security = Some(vec![session, SecurityRequirement::new(KEY, Vec::<String>::new())]);
    }
    if !path.starts_with("/api/") {
        return;
    }
    let has_body = operation.request_body.is_some();
    let asks = has_body || operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let refusals = [
        ("400", asks, "What was asked cannot be: `detail` says why"),
        ("401", !open, "Nobody is in"),
        ("403", true, "`denied`, `forbidden`, `csrf`, `purpose_needed`, `password_must_change`"),
        ("404", path.contains('{'), "There is no such thing, or it is not theirs"),
        ("408", changes, "The body came too slowly"),
        ("413", changes, "The body is too long"),
        ("500", true, "The server failed: its log says why"),
        ("503", true, "Busy: try again after `Retry-After` seconds"),
    ];
    let responses = &mut operation.responses.responses;
    for (status, _, why) in refusals.into_iter().filter(|(_, may, _)| *may) {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(why)));
    }
    // What a route says of a refusal itself is a problem too.
    for (_, refusal) in responses.iter_mut().filter(|(status, _)| status.as_str() >= "400") {
        if let RefOr::T(response) = refusal
            && response.content.is_empty()
        {
            *response = problem(&response.description);
        }
    }
}

fn problem(why: &str) -> Response {
    let body = Ref::from_schema_name(Body::name());
    ResponseBuilder::new()
        .description(why)
        .content("application/problem+json", ContentBuilder::new().schema(Some(body)).build())
        .build()
}

/// An answer has all of its fields, null or not: only what is asked with may lack some.
fn require(api: &mut Value) {
    let mut asked = BTreeSet::new();
    for operation in operations(api) {
        named(&operation["requestBody"], api, &mut asked);
    }
    let Some(Value::Object(schemas)) = api.pointer_mut("/components/schemas") else { return };
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| !asked.contains(*name)) {
        require_all(schema);
    }
}

fn operations(api: &Value) -> impl Iterator<Item = &Value> {
    let items = api["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    items.filter_map(Value::as_object).flat_map(|item| item.values())
}

/// The schemas that a part of the description names, and those that they name.
fn named(part: &Value, api: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                named(&api["components"]["schemas"][name], api, names);
            }
            fields.values().for_each(|field| named(field, api, names));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, api, names)),
        _ => {}
    }
}

fn require_all(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(require_all);
            if let Some(Value::Object(properties)) = fields.get("properties") {
                let all = properties.keys().cloned().map(Value::String).collect();
                fields.insert("required".to_owned(), Value::Array(all));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(require_all),
        _ => {}
    }
}
