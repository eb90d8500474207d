//! What is mounted where: which folders lie on file systems that tell of no changes made elsewhere.

use std::fs::File;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::statfs;

use crate::base::Said;
use crate::say;

/// File systems whose files others can change without this kernel's knowing, by their name in `mountinfo`. `fuse` and
/// `fuse.*` are among them; `fuseblk` (NTFS and exFAT on a local disk) is not: all its changes pass through this kernel.
const REMOTE: [&str; 25] = [
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "fuse", "9p", "afs", "ceph", "lustre", "gfs", "gfs2", "ocfs2",
    "gpfs", "beegfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "ncpfs", "coda", "orangefs", "pvfs2", "afpfs",
];

/// The same by the numbers of `statfs(2)`, for systems where `mountinfo` cannot be read: NFS, CIFS, SMB2, SMB, FUSE, 9P,
/// Ceph, AFS, Coda, NCP, GFS2, OCFS2.
const REMOTE_MAGIC: [u32; 12] = [
    0x6969,
    0xff53_4d42,
    0xfe53_4d42,
    0x517b,
    0x6573_5546,
    0x0102_1997,
    0x00c3_6400,
    0x5346_414f,
    0x7375_7245,
    0x564c,
    0x0116_1970,
    0x7461_636f,
];

/// One line of `mountinfo` (proc(5)), as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mount {
    /// Unique while it is mounted.
    pub(super) id: u64,
    /// `major:minor` of the file system.
    pub(super) device: Vec<u8>,
    /// Where it is mounted.
    pub(super) at: PathBuf,
    /// Name of the file system.
    pub(super) kind: String,
    /// The directories that an overlay shows.
    pub(super) shows: Vec<PathBuf>,
}

/// The mounts that matter to a folder: the one it lies on, then those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ground(pub(super) Vec<Mount>);

/// The kernel's table of mounts, held open so that one can wait for its changes.
pub(super) struct Table {
    pub(super) file: File,
}

impl Table {
    /// Opens this process's table; `None` where there is none.
    pub(super) fn open() -> Option<Table> {
        File::open("/proc/self/mountinfo").ok().map(|file| Table { file })
    }
}

/// All mounts, in the order in which they were mounted over one another; empty where the table cannot be read.
pub(super) fn all() -> Vec<Mount> {
    std::fs::read("/proc/self/mountinfo").map(|text| parse(&text)).unwrap_or_default()
}

/// Reads the text of `mountinfo`; lines that are no mounts are left out.
pub(super) fn parse(text: &[u8]) -> Vec<Mount> {
    text.split(|byte| *byte == b'\n').filter_map(parse_line).collect()
}

fn parse_line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let id = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let device = fields.nth(1)?.to_owned();
    let at = unescape(fields.nth(1)?);
    // Optional fields end with a lone hyphen.
    fields.find(|field| *field == b"-")?;
    let kind = String::from_utf8_lossy(fields.next()?).into_owned();
    let options = fields.nth(1).unwrap_or_default();
    let shows = if kind == "overlay" { shown_by(options) } else { Vec::new() };
    Some(Mount { id, device, at, kind, shows })
}

fn shown_by(options: &[u8]) -> Vec<PathBuf> {
    let mut shows = Vec::new();
    for option in options.split(|byte| *byte == b',') {
        for name in ["lowerdir=", "lowerdir+=", "upperdir="] {
            if let Some(dirs) = option.strip_prefix(name.as_bytes()) {
                shows.extend(dirs.split(|byte| *byte == b':').filter(|dir| !dir.is_empty()).map(unescape));
            }
        }
    }
    shows
}

/// Spaces, tabs, newlines and backslashes come as three octal digits.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, after)) = rest.split_first() {
        let octal = (byte == b'\\').then(|| after.first_chunk::<3>()).flatten();
        let code = octal
            .filter(|digits| digits.iter().all(|digit| (b'0'..=b'7').contains(digit)))
            .and_then(|digits| digits.iter().try_fold(0u8, |n, digit| n.checked_mul(8)?.checked_add(digit - b'0')));
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

impl Ground {
    /// What a folder lies on, by the table of all mounts. `folder` has no links in it.
    pub(super) fn of(folder: &Path, mounts: &[Mount]) -> Ground {
        let mut ground: Vec<Mount> = lies_on(folder, mounts).cloned().into_iter().collect();
        ground.extend(mounts.iter().filter(|mount| mount.at != folder && mount.at.starts_with(folder)).cloned());
        Ground(ground)
    }

    /// Why the folder must be polled, if it must.
    pub(super) fn remote(&self, mounts: &[Mount]) -> Option<Said> {
        self.0.iter().find_map(|mount| {
            let under = mount.shows.iter().filter_map(|dir| lies_on(dir, mounts));
            let remote = std::iter::once(mount).chain(under).find(|mount| is_remote(&mount.kind))?;
            let (kind, at) = (&remote.kind, remote.at.display());
            Some(say!(
                "{at} là hệ thống tệp {kind}, không báo thay đổi do máy khác gây ra",
                "{at} is a {kind} file system, which does not tell of changes made elsewhere"
            ))
        })
    }

    /// Whether a mount of `before` went away, rather than being covered by another.
    pub(super) fn lost_from(&self, before: &Ground) -> bool {
        let (Some(was), Some(is)) = (before.0.first(), self.0.first()) else { return false };
        was.at.starts_with(&is.at) && was.at != is.at || before.0.iter().skip(1).any(|mount| !self.0.contains(mount))
    }

    /// Whether something was mounted at or over what `before` was on.
    pub(super) fn covers(&self, before: &Ground) -> bool {
        match (before.0.first(), self.0.first()) {
            (Some(was), Some(is)) => is.at.starts_with(&was.at),
            _ => false,
        }
    }
}

/// The mount that a path lies on: the innermost, and of several on one point the last.
fn lies_on<'m>(path: &Path, mounts: &'m [Mount]) -> Option<&'m Mount> {
    mounts.iter().filter(|mount| path.starts_with(&mount.at)).max_by_key(|mount| mount.at.as_os_str().as_bytes().len())
}

fn is_remote(kind: &str) -> bool {
    REMOTE.contains(&kind) || kind.starts_with("fuse.")
}

/// Why a folder must be polled, by what `statfs(2)` says of it.
pub(super) fn remote_by_magic(folder: &Path) -> Option<Said> {
    // The number has different widths on different machines; all known ones fit 32 bits.
    let magic = u32::try_from(statfs(folder).ok()?.f_type as u64 & 0xffff_ffff).ok()?;
    REMOTE_MAGIC.contains(&magic).then(|| {
        say!(
            "hệ thống tệp 0x{magic:x} không báo thay đổi do máy khác gây ra",
            "file system 0x{magic:x} does not tell of changes made elsewhere"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;
    use proptest::prelude::*;

    const TABLE: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/cam rw - nfs4 nas:/cam rw,vers=4.2
31 22 8:17 / /srv/local\\040disk rw master:2 shared:3 - ext4 /dev/sdb1 rw
32 31 0:50 / /srv/local\\040disk/gate rw - fuse.sshfs user@host:/ rw
33 22 8:33 / /srv/usb rw - fuseblk /dev/sdc1 rw
34 22 0:60 / /srv/merged rw - overlay overlay rw,lowerdir=/srv/cam/a:/srv/plain,upperdir=/tmp/u,workdir=/tmp/w
35 22 0:61 / /srv/plain_merged rw - overlay overlay rw,lowerdir=/srv/plain
no mount at all
36 22 8:49 / /srv/cam rw - ext4 /dev/sdd1 rw
";

    fn remote(folder: &str, mounts: &[Mount]) -> Option<String> {
        Ground::of(Path::new(folder), mounts).remote(mounts).map(|said| said.in_lang(Lang::En).to_owned())
    }

    #[test]
    fn folders_on_around_and_over_network_mounts_are_polled() {
        let mut mounts = parse(TABLE.as_bytes());
        assert_eq!(mounts.len(), 8);
        // The last mount on a point hides the others.
        assert_eq!(remote("/srv/cam/a", &mounts), None);
        mounts.pop();
        assert!(remote("/srv/cam/a", &mounts).unwrap().contains("nfs4"));
        assert!(remote("/srv/local disk", &mounts).unwrap().contains("/srv/local disk/gate is a fuse.sshfs"));
        assert!(remote("/srv/merged/x", &mounts).unwrap().contains("/srv/cam is a nfs4"));
        for local in ["/srv/local disk/yard", "/srv/usb", "/srv/plain_merged", "/srv/camera", "/home"] {
            assert_eq!(remote(local, &mounts), None, "{local}");
        }
    }

    #[test]
    fn coming_and_going_of_a_mount_below_a_folder_is_seen() {
        let with = parse(TABLE.as_bytes());
        let without: Vec<Mount> = with.iter().filter(|mount| mount.id != 32).cloned().collect();
        let folder = Path::new("/srv/local disk");
        let (with, without) = (Ground::of(folder, &with), Ground::of(folder, &without));
        assert_ne!(with, without);
        assert!(without.lost_from(&with) && !with.lost_from(&without));
    }

    #[test]
    fn a_mount_over_the_folder_takes_nothing_away_and_its_going_does() {
        let over = parse(TABLE.as_bytes());
        let bare: Vec<Mount> = over.iter().filter(|mount| mount.at != Path::new("/srv/usb")).cloned().collect();
        let folder = Path::new("/srv/usb/yard");
        let (over, bare) = (Ground::of(folder, &over), Ground::of(folder, &bare));
        assert!(bare.lost_from(&over) && !bare.covers(&over));
        assert!(!over.lost_from(&bare) && over.covers(&bare));
    }

    #[test]
    fn this_machine_has_a_root_and_a_local_proc() {
        let mounts = all();
        assert!(mounts.iter().any(|mount| mount.at == Path::new("/")));
        assert_eq!(remote_by_magic(Path::new("/proc")), None);
    }

    proptest! {
        #[test]
        fn no_table_makes_it_fall_over(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            parse(&text);
        }

        #[test]
        fn escaped_paths_come_back(path in "[ -~\t\n]{1,40}") {
            let escaped: String = path.chars().map(|c| match c {
                ' ' | '\t' | '\n' | '\\' => format!("\\{:03o}", c as u32),
                c => c.to_string(),
            }).collect();
            prop_assert_eq!(unescape(escaped.as_bytes()), PathBuf::from(path));
        }
    }
}
