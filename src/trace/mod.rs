//! From one sighting to the whole route: which camera saw it next, and when.
//!
//! # The model
//! The hidden state is a whole journey: a **route** r, where on it the journey **ends** d, and a **pace** s. Where the subject is at
//! an instant follows from these, so that a filter over journeys is one over places at every instant. With the answers A and the
//! sightings so far
//!
//! ```text
//! P(r, d, s | A) ∝ P(r) · P(d | r, sightings) · P(s | legs) · Π over answers a of P(a | r, d, s)
//! ```
//!
//! * **Routes** (`tree.rs`): `routes` families, equally likely. Each is the tree of cheapest ways from the camera of the sighting to every link of
//!   the net (Dijkstra), where a link costs `seconds · exp(taste · z)`, z a fixed normal number of family, road and link; the first
//!   family takes the map as it is. A turn costs 3 s and a junction its mean wait: going on is preferred. Drawing tastes at random is
//!   how stochastic assignment makes route choice (Burrell 1968; Sheffi, Urban Transportation Networks, 1985, ch. 11).
//! * **Ends** (`belief.rs`): `P(d) ∝ length · (m ÷ J)^onward · exp(−m ÷ J)` for a link at m metres, J = `journey_km`: Tanner's law of
//!   journeys (1961). Where the sighting before is known, times `(1 − wander) · exp(−detour ÷ (0.1 · direct + 10 s)) + wander`: journeys are
//!   efficient (Krumm and Horvitz, Predestination, UbiComp 2006), and doubling back is possible. Ways that start against the
//!   direction in which it came count `turns_back`.
//! * **Pace** (`pace.rs`): log-normal around the median of the kind, in seven equally likely classes, weighed by the legs so far: P(s) ∝ Π (0.2 +
//!   0.8 · likelihood). A way of T₀ seconds at the median pace takes m = T₀ ÷ s moving, and its logarithmic speed wanders around the pace
//!   (Ornstein and Uhlenbeck 1930): variance `2 · unsteady² · τ · (m − τ (1 − exp(−m ÷ τ)))`, τ = `steady_s`. Stops are told apart one by one: their
//!   number past j junctions is Poisson's with mean j · p, each waits for some uniform part of R seconds of red, where p and R follow from
//!   `wait_s` = p R ÷ 2 and `wait_s² + wait_deviation_s²` = p R² ÷ 3. So an arrival is a mixture over 0, 1, 2 and more stops of log-normals, shifted
//!   so that each is as skewed as the sum of the way's own time and of the clocks' doubt, which is not skewed. With chance `1 − exp(−pauses · m ÷ M)`, M the time of a mean journey, an exponential delay takes
//!   the mixture's place, of mean (`pause_s` + m) ÷ 2: a pause, or a long way round.
//!   Walkers 1.34 m/s (Weidmann 1993); city cyclists some 14 km/h; motorbikes and cars in Vietnamese towns 20–35 km/h. The last three are round figures and no measurements: a site may set its own. Streets by class: `factor` in
//!   `net.rs`; a posted limit holds to within a tenth.
//! * **Answers**: not seen in a window W of a camera of which the share w was watched has likelihood `1 − (1 − miss) · sees · w · P(arrival
//!   in view within W | r, d, s)` where the way passes it, else 1: it is in view from half of the time that it takes along what the camera sees
//!   before it is in its middle until as long after. W is what had footage when it was answered, where the camera's clock puts it by now; of
//!   several answers about an instant the largest w counts (`watched.rs`). A gap, an unwatched window and "cannot say" have likelihood 1: they change nothing.
//!   A camera without a stated view sees each road around it with chance `sees`.
//! * **Clocks**: the arrival's variance has `((u₁² + u₂²)^½ ÷ 2)²` more, u the half-widths of sighting and camera.
//! * **Between** two sightings (`between.rs`): all but `wander` of the journeys go by the families' ways from one to the other; the rest go by some
//!   other place, along a tree from the first sighting and one from the second back, that place the less likely the longer the
//!   detour (Tanner's law again). Each is weighed by how well it explains the time that passed, over all paces. A camera that lies
//!   seconds t along a journey is passed at t times the journey's own slowness, variance that of t times 1 − the share gone, and wider where
//!   time is left over that no pace explains; early is as likely as late. Windows reach as far before the first and after the second as clocks may be wrong.
//!
//! All of it is sums over trees: down a tree the likelihoods multiply, up it the weights add (`belief.rs`), so an answer needs no new
//! tree. A sighting starts new trees at its camera. **Backward** in time is the same code on the net with every link
//! reversed ([`net::Net::reversed`]). Nothing is drawn at random: the same answers give the same ranking.
//!
//! **What is offered** (`rank.rs`): of each camera and stretch not yet answered, the shortest windows that hold 25, 40, 55, 70, 85 and 97 % of what
//! may still be found there, and of these the one that is worth most; ranked by bits a minute: the mutual information of the answer and of whether it
//! passes, and one bit for a finding, over the window's length plus `open_s`.
//!
//! **Reach** (`reach.rs`): the journey goes along a link with chance `Σ over families and paces of the weight of all ways that come to it ÷ Σ of
//! all weights`: the same sums up the trees, and so given all answers. A street's two directions are added, but for a way that comes back
//! along it. When: the families' arrivals of one pace are taken as one of the same mean and variance; with F the chances' mixture of them over the
//! paces, pauses and the sighting's own doubt included, it is on the street from `F⁻¹(0.05)` of its near end to `F⁻¹(0.95)` of its far end.
//! Between two sightings the journeys above take the place of all ways on.
//!
//! Where the map has no road, links are straight lines times `straight_factor` (`join.rs`), and every answer that rests on one says so.
//! The parameters are [`TraceSettings`](crate::model::TraceSettings), `[trace]` of the site file.

pub mod answer;
mod belief;
mod between;
mod cores;
pub mod desk;
pub mod entering;
pub mod export;
#[cfg(test)]
mod faults;
mod grown;
mod join;
pub mod net;
mod pace;
mod rank;
mod reach;
pub mod speed;
pub mod standing;
#[cfg(test)]
mod tests;
mod tracer;
mod tree;
mod watched;
mod way;

pub use desk::Desk;
pub use reach::Reached;
pub use speed::Speed;
pub use standing::{Holds, Standing};
pub use tracer::{Answer, Candidate, Facts, Ranked, Side, Tracer};
pub use way::Way;
