//! Traces in lines for people.

use jiff::tz::TimeZone;

use super::print;
use crate::base::Lang;
use crate::model::{Mover, TraceHead};
use crate::say;
use crate::trace::answer::{NextAnswer, TraceAnswer, WindowAnswer, on_picture};
use crate::trace::export::{self, Form};

/// A kind of mover in words.
fn mover(mover: Mover, lang: Lang) -> String {
    let said = match mover {
        Mover::Foot => say!("đi bộ", "on foot"),
        Mover::Bicycle => say!("xe đạp", "bicycle"),
        Mover::Motorbike => say!("xe máy", "motorbike"),
        Mover::Car => say!("ô tô", "car"),
        Mover::Truck => say!("xe tải", "truck"),
    };
    said.in_lang(lang).to_owned()
}

/// The windows to look at.
pub(super) fn next(answer: &NextAnswer, zone: &TimeZone, lang: Lang) {
    for note in &answer.notes {
        print::warning(note.in_lang(lang), lang);
    }
    for of in &answer.windows {
        window(of, zone, lang);
    }
    if answer.windows.is_empty() {
        let said = say!(
            "không còn camera nào có hình mà nó có thể đã qua",
            "there is no camera left with footage that it may have passed"
        );
        print::line(said.in_lang(lang));
    }
}

fn window(of: &WindowAnswer, zone: &TimeZone, lang: Lang) {
    let WindowAnswer { rank, camera, name, distance_m, .. } = of;
    let (times, chance) = (print::span(of.start, of.end, zone), print::percent(of.chance, lang));
    let kmh = of.kmh.map(|kmh| format!(" · ~{kmh:.0} km/h")).unwrap_or_default();
    let straight =
        if of.straight { say!(" (đường chim bay × hệ số)", " (straight line × factor)") } else { "".into() };
    let straight = straight.in_lang(lang);
    print::line(&format!("{rank}. {camera} {name} · {times} · {chance} · {distance_m:.0} m{straight}{kmh}"));
    let shown = format!("{} – {}", on_picture(&of.camera_start), on_picture(&of.camera_end));
    let clock = of.clock.say(zone);
    let clock = clock.in_lang(lang);
    print::line(say!("   giờ trên hình {shown} ({clock})", "   on its picture {shown} ({clock})").in_lang(lang));
    for gap in &of.gaps {
        let (times, why) = (print::times(gap.start, gap.end, zone), gap.reason.say());
        let why = why.in_lang(lang);
        print::line(say!("   ╱ {times} trống: {why}", "   ╱ {times} gap: {why}").in_lang(lang));
    }
    for moment in &of.moments {
        let (times, score) = (print::times(moment.start, moment.end, zone), print::percent(moment.score, lang));
        let (id, pts_us, at) = (&moment.recording, moment.pts_us, moment.offset_s);
        print::line(&format!("   ● {times}  {score}  +{at:.3}s  {id}@{pts_us}"));
        if let Some(still) = &moment.still {
            print::line(&format!("     {still}"));
        }
    }
}

/// A trace as it stands.
pub(super) fn trace(answer: &TraceAnswer, zone: &TimeZone, lang: Lang) {
    print::line(export::write(answer, Form::Report, zone, lang).trim_end());
}

/// A trace in one line.
pub(super) fn head(of: &TraceHead, zone: &TimeZone, lang: Lang) {
    let (id, title, at, by) = (of.id, &of.title, print::instant(of.made_at, zone), &of.made_by);
    let purpose = of.purpose.as_deref().unwrap_or("–");
    print::line(&format!("{id}  {at}  {}  {title}  · {purpose} · {by}", mover(of.mover, lang)));
}
