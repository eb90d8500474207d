//! Statistics that a few wild values do not move: quantiles, the median absolute deviation, Theil's and Sen's line.

/// What makes the median absolute deviation of normally distributed values their standard deviation: 1 / Φ⁻¹(¾).
pub(super) const MAD_TO_SIGMA: f64 = 1.4826;

/// The quantile `q` (0 to 1) of values, interpolated between neighbours; NaN of none. Reorders the values.
pub(super) fn quantile(values: &mut [f64], q: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (high - low) * (place - below as f64)
}

/// The median; NaN of no values. Reorders the values.
pub(super) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// Standard deviation by the median absolute deviation from the median; NaN of no values.
pub(super) fn sigma(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    let middle = median(&mut values);
    values.iter_mut().for_each(|value| *value = (*value - middle).abs());
    MAD_TO_SIGMA * median(&mut values)
}

/// A straight line `y = at + slope·x`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Straight {
    pub at: f64,
    pub slope: f64,
}

impl Straight {
    pub(super) fn y(&self, x: f64) -> f64 {
        self.at + self.slope * x
    }
}

/// The line of Theil (1950) and Sen (1968): its slope is the median of the slopes between all pairs of points with different
/// `x`, its height the median of what is left. It stands until 29 % of the points are wild. Of `n` points there are n²/2
/// pairs, so hand it medians of groups, not thousands of points. The line at 0 of none.
pub(super) fn theil_sen(points: &[(f64, f64)]) -> Straight {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (n, a) in points.iter().enumerate() {
        slopes.extend(points[n + 1..].iter().filter(|b| b.0 != a.0).map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    let slope = if slopes.is_empty() { 0.0 } else { median(&mut slopes) };
    let mut heights: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    Straight { at: if heights.is_empty() { 0.0 } else { median(&mut heights) }, slope }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(quantile(&mut [10.0, 0.0], 0.25), 2.5);
        assert!(median(&mut []).is_nan());
    }

    proptest! {
        #[test]
        fn wild_points_do_not_turn_the_line(
            at in -1e4..1e4f64,
            slope in -1.0..1.0f64,
            wild in prop::collection::vec((0usize..40, -1e6..1e6f64), 0..8),
        ) {
            let mut points: Vec<(f64, f64)> = (0..40).map(|x| (f64::from(x), at + slope * f64::from(x))).collect();
            for (n, y) in wild {
                points[n].1 = y;
            }
            let line = theil_sen(&points);
            prop_assert!((line.slope - slope).abs() < 1e-9 && (line.at - at).abs() < 1e-6, "{:?}", line);
        }
    }

    #[test]
    fn the_deviation_of_even_values_is_that_of_a_normal_distribution_with_their_quartiles() {
        let values: Vec<f64> = (0..=1000).map(f64::from).collect();
        assert!((sigma(&values) - MAD_TO_SIGMA * 250.0).abs() < 1e-9);
        assert_eq!(sigma(&[5.0, 5.0, 5.0, 900.0]), 0.0);
    }
}
