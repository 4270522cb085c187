//! Colours and marks. Whatever a colour says, a word or a sign says too.

use ratatui::style::{Color, Modifier, Style};

use crate::assess::assessment::Movement;
use crate::assess::result_types::{DeterminationKind, Status};
use crate::render::Colour;

/// The colours and marks of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    colour: Colour,
}

#[expect(
    clippy::unused_self,
    reason = "all styles are asked for in the same way"
)]
impl Palette {
    /// With colours or without.
    pub fn new(colour: Colour) -> Self {
        Self { colour }
    }

    fn foreground(self, colour: Color) -> Style {
        match self.colour {
            Colour::Always => Style::new().fg(colour),
            Colour::Never => Style::new(),
        }
    }

    pub(super) fn status(self, status: Status) -> Style {
        self.foreground(match status {
            Status::Met => Color::Green,
            Status::NotMet => Color::Red,
            Status::NotApplicable => Color::DarkGray,
            Status::Unknown => Color::Yellow,
            Status::Fault => Color::Magenta,
        })
    }

    pub(super) fn kind(self, kind: DeterminationKind) -> Style {
        self.foreground(match kind {
            DeterminationKind::Eligible => Color::Green,
            DeterminationKind::Ineligible => Color::Red,
            DeterminationKind::Undetermined => Color::Yellow,
            DeterminationKind::Fault => Color::Magenta,
        })
    }

    pub(super) fn error(self) -> Style {
        self.foreground(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub(super) fn faint(self) -> Style {
        self.foreground(Color::DarkGray)
    }

    pub(super) fn head(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn changed(self, style: Style) -> Style {
        style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    pub(super) fn selected(self, style: Style) -> Style {
        style.add_modifier(Modifier::REVERSED)
    }
}

/// The sign beside a jurisdiction that changed.
pub(super) fn sign(movement: Movement) -> &'static str {
    match movement {
        Movement::Gained => "^",
        Movement::Lost => "v",
        Movement::BecameUnknown => "?",
        Movement::Failed => "!",
        Movement::Flipped => "*",
        Movement::Appeared => "+",
        Movement::Vanished => "x",
    }
}

pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::NotMet => "not met",
        Status::NotApplicable => "n/a",
        Status::Unknown => "unknown",
        Status::Fault => "fault",
    }
}

pub(super) fn status_sign(status: Status) -> &'static str {
    match status {
        Status::Met => "+",
        Status::NotMet => "-",
        Status::NotApplicable => "o",
        Status::Unknown => "?",
        Status::Fault => "!",
    }
}
