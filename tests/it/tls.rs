//! The port over a network: only by TLS, with a certificate that can be made here, exchanged while the daemon runs, and is said what is
//! wrong with; or against a plain word.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use serde_json::json;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::support::client::{Client, PASSWORD, add, site};
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

/// A client that trusts one certificate and no other.
fn trusting(site: &TestSite, daemon: &Daemon) -> Client {
    let pem = fs::read(site.path("data/tls/cert.pem")).unwrap();
    let root = Certificate::from_pem(&pem).unwrap();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
    let config = Agent::config_builder().http_status_as_error(false).tls_config(tls).build();
    let mut client = Client::new(daemon);
    client.agent = config.into();
    client.base = format!("https://{}", daemon.address());
    client
}

/// A site whose port speaks TLS, on this machine too.
fn encrypted() -> TestSite {
    let site = site();
    site.run(&["tls", "self-signed"]).ends(0);
    site.append("[tls]\ncert = \"data/tls/cert.pem\"\nkey = \"data/tls/key.pem\"\n");
    site
}

fn is_ready(client: &Client) -> bool {
    client.agent.get(format!("{}/readyz", client.base)).call().is_ok_and(|answer| answer.status() == 200)
}

#[test]
fn a_certificate_of_our_own_lets_one_in_by_tls_with_a_cookie_for_tls_only() {
    let site = encrypted();
    add(&site, "truc", "duty", &[]);
    let mode = fs::metadata(site.path("data/tls/key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "the key is its owner's alone");
    let daemon = Daemon::begin(&site.path("site.toml"));
    let mut officer = trusting(&site, &daemon);
    daemon.until("it is ready", || is_ready(&officer));
    let login = officer.login("truc", PASSWORD);
    assert!(login.headers["set-cookie"].to_str().unwrap().contains("Secure"), "{:?}", login.headers);
    assert!(login.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age="));
    assert_eq!(officer.get("/api/v1/me").is(200)["name"], "truc");
    officer.get("/healthz").is(200);
    // Without TLS nobody is answered, and who trusts nobody here trusts this neither.
    assert_eq!(daemon.get("/healthz"), None);
    let strict = Agent::config_builder().http_status_as_error(false).build();
    assert!(Agent::from(strict).get(format!("https://{}/healthz", daemon.address())).call().is_err());
    daemon.stop().ends(0);
}

#[test]
fn a_certificate_is_exchanged_while_the_daemon_runs_and_a_wrong_one_is_not_taken() {
    let site = encrypted();
    let daemon = Daemon::begin(&site.path("site.toml"));
    let before = trusting(&site, &daemon);
    daemon.until("it is ready", || is_ready(&before));
    let ran = site.run(&["tls", "self-signed"]).ends(2);
    assert!(ran.stderr.contains("--replace"), "{}", ran.stderr);
    let key = fs::read(site.path("data/tls/key.pem")).unwrap();
    site.run(&["tls", "self-signed", "--replace", "--days", "60", "--name", "camera.phuong"]).ends(0);
    daemon.signal(Signal::HUP);
    daemon.until("the new one is shown", || is_ready(&trusting(&site, &daemon)));
    let after = trusting(&site, &daemon);
    // The key of the old one does not belong to it: that is said, and the new one stays.
    fs::write(site.path("data/tls/key.pem"), key).unwrap();
    daemon.signal(Signal::HUP);
    daemon.until("it is said", || daemon.said().contains("is not the key of the certificate"));
    assert!(is_ready(&after));
    let ran = site.run(&["check", "--lang", "en"]).ends(1);
    assert!(ran.stdout.contains("is not the key of the certificate"), "{}", ran.stdout);
    daemon.stop().ends(0);
    let ran = site.run(&["serve", "--listen", "127.0.0.1:0", "--lang", "en"]).ends(2);
    assert!(ran.stderr.contains("name the two that belong together"), "{}", ran.stderr);
}

#[test]
fn off_this_machine_the_port_opens_with_tls_or_with_the_word_only() {
    let site = site();
    let ran = site.run(&["serve", "--listen", "0.0.0.0:0", "--lang", "en"]).ends(2);
    assert!(ran.stderr.contains("truyvet tls self-signed") && ran.stderr.contains("insecure"), "{}", ran.stderr);
    site.append("[http]\nlisten = \"0.0.0.0:8480\"\n");
    let found = site.run(&["check", "--json"]).ends(1).stdout;
    assert!(found.contains("\"port\""), "{found}");
    // A certificate of our own is enough.
    site.run(&["tls", "self-signed"]).ends(0);
    site.run(&["check"]).ends(0);
    site.run(&["tls", "self-signed", "--replace", "--days", "20"]).ends(0);
    let ran = site.run(&["check", "--lang", "en"]).ends(1);
    assert!(ran.stdout.contains("more days"), "{}", ran.stdout);
    let file = site.path("site.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}insecure = \"yes\"\n")).unwrap();
    let ran = site.run(&["check", "--lang", "en"]).ends(2);
    assert!(ran.stderr.contains("\"khong-ma-hoa\" or \"unencrypted\""), "{}", ran.stderr);
    fs::write(&file, format!("{text}insecure = \"khong-ma-hoa\"\n")).unwrap();
    let ran = site.run(&["check", "--lang", "en"]).ends(0);
    assert!(ran.stdout.contains("not encrypted"), "{}", ran.stdout);
}

#[test]
fn one_of_the_two_files_alone_is_refused() {
    let site = site();
    site.append("[tls]\ncert = \"cert.pem\"\n");
    let ran = site.run(&["check", "--lang", "en"]).ends(2);
    assert!(ran.stderr.contains("needs both cert and key"), "{}", ran.stderr);
    let sent = Client::new(&Daemon::start(&crate::support::client::site())).post("/", &json!({}));
    assert!(!sent.headers.contains_key("strict-transport-security"), "without TLS nobody is kept to it");
}
