//! The picture of the screen that the README shows, drawn from the screen itself.
//!
//! `UPDATE_CASES=1 cargo test picture` draws it anew. Each row is text with a place for each run of
//! cells of one style, so that any font of one width lines up.

use std::fmt::Write;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::screen::{BALTIMORE, Desk, knows_hours};

const WIDTH: u16 = 96;
const HEIGHT: u16 = 28;
/// Of a cell, in the units of the picture.
const CELL: (u16, u16) = (9, 19);
const MARGIN: u16 = 14;

struct Theme {
    file: &'static str,
    background: &'static str,
    text: &'static str,
    faint: &'static str,
    green: &'static str,
    red: &'static str,
    yellow: &'static str,
    magenta: &'static str,
}

const THEMES: [Theme; 2] = [
    Theme {
        file: "docs/screen.svg",
        background: "#f6f8fa",
        text: "#1f2328",
        faint: "#656d76",
        green: "#116329",
        red: "#b3191f",
        yellow: "#7d4e00",
        magenta: "#8250df",
    },
    Theme {
        file: "docs/screen-dark.svg",
        background: "#0d1117",
        text: "#e6edf3",
        faint: "#8b949e",
        green: "#56d364",
        red: "#ff7b72",
        yellow: "#e3b341",
        magenta: "#d2a8ff",
    },
];

impl Theme {
    fn colour(&self, colour: Color) -> &'static str {
        match colour {
            Color::Reset => self.text,
            Color::Green => self.green,
            Color::Red => self.red,
            Color::Yellow => self.yellow,
            Color::Magenta => self.magenta,
            Color::DarkGray => self.faint,
            other => panic!("the picture has no colour for {other}"),
        }
    }

    fn draw(&self, buffer: &Buffer) -> String {
        let (width, height) = (WIDTH * CELL.0 + 2 * MARGIN, HEIGHT * CELL.1 + 2 * MARGIN);
        let mut picture = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"The screen of \
             rulebook watch after a save\">\n\
             <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n\
             <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" \
             font-size=\"15\">\n",
            self.background
        );
        for y in 0..HEIGHT {
            let cells: Vec<&Cell> = (0..WIDTH).map(|x| &buffer[(x, y)]).collect();
            let mut x = 0;
            for run in cells.chunk_by(|a, b| style(a) == style(b)) {
                self.run(&mut picture, x, y, run);
                x += u16::try_from(run.len()).unwrap();
            }
        }
        picture + "</g>\n</svg>\n"
    }

    /// Cells of one style that stand side by side.
    fn run(&self, picture: &mut String, x: u16, y: u16, run: &[&Cell]) {
        let text: String = run.iter().map(|cell| cell.symbol()).collect();
        let modifier = run[0].modifier;
        let is_reversed = modifier.contains(Modifier::REVERSED);
        if text.trim().is_empty() && !is_reversed {
            return;
        }
        let width = CELL.0 * u16::try_from(run.len()).unwrap();
        let (left, top) = (MARGIN + x * CELL.0, MARGIN + y * CELL.1);
        let mut ink = self.colour(run[0].fg);
        if is_reversed {
            let _ = writeln!(
                picture,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{ink}\"/>",
                CELL.1
            );
            ink = self.background;
        }
        let mut more = String::new();
        if modifier.contains(Modifier::BOLD) {
            more += " font-weight=\"bold\"";
        }
        if modifier.contains(Modifier::UNDERLINED) {
            more += " text-decoration=\"underline\"";
        }
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            picture,
            "<text x=\"{left}\" y=\"{}\" fill=\"{ink}\" xml:space=\"preserve\" \
             textLength=\"{width}\"{more}>{text}</text>",
            top + 14
        );
    }
}

fn style(cell: &Cell) -> (Color, Modifier) {
    (cell.fg, cell.modifier)
}

#[test]
fn the_picture_of_the_readme_is_the_screen_of_today() {
    let mut desk = Desk::by_letter();
    desk.save(BALTIMORE, knows_hours, Vec::new());
    desk.keys("jlll");
    let buffer = desk.cells(WIDTH, HEIGHT);
    for theme in THEMES {
        let drawn = theme.draw(&buffer);
        roxmltree::Document::parse(&drawn).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(theme.file);
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == drawn,
            "{} is not what the screen shows: draw it with UPDATE_CASES=1",
            theme.file
        );
    }
}
