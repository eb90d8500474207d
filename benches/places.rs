//! Names looked up among a hundred thousand: how long the atlas takes to build, what it weighs, and how long a name, a misspelt
//! name and an officer's whole sentence take.
//!
//! `cargo bench --bench places`; `NAMES=100000` in the environment.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::time::Instant;

use truyvet::model::Point;
use truyvet::place::source::Sources;
use truyvet::place::{Atlas, Gazetteer, Place, fold, resolve};

const FAMILY: &[&str] = &[
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Võ",
    "Đinh", "Trịnh", "Mai", "Cao", "Lương", "Đào", "Hà", "Tạ", "Chu",
];
const MIDDLE: &[&str] = &[
    "Văn", "Thị", "Đình", "Hữu", "Công", "Quang", "Xuân", "Minh", "Đức", "Thanh", "Ngọc", "Trọng", "Bá", "Khắc", "Huy",
    "Duy", "Thế", "Viết", "Bích", "Kim",
];
const GIVEN: &[&str] = &[
    "An", "Bình", "Châu", "Cường", "Dũng", "Hải", "Hiếu", "Hoa", "Hòa", "Hùng", "Hưng", "Khánh", "Khoa", "Lan", "Lâm",
    "Linh", "Long", "Lợi", "Mai", "Nam", "Nghĩa", "Nhân", "Phong", "Phú", "Phúc", "Quân", "Quý", "Sơn", "Tâm", "Tân",
    "Thái", "Thắng", "Thành", "Thịnh", "Thọ", "Thủy", "Tiến", "Toàn", "Trí", "Trung", "Tú", "Tuấn", "Tùng", "Vinh",
    "Vượng", "Xuân", "Yên", "Ý", "Đạt", "Đông",
];
const LAND: &[&str] = &[
    "Kỳ",
    "Hưng",
    "Cẩm",
    "Thạch",
    "Đức",
    "Hương",
    "Sơn",
    "Nghi",
    "Diễn",
    "Quỳnh",
    "Yên",
    "Tân",
    "Bắc",
    "Nam",
    "Đông",
    "Tây",
    "Trung",
    "Thượng",
    "Hạ",
    "Phú",
    "Vĩnh",
    "An",
    "Long",
    "Liên",
    "Mỹ",
    "Hải",
    "Lộc",
    "Phương",
    "Trường",
    "Thịnh",
];
/// What comes before a name, the gazetteer's word for the kind, and how many in a hundred are of it.
const KINDS: &[(&str, &str, u32)] = &[
    ("đường", "duong", 28),
    ("ngõ", "ngo", 14),
    ("TDP", "to_dan_pho", 14),
    ("thôn", "thon", 12),
    ("ngã ba", "nut_giao", 6),
    ("ngã tư", "nut_giao", 5),
    ("chợ", "cho", 4),
    ("cầu", "cau", 3),
    ("trường tiểu học", "truong", 3),
    ("trường THCS", "truong", 2),
    ("nhà văn hóa", "nha_van_hoa", 3),
    ("quán", "cua_hang", 3),
    ("cửa hàng", "cua_hang", 2),
    ("phường", "phuong", 1),
];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    /// One of them; the first ones more often than the last.
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let (one, other) = (self.below(of.len()), self.below(of.len()));
        of[one.min(other)]
    }
}

fn person(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("{} {}", dice.one(FAMILY), dice.one(GIVEN)),
        1 => format!("{} {} {} {}", dice.one(FAMILY), dice.one(MIDDLE), dice.one(GIVEN), dice.one(GIVEN)),
        _ => format!("{} {} {}", dice.one(FAMILY), dice.one(MIDDLE), dice.one(GIVEN)),
    }
}

fn land(dice: &mut Dice) -> String {
    format!("{} {}", dice.one(LAND), if dice.below(2) == 0 { dice.one(LAND) } else { dice.one(GIVEN) })
}

fn place(dice: &mut Dice) -> Place {
    let mut of = dice.below(100) as u32;
    let (word, kind, _) = KINDS
        .iter()
        .find(|(.., share)| {
            of < *share || {
                of -= share;
                false
            }
        })
        .unwrap();
    let name = match *word {
        "đường" => person(dice),
        "ngõ" => format!("{} {}", 1 + dice.below(300), person(dice)),
        "TDP" => format!("{} {}", 1 + dice.below(20), land(dice)),
        "ngã ba" | "ngã tư" if dice.below(2) == 0 => format!("{} - {}", person(dice), person(dice)),
        "quán" | "cửa hàng" => format!("{} {}", dice.one(GIVEN), land(dice)),
        _ => format!("{} {}", land(dice), dice.one(GIVEN)),
    };
    let mut apart = || dice.below(2_000_000) as f64 / 1e6;
    let at = Point { lat: 17.5 + apart(), lon: 105.0 + apart() };
    Place { name: format!("{word} {name}"), kind: (*kind).to_owned(), at: Some(at), aliases: Vec::new(), mark: None }
}

/// The text with one letter left out, doubled, swapped with the next or mistyped, so many times, not in its first word.
fn misspelt(dice: &mut Dice, name: &str, errors: usize) -> String {
    let first = name.chars().position(|letter| letter == ' ').unwrap_or(0) + 1;
    let mut letters: Vec<char> = name.chars().collect();
    let mut made = 0;
    while made < errors {
        let at = first + dice.below(letters.len() - first);
        if !letters[at].is_alphabetic() {
            continue;
        }
        match dice.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 if at + 1 < letters.len() && letters[at + 1].is_alphabetic() && letters[at + 1] != letters[at] => {
                letters.swap(at, at + 1);
            }
            _ => letters[at] = char::from(b'a' + dice.below(26) as u8),
        }
        made += 1;
    }
    letters.into_iter().collect()
}

fn sentence(dice: &mut Dice, names: [&str; 3]) -> String {
    let [one, other, third] = names;
    match dice.below(3) {
        0 => format!(
            "người dân báo xảy ra va chạm giữa xe máy và ô tô tải tại {one}, gần {other}, sau đó một thanh niên mặc áo đen \
             bỏ chạy về hướng {third}"
        ),
        1 => {
            format!("mất trộm xe máy Wave màu đỏ dựng trước {one} đối diện {other}, nghi phạm đi hai người ra {third}")
        }
        _ => format!(
            "cháu bé lạc khoảng sáu tuổi, mặc đồng phục học sinh, thấy lần cuối ở {one} đi bộ qua {other} về phía {third}"
        ),
    }
}

fn main() {
    let count = std::env::var("NAMES").ok().and_then(|given| given.parse().ok()).unwrap_or(100_000);
    let mut dice = Dice(11);
    let places: Vec<Place> = (0..count).map(|_| place(&mut dice)).collect();
    let names: Vec<String> = places.iter().map(|place| place.name.clone()).collect();
    let before = resident_mib();
    let begun = Instant::now();
    let atlas = Atlas::new(Gazetteer { places, changes: Vec::new() }, Sources::default(), None);
    let took = begun.elapsed();
    println!("{} places; built in {:.0} ms; {:.0} MiB", atlas.len(), took.as_secs_f64() * 1e3, resident_mib() - before);
    println!(
        "| | p50, ms | p99, ms | longest, ms | the place is among what is told, is the first |\n|---|---|---|---|---|"
    );

    let name = |dice: &mut Dice, letters: usize| loop {
        let name = &names[dice.below(names.len())];
        if name.chars().count() >= letters {
            return name.clone();
        }
    };
    let mut dice = Dice(12);
    let mut ask = |what: &str, rounds: usize, make: &mut dyn FnMut(&mut Dice) -> (String, String)| {
        let asks: Vec<(String, String)> = (0..rounds).map(|_| make(&mut dice)).collect();
        measure(&atlas, what, &asks);
    };
    ask("a name as it is", 2000, &mut |dice| {
        let name = name(dice, 0);
        (name.clone(), name)
    });
    ask("without diacritics", 2000, &mut |dice| {
        let name = name(dice, 0);
        (fold(&name), name)
    });
    for errors in [1, 2] {
        ask(&format!("typing errors: {errors}"), 1000, &mut |dice| {
            let name = name(dice, 16);
            (misspelt(dice, &name, errors), name)
        });
    }
    ask("a word that is nowhere", 500, &mut |dice| {
        let word: String = (0..12).map(|_| char::from(b'a' + dice.below(26) as u8)).collect();
        (word.clone(), word)
    });
    for (what, errors, marks) in [
        ("a sentence with three names", 0, true),
        ("the same without diacritics", 0, false),
        ("the same, an error in each name", 1, true),
        ("the same, an error in each, no diacritics", 1, false),
    ] {
        ask(what, 500, &mut |dice| {
            let [one, other, third] = [(); 3].map(|()| name(dice, 16));
            let [a, b, c] = [&one, &other, &third].map(|name| misspelt(dice, name, errors));
            let text = sentence(dice, [&a, &b, &c]);
            (if marks { text } else { fold(&text) }, one)
        });
    }
}

/// Asks, and tells how long it took and whether the place that was meant is in the answer.
fn measure(atlas: &Atlas, what: &str, asks: &[(String, String)]) {
    let (mut times, mut among, mut first) = (Vec::new(), 0, 0);
    for (text, meant) in asks {
        let begun = Instant::now();
        let found = resolve(atlas, text);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        let meant = |name: &str| fold(name) == fold(meant);
        among += usize::from(found.iter().any(|candidate| meant(&candidate.name)));
        first += usize::from(found.first().is_some_and(|candidate| meant(&candidate.name)));
    }
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    let share = |count: usize| count as f64 * 100.0 / asks.len() as f64;
    println!(
        "| {what} | {:.2} | {:.2} | {:.2} | {:.1} %, {:.1} % |",
        at(50),
        at(99),
        at(100),
        share(among),
        share(first)
    );
}

/// Resident memory of this process, MiB (proc_pid_status(5)).
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
