//! What was watched in vain, camera by camera, as stretches that do not overlap.

use super::belief::NotSeen;

/// Seconds within which two stretches adjoin.
const SEAM_S: f64 = 1e-3;

/// Stretches that do not overlap, each with the largest share that anybody watched of it: two who watched half of a window may have
/// watched the same half, and whoever says the same twice says it once. What was watched in one go is one stretch: who is in view at a
/// seam is not looked for twice.
pub(super) fn stretches(mut told: Vec<NotSeen>) -> Vec<NotSeen> {
    told.sort_by(|a, b| a.camera.cmp(&b.camera).then(a.from_s.total_cmp(&b.from_s)));
    let of_cameras = told.chunk_by(|a, b| a.camera == b.camera);
    of_cameras.flat_map(of_one).collect()
}

/// Of one camera.
fn of_one(told: &[NotSeen]) -> Vec<NotSeen> {
    let mut edges: Vec<f64> = told.iter().flat_map(|one| [one.from_s, one.to_s]).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|next, edge| *next - *edge <= SEAM_S);
    let mut stretches: Vec<NotSeen> = Vec::new();
    for pair in edges.windows(2) {
        let (from_s, to_s) = (pair[0], pair[1]);
        let middle = f64::midpoint(from_s, to_s);
        let over = told.iter().filter(|one| one.from_s <= middle && middle <= one.to_s);
        let Some(most) = over.clone().max_by(|a, b| a.share.total_cmp(&b.share)) else { continue };
        let doubt_s = over.map(|one| one.doubt_s).fold(0.0, f64::max);
        let stretch = NotSeen { from_s, to_s, doubt_s, ..*most };
        match stretches.last_mut() {
            Some(last) if last.to_s == from_s && last.share == stretch.share => {
                last.to_s = to_s;
                last.doubt_s = last.doubt_s.max(doubt_s);
            }
            _ => stretches.push(stretch),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(camera: u32, from_s: f64, to_s: f64, share: f64) -> NotSeen {
        NotSeen { camera, from_s, to_s, share, doubt_s: 1.0 }
    }

    #[test]
    fn of_several_answers_about_the_same_instants_the_largest_share_counts() {
        let all =
            vec![told(1, 0.0, 60.0, 0.5), told(0, 5.0, 9.0, 1.0), told(1, 30.0, 90.0, 0.5), told(1, 40.0, 50.0, 1.0)];
        let expected =
            vec![told(0, 5.0, 9.0, 1.0), told(1, 0.0, 40.0, 0.5), told(1, 40.0, 50.0, 1.0), told(1, 50.0, 90.0, 0.5)];
        assert_eq!(stretches(all), expected);
    }

    #[test]
    fn the_same_answer_twice_is_one_and_what_adjoins_is_one_too() {
        let one = told(1, 0.0, 60.0, 0.5);
        assert_eq!(stretches(vec![one, one]), vec![one]);
        assert_eq!(stretches(vec![told(1, 60.0005, 70.0, 0.5), one]), vec![told(1, 0.0, 70.0, 0.5)]);
        assert_eq!(stretches(vec![told(1, 70.0, 80.0, 0.5), one]), vec![one, told(1, 70.0, 80.0, 0.5)]);
    }
}
