//! Correlation of two series at all lags at once, by the fast Fourier transform of Cooley and Tukey (1965).

use std::f64::consts::TAU;

/// A complex number: real and imaginary part.
type Complex = (f64, f64);

/// `Σₙ x[n]·y[n + lag]` for every lag from `1 − x.len()` to `y.len() − 1`, in this order; nothing wraps around. Empty when
/// either is.
pub(super) fn correlation(x: &[f64], y: &[f64]) -> Vec<f64> {
    if x.is_empty() || y.is_empty() {
        return Vec::new();
    }
    let lags = x.len() + y.len() - 1;
    let size = lags.next_power_of_two();
    // Both real series go through one transform: x as the real part, y as the imaginary one.
    let mut both: Vec<Complex> =
        (0..size).map(|n| (x.get(n).copied().unwrap_or(0.0), y.get(n).copied().unwrap_or(0.0))).collect();
    transform(&mut both, -1.0);
    let spectrum: Vec<Complex> = (0..size)
        .map(|n| {
            let ((a, b), (c, d)) = (both[n], both[(size - n) % size]);
            // X = (F(n) + F*(−n))/2, Y = (F(n) − F*(−n))/2i; wanted is X*·Y.
            let (x, y) = (((a + c) / 2.0, (b - d) / 2.0), ((b + d) / 2.0, (c - a) / 2.0));
            (x.0 * y.0 + x.1 * y.1, x.0 * y.1 - x.1 * y.0)
        })
        .collect();
    let mut sums = spectrum;
    transform(&mut sums, 1.0);
    let at = |lag: i64| sums[lag.rem_euclid(size as i64) as usize].0 / size as f64;
    (1 - x.len() as i64..y.len() as i64).map(at).collect()
}

/// The transform in place, of a power of two of values; the sign is that of the exponent. Not scaled.
fn transform(values: &mut [Complex], sign: f64) {
    let size = values.len();
    let bits = size.trailing_zeros();
    for n in 0..size {
        let mirrored = if bits == 0 { 0 } else { n.reverse_bits() >> (usize::BITS - bits) };
        if n < mirrored {
            values.swap(n, mirrored);
        }
    }
    let turns: Vec<Complex> =
        (0..size / 2).map(|n| (sign * TAU * n as f64 / size as f64).sin_cos()).map(|(sin, cos)| (cos, sin)).collect();
    let mut half = 1;
    while half < size {
        let stride = size / (2 * half);
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (n, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let turn = turns[n * stride];
                let turned = (b.0 * turn.0 - b.1 * turn.1, b.0 * turn.1 + b.1 * turn.0);
                (*a, *b) = ((a.0 + turned.0, a.1 + turned.1), (a.0 - turned.0, a.1 - turned.1));
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_fast_way_gives_the_same_sums_as_the_plain_one(
            x in prop::collection::vec(-9.0..9.0f64, 0..40),
            y in prop::collection::vec(-9.0..9.0f64, 0..40),
        ) {
            let fast = correlation(&x, &y);
            let lags = if x.is_empty() || y.is_empty() { 0..0 } else { 1 - x.len() as i64..y.len() as i64 };
            prop_assert_eq!(fast.len(), lags.clone().count());
            for (lag, sum) in lags.zip(fast) {
                let other = |n: usize| usize::try_from(n as i64 + lag).ok().and_then(|m| y.get(m)).copied().unwrap_or(0.0);
                let plain: f64 = x.iter().enumerate().map(|(n, x)| x * other(n)).sum();
                prop_assert!((plain - sum).abs() < 1e-8, "{} {} {}", lag, plain, sum);
            }
        }
    }
}
