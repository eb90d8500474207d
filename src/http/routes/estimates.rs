//! What files and neighbours tell of cameras' clocks, to be accepted by a person.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, Body, answered};
use crate::http::desk::{Desk, Hands};
use crate::http::events::Event;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Camera, Right, TrueTime};
use crate::search::accepting::{self, Decided};
use crate::search::clocks::ClockAnswer;
use crate::search::estimates::{self, EstimateAnswer};
use crate::search::neighbours::{self, Neighbour};
use crate::search::{Clocks, Sight};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Of {
    /// Only this camera's clock, and what its neighbours tell of it.
    camera: Option<String>,
}

/// An estimate of one clock. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockEstimate)]
pub(in crate::http) struct Estimated {
    /// The camera to accept it for.
    id: String,
    #[serde(flatten)]
    files: EstimateAnswer,
    /// What neighbours tell, where a camera was named.
    neighbours: Vec<Neighbour>,
}

/// What neighbours tell of a camera: of those that the visitor may see.
fn neighbours_of(hands: &Hands<'_>, visitor: &Visitor, camera: &Camera) -> Result<Vec<Neighbour>, Problem> {
    seen(hands, visitor, |sight| Ok(neighbours::neighbours(sight, camera)?))
}

fn seen<T>(
    hands: &Hands<'_>,
    visitor: &Visitor,
    look: impl FnOnce(Sight<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let site = &hands.known.site;
    let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
    let theirs = visitor.cameras(&site.cameras);
    look(Sight { cameras: &theirs, zone: &site.zone, store: hands.store, index: hands.index, clocks: &clocks })
}

/// What files tell of clocks, beside what the checks say; of one camera, what its neighbours tell too.
#[utoipa::path(
    get, path = "/clocks/estimates", tag = "clocks", operation_id = "clock_estimates",
    params(Of),
    responses((status = 200, description = "As `clock estimate --json`, one a clock", body = Vec<Estimated>), (status = 404, description = "There is no such camera")),
)]
pub(in crate::http) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    Asked(asked): Asked<Of>,
) -> Result<Json<Vec<Estimated>>, Problem> {
    let who = caller.clone();
    let estimates = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Clocks)?;
        let site = &hands.known.site;
        let only = asked.camera.as_deref().map(|id| visitor.camera(&site.cameras, id)).transpose()?;
        let neighbours = match only {
            Some(camera) => neighbours_of(&hands, &visitor, camera)?,
            None => Vec::new(),
        };
        let settings = site.clock.settings();
        let clocks = Clocks::load(hands.store, &site.cameras, &settings)?;
        let theirs = visitor.cameras(&site.cameras);
        let is_own = |id: &String| theirs.iter().any(|own| own.id == *id);
        let mut told = Vec::new();
        for proposal in estimates::proposals(hands.store, &site.cameras, only, &settings)? {
            let clock = proposal.cameras.first().map_or_else(Default::default, |id| clocks.of(id).clone());
            let mut files = proposal.answer(&clock);
            files.cameras.retain(is_own);
            files.apart.retain(is_own);
            let Some(first) = files.cameras.first().cloned() else { continue };
            let id = only.map_or(first, |camera| camera.id.clone());
            told.push(Estimated { id, files, neighbours: neighbours.clone() });
        }
        Ok(told)
    });
    answered(&caller, estimates).await.map(Json)
}

/// The camera whose clock's estimate is accepted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Accept {
    camera: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Accepted {
    /// How many clock checks were entered; 0: there was nothing to accept, or the checks say it already.
    accepted: usize,
    /// How the clock stands now.
    clock: ClockAnswer,
}

/// Accepts what a camera's files tell of its clock, or where they tell nothing, what its surest neighbour does.
#[utoipa::path(
    post, path = "/clocks/estimates/accept", tag = "clocks", operation_id = "accept_estimate",
    request_body = Accept,
    responses((status = 200, description = "Entered as clock checks", body = Accepted), (status = 404, description = "There is no such camera")),
)]
pub(in crate::http) async fn accept(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Accept>,
) -> Result<Json<Accepted>, Problem> {
    let who = caller.clone();
    let accepted = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Clocks)?;
        let site = &hands.known.site;
        let camera = visitor.camera(&site.cameras, &asked.camera)?;
        let (settings, actor, now) = (site.clock.settings(), visitor.actor(), Timestamp::now());
        let by = visitor.user.name.as_str();
        let proposals = estimates::proposals(hands.store, &site.cameras, Some(camera), &settings)?;
        let decided = Decided { by, actor: &actor, now };
        let mut accepted = accepting::accept(hands.store, &site.cameras, &settings, &proposals, true, decided)?;
        if accepting::are_silent(&proposals) {
            let neighbours = neighbours_of(&hands, &visitor, camera)?;
            let check =
                seen(&hands, &visitor, |sight| Ok(accepting::from_neighbours(sight, camera, &neighbours, by, now)))?;
            accepted += hands.store.add_clock_checks(check.as_slice(), &actor)?.len();
        }
        if accepted > 0 {
            hands.events.tell(Event::Clocks);
        }
        let clocks = Clocks::load(hands.store, &site.cameras, &settings)?;
        Ok(Accepted { accepted, clock: ClockAnswer::at(clocks.of(&camera.id), TrueTime(now)) })
    });
    answered(&caller, accepted).await.map(Json)
}
