//! Free text: the cameras whose names, groups or notes hold some words, blind to case and diacritics.

use crate::model::{Camera, Group};
use crate::place::fold;

/// The ids of the cameras that every word of a text stands in: in the id, the name, the note, the group's id or name. A word may be
/// the beginning of a longer one. In the site file's order; none for a text without words.
pub fn cameras_with(cameras: &[Camera], groups: &[Group], text: &str) -> Vec<String> {
    let wanted = fold(text);
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let holds = |camera: &&Camera| {
        let group = groups.iter().find(|group| camera.group.as_ref() == Some(&group.id));
        let group = group.map(|group| format!("{} {}", group.id, group.name)).unwrap_or_default();
        let note = camera.note.as_deref().unwrap_or_default();
        let told = fold(&format!("{} {} {note} {group}", camera.id, camera.name));
        wanted.iter().all(|word| told.split_whitespace().any(|held| held.starts_with(word)))
    };
    cameras.iter().filter(holds).map(|camera| camera.id.clone()).collect()
}
