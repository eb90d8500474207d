//! `truyvet clock estimate`: what files, and on request neighbouring cameras, tell of cameras' clocks; its acceptance as checks.

use jiff::Timestamp;
use serde::Serialize;

use super::{Ending, Globals, context, print};
use crate::base::say::plain;
use crate::base::{Lang, Result};
use crate::config::Site;
use crate::model::{Actor, Camera};
use crate::say;
use crate::search::accepting::{self, Decided};
use crate::search::estimates::{self, EstimateAnswer, Proposal};
use crate::search::neighbours::{self, Neighbour};
use crate::search::{Clocks, Sight};
use crate::store::Store;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "CAMERA")]
    camera: Option<String>,
    #[arg(long)]
    accept: bool,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long)]
    json: bool,
}

/// What `clock estimate --json` prints: one of these a clock.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    files: EstimateAnswer,
    /// What neighbours tell, where a camera was named.
    neighbours: Vec<Neighbour>,
}

pub(super) fn run(globals: &Globals, site: &Site, args: &Args) -> Result<Ending> {
    let only = args.camera.as_deref().map(|id| context::camera(site, id)).transpose()?;
    let mut store = context::store_beside(site)?;
    let proposals = estimates::proposals(&store, &site.cameras, only, &site.clock.settings())?;
    let neighbours = match only {
        Some(camera) => beside(site, |sight| neighbours::neighbours(sight, camera))?,
        None => Vec::new(),
    };
    let accepted = match args.accept {
        true => {
            let by = plain("--by", args.by.as_deref())?.unwrap_or_else(context::user);
            Some(accept(site, &mut store, only, &proposals, &neighbours, &by)?)
        }
        false => None,
    };
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let told: Vec<Told> = proposals
        .iter()
        .map(|proposal| {
            let clock = proposal.cameras.first().map_or_else(Default::default, |id| clocks.of(id).clone());
            Told { files: proposal.answer(&clock), neighbours: neighbours.clone() }
        })
        .collect();
    if args.json {
        print::json(&told)?;
        return Ok(Ending::Done);
    }
    told.iter().for_each(|told| tell(told, globals.lang));
    if let Some(accepted) = accepted {
        let said = say!("đã ghi {accepted} lần kiểm giờ", "{accepted} clock checks noted");
        print::line(said.in_lang(globals.lang));
    }
    Ok(Ending::Done)
}

/// Looks at the state, where there is any to compare neighbours in.
fn beside<T>(site: &Site, look: impl FnOnce(Sight<'_>) -> Result<T>) -> Result<T> {
    let (store, index) = context::state(site)?;
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    look(Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks })
}

/// Takes what is to be believed as checks; of the camera that was named, where its files tell nothing, what a neighbour tells.
fn accept(
    site: &Site,
    store: &mut Store,
    only: Option<&Camera>,
    proposals: &[Proposal],
    neighbours: &[Neighbour],
    by: &str,
) -> Result<usize> {
    let (actor, now) = (context::actor(), Timestamp::now());
    let decided = Decided { by, actor: &actor, now };
    let settings = site.clock.settings();
    let accepted = accepting::accept(store, &site.cameras, &settings, proposals, only.is_some(), decided)?;
    let Some(camera) = only.filter(|_| accepting::are_silent(proposals)) else { return Ok(accepted) };
    let check = beside(site, |sight| Ok(accepting::from_neighbours(sight, camera, neighbours, by, now)))?;
    Ok(accepted + store.add_clock_checks(check.as_slice(), &actor)?.len())
}

fn tell(told: &Told, lang: Lang) {
    let answer = &told.files;
    let ids = answer.cameras.join(", ");
    let known = if answer.known { say!(" · đã nhận", " · accepted") } else { "".into() };
    print::line(&format!("{ids}: {}{}", answer.said.in_lang(lang), known.in_lang(lang)));
    if !answer.apart.is_empty() {
        let apart = answer.apart.join(", ");
        let said = say!(
            "  ! {apart} có đồng hồ riêng: sửa recorder trong tệp cấu hình",
            "  ! {apart} have a clock of their own: mend recorder in the site file"
        );
        print::line(said.in_lang(lang));
    }
    let (files, left_out) = (answer.files, answer.left_out);
    print::line(
        say!("  theo {files} tệp, bỏ qua {left_out}", "  from {files} files, {left_out} left out").in_lang(lang),
    );
    for neighbour in &told.neighbours {
        let (id, by) = (&neighbour.camera, neighbour.by.say());
        let (apart, by) = (neighbour.distance_m, by.in_lang(lang));
        print::line(&format!("  {id} ({apart:.0} m), {by}: {}", neighbour.said.in_lang(lang)));
    }
}

/// Takes every estimate that the site file lets be believed without a person.
///
/// # Errors
/// When the store fails.
pub(super) fn accept_sure(site: &Site) -> Result<()> {
    if site.clock.accept_below_s == 0 {
        return Ok(());
    }
    let mut store = context::store_beside(site)?;
    let (settings, now) = (site.clock.settings(), Timestamp::now());
    let clocks = Clocks::load(&store, &site.cameras, &settings)?;
    for proposal in estimates::proposals(&store, &site.cameras, None, &settings)? {
        let known = proposal.cameras.first().is_some_and(|camera| proposal.is_known(clocks.of(camera)));
        if proposal.is_sure(site.clock.accept_below_s.into()) && !known {
            proposal.accept(&mut store, "truyvet nightly", &Actor::service("nightly"), now)?;
            tracing::info!(cameras = ?proposal.cameras, "{}", proposal.estimate.say());
        }
    }
    Ok(())
}
