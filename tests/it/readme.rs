//! Runs the commands of the README and of the docs that are shown with their output.

#[test]
fn commands_show_what_the_pages_say() {
    trycmd::TestCases::new()
        .case("README.md")
        .case("docs/euro.md");
}
