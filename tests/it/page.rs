//! The page as the program serves it: with what was built into it, or with the words that tell how to build it.

use std::path::Path;

use crate::support::client::Client;
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

/// Whether the page was built where this test was.
fn is_built() -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist/index.html").is_file()
}

#[test]
fn the_program_has_the_page_or_says_how_to_build_it() {
    let site = TestSite::new(&["a"]);
    let daemon = Daemon::start(&site);
    let browser = Client::new(&daemon);
    for path in ["/", "/wall/a", "/status"] {
        let view = browser.get(path);
        assert_eq!(view.headers["content-type"], "text/html; charset=utf-8", "{path}");
        let policy = view.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("worker-src 'self' blob:"), "{policy}");
        assert_eq!(view.headers["x-content-type-options"], "nosniff");
        let text = String::from_utf8_lossy(&view.body).into_owned();
        if is_built() {
            assert_eq!((view.status, &view.headers["cache-control"]), (200, &"no-cache".parse().unwrap()), "{path}");
            let asset = text.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".js"));
            let script = browser.get(asset.expect("the view has a script of its own"));
            assert_eq!(
                (script.status, &script.headers["content-type"]),
                (200, &"text/javascript; charset=utf-8".parse().unwrap())
            );
            assert!(script.headers["cache-control"].to_str().unwrap().contains("immutable"));
        } else {
            assert_eq!(view.status, 503, "{path}");
            assert!(text.contains("make page") && text.contains("Hãy chạy"), "{text}");
        }
    }
    browser.get("/api").refused(404, "not_found");
    browser.get("/api/v2/site").refused(404, "not_found");
    browser.get("/api/v1/nothing").refused(404, "not_found");
    browser.get("/assets/gone-00000000.js").refused(404, "not_found");
    browser.get("/..%2f..%2fCargo.toml").refused(404, "not_found");
    browser.post("/", &serde_json::json!({})).refused(404, "not_found");
    browser.get("/healthz").is(200);
}
