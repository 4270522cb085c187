//! The terminal: keys and revisions in, frames out. It is put back as it was however the program
//! ends.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{Clear, ClearType, disable_raw_mode};
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Paragraph;
use ratatui::{DefaultTerminal, Terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::analysis::impact::Depth;
use crate::base::work_budget::Cancel;
use crate::face::tui::colours_and_marks::Palette;
use crate::face::tui::open_in_editor::command;
use crate::face::tui::state::{Effect, Key, Message, State};
use crate::face::tui::view::view;
use crate::host::live::{Live, Revision, Settings};
use crate::render::{Colour, clean_line};

/// Why the screen was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenEnd {
    /// The person at it asked for it.
    Quit,
    /// A signal asked for it, the terminal is gone, or following the files has failed.
    Signal,
}

/// The state that threads share.
#[derive(Default)]
struct ScreenFlags {
    /// Another program has the keyboard.
    elsewhere: AtomicBool,
    /// Letters are text now, and no commands.
    typing: AtomicBool,
    /// The terminal was given back: nothing is drawn any more.
    left: AtomicBool,
    /// Cancels the current drawing.
    drawing: Mutex<Cancel>,
}

impl ScreenFlags {
    /// Something is being drawn.
    fn begin(&self, cancel: &Cancel) {
        self.drawing().clone_from(cancel);
    }

    /// Cancels the current drawing, as it is out of date.
    fn end_drawing(&self) {
        self.drawing().ask();
    }

    fn drawing(&self) -> MutexGuard<'_, Cancel> {
        self.drawing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The inputs that the screen handles, one after the other.
enum ScreenInput {
    Message(Message),
    /// The program was stopped and continues: the terminal shows something else.
    Continued,
    /// Following the files has failed.
    Lost,
}

/// Draws the screen of a root folder until it is left.
///
/// The screen has a thread of its own. This one only waits for the end, so that keys and signals
/// that ask for it are handled at any moment, whatever is being computed: work in progress ends
/// with the program.
///
/// # Errors
/// When there is no terminal to draw on.
pub fn run(root: &Path, settings: Settings, depth: Depth, colour: Colour) -> io::Result<ScreenEnd> {
    let (inputs, received) = channel();
    let (ends, ended) = channel();
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGCONT])?;
    let handle = signals.handle();
    let mut terminal = ratatui::try_init()?;
    let shared = Arc::new(ScreenFlags::default());
    let (resume, resumed) = channel();
    spawn_keys(inputs.clone(), resumed, ends.clone(), Arc::clone(&shared));
    let heed = Heed {
        shared: Arc::clone(&shared),
        inputs: inputs.clone(),
        ends: ends.clone(),
    };
    thread::spawn(move || {
        let mut all = signals.forever();
        while all.next().is_some_and(|signal| heed.signal(signal)) {}
    });
    let mut screen = Screen {
        root: root.to_owned(),
        depth,
        palette: Palette::new(colour),
        resume,
        shared: Arc::clone(&shared),
        shown: Buffer::default(),
    };
    thread::spawn(move || {
        let show = AssertUnwindSafe(|| screen.run(&mut terminal, settings, &inputs, &received));
        let result = catch_unwind(show);
        let _ = ends.send(result.unwrap_or(Ok(ScreenEnd::Signal)));
    });
    let ended = ended.recv().unwrap_or(Ok(ScreenEnd::Signal));
    shared.left.store(true, Ordering::SeqCst);
    handle.close();
    let restored = ratatui::try_restore();
    let ended = ended?;
    // If the terminal is gone, there is nothing to restore.
    if ended == ScreenEnd::Quit {
        restored?;
    }
    Ok(ended)
}

/// The handling of signals.
struct Heed {
    shared: Arc<ScreenFlags>,
    inputs: Sender<ScreenInput>,
    ends: Sender<io::Result<ScreenEnd>>,
}

impl Heed {
    /// Handles a signal; returns false if it ends the program.
    fn signal(&self, signal: i32) -> bool {
        let elsewhere = self.shared.elsewhere.load(Ordering::SeqCst);
        match signal {
            SIGTSTP => {
                if !elsewhere {
                    self.shared.left.store(true, Ordering::SeqCst);
                    let _ = ratatui::try_restore();
                }
                // The program is stopped here until it is continued.
                let _ = emulate_default_handler(SIGTSTP);
            }
            SIGCONT if elsewhere => {}
            SIGCONT => {
                // Another program may have left the terminal in any state.
                let _ = disable_raw_mode();
                self.shared.left.store(false, Ordering::SeqCst);
                let _ = self.inputs.send(ScreenInput::Continued);
            }
            _ => {
                let _ = self.ends.send(Ok(ScreenEnd::Signal));
                return false;
            }
        }
        true
    }
}

/// After this time, a drawing that is not finished is announced as in progress.
const NOTICE: Duration = Duration::from_millis(150);

/// The contents of a screen of some size.
fn drawn(state: &mut State, size: Size, palette: Palette) -> Buffer {
    let backend = TestBackend::new(size.width, size.height);
    let Ok(mut terminal) = Terminal::new(backend);
    let Ok(completed) = terminal.draw(|frame| view(state, frame, palette));
    completed.buffer.clone()
}

/// How long a key waits for the drawing of the one before.
const PATIENCE: Duration = Duration::from_millis(50);

/// Reads keys, one at a time: not before the one before was dealt with, so that an editor opened
/// by a key has the keyboard to itself. While the screen is at work, keys are kept for it, but for
/// those that leave.
fn spawn_keys(
    inputs: Sender<ScreenInput>,
    resumed: Receiver<()>,
    ends: Sender<io::Result<ScreenEnd>>,
    shared: Arc<ScreenFlags>,
) {
    thread::spawn(move || {
        let mut kept = VecDeque::new();
        let next = |kept: &mut VecDeque<Event>| kept.pop_front().map_or_else(event::read, Ok);
        loop {
            let event = next(&mut kept);
            let last = event.as_ref().ok().cloned();
            let message = match event {
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match translate(key) {
                    Some(key) => Message::Key(key),
                    None => continue,
                },
                Ok(Event::Resize(..)) => Message::Redraw,
                Ok(_) => continue,
                Err(error) => return drop(ends.send(Err(error))),
            };
            if inputs.send(ScreenInput::Message(message)).is_err() {
                return;
            }
            loop {
                match resumed.recv_timeout(PATIENCE) {
                    Ok(()) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                // The screen is at work, at its beginning too: what leaves it does so now.
                let elsewhere = shared.elsewhere.load(Ordering::SeqCst);
                let typing = shared.typing.load(Ordering::SeqCst);
                if !elsewhere && last.as_ref().is_some_and(|event| leaves(event, typing)) {
                    return drop(ends.send(Ok(ScreenEnd::Quit)));
                }
                while !elsewhere && event::poll(Duration::ZERO).unwrap_or(false) {
                    let Ok(event) = event::read() else { return };
                    if leaves(&event, typing) {
                        return drop(ends.send(Ok(ScreenEnd::Quit)));
                    }
                    if is_of_use(&event) {
                        shared.end_drawing();
                        kept.push_back(event);
                    }
                }
            }
        }
    });
}

/// Runs the cases of the latest revision and compares its accepted results, on a thread of its own:
/// no result waits for that.
fn checking(inputs: Sender<ScreenInput>) -> Sender<Arc<Revision>> {
    let (sender, revisions) = channel::<Arc<Revision>>();
    thread::spawn(move || {
        while let Ok(first) = revisions.recv() {
            let latest = revisions.try_iter().last().unwrap_or(first);
            let checks = latest.checks();
            let message = Message::Checked(latest.number, checks.into());
            if inputs.send(ScreenInput::Message(message)).is_err() {
                return;
            }
        }
    });
    sender
}

/// Whether an event changes anything.
fn is_of_use(event: &Event) -> bool {
    match event {
        Event::Key(key) => key.kind != KeyEventKind::Release && translate(*key).is_some(),
        Event::Resize(..) => true,
        _ => false,
    }
}

/// Whether a key leaves the screen at any time.
fn leaves(event: &Event, typing: bool) -> bool {
    let Event::Key(key) = event else { return false };
    match translate(*key) {
        Some(Key::Control('c')) => true,
        Some(Key::Char('q')) => !typing,
        _ => false,
    }
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

struct Screen {
    root: PathBuf,
    depth: Depth,
    palette: Palette,
    resume: Sender<()>,
    shared: Arc<ScreenFlags>,
    /// The last frame drawn.
    shown: Buffer,
}

impl Screen {
    /// Follows the files and shows their results. The first frame is drawn before anything is read.
    fn run(
        &mut self,
        terminal: &mut DefaultTerminal,
        settings: Settings,
        inputs: &Sender<ScreenInput>,
        received: &Receiver<ScreenInput>,
    ) -> io::Result<ScreenEnd> {
        let reading = format!("reading {} ... (q leaves)", self.root.display());
        let reading = Paragraph::new(clean_line(&reading));
        terminal.draw(|frame| frame.render_widget(reading, frame.area()))?;
        let (listener, revisions) = channel();
        let (forwarding, shared) = (inputs.clone(), Arc::clone(&self.shared));
        thread::spawn(move || {
            let to_check = checking(forwarding.clone());
            for revision in revisions {
                // Before it is sent: the drawing that it starts must not be cancelled.
                shared.end_drawing();
                let message = ScreenInput::Message(Message::Revision(Arc::clone(&revision)));
                if forwarding.send(message).is_err() {
                    return;
                }
                // It may have ended while it was at work; then the cases are not shown.
                let _ = to_check.send(revision);
            }
            let _ = forwarding.send(ScreenInput::Lost);
        });
        let settings = Settings {
            listener: Some(listener),
            ..settings
        };
        let live = Live::start_with(&self.root, settings);
        let mut state = State::new(live.revision());
        state.depth = self.depth;
        let ended = self.show(terminal, &mut state, received);
        // It is not waited for, and ends with the program.
        std::mem::forget(live);
        ended
    }

    /// Draws the screen. A thread of its own computes it, and the next key or revision cancels
    /// that: the screen then stays as it is until that was handled.
    fn draw(&mut self, terminal: &mut DefaultTerminal, state: &mut State) -> io::Result<()> {
        let (area, palette) = (terminal.size()?, self.palette);
        let cancel = Cancel::default();
        self.shared.begin(&cancel);
        thread::scope(|scope| {
            let (tell, told) = channel();
            scope.spawn(move || tell.send(cancel.during(|| drawn(state, area, palette))));
            let mut found = told.recv_timeout(NOTICE);
            if found == Err(RecvTimeoutError::Timeout) {
                self.put(terminal, true)?;
                found = told.recv().map_err(|_| RecvTimeoutError::Disconnected);
            }
            if let Ok(Ok(buffer)) = found {
                self.shown = buffer;
                self.put(terminal, false)?;
            }
            Ok(())
        })
    }

    /// Puts the last frame on the terminal.
    fn put(&self, terminal: &mut DefaultTerminal, at_work: bool) -> io::Result<()> {
        if self.shared.left.load(Ordering::SeqCst) {
            return Ok(());
        }
        terminal.draw(|frame| {
            let area = frame.area();
            // The terminal may have another size by now.
            for place in area.intersection(self.shown.area).positions() {
                frame.buffer_mut()[place] = self.shown[place].clone();
            }
            if at_work {
                let text = " at work ... (q leaves, any other key ends it) ";
                let width = u16::try_from(text.len()).unwrap_or(0).min(area.width);
                let place = Rect::new(area.right() - width, area.bottom() - 1, width, 1);
                frame.render_widget(Paragraph::new(text), place);
            }
        })?;
        Ok(())
    }

    fn show(
        &mut self,
        terminal: &mut DefaultTerminal,
        state: &mut State,
        inputs: &Receiver<ScreenInput>,
    ) -> io::Result<ScreenEnd> {
        self.draw(terminal, state)?;
        // A channel without a sender is that of a program that is ending.
        while let Ok(input) = inputs.recv() {
            let message = match input {
                ScreenInput::Message(message) => message,
                ScreenInput::Continued => {
                    *terminal = ratatui::try_init()?;
                    execute!(io::stdout(), Clear(ClearType::All))?;
                    self.draw(terminal, state)?;
                    continue;
                }
                ScreenInput::Lost => break,
            };
            let of_keyboard = matches!(message, Message::Key(_) | Message::Redraw);
            match state.update(message) {
                Effect::Quit => return Ok(ScreenEnd::Quit),
                Effect::Draw => {}
                Effect::Open(file, line) => {
                    self.shared.elsewhere.store(true, Ordering::SeqCst);
                    let notice = self.open(terminal, &file, line);
                    self.shared.elsewhere.store(false, Ordering::SeqCst);
                    notice?.map(|notice| state.update(Message::Notice(notice)));
                }
            }
            self.shared
                .typing
                .store(state.is_typing(), Ordering::SeqCst);
            self.draw(terminal, state)?;
            if of_keyboard {
                // The thread that reads keys is gone if the program is ending.
                let _ = self.resume.send(());
            }
        }
        Ok(ScreenEnd::Signal)
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
