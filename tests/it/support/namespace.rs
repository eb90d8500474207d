//! Mounts of a test's own: the test runs itself again in a namespace, so that the machine is left alone.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

const INSIDE: &str = "TRUYVET_TEST_NAMESPACE";

/// Whether we are inside; runs the test of this name inside otherwise. Where namespaces are refused it is skipped.
pub(crate) fn inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount"]);
        command
    };
    if !unshare().arg("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this kernel grants no namespaces of users and mounts");
        return false;
    }
    let mut command = unshare();
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// Mounts a file system in memory.
pub(crate) fn mount_memory(at: &Path, options: &str) {
    run(Command::new("mount").args(["-t", "tmpfs", "-o", options, "test"]).arg(at));
}

/// Makes a mounted file system read-only, or writable again.
pub(crate) fn remount(at: &Path, options: &str) {
    run(Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(at));
}

/// Unmounts, as soon as nobody reads there.
pub(crate) fn unmount(at: &Path) {
    for _ in 0..600 {
        let output = Command::new("umount").arg(at).output().unwrap();
        if output.status.success() {
            return;
        }
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("busy"), "{}: {told}", at.display());
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{} stays busy", at.display());
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
