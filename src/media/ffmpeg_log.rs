//! FFmpeg's log lines: kept off stderr, their errors counted for whoever demuxes on this thread.

use std::cell::RefCell;
#[cfg(target_arch = "x86_64")]
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Once;

#[cfg(target_arch = "x86_64")]
use ffmpeg_next::ffi;

/// What FFmpeg complained of on one thread.
#[derive(Clone, Debug, Default)]
pub(in crate::media) struct Complaints {
    /// Lines at the level of errors or worse.
    pub(in crate::media) errors: u32,
    /// The format string of the first of them (its arguments are not filled in).
    pub(in crate::media) first: Option<String>,
}

thread_local! {
    static COMPLAINTS: RefCell<Complaints> = RefCell::default();
}

/// Takes over FFmpeg's log for the whole process (once) and forgets what this thread has heard so far.
pub(in crate::media) fn listen() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // Without this the texts of FFmpeg's errors are empty.
        ffmpeg_next::util::error::register_all();
        // The type of C's va_list, which the callback takes, differs by architecture; elsewhere the log is only silenced.
        #[cfg(not(target_arch = "x86_64"))]
        ffmpeg_next::log::set_level(ffmpeg_next::log::Level::Quiet);
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "FFmpeg's log callback has no safe wrapper")]
        // SAFETY: `hear` has the signature FFmpeg calls with, never unwinds and touches only thread-local data.
        unsafe {
            ffi::av_log_set_callback(Some(hear));
        }
    });
    COMPLAINTS.with_borrow_mut(|complaints| *complaints = Complaints::default());
}

/// What this thread has heard since it last called [`listen`].
pub(in crate::media) fn heard() -> Complaints {
    COMPLAINTS.with_borrow(Clone::clone)
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "called by FFmpeg with C pointers")]
unsafe extern "C" fn hear(_: *mut c_void, level: c_int, format: *const c_char, _: *mut ffi::__va_list_tag) {
    if level > ffi::AV_LOG_ERROR || format.is_null() {
        return;
    }
    // `try_with`: FFmpeg may log while the thread's locals are being dropped.
    let _ = COMPLAINTS.try_with(|complaints| {
        if let Ok(mut complaints) = complaints.try_borrow_mut() {
            complaints.errors = complaints.errors.saturating_add(1);
            if complaints.first.is_none() {
                // SAFETY: FFmpeg passes a NUL-terminated format string that outlives the call; null was ruled out above.
                let text = unsafe { CStr::from_ptr(format) };
                complaints.first = Some(text.to_string_lossy().trim().to_owned());
            }
        }
    });
}
