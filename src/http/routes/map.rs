//! The ground under the cameras: roads and borders from the site's own imports, and the operator's base map. No footage is in it, so
//! whoever is in may see it, around their own cameras.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::answered;
use crate::base::{Error, Kind};
use crate::http::desk::{Desk, Hands};
use crate::http::given::Given;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Point;
use crate::place::chart::{self, AreaKind};
use crate::place::shape::Fixed;
use crate::say;

/// Roads and borders within so many metres of a camera are shown.
const WITHIN_M: f64 = 3_000.0;
/// So many roads at most.
const ROADS: usize = 20_000;
/// How far the map reaches beyond the outermost cameras, degrees: some 500 m.
const MARGIN: f64 = 0.005;

/// What the map is made of. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = Map)]
pub(in crate::http) struct MapAnswer {
    /// Whom to thank.
    attribution: Vec<String>,
    /// The operator's base map; null where there is none.
    base: Option<Base>,
    /// West, south, east, north in degrees, around the visitor's cameras.
    bounds: [f64; 4],
}

#[derive(Serialize, ToSchema)]
#[schema(as = BaseMap)]
struct Base {
    /// A PMTiles file, to be read by ranges.
    url: &'static str,
}

/// What the map is made of.
#[utoipa::path(
    get, path = "/map", tag = "map", operation_id = "map",
    responses((status = 200, description = "Attribution, base map, bounds", body = MapAnswer)),
)]
pub(in crate::http) async fn map(State(desk): State<Desk>, caller: Caller) -> Result<Json<MapAnswer>, Problem> {
    let who = caller.clone();
    let map = desk.work(move |mut hands| {
        let cameras = cameras(&who, &mut hands)?;
        let atlas = hands.known.atlas()?;
        let mut attribution: Vec<String> =
            atlas.sources().iter().map(|source| source.attribution.clone()).filter(|text| !text.is_empty()).collect();
        attribution.sort();
        attribution.dedup();
        let base = hands.known.site.map.as_ref().map(|_| Base { url: "/api/v1/map/base.pmtiles" });
        Ok(MapAnswer { attribution, base, bounds: bounds(&cameras) })
    });
    answered(&caller, map).await.map(Json)
}

/// Where the visitor's cameras are.
fn cameras(who: &Caller, hands: &mut Hands<'_>) -> Result<Vec<Point>, Problem> {
    let visitor = who.enter_as_is(hands)?;
    Ok(visitor.cameras(&hands.known.site.cameras).into_iter().map(|camera| camera.at).collect())
}

fn bounds(cameras: &[Point]) -> [f64; 4] {
    let extreme = |of: fn(&Point) -> f64, pick: fn(f64, f64) -> f64| cameras.iter().map(of).reduce(pick).unwrap_or(0.0);
    [
        extreme(|at| at.lon, f64::min) - MARGIN,
        extreme(|at| at.lat, f64::min) - MARGIN,
        extreme(|at| at.lon, f64::max) + MARGIN,
        extreme(|at| at.lat, f64::max) + MARGIN,
    ]
}

/// Roads of the imported maps within three kilometres of one's cameras.
#[utoipa::path(
    get, path = "/map/roads", tag = "map", operation_id = "map_roads",
    responses(
        (status = 200, description = "GeoJSON: lines with `name` and `class`; at most 20000, the important first", body = Value, content_type = "application/geo+json"),
        (status = 304, description = "As it was when the `If-None-Match` was told"),
    ),
)]
pub(in crate::http) async fn roads(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let roads = desk.work(move |mut hands| {
        let around = cameras(&who, &mut hands)?;
        let atlas = hands.known.atlas()?;
        let features = chart::roads(atlas.sources(), &around, WITHIN_M, ROADS).into_iter().map(|road| {
            let line: Vec<[f64; 2]> = road.line.iter().map(position).collect();
            feature(&json!({ "name": road.name, "class": road.class }), "LineString", &json!(line))
        });
        collection(features.collect())
    });
    Ok(geojson(answered(&caller, roads).await?, &headers))
}

/// Borders of wards, groups and other areas around one's cameras.
#[utoipa::path(
    get, path = "/map/areas", tag = "map", operation_id = "map_areas",
    responses(
        (status = 200, description = "GeoJSON: polygons with `name` and `kind` (`ward`, `group`, `area`)", body = Value, content_type = "application/geo+json"),
        (status = 304, description = "As it was when the `If-None-Match` was told"),
    ),
)]
pub(in crate::http) async fn areas(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let areas = desk.work(move |mut hands| {
        let around = cameras(&who, &mut hands)?;
        let atlas = hands.known.atlas()?;
        let features = chart::areas(atlas.sources(), &around, WITHIN_M).into_iter().map(|area| {
            let kind = match area.kind {
                AreaKind::Ward => "ward",
                AreaKind::Group => "group",
                AreaKind::Area => "area",
            };
            let rings = |polygon: &Vec<Vec<Fixed>>| -> Vec<Vec<[f64; 2]>> {
                polygon.iter().map(|ring| ring.iter().map(position).collect()).collect()
            };
            let polygons: Vec<_> = area.polygons.iter().map(rings).collect();
            let told = json!({ "name": area.name, "kind": kind });
            match polygons.as_slice() {
                [one] => feature(&told, "Polygon", &json!(one)),
                several => feature(&told, "MultiPolygon", &json!(several)),
            }
        });
        collection(features.collect())
    });
    Ok(geojson(answered(&caller, areas).await?, &headers))
}

/// The operator's base map, whole or in part (`Range`).
#[utoipa::path(
    get, path = "/map/base.pmtiles", tag = "map", operation_id = "map_base",
    responses(
        (status = 200, description = "A PMTiles file", content_type = "application/vnd.pmtiles"),
        (status = 206, description = "The part asked for", content_type = "application/vnd.pmtiles"),
        (status = 404, description = "There is no base map"),
        (status = 416, description = "There is no such part"),
    ),
)]
pub(in crate::http) async fn base(
    State(desk): State<Desk>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let given = desk.work(move |mut hands| {
        who.enter_as_is(&mut hands)?;
        let file = hands.known.site.map.as_ref().ok_or_else(Problem::not_found)?;
        Ok(Given::open(file, "application/vnd.pmtiles", false)?)
    });
    let mut response = answered(&caller, given).await?.answer(&headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Longitude and latitude, to a decimetre.
fn position(at: &Fixed) -> [f64; 2] {
    let degrees = |fixed: i32| (f64::from(fixed) / 10.0).round() / 1e6;
    [degrees(at.lon), degrees(at.lat)]
}

fn feature(told: &Value, shape: &str, coordinates: &Value) -> Value {
    json!({ "type": "Feature", "properties": told, "geometry": { "type": shape, "coordinates": coordinates } })
}

fn collection(features: Vec<Value>) -> Result<Vec<u8>, Problem> {
    let whole = json!({ "type": "FeatureCollection", "features": features });
    let cannot = |error: serde_json::Error| {
        Error::caused_by(Kind::Internal, say!("không viết được câu trả lời", "cannot write the answer"), error)
    };
    Ok(serde_json::to_vec(&whole).map_err(cannot)?)
}

/// An answer that a browser may keep, and ask about whether it is still so.
fn geojson(body: Vec<u8>, asked: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&body)[..12]));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let told = [
        (header::CONTENT_TYPE, "application/geo+json".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::ETAG, etag.clone()),
    ];
    match known {
        Some(known) if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) => {
            (StatusCode::NOT_MODIFIED, told).into_response()
        }
        _ => (told, body).into_response(),
    }
}
