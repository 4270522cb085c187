//! The tutorial, followed from its first command on. What it does with git is played in
//! `tests/git.rs`.

#[path = "../played/mod.rs"]
mod played;

#[test]
fn the_tutorial_shows_what_it_says() {
    played::play("docs/tutorial.md", Some("## Keep it in git"));
}

#[test]
fn the_page_on_spreadsheets_shows_what_it_says() {
    played::play("docs/spreadsheet.md", None);
}
