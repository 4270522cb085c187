//! The screen, drawn without a terminal.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::common::sample;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::{Assessment, Delta};
use rulebook::input_files::Files;
use rulebook::live::{InForce, Revision, Stale};
use rulebook::render::Colour;
use rulebook::snapshot::Snapshot;
use rulebook::tui::{Effect, Key, Message, Palette, State, view};
use rulebook::watch::Mode;

pub(crate) const BALTIMORE: &str = "policies/psp/jurisdictions/baltimore-md.yaml";

/// The screen of the sample, and the files behind it.
pub(crate) struct Desk {
    options: Options,
    files: Files,
    state: State,
    revision: Arc<Revision>,
}

fn revision(
    number: u64,
    files: &Files,
    options: &Options,
    before: Option<&Assessment>,
) -> Revision {
    let snapshot = Snapshot::load(files);
    let assessment = match before {
        Some(before) => assess_after(&snapshot, options, before),
        None => assess(&snapshot, options),
    };
    let delta = before
        .map(|before| Delta::between(before, &assessment))
        .unwrap_or_default();
    Revision {
        number,
        assessment: assessment.into(),
        delta: delta.into(),
        changed: if number == 1 {
            Vec::new()
        } else {
            vec![BALTIMORE.to_owned()]
        },
        stale: Vec::new(),
        files: 31,
        took: Duration::from_micros(1_500),
        mode: Mode::Events,
        trouble: None,
        in_force: InForce::new(snapshot, files, options.clone()).into(),
    }
}

impl Desk {
    fn new(files: Files) -> Self {
        Self::with(files, Options::default())
    }

    /// The reading that asks each place itself.
    pub(crate) fn by_letter() -> Self {
        let parameters = vec![("reading".to_owned(), "letter".to_owned())];
        let options = Options {
            parameters,
            ..Options::default()
        };
        Self::with(sample(), options)
    }

    fn with(files: Files, options: Options) -> Self {
        let revision = Arc::new(revision(1, &files, &options, None));
        Self {
            options,
            files,
            state: State::new(Arc::clone(&revision)),
            revision,
        }
    }

    pub(crate) fn save(&mut self, path: &str, change: impl Fn(&str) -> String, stale: Vec<Stale>) {
        let text = self
            .files
            .get(path)
            .map_or_else(String::new, |source| source.text().to_owned());
        self.files.insert(path, &change(&text));
        let before = &self.revision.assessment;
        let number = self.revision.number + 1;
        let next = revision(number, &self.files, &self.options, Some(before));
        self.revision = Arc::new(Revision { stale, ..next });
        self.state
            .update(Message::Revision(Arc::clone(&self.revision)));
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            let key = if key == '\n' {
                Key::Enter
            } else {
                Key::Char(key)
            };
            assert_ne!(self.state.update(Message::Key(key)), Effect::Quit);
        }
    }

    fn conditions(&self) -> Vec<String> {
        let conditions = self.revision.assessment.rulebooks[0].conditions.iter();
        conditions
            .map(|used| used.condition.id.to_string())
            .collect()
    }

    /// As the thread does that runs the cases.
    fn check(&mut self) {
        let (number, checks) = (self.revision.number, self.revision.checks());
        self.state.update(Message::Checked(number, checks.into()));
    }

    /// The screen with its colours.
    pub(crate) fn cells(&mut self, width: u16, height: u16) -> Buffer {
        self.drawn(width, height, Colour::Always)
    }

    fn drawn(&mut self, width: u16, height: u16, colour: Colour) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| view(&mut self.state, frame, Palette::new(colour)))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    fn draw(&mut self, width: u16, height: u16) -> String {
        let buffer = self.drawn(width, height, Colour::Never);
        let mut text = String::new();
        for y in 0..height {
            let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
        text
    }
}

pub(crate) fn knows_hours(text: &str) -> String {
    format!("{text}\n").replace(
        "\nfacts:",
        "\nfacts:\n  detainers: {honors: true, hold_hours: 12}",
    )
}

#[test]
fn at_the_start() {
    insta::assert_snapshot!(Desk::new(sample()).draw(80, 24));
}

#[test]
fn after_a_flip_and_only_what_changed() {
    let mut desk = Desk::by_letter();
    desk.save(BALTIMORE, knows_hours, Vec::new());
    let all = desk.draw(80, 24);
    desk.keys("clll");
    insta::assert_snapshot!(format!("{all}=====\n{}", desk.draw(80, 24)));
}

#[test]
fn with_a_broken_script_whose_last_version_is_in_force() {
    let mut desk = Desk::new(sample());
    let mut broken = sample();
    broken.insert(
        "scripts/psp/hold.rhai",
        "//! Hold\nif j.detainers.honors {\n",
    );
    let because = Snapshot::load(&broken).diagnostics[0].clone();
    let stale = Stale {
        file: "scripts/psp/hold.rhai".to_owned(),
        since: SystemTime::UNIX_EPOCH,
        revision: 2,
        because: because.clone(),
    };
    let before = Arc::clone(&desk.revision.assessment);
    desk.save(BALTIMORE, str::to_owned, vec![stale]);
    let mut shown = assess_after(&Snapshot::load(&desk.files), &Options::default(), &before);
    shown.diagnostics.push(because);
    desk.revision = Arc::new(Revision {
        assessment: shown.into(),
        ..(*desk.revision).clone()
    });
    desk.state
        .update(Message::Revision(Arc::clone(&desk.revision)));
    let text = desk.draw(80, 24);
    let time = text.split("since ").nth(1).unwrap()[..8].to_owned();
    assert!(
        time.bytes().filter(|byte| *byte == b':').count() == 2,
        "a time of day: {time}"
    );
    insta::assert_snapshot!(text.replace(&time, "hh:mm:ss"));
}

#[test]
fn filtered_sorted_wide_and_narrow() {
    let mut desk = Desk::new(sample());
    desk.keys("/land\nss");
    let filtered = desk.draw(80, 16);
    let wide = desk.draw(140, 20);
    desk.state.update(Message::Key(Key::Escape));
    insta::assert_snapshot!(format!(
        "{filtered}=====\n{wide}=====\n{}",
        desk.draw(40, 12)
    ));
}

#[test]
fn help_and_what_is_missing() {
    let mut desk = Desk::new(sample());
    desk.keys("?");
    insta::assert_snapshot!(desk.draw(80, 24));
}

#[test]
fn nothing_there_is_no_panic_at_any_size() {
    for (width, height) in [(80, 24), (20, 5), (1, 1), (200, 60)] {
        let mut desk = Desk::new(Files::new());
        desk.keys("jkhlcussaGg$0/x\nJKESfdddi[]bcounty\nox\npp[]f");
        desk.draw(width, height);
        let mut desk = Desk::new(sample());
        desk.keys("GlllllllljjJJJ");
        desk.draw(width, height);
    }
}

#[test]
fn a_removed_jurisdiction_leaves_the_selection_somewhere() {
    let mut desk = Desk::new(sample());
    desk.keys("Glll");
    desk.files.remove(BALTIMORE);
    desk.save(
        "policies/psp/jurisdictions/none.yaml",
        |_| "facts: {}\n".to_owned(),
        Vec::new(),
    );
    assert!(desk.draw(80, 24).contains("new"));
}

#[test]
fn e_opens_the_record_or_the_script_at_its_first_test() {
    let mut desk = Desk::by_letter();
    desk.keys("/baltimore\n");
    let Effect::Open(file, _) = desk.state.update(Message::Key(Key::Char('e'))) else {
        panic!("nothing opens")
    };
    assert_eq!(file, BALTIMORE);
    desk.keys("lll");
    let Effect::Open(file, line) = desk.state.update(Message::Key(Key::Char('e'))) else {
        panic!("nothing opens")
    };
    assert_eq!(file, "scripts/psp/hold.rhai");
    assert!(
        desk.files
            .get(&file)
            .unwrap()
            .text()
            .lines()
            .nth(line - 1)
            .unwrap()
            .contains("detainers.honors")
    );
}

#[test]
fn a_save_of_a_script_shows_the_cases_it_changed_and_m_shows_remedies() {
    let mut desk = Desk::by_letter();
    desk.save(
        "scripts/psp/hold.rhai",
        |text| text.replace(">= params.hold_hours", ">= 24"),
        Vec::new(),
    );
    desk.keys("lll");
    let cases = desk.draw(90, 30);
    assert!(
        cases.contains("detainers.honors and 24 <= detainers.hold_hours < 48: not met -> met"),
        "{cases}"
    );
    desk.keys("m");
    insta::assert_snapshot!(format!("{cases}=====\n{}", desk.draw(90, 30)));
    desk.keys("j");
    assert!(!desk.draw(90, 30).contains("What would make"));
    // The next save makes no case differ.
    desk.save(BALTIMORE, knows_hours, Vec::new());
    assert!(!desk.draw(90, 30).contains("Cases in which"));
}

#[test]
fn cases_and_accepted_results_are_told_when_they_are_worked_out() {
    let mut desk = Desk::new(sample());
    desk.check();
    let fine = desk.draw(120, 24);
    assert!(fine.contains(" | cases: 90 of 90 passed"), "{fine}");
    desk.save(
        "scripts/psp/hold.rhai",
        |text| text.replace(">= params.hold_hours", ">= 24"),
        Vec::new(),
    );
    // Those of the script before say nothing of this one, and come too late.
    assert!(
        !desk.draw(120, 24).contains("cases: "),
        "nothing is known yet"
    );
    let late = Message::Checked(1, desk.revision.checks().into());
    desk.state.update(late);
    assert!(
        !desk.draw(120, 24).contains("cases: "),
        "they are of another revision"
    );
    desk.check();
    let failed = desk.draw(120, 40);
    assert!(
        !failed.contains("cases: 90 of 90") && failed.contains(" of 90 passed"),
        "{failed}"
    );
    assert!(
        failed.contains("FAIL  ") && failed.contains("expected  not met"),
        "{failed}"
    );
}

#[test]
fn nothing_is_cut_without_a_sign() {
    let mut desk = Desk::new(sample());
    // In forty columns there is room for three conditions: numbers, and which is which.
    let narrow = desk.draw(40, 30);
    for (index, name) in desk.conditions().iter().take(3).enumerate() {
        assert!(
            narrow.contains(&format!("{} {name}", index + 1)),
            "{name}: {narrow}"
        );
    }
    // Rows and columns that are not shown are counted.
    for words in ["rows 1 to 12 of 17", "columns 1 to 3 of 6"] {
        assert!(narrow.contains(words), "{words}: {narrow}");
    }
    desk.keys("Glllll");
    let last = desk.draw(40, 30);
    for words in [" to 17 of 17", "columns 3 to 5 of 6"] {
        assert!(last.contains(words), "{words}: {last}");
    }
    desk.keys("g0");
    let small = desk.draw(24, 14);
    // Where a line has no room, it ends with a sign, and so does the pane.
    assert!(small.lines().next().unwrap().ends_with('…'), "{small}");
    let wide = desk.draw(80, 16);
    assert!(wide.contains(" J: more"), "{wide}");
    desk.keys("J");
    assert!(desk.draw(80, 16).contains("K: back"), "it was scrolled");
    // More that is wrong than there is room for.
    let wrong = |text: &str| format!("{text}\nnope: 1\n");
    for place in [
        "albuquerque-nm",
        "baltimore-md",
        "chicago-il",
        "stockton-ca",
    ] {
        desk.save(
            &format!("policies/psp/jurisdictions/{place}.yaml"),
            wrong,
            Vec::new(),
        );
    }
    let problems = desk.draw(80, 24);
    assert!(
        problems.contains("... and more: `rulebook check` shows all"),
        "{problems}"
    );
}

/// Many places in a few counties, with a condition that some of them fail.
fn towns() -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/towns/rulebook.yaml",
        "title: Town grant\nas_of: 2024-01-01\nfacts:\n  county: {type: text}\n  people: {type: integer, unit: people}\n  \
         ready: {type: boolean}\nparameters:\n  least: {value: 500, unit: people, description: the \
         fewest people, source: https://example.org/act}\n",
    );
    files.insert(
        "scripts/towns/size.rhai",
        "//! Large enough\nif j.people >= params.least { met(\"large\") } else { not_met(\"small\") }\n",
    );
    files.insert(
        "scripts/towns/ready.rhai",
        "//! Ready\nif j.ready { met(\"ready\") } else { not_met(\"not ready\") }\n",
    );
    let mut sheet = "id,name,county,people,ready\n".to_owned();
    for town in 0..40 {
        let county = ["Kent", "St. Ives", ""][town % 3];
        let people = 100 + town * 37;
        let ready = ["true", "false", ""][town % 7 % 3];
        writeln!(sheet, "t{town:02},Newton,{county},{people},{ready}").unwrap();
    }
    files.insert("policies/towns/jurisdictions/all.csv", &sheet);
    files
}

#[test]
fn cases_stop_at_derived_facts_and_x_goes_down_and_back() {
    let mut files = towns();
    let share = "scripts/towns/derive/share.rhai";
    files.insert(share, "//! Share\n//! @type number\nj.people / 10\n");
    let size = "scripts/towns/size.rhai";
    files.insert(size, "//! Large enough\nj.share >= 50\n");
    let mut desk = Desk::new(files);
    desk.save(size, |text| text.replace("50", "40"), Vec::new());
    desk.keys("ll");
    let mut shown = |keys: &str, case: &str| {
        desk.keys(keys);
        let screen = desk.draw(120, 30);
        assert!(screen.contains(case), "{case}\n{screen}");
    };
    shown("", "40 <= share < 50: not met -> met");
    shown("x", "400 <= people <= 499: not met -> met");
    shown("x", "40 <= share < 50: not met -> met");
    desk.save(share, |text| text.replace("/ 10", "/ 5"), Vec::new());
    let screen = desk.draw(120, 30);
    let line = "share is calculated otherwise; `x` shows the cases behind it";
    assert!(screen.contains(line), "{screen}");
}

#[test]
fn towns_in_groups_sorted_by_a_fact_and_filtered() {
    let mut desk = Desk::new(towns());
    let start = desk.draw(80, 20);
    assert!(start.contains("Newton"), "{start}");
    // Where all have one name, ids stand beside it.
    assert!(start.contains("t00"), "{start}");
    desk.keys("bcou");
    desk.state.update(Message::Key(Key::Tab));
    desk.keys("\no-people\n");
    let grouped = desk.draw(80, 20);
    desk.keys("]f/ size=not_met\n");
    insta::assert_snapshot!(format!("{grouped}=====\n{}", desk.draw(80, 20)));
}

/// What a filter lets through is what the assessment says.
#[test]
fn a_filter_lets_through_what_the_assessment_says() {
    use rulebook::assessment::Status;
    let mut desk = Desk::new(towns());
    let assessed = Arc::clone(&desk.revision.assessment);
    let assessed = &assessed.rulebooks[0];
    let size = 1;
    assert_eq!(assessed.conditions[size].condition.id.as_str(), "size");
    let fact = |place: usize, path: &str| {
        let value = assessed.value_of(assessed.id(place.into()), path);
        value.map_or("unknown".to_owned(), |value| value.to_string())
    };
    let people = |place: usize| fact(place, "people").parse::<i64>().unwrap();
    let expected: [(&str, &dyn Fn(usize) -> bool); 9] = [
        ("size=not_met", &|place| {
            assessed.status(place.into(), size.into()) == Status::NotMet
        }),
        ("size!=met", &|place| {
            assessed.status(place.into(), size.into()) != Status::Met
        }),
        ("people>=470", &|place| people(place) >= 470),
        ("people<470.5", &|place| people(place) < 471),
        ("county=unknown", &|place| {
            fact(place, "county") == "unknown"
        }),
        ("county!=kent", &|place| fact(place, "county") == "St. Ives"),
        ("ives t1", &|place| {
            fact(place, "county") == "St. Ives" && assessed.id(place.into()).starts_with("t1")
        }),
        ("determination=ineligible county=\"st. ives\"", &|place| {
            assessed.kind(place.into()).to_string() == "ineligible"
                && fact(place, "county") == "St. Ives"
        }),
        ("undetermined", &|place| {
            assessed.kind(place.into()).to_string() == "undetermined"
        }),
    ];
    for (words, lets) in expected {
        let count = (0..assessed.len()).filter(|place| lets(*place)).count();
        assert!(count > 0 && count < 40, "{words} says something");
        desk.keys(&format!("/{words}\n"));
        let shown = desk.draw(140, 20);
        assert!(
            shown.contains(&format!("/{words} ({count}) ")),
            "{words}, {count}: {shown}"
        );
        desk.state.update(Message::Key(Key::Escape));
    }
    desk.keys("/peple>3\n");
    let shown = desk.draw(140, 20);
    assert!(
        shown.contains("there is no condition or fact `peple`, did you mean `people`?"),
        "{shown}"
    );
}

#[test]
fn f_filters_by_what_is_selected_and_takes_it_back() {
    let mut desk = Desk::new(towns());
    desk.keys("llf");
    let shown = desk.draw(140, 20);
    assert!(shown.contains("/size=not_met (11) "), "{shown}");
    desk.keys("f");
    assert!(!desk.draw(140, 20).contains("/size"), "all again");
    desk.keys("$f");
    assert!(
        desk.draw(140, 20)
            .contains("/determination=ineligible (20) ")
    );
}

#[test]
fn why_it_changed_stands_first_and_parameters_stand_in_full() {
    let mut desk = Desk::new(towns());
    desk.save(
        "policies/towns/rulebook.yaml",
        |text| text.replace("value: 500", "value: 400"),
        Vec::new(),
    );
    desk.keys("dd");
    let none = desk.draw(100, 20);
    assert!(none.contains("only lost (0)"), "{none}");
    desk.state.update(Message::Key(Key::Escape));
    desk.keys("ss");
    desk.keys("sg");
    let first = desk.draw(100, 22);
    desk.keys("p");
    let parameters = desk.draw(100, 22);
    desk.keys("j");
    assert!(desk.draw(100, 22).contains("Parameters as of"), "they stay");
    desk.keys("p");
    assert!(!desk.draw(100, 22).contains("Parameters as of"));
    insta::assert_snapshot!(format!("{first}=====\n{parameters}"));
}
