//! The gazetteer: named places from the operator's tab-separated files.

use std::collections::HashMap;
use std::path::Path;

use super::fold::fold;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::model::Point;
use crate::say;

/// A named place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// As people call it.
    pub name: String,
    /// What it is (`nut_giao`, `cho`, `to_dan_pho`, …), in the file's words.
    pub kind: String,
    /// Where it is, where the file tells.
    pub at: Option<Point>,
    /// Other names.
    pub aliases: Vec<String>,
}

/// A place that a text names.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention<'a> {
    /// The place.
    pub place: &'a Place,
    /// The words that name it, as written.
    pub text: &'a str,
}

/// A name of more words than this is not looked for in a text.
const LONGEST_NAME: usize = 10;

/// All places of a site.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    places: Vec<Place>,
}

impl Gazetteer {
    /// Reads gazetteer files: tab-separated, a header line naming at least `name`, `kind`, `lat`, `lon` and `aliases` (apart
    /// by `|`), other columns left alone. A place without coordinates is kept: its name is known, its point is not.
    ///
    /// # Errors
    /// [`Kind::Config`], naming file, line and column.
    pub fn load(files: &[impl AsRef<Path>]) -> Result<Gazetteer> {
        let mut gazetteer = Gazetteer::default();
        for file in files {
            let file = file.as_ref();
            let shown = file.display();
            let text = std::fs::read_to_string(file).or_say(Kind::Config, || {
                say!("không đọc được tệp địa điểm {shown}", "cannot read the gazetteer {shown}")
            })?;
            gazetteer.places.extend(parse(&shown.to_string(), &text)?);
        }
        Ok(gazetteer)
    }

    /// The place of this name. Names and aliases are compared folded; a part of a name does where only one place has it.
    ///
    /// # Errors
    /// [`Kind::Usage`] when there is none (naming the nearest ones), when several fit, or when the one has no coordinates.
    pub fn find(&self, name: &str) -> Result<(&Place, Point)> {
        let wanted = fold(name);
        let names =
            |place: &Place| std::iter::once(&place.name).chain(&place.aliases).map(|n| fold(n)).collect::<Vec<_>>();
        let holding = |test: &dyn Fn(&str) -> bool| {
            self.places.iter().filter(|p| names(p).iter().any(|n| test(n))).collect::<Vec<_>>()
        };
        let mut fits = holding(&|n| n == wanted);
        if fits.is_empty() && !wanted.is_empty() {
            fits = holding(&|n| format!(" {n} ").contains(&format!(" {wanted} ")));
        }
        match fits.as_slice() {
            [place] => match place.at {
                Some(at) => Ok((place, at)),
                None => {
                    let known = &place.name;
                    Err(Error::new(
                        Kind::Usage,
                        say!(
                            "địa điểm \"{known}\" chưa có tọa độ; hãy dùng --near LAT,LON hoặc điền lat, lon trong tệp địa điểm",
                            "the place \"{known}\" has no coordinates; use --near LAT,LON or fill in lat, lon in the gazetteer"
                        ),
                    ))
                }
            },
            [] => Err(self.unknown(name, &wanted)),
            several => {
                let list = quoted(several.iter().map(|p| p.name.as_str()));
                Err(Error::new(
                    Kind::Usage,
                    say!(
                        "\"{name}\" có thể là nhiều địa điểm: {list}; hãy nêu rõ một",
                        "\"{name}\" may be several places: {list}; name one of them"
                    ),
                ))
            }
        }
    }

    /// The places that texts name by a whole name or alias (folded), in the texts' order; of names within names the longest.
    /// Places of the same name are all given.
    pub fn mentioned<'a>(&'a self, texts: impl Iterator<Item = &'a str>) -> Vec<Mention<'a>> {
        let mut names: HashMap<String, Vec<&Place>> = HashMap::new();
        for place in &self.places {
            for name in std::iter::once(&place.name).chain(&place.aliases) {
                let same = names.entry(fold(name)).or_default();
                if !same.contains(&place) {
                    same.push(place);
                }
            }
        }
        names.remove("");
        texts.flat_map(|text| mentioned_in(text, &names)).collect()
    }

    fn unknown(&self, name: &str, wanted: &str) -> Error {
        let mut near: Vec<(f64, &str)> = self
            .places
            .iter()
            .map(|place| {
                let best = std::iter::once(&place.name)
                    .chain(&place.aliases)
                    .map(|n| strsim::jaro_winkler(&fold(n), wanted))
                    .fold(0.0, f64::max);
                (best, place.name.as_str())
            })
            .filter(|(score, _)| *score > 0.75)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        if near.is_empty() {
            return Error::new(
                Kind::Usage,
                say!(
                    "không có địa điểm \"{name}\"; thêm vào tệp địa điểm ([places] files) hoặc dùng --near LAT,LON",
                    "there is no place \"{name}\"; add it to a gazetteer ([places] files) or use --near LAT,LON"
                ),
            );
        }
        let list = quoted(near.iter().take(3).map(|(_, n)| *n));
        Error::new(
            Kind::Usage,
            say!("không có địa điểm \"{name}\"; gần giống: {list}", "there is no place \"{name}\"; near it: {list}"),
        )
    }
}

fn mentioned_in<'a>(text: &'a str, names: &HashMap<String, Vec<&'a Place>>) -> Vec<Mention<'a>> {
    let apart = |c: char| c.is_whitespace() || ",;:()\"".contains(c);
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(apart) {
        let word = piece.trim_end_matches(apart);
        if !word.is_empty() {
            words.push((at, word));
        }
        at += piece.len();
    }
    let mut found = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let longest = (words.len() - first).min(LONGEST_NAME);
        let hit = (1..=longest).rev().find_map(|count| {
            let (last, word) = words[first + count - 1];
            let name = &text[words[first].0..last + word.len()];
            Some((count, name, names.get(&fold(name))?))
        });
        let Some((count, name, places)) = hit else {
            first += 1;
            continue;
        };
        found.extend(places.iter().map(|place| Mention { place, text: name }));
        first += count;
    }
    found
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ")
}

fn parse(file: &str, text: &str) -> Result<Vec<Place>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let Some((_, header)) = lines.next() else { return Ok(Vec::new()) };
    let header: Vec<&str> = header.trim_start_matches('\u{feff}').split('\t').map(str::trim).collect();
    let column = |name: &str| header.iter().position(|h| *h == name);
    let (Some(name), Some(lat), Some(lon)) = (column("name"), column("lat"), column("lon")) else {
        return Err(Error::new(
            Kind::Config,
            say!(
                "{file}:1: dòng đầu phải có các cột name, kind, lat, lon, aliases, cách nhau bằng tab",
                "{file}:1: the first line must name the columns name, kind, lat, lon, aliases, apart by tabs"
            ),
        ));
    };
    let (kind, aliases) = (column("kind"), column("aliases"));
    lines
        .map(|(number, line)| {
            let line_number = number + 1;
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or("");
            let coordinate = |at: usize, name: &str, limit: f64| -> Result<Option<f64>> {
                let text = cell(at);
                if text.is_empty() {
                    return Ok(None);
                }
                match text.parse::<f64>() {
                    Ok(value) if value.abs() <= limit => Ok(Some(value)),
                    _ => Err(Error::new(
                        Kind::Config,
                        say!(
                            "{file}:{line_number}: {name} = \"{text}\" không phải số từ −{limit} đến {limit}",
                            "{file}:{line_number}: {name} = \"{text}\" is not a number from −{limit} to {limit}"
                        ),
                    )),
                }
            };
            let (lat, lon) = (coordinate(lat, "lat", 90.0)?, coordinate(lon, "lon", 180.0)?);
            if cell(name).is_empty() {
                return Err(Error::new(
                    Kind::Config,
                    say!("{file}:{line_number}: thiếu name", "{file}:{line_number}: name is missing"),
                ));
            }
            Ok(Place {
                name: cell(name).to_owned(),
                kind: kind.map_or("", &cell).to_owned(),
                at: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
                aliases: aliases
                    .map_or("", &cell)
                    .split('|')
                    .map(str::trim)
                    .filter(|alias| !alias.is_empty())
                    .map(str::to_owned)
                    .collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    const TSV: &str = "name\tkind\tlat\tlon\taliases\tsource\n\
        ngã ba Việt Lào\tnut_giao\t18.0735\t106.2962\tngã 3 Việt Lào|ngã ba bưu điện\tx\n\
        chợ Kỳ Anh\tcho\t18.0770\t106.2975\tchợ thị xã\n\
        chợ cũ Kỳ Anh\tcho\t18.0788\t106.2962\n\
        đường Việt Lào\tduong\t\t\tViệt Lào\n";

    fn gazetteer() -> Gazetteer {
        Gazetteer { places: parse("places.tsv", TSV).unwrap() }
    }

    #[test]
    fn a_place_is_found_by_any_way_of_writing_its_name() {
        let gazetteer = gazetteer();
        for name in ["ngã ba Việt Lào", "nga 3 viet lao", "Ngã ba Bưu Điện", "bưu điện"] {
            assert_eq!(gazetteer.find(name).unwrap().1, Point { lat: 18.0735, lon: 106.2962 }, "{name}");
        }
        assert_eq!(gazetteer.find("chợ Kỳ Anh").unwrap().0.name, "chợ Kỳ Anh", "the whole name wins over a part");
    }

    #[test]
    fn an_unclear_name_is_never_decided_in_silence() {
        let gazetteer = gazetteer();
        let say = |name| gazetteer.find(name).unwrap_err().explain(Lang::En);
        assert_eq!(
            say("Kỳ Anh"),
            "\"Kỳ Anh\" may be several places: \"chợ Kỳ Anh\", \"chợ cũ Kỳ Anh\"; name one of them"
        );
        assert!(say("nga ba viet nao").contains("near it: \"ngã ba Việt Lào\""), "{}", say("nga ba viet nao"));
        assert!(say("đường Việt Lào").contains("has no coordinates"));
        assert!(say("").contains("there is no place"));
    }

    #[test]
    fn places_that_a_text_names_are_found_in_it() {
        let gazetteer = gazetteer();
        let texts = ["hai xe va chạm ở nga 3 viet lao, gần Chợ Kỳ Anh", "đi đường việt lào"];
        let found = gazetteer.mentioned(texts.into_iter());
        let shown: Vec<(&str, &str)> = found.iter().map(|m| (m.place.name.as_str(), m.text)).collect();
        assert_eq!(
            shown,
            [("ngã ba Việt Lào", "nga 3 viet lao"), ("chợ Kỳ Anh", "Chợ Kỳ Anh"), ("đường Việt Lào", "đường việt lào")]
        );
        assert!(gazetteer.mentioned(["chợ", "", "Kỳ"].into_iter()).is_empty(), "a part of a name names nothing");
    }

    #[test]
    fn a_wrong_number_is_named_with_its_line() {
        let error = parse("p.tsv", "name\tkind\tlat\tlon\taliases\nx\ty\t106.2\t18.0\t\n").unwrap_err();
        assert_eq!(error.explain(Lang::En), "p.tsv:2: lat = \"106.2\" is not a number from −90 to 90");
        assert!(parse("p.tsv", "ten\tloai\n").is_err());
    }
}
