//! The daemon's figures, for Prometheus. Names are a contract: `truyvet_…`, seconds and bytes as they are.

use std::sync::Arc;

use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::base::{Kind, Result, ResultExt};
use crate::ingest::Report;
use crate::say;

/// Installs the recorder of this process and gives what renders it.
///
/// # Errors
/// When another recorder is installed already.
pub(super) fn install() -> Result<Arc<dyn Fn() -> String + Send + Sync>> {
    let handle = PrometheusBuilder::new()
        .install_recorder()
        .or_say(Kind::Internal, || say!("không đếm được số liệu", "cannot count figures"))?;
    describe_counter!("truyvet_files_listed_total", "Files listed");
    describe_counter!("truyvet_files_unreadable_total", "Files that could not be read when tried");
    describe_counter!("truyvet_files_gone_total", "Files that were known and are no longer there");
    describe_counter!("truyvet_bytes_read_total", "Bytes read to list files");
    describe_counter!("truyvet_footage_seconds_total", "Seconds of footage listed");
    describe_counter!("truyvet_thumbnails_total", "Thumbnails taken");
    describe_counter!("truyvet_rescans_total", "Folders looked through from end to end");
    describe_gauge!("truyvet_files_quarantined", "Files in quarantine");
    describe_gauge!("truyvet_recordings_without_thumbnails", "Recordings that were never sampled");
    describe_gauge!("truyvet_thumbnail_backlog_seconds", "How long sampling them will take, at the pace measured here");
    describe_gauge!("truyvet_folders_missing", "Footage folders that cannot be looked at");
    Ok(Arc::new(move || handle.render()))
}

/// Adds what a piece of work did.
pub(super) fn add(report: &Report) {
    counter!("truyvet_files_listed_total").increment(report.listed);
    counter!("truyvet_files_unreadable_total").increment(report.unreadable);
    counter!("truyvet_files_gone_total").increment(report.gone);
    counter!("truyvet_bytes_read_total").increment(report.bytes_read);
    counter!("truyvet_footage_seconds_total").increment(report.footage_s as u64);
    counter!("truyvet_thumbnails_total").increment(report.thumbnails);
}

/// Counts folders looked through.
pub(super) fn rescanned(folders: usize) {
    counter!("truyvet_rescans_total").increment(folders as u64);
}

/// Sets what there is now.
pub(super) fn now(quarantined: usize, without_thumbnails: u64, pace_s: Option<f64>, missing: usize) {
    gauge!("truyvet_files_quarantined").set(quarantined as f64);
    gauge!("truyvet_recordings_without_thumbnails").set(without_thumbnails as f64);
    // Where nothing was ever sampled there is no pace, and no figure is better than a wrong one.
    if let Some(pace_s) = pace_s {
        gauge!("truyvet_thumbnail_backlog_seconds").set(without_thumbnails as f64 * pace_s);
    }
    gauge!("truyvet_folders_missing").set(missing as f64);
}
