//! Where to search, as the command line tells it: a point, a named place, an area, along a street.

use super::{context, print, values};
use crate::ask::{self, ALONG_M};
use crate::base::{Error, Kind, Lang, Result};
use crate::config::Site;
use crate::model::{Camera, Point};
use crate::place::Shape;
use crate::say;
use crate::search::text::cameras_with;

/// What a place is taken for is said where it is less likely than this: a name with a typing error, a part of a name.
const AS_WRITTEN: f64 = 0.9;
/// How far from a point cameras are looked for, metres, where nobody says.
const AROUND_M: f64 = 300.0;

/// The options; one of the first four is needed.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    #[arg(
        long,
        value_name = "LAT,LON",
        required_unless_present_any = ["place", "area", "along", "text"],
        conflicts_with_all = ["place", "area", "along"],
        allow_hyphen_values = true
    )]
    near: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with_all = ["area", "along"])]
    place: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "along")]
    area: Option<String>,
    #[arg(long, value_name = "NAME")]
    along: Option<String>,
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    #[arg(long, value_name = "300m", allow_hyphen_values = true)]
    radius: Option<String>,
}

/// Where.
pub(super) struct Spot {
    /// A point that stands for it.
    pub at: Point,
    /// What distances are measured to, where that is more than the point.
    pub shape: Option<Shape>,
    /// As the atlas calls it; none for a point.
    pub name: Option<String>,
    /// Metres.
    pub radius_m: f64,
    /// Only these cameras, where words are asked for.
    pub cameras: Option<Vec<String>>,
}

/// Finds the place.
///
/// # Errors
/// [`Kind::Usage`] for what is no place, or is not of the shape that the option is about.
pub(super) fn spot(site: &Site, args: &Args, lang: Lang) -> Result<Spot> {
    let Some(text) = &args.text else { return whole(site, args, lang) };
    let named = cameras_with(&site.cameras, &site.groups, text);
    if named.is_empty() {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "--text: không camera, tổ hay ghi chú nào có \"{text}\"",
                "--text: no camera, group or note has \"{text}\" in it"
            ),
        ));
    }
    let elsewhere = args.near.is_some() || args.place.is_some() || args.area.is_some() || args.along.is_some();
    if elsewhere {
        return Ok(Spot { cameras: Some(named), ..whole(site, args, lang)? });
    }
    let of_text = |camera: &&Camera| named.contains(&camera.id);
    let cameras: Vec<Camera> = site.cameras.iter().filter(of_text).cloned().collect();
    let (at, holds_m) = ask::circle(&cameras);
    let radius = args.radius.as_deref().map(|text| values::distance("--radius", text)).transpose()?;
    let radius_m = radius.unwrap_or(holds_m);
    Ok(Spot { at, shape: None, name: Some(text.clone()), radius_m, cameras: Some(named) })
}

/// The place, whatever its cameras.
fn whole(site: &Site, args: &Args, lang: Lang) -> Result<Spot> {
    let radius = args.radius.as_deref().map(|text| values::distance("--radius", text)).transpose()?;
    let or = |usual: f64| radius.unwrap_or(usual);
    if let Some(near) = &args.near {
        return Ok(Spot { at: point(site, near)?, shape: None, name: None, radius_m: or(AROUND_M), cameras: None });
    }
    let atlas = context::atlas(site)?;
    let found = |name: &str| {
        let (place, shape, at) = atlas.find(name)?;
        if place.score < AS_WRITTEN {
            let (known, why) = (&place.name, &place.why);
            let (vi, en) = (&why.vi, &why.en);
            let said = say!("\"{name}\" được hiểu là \"{known}\": {vi}", "\"{name}\" is taken for \"{known}\": {en}");
            print::warning(said.in_lang(lang), lang);
        }
        Ok::<_, Error>((place, shape, at))
    };
    match (&args.area, &args.along) {
        (Some(name), _) => {
            let (place, shape, at) = found(name)?;
            let known = &place.name;
            if !matches!(shape, Shape::Area(_)) {
                return Err(Error::new(
                    Kind::Usage,
                    say!(
                        "--area: \"{known}\" chưa có ranh giới; nhập ranh giới bằng truyvet places import, hoặc dùng --place",
                        "--area: the boundary of \"{known}\" is not known; import it with truyvet places import, or use --place"
                    ),
                ));
            }
            Ok(Spot { at, shape: Some(shape), name: Some(place.name), radius_m: or(0.0), cameras: None })
        }
        (None, Some(name)) => {
            let (place, shape, at) = found(name)?;
            let known = &place.name;
            if !matches!(shape, Shape::Line(_)) {
                return Err(Error::new(
                    Kind::Usage,
                    say!(
                        "--along: chưa biết \"{known}\" chạy qua đâu; nhập bản đồ đường bằng truyvet places import, hoặc dùng --place",
                        "--along: the course of \"{known}\" is not known; import a map of roads with truyvet places import, or use --place"
                    ),
                ));
            }
            Ok(Spot { at, shape: Some(shape), name: Some(place.name), radius_m: or(ALONG_M), cameras: None })
        }
        (None, None) => {
            let (place, _, at) = found(args.place.as_deref().unwrap_or_default())?;
            Ok(Spot { at, shape: None, name: Some(place.name), radius_m: or(AROUND_M), cameras: None })
        }
    }
}

/// A point in any notation of coordinates, a map's link, or a Plus Code.
fn point(site: &Site, text: &str) -> Result<Point> {
    let plain = values::point("--near", text);
    // Two plain numbers that are no point are a slip (longitude first), and not to be set right in silence.
    let two_numbers = text.split(',').all(|part| part.trim().parse::<f64>().is_ok());
    if plain.is_ok() || two_numbers {
        return plain;
    }
    let atlas = context::atlas(site)?;
    let told = crate::place::resolve(&atlas, text);
    let told = told.into_iter().find(|one| ["coordinates", "plus_code"].contains(&one.kind.as_str()));
    told.and_then(|one| one.at).map_or(plain, Ok)
}
