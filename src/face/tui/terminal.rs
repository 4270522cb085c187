//! The terminal: keys and revisions in, frames out. It is put back as it was however the program
//! ends.

use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::face::tui::editor::command;
use crate::face::tui::palette::Palette;
use crate::face::tui::state::{Effect, Key, Message, State};
use crate::face::tui::view::view;
use crate::host::live::{Live, Settings};
use crate::render::Colour;

/// Why the screen was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person at it asked for it.
    Quit,
    /// A signal asked for it, the terminal is gone, or following the files has failed.
    Signal,
}

/// What comes in.
enum Input {
    Message(Message),
    End(Ended),
}

/// Draws the screen of a root folder until it is left.
///
/// # Errors
/// When there is no terminal to draw on.
pub fn run(root: &Path, settings: Settings, colour: Colour) -> io::Result<Ended> {
    let (inputs, received) = channel();
    let (listener, revisions) = channel();
    let live = Live::start_with(
        root,
        Settings {
            listener: Some(listener),
            ..settings
        },
    );
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let handle = signals.handle();
    let mut terminal = ratatui::try_init()?;
    let (resume, resumed) = channel();
    spawn_keys(inputs.clone(), resumed);
    let forwarding = inputs.clone();
    thread::spawn(move || {
        for revision in revisions {
            if forwarding
                .send(Input::Message(Message::Revision(revision)))
                .is_err()
            {
                return;
            }
        }
        let _ = forwarding.send(Input::End(Ended::Signal));
    });
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            let _ = inputs.send(Input::End(Ended::Signal));
        }
    });
    let mut state = State::new(live.revision());
    let mut screen = Screen {
        root,
        palette: Palette::new(colour),
        resume,
    };
    let ended = screen.show(&mut terminal, &mut state, &received);
    handle.close();
    let restored = ratatui::try_restore();
    let ended = ended?;
    restored?;
    Ok(ended)
}

/// Reads keys, one at a time: not before the one before was dealt with, so that an editor opened
/// by a key has the keyboard to itself.
fn spawn_keys(inputs: Sender<Input>, resumed: Receiver<()>) {
    thread::spawn(move || {
        loop {
            let input = match event::read() {
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match translate(key) {
                    Some(key) => Input::Message(Message::Key(key)),
                    None => continue,
                },
                Ok(Event::Resize(..)) => Input::Message(Message::Redraw),
                Ok(_) => continue,
                Err(_) => Input::End(Ended::Signal),
            };
            let last = matches!(input, Input::End(_));
            if inputs.send(input).is_err() || last || resumed.recv().is_err() {
                return;
            }
        }
    });
}

fn translate(key: KeyEvent) -> Option<Key> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char(letter) if control => Key::Control(letter.to_ascii_lowercase()),
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        _ => return None,
    })
}

struct Screen<'a> {
    root: &'a Path,
    palette: Palette,
    resume: Sender<()>,
}

impl Screen<'_> {
    fn show(
        &mut self,
        terminal: &mut DefaultTerminal,
        state: &mut State,
        inputs: &Receiver<Input>,
    ) -> io::Result<Ended> {
        terminal.draw(|frame| view(state, frame, self.palette))?;
        // A channel without a sender is that of a program that is ending.
        while let Ok(input) = inputs.recv() {
            let message = match input {
                Input::End(ended) => return Ok(ended),
                Input::Message(message) => message,
            };
            let of_keyboard = matches!(message, Message::Key(_) | Message::Redraw);
            match state.update(message) {
                Effect::Quit => return Ok(Ended::Quit),
                Effect::Draw => {}
                Effect::Open(file, line) => {
                    let notice = self.open(terminal, &file, line)?;
                    notice.map(|notice| state.update(Message::Notice(notice)));
                }
            }
            terminal.draw(|frame| view(state, frame, self.palette))?;
            if of_keyboard {
                // Whoever reads keys is gone when the program is ending.
                let _ = self.resume.send(());
            }
        }
        Ok(Ended::Signal)
    }

    /// Gives the terminal to the editor and takes it back.
    #[expect(
        clippy::disallowed_methods,
        reason = "the editor is named in the environment"
    )]
    fn open(
        &self,
        terminal: &mut DefaultTerminal,
        file: &str,
        line: usize,
    ) -> io::Result<Option<String>> {
        let editor = ["VISUAL", "EDITOR"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|it| !it.trim().is_empty()));
        let command = editor
            .as_deref()
            .and_then(|editor| command(editor, &self.root.join(file), line));
        let (Some(editor), Some(mut command)) = (editor, command) else {
            return Ok(Some(format!("set EDITOR to open {file}:{line}")));
        };
        ratatui::try_restore()?;
        let status = command.status();
        *terminal = ratatui::try_init()?;
        terminal.clear()?;
        Ok(match status {
            Ok(status) if ExitStatus::success(&status) => None,
            Ok(status) => Some(format!("`{editor}` ended with {status}")),
            Err(error) => Some(format!("`{editor}` cannot be run: {error}")),
        })
    }
}
