//! OpenStreetMap's PBF: <https://wiki.openstreetmap.org/wiki/PBF_Format>, by the crate `osmpbf`.

use std::io::Read;
use std::path::PathBuf;

use osmpbf::{ElementReader, RelMemberType};

use super::osm::{Element, Elements, Member, Tags, What};
use super::wrong;
use crate::base::Result;
use crate::model::Point;

/// The kind of a file's first block.
const HEADER: &[u8] = b"OSMHeader";

/// A file of it.
pub(super) struct Pbf(pub PathBuf);

impl Elements for Pbf {
    fn each(&self, what: What, see: &mut dyn FnMut(Element<'_>)) -> Result<()> {
        // The crate takes a file that ends within its first length for an empty one.
        let mut start = Vec::new();
        std::fs::File::open(&self.0).and_then(|file| file.take(64).read_to_end(&mut start)).map_err(wrong)?;
        if !start.windows(HEADER.len()).any(|part| part == HEADER) {
            return Err(wrong("it does not begin with an OSMHeader"));
        }
        let reader = ElementReader::from_path(&self.0).map_err(wrong)?;
        let own = |tags: &mut dyn Iterator<Item = (&str, &str)>| -> Tags {
            tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let done = reader.for_each(|element| match (element, what) {
            (osmpbf::Element::Node(node), What::Nodes) => {
                let at = Point { lat: node.lat(), lon: node.lon() };
                see(Element::Node { id: node.id(), at, tags: &own(&mut node.tags()) });
            }
            (osmpbf::Element::DenseNode(node), What::Nodes) => {
                let at = Point { lat: node.lat(), lon: node.lon() };
                see(Element::Node { id: node.id(), at, tags: &own(&mut node.tags()) });
            }
            (osmpbf::Element::Way(way), What::Ways) => {
                let nodes: Vec<i64> = way.refs().collect();
                see(Element::Way { id: way.id(), nodes: &nodes, tags: &own(&mut way.tags()) });
            }
            (osmpbf::Element::Relation(relation), What::Relations) => {
                let members = relation.members().map(|member| Member {
                    way: member.member_type == RelMemberType::Way,
                    id: member.member_id,
                    role: member.role().unwrap_or_default().to_owned(),
                });
                see(Element::Relation { members: &members.collect::<Vec<_>>(), tags: &own(&mut relation.tags()) });
            }
            _ => {}
        });
        done.map_err(wrong)
    }
}
