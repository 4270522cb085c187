//! When the system allows no more watchers, the files are looked at again and again.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests write files")]

use std::time::Duration;

use rulebook::assess::Options;
use rulebook::live::Live;
use rulebook::watch::Mode;

#[test]
fn without_watchers_it_polls() {
    // Far more than the usual limit of 128 for a user, and than is needed if it is a high one.
    let taken: Vec<_> = (0..20_000).map_while(|_| notify::recommended_watcher(|_| {}).ok()).collect();
    assert!(taken.len() < 20_000, "there is no limit here");
    let root = tempfile::tempdir().unwrap();
    let live = Live::start(root.path(), Options::default());
    assert!(
        matches!(&live.revision().mode, Mode::Polling(why) if why.contains("no more watchers")),
        "{:?}",
        live.revision()
    );
    std::fs::create_dir_all(root.path().join("policies/w")).unwrap();
    std::fs::write(root.path().join("policies/w/rulebook.yaml"), "title: W\nas_of: 2017-08-03\n").unwrap();
    let seen = live.wait(1, Duration::from_secs(30)).unwrap();
    assert_eq!(seen.files, 1);
}
