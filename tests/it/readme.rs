//! Runs the commands of the README that are shown with their output.

#[test]
fn commands_show_what_the_readme_says() {
    trycmd::TestCases::new().case("README.md");
}
