//! What keeps one client from taking the place of others: how long a body may be, and how long anything may take.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::visitor::language;

/// The longest body that is taken, bytes; a clock check's photograph comes on its own route.
const BODY: usize = 64 * 1024;
/// The longest photograph of a clock check, bytes.
const PHOTO: usize = 8 << 20;
/// So many bytes of a body that is too long are read and thrown away, so that the answer is not lost with the connection.
const SPILLED: usize = 12 << 20;
/// A body comes within so long.
const SLOWEST: Duration = Duration::from_secs(20);
/// An answer begins within so long; one that streams may go on for longer.
const LONGEST: Duration = Duration::from_secs(120);
/// The head of a request comes within so long, and the next request on a connection.
pub(super) const HEAD: Duration = Duration::from_secs(30);

/// Takes a whole body in before anybody answers: an answer to a body that nobody read may be lost with the connection. Who sends it
/// too slowly, or too much, is sent away.
pub(super) async fn taken(request: Request, next: Next) -> Response {
    take_in(request, next, BODY, SLOWEST).await
}

/// The same for a photograph.
pub(super) async fn taken_large(request: Request, next: Next) -> Response {
    take_in(request, next, PHOTO, SLOWEST * 3).await
}

async fn take_in(request: Request, next: Next, most: usize, within: Duration) -> Response {
    let lang = language(request.headers());
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(within, whole(body, most)).await {
        Ok(Some(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(None) => Problem::too_large().in_lang(lang).into_response(),
        Err(_) => Problem::too_slow().in_lang(lang).into_response(),
    }
}

/// A body that is short enough. What broke off is as it is: nobody waits for the answer.
async fn whole(mut body: Body, most: usize) -> Option<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= most {
            bytes.extend_from_slice(&data);
        } else if length > SPILLED {
            break;
        }
    }
    (length <= most).then_some(bytes)
}

/// Gives up on what takes too long.
pub(super) async fn timely(request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::busy().in_lang(lang).into_response(),
    }
}
