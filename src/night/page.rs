//! The report as one plain page, in Vietnamese: no scripts, no network, readable on paper in black and white.

use std::fmt::{self, Display, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::report::{CameraNight, Report};
use super::retention::Edge;
use crate::base::say::length;
use crate::config::Site;
use crate::model::Window;

/// Nothing is fetched, nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "body{font:16px/1.45 sans-serif;color:#000;background:#fff;margin:1.5em auto;padding:0 1em;max-width:70em}\
h1{font-size:1.5em;margin:0}h2{font-size:1.2em;margin:1.6em 0 .4em;border-bottom:2px solid #000}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.25em .5em;text-align:left;vertical-align:top}\
td.n{text-align:right;white-space:nowrap}ul{margin:.2em 0;padding-left:1.2em}.say{border:2px solid #000;padding:.5em .8em}\
code{overflow-wrap:anywhere}svg{display:block;width:100%;height:.9em;margin-top:.3em}small{display:block}\
@media print{body{font-size:11px;margin:0;max-width:none}tr{break-inside:avoid}}";

/// The page.
pub fn page(report: &Report, site: &Site) -> String {
    let mut page = String::new();
    // Writing into a String cannot fail.
    let _ = Page { report, site, zone: &site.zone }.whole(&mut page);
    page
}

struct Page<'a> {
    report: &'a Report,
    site: &'a Site,
    zone: &'a TimeZone,
}

impl Page<'_> {
    fn whole(&self, out: &mut String) -> fmt::Result {
        let (site, date) = (Text(&self.report.site), self.report.date.strftime("%-d/%-m/%Y").to_string());
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{site}: báo cáo đêm {date}</title>\
             <style>{STYLE}</style></head>\n<body><h1>{site}: báo cáo đêm {date}</h1>\n"
        )?;
        let day = self.span(self.report.day.start.0, self.report.day.end.0);
        writeln!(out, "<p>24 giờ được xét: {day}, giờ {}.</p>", Text(&self.report.zone))?;
        writeln!(out, "<p class=\"say\">Khoảng trống là lúc không có hình; không có nghĩa là không ai đi qua.</p>")?;
        self.notes(out)?;
        self.cameras(out)?;
        self.cuts(out)?;
        self.gaps(out)?;
        self.clocks(out)?;
        self.quarantine(out)?;
        self.disk(out)?;
        writeln!(out, "</body></html>")
    }

    fn clocks(&self, out: &mut String) -> fmt::Result {
        if self.report.clocks.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<h2>Giờ camera</h2><p>Ước tính theo lúc đóng tệp; xem và nhận bằng <code>truyvet clock estimate</code>.</p>\
             <table><thead><tr><th>Camera</th><th>Ước tính</th></tr></thead><tbody>"
        )?;
        for clock in &self.report.clocks {
            writeln!(out, "<tr><td>{}</td><td>{}</td></tr>", Text(&clock.cameras.join(", ")), Text(&clock.said.vi))?;
        }
        writeln!(out, "</tbody></table>")
    }

    fn notes(&self, out: &mut String) -> fmt::Result {
        let (run, backlog) = (&self.report.run, &self.report.thumbnail_backlog);
        writeln!(
            out,
            "<ul><li>{} tệp: {} mới kiểm kê, {} không đổi, {} không đọc được, {} không còn; {} ảnh nhỏ</li>",
            run.found, run.listed, run.unchanged, run.unreadable, run.gone, run.thumbnails
        )?;
        if backlog.recordings > 0 {
            writeln!(out, "<li>{}</li>", Text(&backlog.say().vi))?;
        }
        match &self.report.previous {
            Some(previous) => {
                writeln!(out, "<li>\"Mới\" là so với báo cáo ngày {}</li>", previous.date.strftime("%-d/%-m/%Y"))?;
            }
            None => writeln!(out, "<li>Chưa có báo cáo nào trước đó: tệp cách ly nào cũng là mới</li>")?,
        }
        for name in &self.report.unreadable_reports {
            writeln!(out, "<li><strong>Không đọc được báo cáo cũ {}</strong></li>", Text(name))?;
        }
        for trouble in &self.report.troubles {
            writeln!(out, "<li><strong>{}</strong></li>", Text(&trouble.said.vi))?;
        }
        writeln!(out, "</ul>")
    }

    fn cameras(&self, out: &mut String) -> fmt::Result {
        writeln!(
            out,
            "<h2>Camera</h2><table><thead><tr><th>Camera</th><th>Ghi 24 giờ</th><th>Ghi 7 ngày</th><th>Lần ghi cuối</th>\
             <th>Thời gian lưu</th><th>Cần xem</th></tr></thead><tbody>"
        )?;
        for camera in &self.report.cameras {
            let group = camera.group.as_deref().map(|id| self.group(id)).unwrap_or_default();
            write!(out, "<tr><td>{} {}<small>{}</small>", Text(&camera.id), Text(&camera.name), Text(group))?;
            self.bar(out, camera)?;
            let last = camera.last_recording.map_or_else(|| "chưa có".to_owned(), |t| self.instant(t));
            write!(
                out,
                "</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{last}</td><td>{}</td><td>",
                percent(camera.recorded_day),
                percent(camera.recorded_week),
                Text(&self.retention(camera)),
            )?;
            let counts = [
                (camera.gaps.len() as u64, "khoảng trống"),
                (camera.newly_quarantined, "tệp mới bị cách ly"),
                (camera.quarantined, "tệp cách ly tất cả"),
                (camera.retimed, "đoạn ghi được tính lại giờ"),
                (camera.time_conflicts, "đoạn ghi có giờ mâu thuẫn"),
            ];
            let mut said: Vec<String> =
                counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
            if !camera.looked {
                said.push("không quét được thư mục hình".to_owned());
            }
            writeln!(out, "{}</td></tr>", said.join("<br>"))?;
        }
        writeln!(out, "</tbody></table><p>Thanh đen: có hình; khoảng trắng: trống trên 2 phút.</p>")
    }

    /// The day as a strip: black, with a white hole for every gap.
    fn bar(&self, out: &mut String, camera: &CameraNight) -> fmt::Result {
        let day = &self.report.day;
        let at = |t: Timestamp| t.as_microsecond().saturating_sub(day.start.as_micros()) as f64 / width(day) * 1000.0;
        let n = camera.gaps.len();
        write!(
            out,
            "<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{n} khoảng trống\">\
             <rect width=\"1000\" height=\"10\"/>"
        )?;
        for gap in &camera.gaps {
            let (from, to) = (at(gap.gap.start), at(gap.gap.end));
            write!(out, "<rect x=\"{from:.1}\" y=\"1\" width=\"{:.1}\" height=\"8\" fill=\"#fff\"/>", to - from)?;
        }
        write!(out, "</svg>")
    }

    fn cuts(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<h2>Có lẽ mất điện</h2>")?;
        if self.report.power_cuts.is_empty() {
            return writeln!(out, "<p>Không có dấu hiệu mất điện.</p>");
        }
        writeln!(out, "<ul>")?;
        for cut in &self.report.power_cuts {
            let (span, places) = (self.span(cut.start, cut.end), cut.say_places().vi);
            writeln!(out, "<li>{span}: {} ({})</li>", Text(&cut.cameras.join(", ")), Text(&places))?;
        }
        writeln!(out, "</ul><p>Các camera cùng tổ hoặc cùng đầu ghi mất hình và có hình lại cùng lúc.</p>")
    }

    fn gaps(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<h2>Khoảng trống trên 2 phút</h2>")?;
        if self.report.cameras.iter().all(|camera| camera.gaps.is_empty()) {
            return writeln!(out, "<p>Không có.</p>");
        }
        writeln!(
            out,
            "<table><thead><tr><th>Camera</th><th>Từ, đến</th><th>Dài</th><th>Vì sao</th></tr></thead><tbody>"
        )?;
        for camera in &self.report.cameras {
            for gap in &camera.gaps {
                let long = length(gap.gap.end.duration_since(gap.gap.start).as_secs_f64()).vi;
                let span = self.span(gap.gap.start, gap.gap.end);
                let (id, why) = (Text(&camera.id), gap.say().vi);
                writeln!(out, "<tr><td>{id}</td><td>{span}</td><td>{long}</td><td>{}</td></tr>", Text(&why))?;
            }
        }
        writeln!(out, "</tbody></table>")
    }

    fn quarantine(&self, out: &mut String) -> fmt::Result {
        let new: Vec<_> = self.report.quarantine.iter().filter(|file| file.new).collect();
        let all = self.report.quarantine.len();
        writeln!(out, "<h2>Tệp mới bị cách ly</h2><p>{} tệp mới, {all} tệp tất cả.</p>", new.len())?;
        if new.is_empty() {
            return Ok(());
        }
        writeln!(out, "<table><thead><tr><th>Camera</th><th>Tệp</th><th>Vì sao</th></tr></thead><tbody>")?;
        for file in new {
            let camera = file.file.camera.as_deref().unwrap_or("không rõ");
            let (path, why) = (&file.file.path, file.file.reason.say().vi);
            writeln!(
                out,
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
                Text(camera),
                Text(path),
                Text(&why)
            )?;
        }
        writeln!(out, "</tbody></table>")
    }

    fn disk(&self, out: &mut String) -> fmt::Result {
        let disk = &self.report.disk;
        let [store, index, reels, other, total] =
            [disk.store_bytes, disk.index_bytes, disk.reels_bytes, disk.other_bytes, disk.total_bytes].map(size);
        let free = disk.free_bytes.map_or_else(|| "không rõ".to_owned(), size);
        writeln!(
            out,
            "<h2>Ổ đĩa của thư mục dữ liệu</h2><p>Đang dùng {total}: kho {store}, chỉ mục {index}, ảnh nhỏ {reels}, khác {other}. \
             Còn trống {free}; {}.</p>",
            Text(&disk.say_outlook().vi)
        )
    }

    fn group<'b>(&'b self, id: &'b str) -> &'b str {
        self.site.groups.iter().find(|group| group.id == id).map_or(id, |group| &group.name)
    }

    fn retention(&self, camera: &CameraNight) -> String {
        let kept = &camera.retention;
        let mut text = kept.age_s.map(|age| format!("{}; ", length(age).vi)).unwrap_or_default();
        text.push_str(&kept.edge.say().vi);
        if let (Edge::Forward, Some(until), Some(gone)) = (kept.edge, kept.gone_in_48h_until, kept.oldest_48h_gone_at) {
            let (until, gone) = (self.instant(until), self.instant(gone));
            let _ = write!(text, ": trong 48 giờ tới mất hình trước {until}; 48 giờ cũ nhất sẽ mất hết lúc {gone}");
        }
        text
    }

    fn instant(&self, t: Timestamp) -> String {
        t.to_zoned(self.zone.clone()).strftime("%-d/%-m/%Y %H:%M:%S").to_string()
    }

    fn span(&self, start: Timestamp, end: Timestamp) -> String {
        let zoned = |t: Timestamp| t.to_zoned(self.zone.clone());
        let same = zoned(start).date() == zoned(end).date();
        let end = if same { zoned(end).strftime("%H:%M:%S").to_string() } else { self.instant(end) };
        format!("{}–{end}", self.instant(start))
    }
}

fn width(day: &Window) -> f64 {
    day.micros().max(1) as f64
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 1.0 => "&lt;1 %".to_owned(),
        p if p > 99.0 && p < 100.0 => "99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

fn size(bytes: u64) -> String {
    let mib = bytes as f64 / 1_048_576.0;
    if mib >= 10_240.0 { format!("{:.1} GiB", mib / 1024.0) } else { format!("{mib:.1} MiB") }
}

/// Text that may hold what HTML takes for its own: names and paths come from strangers.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => f.write_char(c),
        })
    }
}
