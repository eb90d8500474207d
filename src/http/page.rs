//! The page: built into `web/dist` by `make page`, part of the program, and given to whoever asks. What it may load and from where
//! is told to the browser; what it shows comes from the API, behind the door.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;

use super::problem::Problem;

/// What the page was built to. Read from the folder itself in builds with debug assertions, so that whoever works on it need not
/// build the program again.
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

/// What the page may do: its own scripts, styles and files, the map's workers, pictures that it made itself. `style` attributes are
/// set by the map and by drawings; style sheets in the page are not taken.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The file that every view of the page begins with.
const INDEX: &str = "index.html";

/// Files whose names tell their content, so that they never change.
const HASHED: &str = "assets/";

/// What a program that was built without the page says in its place.
const UNBUILT: &str = "<!doctype html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n<title>truyvet</title>\n\
<p>Chương trình này được dựng khi chưa có trang. Hãy chạy <code>make page</code>, rồi <code>make build</code>, và khởi động lại.</p>\n\
<p lang=\"en\">This program was built before there was a page. Run <code>make page</code>, then <code>make build</code>, and start it again.</p>\n\
</html>\n";

/// A file of the page.
struct File {
    bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    hash: [u8; 32],
}

fn built(path: &str) -> Option<File> {
    Built::get(path).map(|file| File { hash: file.metadata.sha256_hash(), bytes: file.data })
}

/// Whatever is no route of the API or of the daemon's health.
pub(super) async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if !matches!(method, Method::GET | Method::HEAD) || path == "/api" || path.starts_with("/api/") {
        return Problem::not_found().into_response();
    }
    answer(built, path, &headers)
}

fn answer(get: impl Fn(&str) -> Option<File>, path: &str, headers: &HeaderMap) -> Response {
    let path = path.trim_start_matches('/');
    let is_view = path.is_empty() || !path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let name = if is_view { INDEX } else { path };
    let Some(plain) = get(name) else {
        let is_unbuilt = is_view && get(INDEX).is_none();
        return if is_unbuilt { unbuilt() } else { Problem::not_found().into_response() };
    };
    let (file, encoding) = encoded(&get, name, headers).unwrap_or((plain, None));
    let tag = format!("\"{}{}\"", HEXLOWER.encode(&file.hash[..12]), encoding.map_or("", |word| &word[..1]));
    let mut response = if knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(file.bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
        if let Some(encoding) = encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let kept = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let told = response.headers_mut();
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    told.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        told.insert(header::ETAG, tag);
    }
    response
}

fn unbuilt() -> Response {
    let told = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (StatusCode::SERVICE_UNAVAILABLE, told, UNBUILT).into_response()
}

/// A file as it was compressed when the page was built, where it was and the browser takes it.
fn encoded(
    get: impl Fn(&str) -> Option<File>,
    name: &str,
    headers: &HeaderMap,
) -> Option<(File, Option<&'static str>)> {
    let ways = [("br", "br"), ("gzip", "gz")];
    ways.into_iter()
        .filter(|(word, _)| takes(headers, word))
        .find_map(|(word, ending)| Some((get(&format!("{name}.{ending}"))?, Some(word))))
}

/// Whether the browser takes an encoding (RFC 9110, 12.5.3); a weight of 0 refuses it.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// Whether the browser has that very version.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// What a file is, by the ending of its name.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// A page of a view, a script in three forms, and a picture.
    fn files(name: &str) -> Option<File> {
        let text = match name {
            "index.html" => "<!doctype html>",
            "assets/app-1a2b.js" => "plain",
            "assets/app-1a2b.js.br" => "as br",
            "assets/app-1a2b.js.gz" => "as gz",
            "favicon.svg" => "<svg/>",
            _ => return None,
        };
        Some(File { bytes: Cow::Borrowed(text.as_bytes()), hash: Sha256::digest(text).into() })
    }

    fn asked(path: &str, headers: &[(&str, &str)]) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: header::HeaderName = name.parse().unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        answer(files, path, &map)
    }

    fn body(response: Response) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(axum::body::to_bytes(response.into_body(), 1 << 20)).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_view_begins_with_the_index_and_a_file_that_is_not_there_is_none() {
        for path in ["/", "/ask", "/wall/ht-01", "/v1.2/status", "//evil.example"] {
            let response = asked(path, &[]);
            // A name with a dot in its last part is a file's.
            let is_file = path == "//evil.example";
            assert_eq!(response.status(), if is_file { 404 } else { 200 }, "{path}");
            if !is_file {
                assert_eq!(response.headers()["cache-control"], "no-cache");
                assert_eq!(body(response), "<!doctype html>", "{path}");
            }
        }
        for path in ["/assets/gone.js", "/index.htm", "/../Cargo.toml", "/assets/..%2fx.y"] {
            assert_eq!(asked(path, &[]).status(), 404, "{path}");
        }
    }

    #[test]
    fn hashed_files_are_kept_for_good_and_the_others_are_asked_for_again() {
        let script = asked("/assets/app-1a2b.js", &[]);
        assert_eq!(script.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
        let icon = asked("/favicon.svg", &[]);
        assert_eq!(
            (&icon.headers()["cache-control"], &icon.headers()["content-type"]),
            (&HeaderValue::from_static("no-cache"), &HeaderValue::from_static("image/svg+xml"))
        );
        let tag = icon.headers()["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = asked("/favicon.svg", &[("if-none-match", &known)]);
            assert_eq!(
                (again.status().as_u16(), &again.headers()["etag"]),
                (304, &HeaderValue::from_str(&tag).unwrap())
            );
            assert_eq!(body(again), "");
        }
        assert_eq!(asked("/favicon.svg", &[("if-none-match", "\"other\"")]).status(), 200);
    }

    #[test]
    fn what_was_compressed_when_built_goes_to_browsers_that_take_it() {
        let of = |accepted: &[&str]| {
            let headers: Vec<(&str, &str)> = accepted.iter().map(|value| ("accept-encoding", *value)).collect();
            let response = asked("/assets/app-1a2b.js", &headers);
            assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
            assert_eq!(response.headers()["vary"], "accept-encoding");
            let encoding = response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
            (response.headers()["etag"].clone(), encoding, body(response))
        };
        let (plain, encoding, text) = of(&[]);
        assert_eq!((encoding, text.as_str()), (None, "plain"));
        let (br, encoding, text) = of(&["gzip, deflate, br"]);
        assert_eq!((encoding.as_deref(), text.as_str()), (Some("br"), "as br"));
        let (gz, encoding, text) = of(&["GZIP;q=0.8, br;q=0"]);
        assert_eq!((encoding.as_deref(), text.as_str()), (Some("gzip"), "as gz"));
        assert!(plain != br && br != gz && plain != gz, "each form is a version of its own");
        assert_eq!(of(&["br;q=x"]).1, None);
        assert_eq!(of(&["identity", "br"]).1.as_deref(), Some("br"), "two lines are one list");
    }

    #[test]
    fn a_program_without_the_page_says_how_to_build_it() {
        let none = |_: &str| None;
        let response = answer(none, "/", &HeaderMap::new());
        assert_eq!(response.status(), 503);
        let text = body(response);
        assert!(text.contains("make page") && text.contains("Hãy chạy") && text.contains("Run"), "{text}");
        assert_eq!(answer(none, "/assets/app.js", &HeaderMap::new()).status(), 404);
    }

    #[test]
    fn no_script_in_the_page_is_taken_by_the_browser() {
        let policy = asked("/", &[]).headers()["content-security-policy"].to_str().unwrap().to_owned();
        let scripts: Vec<&str> = policy.split("; ").filter(|part| part.starts_with("script-src")).collect();
        assert_eq!(scripts, ["script-src 'self'"]);
        assert!(policy.starts_with("default-src 'none'") && policy.contains("worker-src 'self' blob:"), "{policy}");
    }
}
