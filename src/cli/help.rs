//! The help and the usage errors in both languages: one table, held complete by a test.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::{help_door, help_places, help_trace, print};
use crate::base::{Kind, Lang, Said};
use crate::say;

/// Key (`command` or `command.argument`; global ones without a command), Vietnamese, English.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "",
        "Tìm trong hình camera của tổ dân phố: camera nào thấy nơi này vào lúc này, và thiếu những gì.",
        "Finds in the footage of neighbourhood cameras who saw a place at a time, and what is missing.",
    ),
    (
        "config",
        "Tệp mô tả địa bàn [mặc định: ./site.toml, rồi /etc/truyvet/site.toml]",
        "The site file [default: ./site.toml, then /etc/truyvet/site.toml]",
    ),
    (
        "lang",
        "Ngôn ngữ: vi hoặc en [mặc định: theo LC_ALL, LC_MESSAGES, LANG]",
        "Language: vi or en [default: by LC_ALL, LC_MESSAGES, LANG]",
    ),
    ("help", "In trợ giúp", "Print help"),
    ("version", "In phiên bản", "Print the version"),
    (
        "index",
        "Quét mọi thư mục hình một lần; kiểm kê và lập chỉ mục tệp mới hoặc đã đổi. Dừng lúc nào cũng được, chạy lại là làm tiếp.",
        "Scan every footage folder once; list and index what is new or changed. May be stopped at any time; run again to go on.",
    ),
    ("index.json", "In kết quả dạng JSON", "Print the result as JSON"),
    ("index.camera", "Chỉ camera này (dùng được nhiều lần)", "Only this camera (may be given several times)"),
    (
        "index.rebuild",
        "Lập lại chỉ mục từ kho dữ liệu, không mở tệp hình nào",
        "Make the index anew from the store, without opening any footage",
    ),
    ("index.no_thumbnails", "Chưa lấy ảnh nhỏ", "Leave the thumbnails for later"),
    ("index.retake_thumbnails", "Lấy lại ảnh nhỏ bị mất hoặc hỏng", "Take thumbnails again that are lost or damaged"),
    (
        "search",
        "Camera nào ở gần nơi này vào lúc này, ghi được gì, thiếu gì. Camera không có gì cũng được nêu.",
        "Which cameras were near a place at a time, what they recorded, and what is missing. Cameras with nothing are listed too.",
    ),
    (
        "search.at",
        "Lúc xảy ra: RFC 3339 (2023-07-15T21:15:00+07:00), hoặc giờ địa phương (\"2023-07-15 21:15\", \"15/7/2023 21:15\")",
        "When: RFC 3339 (2023-07-15T21:15:00+07:00), or local (\"2023-07-15 21:15\", \"15/7/2023 21:15\")",
    ),
    (
        "search.within",
        "Tìm từ lúc đó trừ đi đến cộng thêm bấy lâu (90s, 15m, 2h) [mặc định: 15m]",
        "Search from that time less this to that time plus this (90s, 15m, 2h) [default: 15m]",
    ),
    ("search.from", "Từ lúc này, kể cả", "From this time on, inclusive"),
    ("search.to", "Đến trước lúc này", "Until before this time"),
    ("search.camera", "Chỉ camera này (dùng được nhiều lần)", "Only this camera (may be given several times)"),
    ("search.json", "In kết quả dạng JSON", "Print the answer as JSON"),
    (
        "parse",
        "Hiểu một câu như \"khoảng 21h15 tối qua, ngã ba Việt Lào\": khoảng thời gian (mọi cách hiểu, hợp lý nhất trước, và vì sao) và địa điểm.",
        "Understand a sentence such as \"around 9:15 pm last night, ngã ba Việt Lào\": the interval (every reading, best first, and why) and the place.",
    ),
    ("parse.phrase", "Câu cần hiểu", "The sentence"),
    (
        "parse.now",
        "Hiểu như bây giờ là lúc này (2023-07-16T08:30:00+07:00)",
        "Understand it as said at this time (2023-07-16T08:30:00+07:00)",
    ),
    ("parse.json", "In kết quả dạng JSON", "Print the result as JSON"),
    (
        "show",
        "Mọi điều đã biết về một đoạn ghi: tệp, hình, mọi giờ khả dĩ kèm nguồn, khung hình chính, mức chuyển động, ảnh nhỏ.",
        "All that is known of a recording: file, stream, every candidate time with its source, keyframes, activity, thumbnails.",
    ),
    (
        "show.recording",
        "Mã đoạn ghi (hoặc vài ký tự đầu), hoặc đường dẫn tệp",
        "The recording's id (or its first characters), or the file's path",
    ),
    ("show.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("show.thumbnails", "Chép các ảnh nhỏ ra thư mục này", "Write the thumbnails into this folder"),
    ("frame", "Lấy một khung hình của một đoạn ghi", "Take one frame of a recording"),
    (
        "frame.recording",
        "Mã đoạn ghi (hoặc vài ký tự đầu), hoặc đường dẫn tệp",
        "The recording's id (or its first characters), or the file's path",
    ),
    (
        "frame.at",
        "Lúc nào: như của search, hoặc +12.5s tính từ đầu đoạn ghi",
        "When: as in search, or +12.5s after the recording's start",
    ),
    ("frame.output", "Ghi vào tệp này: .jpg hoặc .png", "Write it to this file: .jpg or .png"),
    ("frame.width", "Thu về bề ngang này, điểm ảnh", "Scale to this width, pixels"),
    ("frame.json", "In điều đã lấy dạng JSON", "Print what was taken as JSON"),
    (
        "status",
        "Từng camera: lần ghi cuối, tỷ lệ ghi ngày/tuần qua, khoảng trống, tệp cách ly, tệp cũ nhất còn giữ.",
        "Per camera: last recording, recorded share of the last day and week, gaps, quarantined files, oldest file kept.",
    ),
    ("status.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("status.as_of", "Xem như bây giờ là lúc này", "Take this time for the present"),
    (
        "nightly",
        "Việc ban đêm: quét, kiểm kê, lấy ảnh nhỏ, rồi ghi báo cáo vào reports/ của thư mục dữ liệu: tỷ lệ ghi, khoảng trống, mất điện, thời gian lưu, ổ đĩa. Dừng lúc nào cũng được, chạy lại là làm tiếp.",
        "The night's work: scan, list, take thumbnails, then write a report into the data folder's reports/: recorded share, gaps, power cuts, retention, disk. May be stopped at any time; run again to go on.",
    ),
    ("nightly.json", "In báo cáo dạng JSON", "Print the report as JSON"),
    ("nightly.as_of", "Báo cáo như bây giờ là lúc này", "Report as if this time were the present"),
    (
        "check",
        "Kiểm tra cấu hình và dữ liệu: nêu từng vấn đề và cách khắc phục; mã 1 khi có vấn đề.",
        "Check configuration and state: each problem with its remedy; exit code 1 when something is wrong.",
    ),
    (
        "serve",
        "Chạy thường trực: theo dõi thư mục hình, kiểm kê tệp mới trong vài giây, lấy ảnh nhỏ khi rảnh; mở cổng HTTP trên máy này.",
        "Run as a daemon: watch the footage folders, list new files within seconds, take thumbnails when idle; an HTTP port on this machine.",
    ),
    (
        "reload",
        "Cho dịch vụ đang chạy đọc lại tệp cấu hình; cấu hình sai thì nói vì sao và giữ cấu hình cũ.",
        "Let the running daemon read the site file again; a wrong one is refused, with the reason, and the old one stays.",
    ),
    (
        "serve.listen",
        "Địa chỉ cổng HTTP [mặc định: [http] listen, 127.0.0.1:8480]",
        "The HTTP port's address [default: [http] listen, 127.0.0.1:8480]",
    ),
    ("check.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("check.deep", "Đọc lại toàn bộ chỉ mục và ảnh nhỏ", "Read the whole index and all thumbnails again"),
    (
        "ask",
        "Hỏi bằng một câu: \u{201c}khoảng 21h15 tối qua, ngã ba Việt Lào\u{201d}. In cách hiểu, rồi những camera lẽ ra đã thấy.",
        "Ask in a sentence: \u{201c}around 9:15 pm last night, the market\u{201d}. Prints how it is understood, then the cameras that should have seen it.",
    ),
    ("ask.phrase", "Câu hỏi: lúc nào, ở đâu", "The sentence: when and where"),
    (
        "ask.kind",
        "Loại vụ việc: tai-nan, trom-cap, chay, gay-roi, tre-lac; quyết định khoảng giờ, bán kính, cách trả lời",
        "The kind of incident: tai-nan, trom-cap, chay, gay-roi, tre-lac (or accident, theft, …); it sets window, radius and mode",
    ),
    ("ask.reading", "Dùng cách hiểu thứ N của câu [mặc định: 1]", "Use the N-th reading of the sentence [default: 1]"),
    (
        "ask.radius",
        "Bán kính quanh nơi đó [mặc định: theo loại vụ việc; dọc đường 100m]",
        "How far around the place [default: the kind's; along a street 100m]",
    ),
    (
        "ask.mode",
        "files: mọi tệp; moments: những lúc có gì nổi bật; brightness: lúc bắt đầu sáng lên (cháy) [mặc định: theo loại vụ việc; từ 3 giờ trở lên: moments]",
        "files: every file; moments: what stands out; brightness: the first sign of a fire [default: the kind's; moments from three hours on]",
    ),
    ("ask.stills", "Ghi một ảnh của mỗi lúc vào thư mục này", "Write a still of each moment into this folder"),
    ("ask.now", "Xem như bây giờ là lúc này", "Take this time for the present"),
    ("ask.json", "In kết quả dạng JSON", "Print the answer as JSON"),
    (
        "clock",
        "Giờ của camera: kiểm giờ (màn hình so với đồng hồ chuẩn), xem, rút lại. Camera nhanh = giờ trên hình đi trước giờ thật.",
        "Cameras' clocks: check one (its screen against a good clock), list, take back. A fast camera shows a later time than it is.",
    ),
    (
        "clock.check",
        "Ghi một lần kiểm giờ: camera hiện giờ nào, lúc đó giờ thật là mấy giờ",
        "Note a clock check: what the camera showed, and what time it really was",
    ),
    ("clock.check.camera", "Mã camera trong tệp cấu hình", "The camera's id in the site file"),
    (
        "clock.check.shown",
        "Giờ hiện trên hình camera, như 2023-07-15 21:22:10, hoặc chỉ giờ (cùng ngày với giờ thật)",
        "The time on the camera's picture, such as 2023-07-15 21:22:10, or a time alone (of the true time's day)",
    ),
    (
        "clock.check.truth",
        "Giờ thật lúc đó, theo điện thoại hay đồng hồ chuẩn; now: ngay bây giờ",
        "The true time at that moment, by a phone or a good clock; now: this moment",
    ),
    (
        "clock.check.within",
        "Sai số của lần đọc [mặc định: 2s; 30s khi giờ hiện không có giây]",
        "How well it was read [default: 2s; 30s where no seconds were shown]",
    ),
    (
        "clock.check.photo",
        "Ảnh chụp màn hình, được cất vào thư mục dữ liệu",
        "A photo of the screen, kept in the data folder",
    ),
    ("clock.check.by", "Ai kiểm [mặc định: người đang đăng nhập]", "Who checked [default: who is logged in]"),
    ("clock.check.note", "Ghi chú", "A note"),
    ("clock.check.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("clock.list", "Giờ của từng camera và các lần kiểm", "Each camera's clock and its checks"),
    ("clock.list.camera", "Chỉ camera này", "Only this camera"),
    ("clock.list.removed", "Cả những lần kiểm đã rút lại", "Checks that were taken back too"),
    ("clock.list.json", "In kết quả dạng JSON", "Print it as JSON"),
    (
        "clock.remove",
        "Rút lại một lần kiểm giờ; nó vẫn được giữ trong hồ sơ",
        "Take a clock check back; it stays on record",
    ),
    (
        "clock.estimate",
        "Các tệp nói gì về giờ camera: lúc đóng tệp (đồng hồ của ta) so với giờ cuối mà tên tệp nêu",
        "What the files tell of cameras' clocks: when they were closed (by our clock) against the end that their names claim",
    ),
    (
        "clock.estimate.camera",
        "Chỉ camera này (và các camera chung đầu ghi)",
        "Only this camera (and those of the same recorder)",
    ),
    (
        "clock.estimate.accept",
        "Nhận các ước tính đáng tin làm lần kiểm giờ; ước tính chưa chắc chỉ được nhận khi nêu đích danh camera",
        "Take the estimates that are to be believed as clock checks; a doubtful one only where its camera is named",
    ),
    ("clock.estimate.by", "Ai nhận [mặc định: người đang đăng nhập]", "Who accepts [default: who is logged in]"),
    ("clock.estimate.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("clock.remove.number", "Số của lần kiểm, xem clock list", "The check's number, from clock list"),
    ("clock.remove.by", "Ai rút lại [mặc định: người đang đăng nhập]", "Who takes it back [default: who is logged in]"),
    ("clock.remove.reason", "Vì sao", "Why"),
    (
        "quarantine",
        "Tệp không đọc được: xem vì sao, cho thử lại, hoặc bỏ qua",
        "Files that cannot be read: see why, try them again, or leave them alone",
    ),
    (
        "quarantine.list",
        "Mọi tệp cách ly: lý do, số lần đã thử, lần thử tới, giờ mà tên tệp nói",
        "Every quarantined file: why, how often it was tried, the next try, the time that its name claims",
    ),
    ("quarantine.list.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("quarantine.list.camera", "Chỉ camera này (dùng được nhiều lần)", "Only this camera (may be given several times)"),
    (
        "quarantine.retry",
        "Cho thử lại ngay ở lần truyvet index tới, không đợi đến hạn",
        "Have files tried again by the next truyvet index, without waiting",
    ),
    (
        "quarantine.retry.path",
        "Đường dẫn tệp, hoặc all: mọi tệp không bị bỏ qua [mặc định: all]",
        "The file's path, or all: every file that is not ignored [default: all]",
    ),
    (
        "quarantine.ignore",
        "Không thử tệp này nữa chừng nào nó không đổi; nó vẫn được nêu, và khoảng trống của nó vẫn là tệp hỏng",
        "Do not try this file again unless it changes; it stays listed, and the gap that it claims stays damaged",
    ),
    ("quarantine.ignore.path", "Đường dẫn tệp", "The file's path"),
    (
        "quarantine.ignore.by",
        "Ai quyết định [mặc định: tên đăng nhập]",
        "Who decided it [default: the name of the login]",
    ),
    ("quarantine.ignore.reason", "Vì sao", "Why"),
    (
        "quarantine.unignore",
        "Không bỏ qua tệp này nữa: lần truyvet index tới sẽ thử nó",
        "Ignore this file no longer: the next truyvet index tries it",
    ),
    ("quarantine.unignore.path", "Đường dẫn tệp", "The file's path"),
    (
        "layout",
        "Kiểu đặt tên tệp của các đầu ghi: một đường dẫn cho biết giờ nào, theo kiểu nào",
        "How recorders name their files: what time a path tells, and by which layout",
    ),
    (
        "layout.test",
        "Đọc giờ từ đường dẫn (tệp không cần có thật): kiểu nào khớp, từ lúc nào đến lúc nào, còn nghi ngờ gì",
        "Read times from paths (the files need not exist): which layout matches, from when to when, what is doubtful",
    ),
    (
        "layout.test.path",
        "Đường dẫn Unix hay Windows, hoặc địa chỉ; - đọc từng dòng ở đầu vào",
        "A Unix or Windows path, or an address; - reads one a line from standard input",
    ),
    ("layout.test.json", "In mỗi đường dẫn một dòng JSON", "Print one line of JSON for each path"),
    (
        "layout.test.zone",
        "Múi giờ của đồng hồ camera [mặc định: của tệp cấu hình, không có thì Asia/Ho_Chi_Minh]",
        "The zone of the camera's clock [default: the site file's, without one Asia/Ho_Chi_Minh]",
    ),
    (
        "layout.test.layout",
        "Chỉ đọc theo kiểu này; thêm +utc hoặc +local để quyết định số ghi giờ nào",
        "Read by this layout only; with +utc or +local behind it the digits are that",
    ),
    ("layout.list", "Mọi kiểu đặt tên đã biết, kể cả của tệp cấu hình", "All layouts known, the site's own among them"),
    ("layout.list.json", "In kết quả dạng JSON", "Print the result as JSON"),
    (
        "layout.pick",
        "Kiểu mà auto chọn cho thư mục hình của một camera, và chắc đến đâu",
        "Which layout auto picks for a camera's footage folder, and how sure that is",
    ),
    ("layout.pick.camera", "Mã camera trong tệp cấu hình", "The camera's id in the site file"),
    ("layout.pick.json", "In kết quả dạng JSON", "Print the result as JSON"),
    (
        "backup",
        "Sao lưu kho dữ liệu ra một tệp, kiểm tra rồi mới đặt tên; chạy được trong khi tiến trình khác đang ghi",
        "Back the store up into one file, verified before it gets its name; works while another process writes",
    ),
    ("backup.file", "Tệp sao lưu, ngoài mọi thư mục hình", "The backup's file, outside every footage folder"),
    ("backup.force", "Ghi đè tệp đã có", "Overwrite a file that is there already"),
    ("backup.json", "In kết quả dạng JSON", "Print the result as JSON"),
    (
        "restore",
        "Kiểm tra một bản sao lưu rồi đặt nó vào chỗ kho dữ liệu; kho hiện tại được cất bên cạnh. Sau đó chạy truyvet index.",
        "Check a backup and put it in the store's place; the present store is put aside. Run truyvet index after it.",
    ),
    ("restore.file", "Bản sao lưu", "The backup"),
    ("restore.json", "In kết quả dạng JSON", "Print the result as JSON"),
];

/// The language of this run: `--lang`, else the locale.
pub(super) fn language(args: &[OsString]) -> Lang {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let named = words.iter().enumerate().find_map(|(i, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(i + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    named.and_then(Lang::from_tag).unwrap_or_else(|| Lang::from_locale(|name| std::env::var(name).ok()))
}

/// The whole table.
fn all() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    TEXTS.iter().chain(help_places::TEXTS).chain(help_door::TEXTS).chain(help_trace::TEXTS)
}

fn text(key: &str, lang: Lang) -> &'static str {
    let row = all().find(|(k, _, _)| *k == key);
    row.map_or("", |(_, vi, en)| if lang == Lang::Vi { vi } else { en })
}

/// Comes after all options, however many commands there are (clap counts them too).
const LAST: usize = 1_000;

/// The command with its help in one language.
pub(super) fn localized(root: Command, lang: Lang) -> Command {
    let root = root
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).global(true).display_order(LAST));
    let root =
        root.arg(Arg::new("version").short('V').long("version").action(clap::ArgAction::Version).display_order(LAST));
    localize(root, "", lang)
}

fn localize(command: Command, name: &str, lang: Lang) -> Command {
    let (usage, commands, options, arguments, codes) = match lang {
        Lang::Vi => (
            "Cách dùng",
            "Lệnh",
            "Tùy chọn",
            "Tham số",
            "Mã kết thúc: 0 xong · 1 lỗi · 2 sai cách dùng hoặc cấu hình · 3 xong nhưng có tệp bị cách ly · 130 bị dừng (chạy lại là làm tiếp)",
        ),
        Lang::En => (
            "Usage",
            "Commands",
            "Options",
            "Arguments",
            "Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 done, some files are in quarantine · 130 interrupted (run again to go on)",
        ),
    };
    let positionals = if command.get_positionals().next().is_some() {
        format!("{arguments}:\n{{positionals}}\n\n")
    } else {
        String::new()
    };
    let subcommands =
        if command.has_subcommands() { format!("{commands}:\n{{subcommands}}\n\n") } else { String::new() };
    let template =
        format!("{{about}}\n\n{usage}: {{usage}}\n\n{subcommands}{positionals}{options}:\n{{options}}{{after-help}}");
    let children: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = command.about(text(name, lang)).help_template(template).mut_args(|arg| {
        let global = matches!(arg.get_id().as_str(), "config" | "lang" | "help" | "version");
        let key = if global || name.is_empty() { arg.get_id().to_string() } else { format!("{name}.{}", arg.get_id()) };
        let takes_value = arg.get_action().takes_values();
        let arg = arg.help(text(&key, lang)).long_help(None::<&str>);
        // clap would add the values and the default in English; the texts tell them.
        if takes_value { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
    });
    if name.is_empty() {
        command = command.after_help(codes);
    }
    children.into_iter().fold(command, |command, child| {
        let key = if name.is_empty() { child.clone() } else { format!("{name}.{child}") };
        command.mut_subcommand(child, |sub| localize(sub, &key, lang))
    })
}

/// Prints a usage error (or the help that was asked for) and gives the exit code.
pub(super) fn usage(error: &clap::Error, lang: Lang) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is no failure of ours.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let (arg, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let said: Said = match error.kind() {
        ErrorKind::UnknownArgument => say!("không có tùy chọn {arg}", "there is no option {arg}"),
        ErrorKind::InvalidSubcommand => {
            let word = context(ContextKind::InvalidSubcommand);
            say!("không có lệnh {word}", "there is no command {word}")
        }
        ErrorKind::MissingRequiredArgument => say!("còn thiếu: {arg}", "missing: {arg}"),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            say!("hãy nêu một lệnh", "name a command")
        }
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            say!("{arg} và {other} không dùng chung được", "{arg} cannot be used with {other}")
        }
        ErrorKind::InvalidValue if value.is_empty() => say!("{arg} cần một giá trị", "{arg} needs a value"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let words = context(ContextKind::ValidValue);
            let Said { vi, en } = match (words.is_empty(), std::error::Error::source(error)) {
                (false, _) => say!(": phải là một trong {words}", ": it must be one of {words}"),
                (true, Some(why)) => say!(": {why}", ": {why}"),
                (true, None) => "".into(),
            };
            say!("giá trị \"{value}\" của {arg} không đúng{vi}", "the value \"{value}\" of {arg} is wrong{en}")
        }
        _ => {
            let other = error.kind();
            say!("dòng lệnh không đúng: {other}", "the command line is wrong: {other}")
        }
    };
    let hint = match lang {
        Lang::Vi => "xem: truyvet --help",
        Lang::En => "see: truyvet --help",
    };
    print::error_line(&format!("{}\n{hint}", said.in_lang(lang).trim_end()), lang);
    ExitCode::from(Kind::Usage.exit_code())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_and_option_is_explained_in_both_languages() {
        let root = localized(super::super::Cli::command(), Lang::Vi);
        let mut missing = Vec::new();
        let mut see = |key: String| {
            if !all().any(|(k, vi, en)| *k == key && !vi.is_empty() && !en.is_empty()) {
                missing.push(key);
            }
        };
        for arg in root.get_arguments() {
            see(arg.get_id().to_string());
        }
        let mut commands: Vec<(String, &Command)> =
            root.get_subcommands().map(|command| (command.get_name().to_owned(), command)).collect();
        while let Some((name, command)) = commands.pop() {
            see(name.clone());
            for arg in command.get_arguments().filter(|a| !a.is_global_set()) {
                see(format!("{name}.{}", arg.get_id()));
            }
            commands.extend(command.get_subcommands().map(|child| (format!("{name}.{}", child.get_name()), child)));
        }
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn the_language_option_is_seen_before_anything_is_parsed() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&words("truyvet --lang vi search --nonsense")), Lang::Vi);
        assert_eq!(language(&words("truyvet search --lang=en")), Lang::En);
    }
}
