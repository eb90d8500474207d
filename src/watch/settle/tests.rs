//! The waiting, on an injected clock.

use super::*;
use proptest::prelude::*;

const S: Duration = Duration::from_secs(1);

fn rule() -> Rule {
    Rule { closed: 2 * S, unseen: 10 * S, give_up: 900 * S, look_every: 2 * S, growing_every: 10 * S, most: 100 }
}

fn stamp(size: u64) -> Stamp {
    Stamp { size, mtime_us: 1_700_000_000_000_000 }
}

/// Steps as long as something wants a look now; what was told of files other than that they wait.
fn told(settle: &mut Settle, now: Moment, look: Look) -> Vec<Verdict> {
    let mut told = Vec::new();
    while let Some((_, verdict)) = settle.step(now, |_| look) {
        if verdict != Verdict::Waiting {
            told.push(verdict);
        }
    }
    told
}

/// Goes from one moment to another, waking when the machine asks to.
fn through(settle: &mut Settle, from: Moment, to: Moment, look: Look) -> Vec<(Moment, Verdict)> {
    let (mut all, mut now) = (Vec::new(), from);
    loop {
        all.extend(told(settle, now, look).into_iter().map(|verdict| (now, verdict)));
        match settle.next_look() {
            Some(next) if next <= to => now = next.max(now),
            _ => return all,
        }
    }
}

#[test]
fn a_closed_file_settles_when_unchanged_for_the_time_of_a_closing() {
    let mut settle = Settle::new(rule());
    settle.sign(b"a", Sign::Seen, S);
    settle.sign(b"a", Sign::Written, S);
    settle.sign(b"a", Sign::Closed, S);
    let told = through(&mut settle, S, 100 * S, Look::File(stamp(5)));
    assert_eq!(told, [(3 * S, Verdict::Settled(stamp(5)))]);
    assert_eq!((settle.waiting(), settle.next_look()), (0, None));
}

#[test]
fn a_file_whose_closing_nobody_saw_takes_longer() {
    let mut settle = Settle::new(rule());
    settle.sign(b"a", Sign::Seen, S);
    assert_eq!(through(&mut settle, S, 100 * S, Look::File(stamp(5))), [(11 * S, Verdict::Settled(stamp(5)))]);
}

#[test]
fn a_file_held_open_does_not_settle_and_is_given_up_in_the_end() {
    let mut settle = Settle::new(rule());
    settle.sign(b"a", Sign::Written, S);
    assert_eq!(through(&mut settle, S, 2000 * S, Look::File(stamp(5))), [(901 * S, Verdict::Dropped)]);
}

#[test]
fn a_closing_that_was_lost_does_not_hold_a_file_for_ever() {
    let mut settle = Settle::new(rule());
    settle.sign(b"a", Sign::Written, S);
    settle.signs_lost();
    assert_eq!(through(&mut settle, S, 2000 * S, Look::File(stamp(5))).len(), 1);
    settle.sign(b"a", Sign::Written, 3000 * S);
    settle.sign(b"a", Sign::Seen, 3000 * S);
    let told = through(&mut settle, 3000 * S, 4000 * S, Look::File(stamp(5)));
    assert_eq!(told, [(3010 * S, Verdict::Settled(stamp(5)))]);
}

#[test]
fn growing_is_told_at_most_once_in_its_time() {
    let mut settle = Settle::new(rule());
    let mut growing = Vec::new();
    for second in 0..60u32 {
        let now = second * S;
        settle.sign(b"a", Sign::Written, now);
        growing.extend(told(&mut settle, now, Look::File(stamp(u64::from(second)))).into_iter().map(|_| second));
    }
    assert!((5..=7).contains(&growing.len()), "{growing:?}");
    assert!(growing.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{growing:?}");
}

#[test]
fn a_writer_that_closes_after_each_write_is_seen_to_grow_and_a_quick_one_is_not() {
    let mut settle = Settle::new(rule());
    let mut growing = Vec::new();
    for second in 0..30u32 {
        settle.sign(b"a", Sign::Closed, second * S);
        growing.extend(told(&mut settle, second * S, Look::File(stamp(u64::from(second)))).into_iter().map(|_| second));
    }
    assert_eq!(growing, [10, 20]);
    settle.sign(b"b", Sign::Seen, 100 * S);
    told(&mut settle, 100 * S, Look::File(stamp(0)));
    settle.sign(b"b", Sign::Closed, 101 * S);
    assert_eq!(told(&mut settle, 101 * S, Look::File(stamp(5))), []);
}

#[test]
fn what_is_gone_or_no_file_is_dropped_and_what_cannot_be_told_is_asked_again() {
    let mut settle = Settle::new(rule());
    settle.sign(b"a", Sign::Closed, S);
    assert_eq!(told(&mut settle, S, Look::Unclear), []);
    assert!(settle.next_look().is_some_and(|next| next > S));
    assert_eq!(through(&mut settle, 2 * S, 100 * S, Look::Gone).len(), 1);
    settle.sign(b"a", Sign::Closed, 200 * S);
    settle.forget(b"a");
    assert_eq!((settle.waiting(), settle.next_look()), (0, None));
}

#[test]
fn past_the_bound_files_are_refused_and_the_relief_is_told_once() {
    let mut settle = Settle::new(rule());
    for n in 0..150u32 {
        settle.sign(&n.to_be_bytes(), Sign::Closed, S);
    }
    assert_eq!(settle.waiting(), 100);
    assert!(!settle.relieved());
    assert_eq!(through(&mut settle, S, 10 * S, Look::File(stamp(1))).len(), 100);
    assert!(settle.relieved() && !settle.relieved());
}

/// A writer: pauses in seconds, each followed by a write; and whether the kernel's events reach us.
fn writer() -> impl Strategy<Value = (Vec<u64>, bool)> {
    (proptest::collection::vec(1u64..9, 1..40), any::<bool>())
}

proptest! {
    /// Looks come at any time; a file that changes before its patience ends never settles, and settles once when it stops.
    #[test]
    fn a_changing_file_never_settles_and_a_still_one_settles_once(
        (pauses, events) in writer(),
        jolts in proptest::collection::vec(0u64..3, 1..200),
        clock_steps_back in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let mut settle = Settle::new(rule());
        let (mut now, mut size, mut mtime_us) = (S, 1u64, 1_700_000_000_000_000i64);
        settle.sign(b"a", Sign::Seen, now);
        let mut jolts = jolts.iter().cycle();
        for (n, pause) in pauses.iter().enumerate() {
            let end = now + *pause as u32 * S;
            while now < end {
                let look = Look::File(Stamp { size, mtime_us });
                for verdict in told(&mut settle, now, look) {
                    prop_assert!(matches!(verdict, Verdict::Growing(_)), "{:?} at {:?}", verdict, now);
                }
                now = (now + *jolts.next().unwrap() as u32 * S + S / 7).min(end);
            }
            size += 1;
            // The wall clock is set back an hour: modification times go back with it.
            mtime_us += if clock_steps_back[n] { -3_600_000_000 } else { 1_000_000 };
            if events {
                settle.sign(b"a", Sign::Written, now);
            }
        }
        let last = Stamp { size, mtime_us };
        if events {
            settle.sign(b"a", Sign::Closed, now);
        }
        let verdicts = through(&mut settle, now, now + 2000 * S, Look::File(last));
        let settled: Vec<_> = verdicts.iter().filter(|(_, v)| matches!(v, Verdict::Settled(_))).collect();
        prop_assert_eq!(settled.len(), 1);
        prop_assert_eq!(settled[0].1, Verdict::Settled(last));
        let patience = if events { 2 * S } else { 10 * S };
        prop_assert!(settled[0].0 >= now + patience && settled[0].0 <= now + patience + 2 * S);
    }

    /// Even a monotonic clock that is not: nothing is lost, nothing told twice, nothing overflows.
    #[test]
    fn a_clock_that_steps_back_an_hour_does_no_harm(at in 1u32..20, more in 3601u32..4000) {
        let mut settle = Settle::new(rule());
        settle.sign(b"a", Sign::Closed, 4000 * S);
        let mut settled = told(&mut settle, 4000 * S + S / 2, Look::File(stamp(1)));
        settled.extend(told(&mut settle, 4000 * S - 3600 * S + at * S, Look::File(stamp(1))));
        settle.sign(b"b", Sign::Closed, 4000 * S - 3600 * S + at * S);
        settled.extend(through(&mut settle, 400 * S, (400 + at + more + 4) * S, Look::File(stamp(1))).into_iter().map(|t| t.1));
        prop_assert_eq!(settled, [Verdict::Settled(stamp(1)), Verdict::Settled(stamp(1))]);
        prop_assert_eq!(settle.waiting(), 0);
    }
}
