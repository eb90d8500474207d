//! Which names the port answers to. A page elsewhere whose name was made to mean this machine (DNS rebinding) would be of one origin
//! with ours to a browser: it is told nothing.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::desk::Desk;
use super::problem::Problem;
use super::visitor::language;

/// Where the port is, and whose names it has.
#[derive(Clone)]
pub(super) struct Door {
    pub desk: Desk,
    pub listen: SocketAddr,
}

/// Turns away what was sent to another name.
pub(super) async fn ours(State(door): State<Door>, request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST).into_iter().map(|value| value.to_str().unwrap_or_default());
    let mut hosts: Vec<&str> = hosts.chain(request.uri().authority().map(Authority::as_str)).collect();
    hosts.dedup();
    let names = door.desk.names();
    if hosts.is_empty() || !hosts.iter().all(|host| is_ours(host, door.listen, &names)) {
        return Problem::misdirected().in_lang(language(request.headers())).into_response();
    }
    next.run(request).await
}

/// Whether a `Host` (RFC 9110 §7.2), with or without a port, means this machine: a loopback name or address, the address that is listened
/// at, or one of the site's own names. Where every address is listened at, an address is ours: only names can be made to mean another.
fn is_ours(host: &str, listen: SocketAddr, names: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if host.contains('@') {
        return false;
    }
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
    match bare.parse::<IpAddr>() {
        Ok(ip) => {
            let (ip, own) = (ip.to_canonical(), listen.ip().to_canonical());
            ip.is_loopback() || own.is_unspecified() || ip == own
        }
        Err(_) => {
            let own = |known: &String| known.trim_end_matches('.').eq_ignore_ascii_case(&name);
            name == "localhost" || name.ends_with(".localhost") || names.iter().any(own)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let names = ["camera.phuong.vn".to_owned()];
        let at = |listen: &str, host: &str| is_ours(host, listen.parse().unwrap(), &names);
        for host in [
            "localhost",
            "localhost:8480",
            "LOCALHOST.",
            "127.0.0.1:1",
            "127.8.9.1",
            "[::1]:80",
            "Camera.phuong.vn:443",
            "a.localhost",
        ] {
            assert!(at("127.0.0.1:8480", host), "{host}");
        }
        let strange = [
            "evil.example",
            "localhost.evil.example",
            "xcamera.phuong.vn",
            "10.1.2.3",
            "[fe80::1]",
            "",
            "a b",
            "localhost@evil.example",
            "evil.example@localhost",
            "[::1",
        ];
        for host in strange {
            assert!(!at("127.0.0.1:8480", host), "{host}");
        }
        assert!(at("10.1.2.3:443", "10.1.2.3") && at("10.1.2.3:443", "[::ffff:10.1.2.3]"));
        assert!(at("0.0.0.0:443", "10.1.2.3") && at("[::]:443", "[fe80::1]:443") && !at("0.0.0.0:443", "evil.example"));
    }
}
