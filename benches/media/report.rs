//! What is printed.

use super::cost::Costs;
use super::small_files::Run;
use super::{C, Measured};

pub(crate) fn head(rounds: usize) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{rounds} rounds, interleaved; medians; CPU of whole processes, with the least and the most. Cores: {cores}"
    );
    println!("h/core-min = hours of footage a minute of CPU; read = bytes read over bytes of the file");
}

pub(crate) fn file(measured: &Measured) {
    let Measured { footage, listing, sampled, .. } = measured;
    let (keyframes, seconds) = (listing.keyframes.len(), listing.duration_us() as f64 / 1e6);
    let mib = footage.bytes() as f64 / f64::from(1 << 20);
    let mbps = footage.bytes() as f64 * 8.0 / 1e6 / seconds;
    println!("\n{}: {seconds:.0} s, {mib:.1} MiB, {mbps:.1} Mbps, {keyframes} keyframes", footage.name);
    println!(
        "  {:<46} {:>10} {:>19} {:>10} {:>8} {:>11} {:>9}",
        "", "CPU ms", "least–most", "wall ms", "read", "h/core-min", "of FFmpeg"
    );
    let peer = measured.of(C::Ffmpeg);
    for contestant in C::ALL {
        let costs = measured.of(contestant);
        let name = match contestant {
            C::Ffmpeg => "FFmpeg, every keyframe to JPEG".to_owned(),
            C::DecodeOnly => "FFmpeg, every keyframe decoded only".to_owned(),
            C::Every => "truyvet, every keyframe to JPEG".to_owned(),
            C::Sampled => format!("truyvet, tier 2: the {sampled} sampled"),
            C::ListHere => "truyvet, tier 1: listing".to_owned(),
            C::ListByWorker => "truyvet, tier 1: listing, worker included".to_owned(),
            C::KeyframeAsked => "truyvet, tier 3: a keyframe, full size".to_owned(),
            C::FrameAsked => "truyvet, tier 3: a frame between, full size".to_owned(),
            C::FfmpegFrame => "FFmpeg, the same frame between".to_owned(),
        };
        let one_frame = matches!(contestant, C::KeyframeAsked | C::FrameAsked | C::FfmpegFrame);
        let (least, most) = costs.spread();
        let share = costs.share_of(peer);
        let (rate, of_peer) = match contestant {
            _ if one_frame => (String::new(), String::new()),
            _ => (
                format!("{:.1}", seconds / 3600.0 / (costs.cpu() / 60.0)),
                if share < 0.1 { format!("1/{:.0}", 1.0 / share) } else { format!("{share:.2}") },
            ),
        };
        println!(
            "  {name:<46} {:>10} {:>19} {:>10} {:>8} {rate:>11} {of_peer:>9}",
            ms(costs.cpu()),
            format!("{}–{}", ms(least), ms(most)),
            ms(costs.wall()),
            percent(costs.read() as f64 / footage.bytes() as f64),
        );
    }
}

pub(crate) fn small_files(files: usize, runs: &[Run; 2]) {
    println!("\ntruyvet index over {files} files of one minute (640×360 mp4), without thumbnails, whole processes");
    println!(
        "  {:<14} {:>8} {:>9} {:>8} {:>8} {:>10} {:>12} {:>14}",
        "", "CPU ms", "wall ms", "files/s", "listed", "unchanged", "files opened", "CPU ms/file"
    );
    for (run, name) in runs.iter().zip(["first", "unchanged"]) {
        let count = |key: &str| run.report[key].as_u64().unwrap();
        println!(
            "  {name:<14} {:>8} {:>9} {:>8.0} {:>8} {:>10} {:>12} {:>14}",
            ms(run.cost.cpu),
            ms(run.cost.wall),
            files as f64 / run.cost.wall,
            count("listed"),
            count("unchanged"),
            run.opened,
            ms(run.cost.cpu / files as f64),
        );
    }
    let [first, second] = runs;
    assert!(first.report["listed"].as_u64() == Some(files as u64) && first.opened >= files, "{}", first.report);
    assert_eq!(second.report["unchanged"].as_u64(), Some(files as u64), "{}", second.report);
}

/// Every goal that this run can judge, beside what it reached.
pub(crate) fn goals(all: &[Measured], unchanged: &Run) {
    println!("\n{:<54} {:<18} {:>10} {:>9}", "goal (CPU, median of the rounds)", "on", "reached", "");
    let line = |goal: &str, on: &str, reached: String, met: bool| {
        println!("{goal:<54} {on:<18} {reached:>10} {:>9}", if met { "reached" } else { "MISSED" });
    };
    for measured in all {
        let (footage, peer, name) = (&measured.footage, measured.of(C::Ffmpeg), measured.footage.name);
        let less = |costs: &Costs| 1.0 / costs.share_of(peer);
        let listing = less(measured.of(C::ListByWorker));
        line("listing, worker included: ≥ 100× less than FFmpeg", name, format!("{listing:.0}×"), listing >= 100.0);
        if footage.mp4 {
            let read = measured.listing.bytes_read as f64 / footage.bytes() as f64;
            line("listing an mp4: reads ≤ 1 % of it", name, percent(read), read <= 0.01);
        }
        let sampled = less(measured.of(C::Sampled));
        line("sampled thumbnails: ≥ 6× less than FFmpeg", name, format!("{sampled:.1}×"), sampled >= 6.0);
        let every = measured.of(C::Every);
        let share = every.share_of(peer);
        let goal = format!("the same keyframes: ≤ {:.2}× FFmpeg", footage.goal);
        line(&goal, name, format!("{share:.2}×"), share <= footage.goal);
        let decoding = every.share_of(measured.of(C::DecodeOnly));
        line("the same keyframes: ≤ 1.05× decode-only", name, format!("{decoding:.2}×"), decoding <= 1.05);
    }
    line("an unchanged tree: no file reopened", "small files", unchanged.opened.to_string(), unchanged.opened == 0);
}

fn ms(seconds: f64) -> String {
    let ms = seconds * 1e3;
    if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.0}") }
}

fn percent(share: f64) -> String {
    if share < 0.1 { format!("{:.2} %", share * 100.0) } else { format!("{:.0} %", share * 100.0) }
}
