//! A browser at a daemon's door, and sites with accounts.

use std::path::Path;

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use super::clips::mp4;
use super::daemon::Daemon;
use super::site::{TestSite, run_on_with};

/// Two groups with a camera each, both with footage of the same minutes.
pub(crate) fn site() -> TestSite {
    let site = TestSite::with(&[
        ("a", "footage = \"footage/a\"\ngroup = \"tdp-1\"\nname = \"Cổng chợ\""),
        ("b", "footage = \"footage/b\"\ngroup = \"tdp-2\"\nname = \"Đầu ngõ 5\""),
    ]);
    site.append("[[group]]\nid = \"tdp-1\"\nname = \"Tổ 1\"\n\n[[group]]\nid = \"tdp-2\"\nname = \"Tổ 2\"\n");
    for camera in ["a", "b"] {
        site.put(camera, "20240301_080000.mp4", &mp4());
    }
    site.index(0);
    site
}

pub(crate) const PASSWORD: &str = "mưa rào Kỳ Anh";

pub(crate) fn add(site: &TestSite, name: &str, role: &str, groups: &[&str]) {
    add_to(&site.path("site.toml"), name, role, groups);
}

pub(crate) fn add_to(site: &Path, name: &str, role: &str, groups: &[&str]) {
    let groups: Vec<&str> = groups.iter().flat_map(|group| ["--group", group]).collect();
    let arguments = [&["user", "add", name, "--role", role, "--password-stdin"], &groups[..]].concat();
    run_on_with(site, &arguments, PASSWORD).ends(0);
}

/// A browser.
pub(crate) struct Client {
    pub(crate) agent: Agent,
    pub(crate) base: String,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
    /// A program's key, in the place of a cookie.
    pub(crate) bearer: Option<String>,
}

/// An answer: its status, and its body as JSON where it is that.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(mut response: Response<Body>) -> Answer {
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_vec().unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        assert_eq!(self.status, status, "{text}");
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let body = self.is(status);
        assert_eq!(body["code"], code, "{body}");
        body
    }
}

impl Client {
    pub(crate) fn new(daemon: &Daemon) -> Client {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Client {
            agent: config.into(),
            base: format!("http://{}", daemon.address()),
            cookie: None,
            csrf: None,
            bearer: None,
        }
    }

    /// Another client of the same session, with connections of its own.
    pub(crate) fn as_another(&self) -> Client {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Client {
            agent: config.into(),
            base: self.base.clone(),
            cookie: self.cookie.clone(),
            csrf: self.csrf.clone(),
            bearer: self.bearer.clone(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("truyvet={cookie}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.bearer {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        Answer::of(request.call().unwrap())
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_with(method, path, body.to_string().as_bytes(), &[("content-type", "application/json")])
    }

    pub(crate) fn send_with(&self, method: &str, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("truyvet={cookie}"));
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-truyvet-csrf", csrf.as_str());
        }
        Answer::of(self.agent.run(request.body(body).unwrap()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body)
    }

    pub(crate) fn login(&mut self, name: &str, password: &str) -> Answer {
        let answer = self.post("/api/v1/login", &json!({ "name": name, "password": password }));
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let text = cookie.to_str().unwrap();
            assert!(text.contains("HttpOnly") && text.contains("SameSite=Strict"), "{text}");
            let value = text.split(';').next().unwrap().strip_prefix("truyvet=").unwrap();
            self.cookie = Some(value.to_owned());
            let me: Value = serde_json::from_slice(&answer.body).unwrap();
            self.csrf = me["csrf"].as_str().map(str::to_owned);
        }
        answer
    }

    /// A client that is in.
    pub(crate) fn entered(daemon: &Daemon, name: &str) -> Client {
        let mut client = Client::new(daemon);
        client.login(name, PASSWORD).is(200);
        client
    }

    pub(crate) fn purpose(&self, text: &str) -> i64 {
        self.post("/api/v1/me/purposes", &json!({ "text": text })).is(201)["number"].as_i64().unwrap()
    }
}

/// A daemon with an account of each role and one of one group.
pub(crate) fn door() -> (TestSite, Daemon) {
    let site = site();
    for (name, role) in
        [("truc", "duty"), ("dieutra", "investigator"), ("kythuat", "technician"), ("quantri", "administrator")]
    {
        add(&site, name, role, &[]);
    }
    add(&site, "to1", "duty", &["tdp-1"]);
    let daemon = Daemon::start(&site);
    (site, daemon)
}
