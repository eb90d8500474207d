//! `[trace]`: what the numbers that tracing goes by may be. They are described with [`TraceSettings`].

use crate::base::Said;
use crate::model::{Mover, Pace, TraceSettings};
use crate::say;

/// What is wrong with them, each as a sentence.
pub(super) fn problems(trace: &TraceSettings) -> Vec<Said> {
    let mut fields: Vec<(String, f64, f64, f64)> = Vec::new();
    for mover in Mover::ALL {
        let Pace { median_kmh, spread, top_kmh, journey_km } = trace.pace(mover);
        let name = |field: &str| format!("[trace.{}] {field}", mover.as_str());
        fields.push((name("median_kmh"), median_kmh, 0.5, 200.0));
        fields.push((name("spread"), spread, 0.01, 1.0));
        fields.push((name("top_kmh"), top_kmh, median_kmh, 400.0));
        fields.push((name("journey_km"), journey_km, 0.1, 1_000.0));
    }
    let of = [
        ("unsteady", trace.unsteady, 0.0, 1.0),
        ("steady_s", trace.steady_s, 1.0, 600.0),
        ("wait_s", trace.wait_s, 0.0, 120.0),
        ("wait_deviation_s", trace.wait_deviation_s, 0.0, 120.0),
        ("pauses", trace.pauses, 0.0, 0.9),
        ("pause_s", trace.pause_s, 1.0, 3_600.0),
        ("routes", trace.routes as f64, 1.0, 64.0),
        ("taste", trace.taste, 0.0, 2.0),
        ("wander", trace.wander, 0.001, 1.0),
        ("turns_back", trace.turns_back, 0.001, 1.0),
        ("detour", trace.detour, 0.0, 5.0),
        ("onward", trace.onward, 0.0, 3.0),
        ("miss", trace.miss, 0.0, 0.95),
        ("sees_m", trace.sees_m, 1.0, 500.0),
        ("sees_chance", trace.sees_chance, 0.01, 1.0),
        ("unchecked_s", trace.unchecked_s, 0.0, 86_400.0),
        ("straight_factor", trace.straight_factor, 1.0, 5.0),
        ("open_s", trace.open_s, 0.0, 600.0),
        ("horizon_min", trace.horizon_min, 1.0, 240.0),
    ];
    fields.extend(of.map(|(field, value, low, high)| (format!("[trace] {field}"), value, low, high)));
    let wrong = fields.into_iter().filter(|(_, value, low, high)| !(low..=high).contains(&value));
    wrong
        .map(|(field, value, low, high)| {
            say!("{field} = {value} phải từ {low} đến {high}", "{field} = {value} must be {low} to {high}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_bounds_and_nonsense_is_named() {
        assert_eq!(problems(&TraceSettings::default()), []);
        let wrong = TraceSettings { miss: 1.5, horizon_min: f64::NAN, ..TraceSettings::default() };
        let said: Vec<String> = problems(&wrong).into_iter().map(|said| said.en).collect();
        assert_eq!(said, ["[trace] miss = 1.5 must be 0 to 0.95", "[trace] horizon_min = NaN must be 1 to 240"]);
    }
}
