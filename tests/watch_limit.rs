//! When the system allows no more watchers, the files are looked at again and again.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests write files"
)]

use std::time::Duration;

use rulebook::assess::Options;
use rulebook::live::Live;
use rulebook::watch::Mode;

#[test]
fn without_watchers_it_polls() {
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_instances").ok();
    let limit = limit
        .and_then(|text| text.trim().parse::<usize>().ok())
        .filter(|limit| *limit <= 256);
    let Some(limit) = limit else {
        println!("not tried: this system has no limit of watchers, or a high one");
        return;
    };
    let root = tempfile::tempdir().unwrap();
    let taken: Vec<_> = (0..=limit)
        .map_while(|_| notify::recommended_watcher(|_| {}).ok())
        .collect();
    assert!(taken.len() <= limit, "the limit is not kept");
    let live = Live::start(root.path(), Options::default());
    assert!(
        matches!(&live.revision().mode, Mode::Polling(why) if why.contains("no more watchers")),
        "{:?}",
        live.revision()
    );
    std::fs::create_dir_all(root.path().join("policies/w")).unwrap();
    std::fs::write(
        root.path().join("policies/w/rulebook.yaml"),
        "title: W\nas_of: 2017-08-03\n",
    )
    .unwrap();
    let seen = live.wait(1, Duration::from_secs(30)).unwrap();
    assert_eq!(seen.files, 1);
}
