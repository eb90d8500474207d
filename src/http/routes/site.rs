//! The site as somebody may see it: their cameras and groups, the kinds of incident.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::answered;
use crate::ask::{Mode, Order};
use crate::base::{Error, Kind, Said};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::stable::stable;
use crate::http::visitor::Caller;
use crate::model::{Camera, Point};
use crate::say;

/// The site. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = Site)]
pub(in crate::http) struct SiteAnswer {
    name: String,
    /// The IANA zone in which people there say times.
    timezone: String,
    groups: Vec<GroupAnswer>,
    cameras: Vec<CameraShown>,
    kinds: Vec<KindAnswer>,
}

/// A group that keeps cameras.
#[derive(Serialize, ToSchema)]
#[schema(as = SiteGroup)]
pub(in crate::http) struct GroupAnswer {
    id: String,
    name: String,
    /// How many of its cameras there are; 0: a group without any.
    cameras: usize,
}

/// A camera.
#[derive(Serialize, ToSchema)]
#[schema(as = SiteCamera)]
pub(in crate::http) struct CameraShown {
    id: String,
    name: String,
    group: Option<String>,
    note: Option<String>,
    #[serde(flatten)]
    at: Point,
    view: Option<View>,
}

/// What a camera sees.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldOfView)]
pub(in crate::http) struct View {
    /// Where its middle looks, degrees clockwise from north.
    azimuth_deg: f64,
    /// The whole opening angle, degrees.
    fov_deg: f64,
    /// How far it sees enough, metres.
    range_m: f64,
}

/// A kind of incident.
#[derive(Serialize, ToSchema)]
#[schema(as = IncidentKind)]
pub(in crate::http) struct KindAnswer {
    id: String,
    name: Said,
    radius_m: f64,
    order: Order,
    mode: Mode,
    /// Whether a search without a case number has to say why.
    ask_reason: bool,
}

fn camera(camera: &Camera) -> CameraShown {
    let Camera { id, name, group, note, at, .. } = camera.clone();
    let view =
        camera.view.map(|view| View { azimuth_deg: view.azimuth_deg, fov_deg: view.fov_deg, range_m: view.range_m });
    CameraShown { id, name, group, note, at, view }
}

/// One's cameras and groups, and the kinds of incident.
#[utoipa::path(
    get, path = "/site", tag = "site", operation_id = "site",
    responses((status = 200, description = "The site", body = SiteAnswer), (status = 304, description = "As the `ETag` in `If-None-Match` has it")),
)]
pub(in crate::http) async fn site(
    State(desk): State<Desk>,
    caller: Caller,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let site = desk.work(move |mut hands| {
        let visitor = who.enter_as_is(&mut hands)?;
        let site = &hands.known.site;
        let cameras = visitor.cameras(&site.cameras);
        let groups = site.groups.iter().filter(|group| visitor.user.sees(Some(&group.id)));
        let of = |id: &str| cameras.iter().filter(|camera| camera.group.as_deref() == Some(id)).count();
        Ok(SiteAnswer {
            name: site.name.clone(),
            timezone: site.zone.iana_name().unwrap_or_default().to_owned(),
            groups: groups
                .map(|group| GroupAnswer { id: group.id.clone(), name: group.name.clone(), cameras: of(&group.id) })
                .collect(),
            kinds: hands
                .known
                .kinds
                .all()
                .iter()
                .map(|kind| KindAnswer {
                    id: kind.id.clone(),
                    name: kind.name.clone(),
                    radius_m: kind.radius_m,
                    order: kind.order,
                    mode: kind.mode,
                    ask_reason: kind.ask_reason,
                })
                .collect(),
            cameras: cameras.iter().map(camera).collect(),
        })
    });
    let site = answered(&caller, site).await?;
    let json = serde_json::to_vec(&site).map_err(|error| {
        Error::caused_by(Kind::Internal, say!("không viết được câu trả lời", "cannot write the answer"), error)
    })?;
    Ok(stable(&asked, "application/json", json))
}
