//! OpenStreetMap's XML: <https://wiki.openstreetmap.org/wiki/OSM_XML>.

use std::path::PathBuf;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::osm::{Element, Elements, Member, Tags, What};
use super::{open, wrong};
use crate::base::Result;
use crate::model::Point;

/// A file of it, perhaps packed by gzip.
pub(super) struct Xml(pub PathBuf);

impl Elements for Xml {
    fn each(&self, what: What, see: &mut dyn FnMut(Element<'_>)) -> Result<()> {
        let mut reader = Reader::from_reader(open(&self.0).map_err(wrong)?);
        let (mut bytes, mut open): (Vec<u8>, Option<Open>) = (Vec::new(), None);
        let mut whole = false;
        loop {
            let at = reader.buffer_position();
            let event = reader.read_event_into(&mut bytes);
            let event = event.map_err(|error| wrong(format!("byte {at}: {error}")))?;
            match event {
                Event::Start(ref start) => begin(start, what, &mut open, at)?,
                Event::Empty(ref start) => {
                    begin(start, what, &mut open, at)?;
                    if is_element(start.local_name().as_ref()) {
                        end(open.take(), see);
                    }
                }
                Event::End(ref tag) if is_element(tag.local_name().as_ref()) => end(open.take(), see),
                Event::End(ref tag) => whole |= tag.local_name().as_ref() == "osm",
                Event::Eof if whole => return Ok(()),
                Event::Eof => return Err(wrong("it does not end with </osm>")),
                _ => {}
            }
            bytes.clear();
        }
    }
}

/// An element whose end has not come.
enum Open {
    Node { id: i64, at: Point, tags: Tags },
    Way { id: i64, nodes: Vec<i64>, tags: Tags },
    Relation { members: Vec<Member>, tags: Tags },
}

fn is_element(name: &str) -> bool {
    matches!(name, "node" | "way" | "relation")
}

fn begin(start: &BytesStart<'_>, what: What, open: &mut Option<Open>, at: u64) -> Result<()> {
    let number = |name: &str| -> Result<i64> {
        let text = attribute(start, name)?.unwrap_or_default();
        text.parse().map_err(|_| wrong(format!("byte {at}: {name} = {text:?}")))
    };
    match (start.local_name().as_ref(), what) {
        ("node", What::Nodes) => {
            let degrees = |name: &str, limit: f64| -> Result<f64> {
                let text = attribute(start, name)?.unwrap_or_default();
                let value = text.parse::<f64>().ok().filter(|value| value.abs() <= limit);
                value.ok_or_else(|| wrong(format!("byte {at}: {name} = {text:?}")))
            };
            // A deleted node of a history file has no place.
            if attribute(start, "lat")?.is_some() {
                let place = Point { lat: degrees("lat", 90.0)?, lon: degrees("lon", 180.0)? };
                *open = Some(Open::Node { id: number("id")?, at: place, tags: Tags::default() });
            }
        }
        ("way", What::Ways) => *open = Some(Open::Way { id: number("id")?, nodes: Vec::new(), tags: Tags::default() }),
        ("relation", What::Relations) => *open = Some(Open::Relation { members: Vec::new(), tags: Tags::default() }),
        ("tag", _) => {
            if let Some(Open::Node { tags, .. } | Open::Way { tags, .. } | Open::Relation { tags, .. }) = open {
                let key = attribute(start, "k")?.unwrap_or_default();
                tags.push((key, attribute(start, "v")?.unwrap_or_default()));
            }
        }
        ("nd", _) => {
            if let Some(Open::Way { nodes, .. }) = open {
                nodes.push(number("ref")?);
            }
        }
        ("member", _) => {
            if let Some(Open::Relation { members, .. }) = open {
                let way = attribute(start, "type")?.as_deref() == Some("way");
                members.push(Member { way, id: number("ref")?, role: attribute(start, "role")?.unwrap_or_default() });
            }
        }
        _ => {}
    }
    Ok(())
}

fn end(open: Option<Open>, see: &mut dyn FnMut(Element<'_>)) {
    match open {
        Some(Open::Node { id, at, ref tags }) => see(Element::Node { id, at, tags }),
        Some(Open::Way { id, ref nodes, ref tags }) => see(Element::Way { id, nodes, tags }),
        Some(Open::Relation { ref members, ref tags }) => see(Element::Relation { members, tags }),
        None => {}
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let found = start.try_get_attribute(name).map_err(wrong)?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some(quick_xml::escape::unescape(&found.value).map_err(wrong)?.into_owned()))
}
