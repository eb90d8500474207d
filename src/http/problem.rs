//! Errors as `application/problem+json` (RFC 9457), in the visitor's language. Kinds become status codes here and nowhere else.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Error, Kind, Lang, Said};
use crate::say;

/// What went wrong, for the client. The log has the whole chain.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// A word for programs. A contract: extend, never rename.
    code: &'static str,
    said: Box<Said>,
    /// Seconds after which it may be tried again.
    retry_after_s: Option<u32>,
    lang: Option<Lang>,
}

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    /// Always `about:blank`: the code tells more.
    r#type: &'static str,
    /// The status in English.
    title: &'static str,
    /// The status.
    status: u16,
    /// A word for programs.
    code: &'static str,
    /// What happened, in the visitor's language.
    detail: &'a str,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, said: Said) -> Problem {
        Problem { status, code, said: Box::new(said), retry_after_s: None, lang: None }
    }

    /// The same in a language; Vietnamese where none is told.
    pub(super) fn in_lang(mut self, lang: Lang) -> Problem {
        self.lang.get_or_insert(lang);
        self
    }

    pub(super) fn not_in() -> Problem {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "not_logged_in",
            say!("chưa đăng nhập, hoặc phiên đã hết hạn", "not logged in, or the session is over"),
        )
    }

    pub(super) fn forbidden() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            say!("vai trò của bạn không có quyền này", "your role may not do this"),
        )
    }

    pub(super) fn csrf() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "csrf",
            say!("thiếu mã của phiên; tải lại trang", "the session's code is missing; load the page again"),
        )
    }

    pub(super) fn must_change() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "password_must_change",
            say!("phải đổi mật khẩu dùng một lần trước", "the one-time password has to be changed first"),
        )
    }

    pub(super) fn purpose() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "purpose_needed",
            say!(
                "phải nêu số vụ hoặc lý do trước khi xem",
                "a case number or a reason has to be stated before looking"
            ),
        )
    }

    pub(super) fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", say!("không có", "there is no such thing"))
    }

    /// A camera that shows nothing then, and why.
    pub(super) fn no_footage(why: Said) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no_footage", why)
    }

    pub(super) fn method() -> Problem {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            say!("không làm được như vậy ở đây", "that cannot be done here"),
        )
    }

    pub(super) fn misdirected() -> Problem {
        Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected",
            say!(
                "cổng này không mang tên đó; thêm tên vào [http] names",
                "this port does not have that name; add it to [http] names"
            ),
        )
    }

    pub(super) fn bad(said: Said) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", said)
    }

    /// What is told contradicts what is known.
    pub(super) fn contradiction(said: Said) -> Problem {
        Problem::new(StatusCode::CONFLICT, "contradiction", said)
    }

    pub(super) fn too_large() -> Problem {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            say!("nội dung gửi lên quá dài", "the body is too long"),
        )
    }

    pub(super) fn too_slow() -> Problem {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            say!("nội dung gửi lên quá chậm", "the body came too slowly"),
        )
    }

    pub(super) fn too_many() -> Problem {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            say!("phiên này đã mở quá nhiều kết nối theo dõi", "this session listens too often already"),
        )
    }

    pub(super) fn busy() -> Problem {
        let mut problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            say!("máy đang bận; thử lại sau ít giây", "the machine is busy; try again in a few seconds"),
        );
        problem.retry_after_s = Some(5);
        problem
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let (status, code) = match error.kind() {
            Kind::Usage => (StatusCode::BAD_REQUEST, "bad_request"),
            Kind::Denied => (StatusCode::FORBIDDEN, "denied"),
            Kind::Media => (StatusCode::UNPROCESSABLE_ENTITY, "damaged"),
            Kind::Busy | Kind::Interrupted => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Kind::Config | Kind::Io | Kind::State | Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
        };
        if status.is_server_error() {
            tracing::error!("a request failed: {}", error.explain(Lang::En));
        }
        // What is wrong inside is for the log: it may name paths of the machine.
        let said = match status {
            StatusCode::INTERNAL_SERVER_ERROR => {
                say!("máy chủ gặp lỗi; xem nhật ký của truyvet", "the server failed; see truyvet's log")
            }
            _ => error.said().clone(),
        };
        Problem::new(status, code, said)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let detail = self.said.in_lang(self.lang.unwrap_or(Lang::Vi));
        let body = Body { r#type: "about:blank", title, status: self.status.as_u16(), code: self.code, detail };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
