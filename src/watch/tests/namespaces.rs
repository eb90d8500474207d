//! Mounts and limits, tried in namespaces of the test's own, so that the machine is left alone. Each test runs itself
//! again inside; where namespaces are refused it is skipped.

use std::process::Command;

use super::*;

const INSIDE: &str = "TRUYVET_TEST_NAMESPACE";

/// Whether we are inside; runs the test inside otherwise.
fn inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount"]);
        command
    };
    if !unshare().arg("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no namespaces here");
        return false;
    }
    let test = format!("watch::tests::namespaces::{test}");
    let mut command = unshare();
    command.arg(std::env::current_exe().unwrap()).args(["--exact", &test, "--nocapture"]).env(INSIDE, "1");
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&output.stderr));
    false
}

fn run(program: &str, args: &[&str]) {
    assert!(Command::new(program).args(args).status().unwrap().success(), "{program} {args:?}");
}

#[test]
fn a_mount_that_comes_and_goes_is_seen() {
    if !inside("a_mount_that_comes_and_goes_is_seen") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("usb");
    create_dir(&root).unwrap();
    let at = root.to_str().unwrap();
    // Only the table of mounts can tell in this time.
    let mut yard = Yard::watch(&root, Settings { poll_every: Duration::from_secs(3600), ..quick() });
    run("mount", &["-t", "tmpfs", "usb", at]);
    yard.until(|e| matches!(e, Event::Rescan { why: Why::Mounted, .. }));
    write(root.join("a.mp4"), b"1").unwrap();
    yard.settles("a.mp4");
    run("umount", &[at]);
    let event = yard.until(|e| matches!(e, Event::FolderMissing { .. }));
    assert!(format!("{event:?}").contains("was unmounted"));
    assert!(!yard.log.iter().any(|e| matches!(e, Event::Removed { .. })), "{:?}", yard.log);
    run("mount", &["-t", "tmpfs", "usb", at]);
    yard.until(|e| matches!(e, Event::FolderBack { .. }));
    yard.until(|e| matches!(e, Event::Rescan { why: Why::Mounted, .. }));

    // The same for a mount below the folder.
    create_dir(root.join("cam")).unwrap();
    write(root.join("b.mp4"), b"1").unwrap();
    yard.settles("b.mp4");
    let at = root.join("cam");
    run("mount", &["-t", "tmpfs", "cam", at.to_str().unwrap()]);
    yard.until(|e| matches!(e, Event::Rescan { why: Why::Mounted, .. }));
    write(at.join("c.mp4"), b"1").unwrap();
    yard.settles("cam/c.mp4");
    run("umount", &[at.to_str().unwrap()]);
    yard.until(|e| matches!(e, Event::Rescan { why: Why::Unmounted, .. }));
    assert!(!yard.log.iter().any(|e| matches!(e, Event::Removed { .. })), "{:?}", yard.log);
}

#[test]
fn past_the_limit_of_watches_the_folder_is_polled_and_the_remedy_named() {
    if !inside("past_the_limit_of_watches_the_folder_is_polled_and_the_remedy_named") {
        return;
    }
    std::fs::write("/proc/sys/user/max_inotify_watches", "20").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), quick());
    for n in 0..30 {
        create_dir(dir.path().join(format!("cam{n}"))).unwrap();
        write(dir.path().join(format!("cam{n}/1.mp4")), b"1").unwrap();
    }
    yard.until(|e| matches!(e, Event::Rescan { why: Why::WatchLimit, .. }));
    let Mode::Polling(reason) = yard.mode() else { panic!("{:?}", yard.mode()) };
    assert!(reason.en.contains("fs.inotify.max_user_watches=") && reason.vi.contains("fs.inotify.max_user_watches="));
    assert_eq!(yard.watch.health()[0].watches, 0);
    write(dir.path().join("cam29/2.mp4"), b"22").unwrap();
    assert_eq!(yard.settles("cam29/2.mp4"), 2);

    std::fs::write("/proc/sys/user/max_inotify_instances", "0").unwrap();
    let yard = Yard::watch(dir.path(), quick());
    let Mode::Polling(reason) = yard.mode() else { panic!("{:?}", yard.mode()) };
    assert!(reason.en.contains("fs.inotify.max_user_instances="), "{reason}");
}
