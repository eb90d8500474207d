//! Free text: the cameras whose names, groups or notes hold some words, blind to case and diacritics.

use crate::model::{Camera, Group};
use crate::place::{fold, words};

/// The ids of the cameras that every word of a text stands in: in the id, the name, the note, the group's id or name. A word may be
/// the beginning of a longer one. In the site file's order; none for a text without words.
pub fn cameras_with(cameras: &[Camera], groups: &[Group], text: &str) -> Vec<String> {
    // Twice: unified ("tdp" and "tổ dân phố"), and as it is written ("tổ" alone).
    let (unified, written) = (fold(text), words::as_written(text));
    if written.is_empty() {
        return Vec::new();
    }
    let holds = |camera: &&Camera| {
        let group = groups.iter().find(|group| camera.group.as_ref() == Some(&group.id));
        let group = group.map(|group| format!("{} {}", group.id, group.name)).unwrap_or_default();
        let note = camera.note.as_deref().unwrap_or_default();
        let told = format!("{} {} {note} {group}", camera.id, camera.name);
        let stands = |wanted: &str, told: &str| {
            wanted.split_whitespace().all(|word| told.split_whitespace().any(|held| held.starts_with(word)))
        };
        stands(&unified, &fold(&told)) || stands(&written, &words::as_written(&told))
    };
    cameras.iter().filter(holds).map(|camera| camera.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::model::Point;

    fn camera(id: &str, name: &str, group: Option<&str>, note: Option<&str>) -> Camera {
        Camera {
            id: id.into(),
            name: name.into(),
            note: note.map(str::to_owned),
            group: group.map(str::to_owned),
            at: Point { lat: 18.0, lon: 106.0 },
            view: None,
            footage: PathBuf::new(),
            channel: None,
            recorder: id.into(),
            layout: "auto".into(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    fn found(text: &str) -> Vec<String> {
        let cameras = [
            camera("ht-01", "Cổng chợ Hưng Trí", Some("tdp-2"), None),
            camera("ht-02", "Ngõ 12", Some("tdp-2"), Some("nhà bà Hòa, quay ra cổng sau")),
            camera("ht-03", "Cầu Châu Phố", None, None),
        ];
        let groups = [Group { id: "tdp-2".into(), name: "Tổ dân phố Hưng Hoà".into() }];
        cameras_with(&cameras, &groups, text)
    }

    #[test]
    fn every_word_must_stand_somewhere_in_what_is_said_of_the_camera() {
        assert_eq!(found("cổng"), ["ht-01", "ht-02"]);
        assert_eq!(found("cổng chợ"), ["ht-01"]);
        assert_eq!(
            (found("ngõ 12 tổ"), found("tổ dân phố")),
            (vec!["ht-02".to_owned()], vec!["ht-01".to_owned(), "ht-02".to_owned()])
        );
        assert_eq!(found("chợ cầu"), [] as [&str; 0]);
        assert_eq!(found("tổ dân phố"), ["ht-01", "ht-02"], "by the group's name");
        assert_eq!(found("ngõ 12 tổ dân phố"), ["ht-02"], "by its own and the group's together");
        assert_eq!(found("bà hòa"), ["ht-02"], "by the note");
    }

    #[test]
    fn case_diacritics_and_how_they_are_written_make_no_difference() {
        for text in ["CHAU PHO", "châu phố", "Cha\u{302}u Pho\u{302}\u{301}", "  chau\tpho "] {
            assert_eq!(found(text), ["ht-03"], "{text}");
        }
    }

    #[test]
    fn a_word_may_be_the_beginning_of_a_longer_one_but_not_its_end() {
        assert_eq!(found("hư"), ["ht-01", "ht-02"]);
        assert_eq!(found("rí"), [] as [&str; 0]);
    }

    #[test]
    fn without_words_nothing_is_found() {
        for text in ["", "  ", "\n"] {
            assert_eq!(found(text), [] as [&str; 0]);
        }
    }
}
