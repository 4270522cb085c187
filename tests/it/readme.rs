//! Runs the commands of the README and of the docs that are shown with their output.

/// Pages that are followed from an empty folder: `tutorial.rs` plays them.
pub(crate) const PLAYED: [&str; 2] = ["docs/tutorial.md", "docs/spreadsheet.md"];

#[test]
fn commands_show_what_the_pages_say() {
    let cases = trycmd::TestCases::new();
    cases.case("README.md");
    for entry in std::fs::read_dir("docs").unwrap() {
        let path = entry.unwrap().path();
        let page = path.to_string_lossy().replace('\\', "/");
        let is_shown = page.ends_with(".md")
            && std::fs::read_to_string(&path)
                .unwrap()
                .contains("\n```console\n");
        if is_shown && !PLAYED.contains(&page.as_str()) {
            cases.case(path);
        }
    }
}
