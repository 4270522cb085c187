//! A small writer of SVG: rectangles, lines and texts, one below the other.
//!
//! Every text goes through [`for_html`], which leaves only characters that XML allows. Colours are
//! classes, for light and dark.

use std::fmt::Write;

use crate::render::escape::for_html;

/// The width of a picture.
pub(super) const WIDTH: f64 = 800.0;
/// The size of letters.
const LETTER: f64 = 7.3;

const STYLE: &str = "\
.paper{fill:#fff}text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:#1f2937}\
.title{font-size:18px;font-weight:600}.head{font-size:15px;font-weight:600}.small{font-size:11px}\
.faint{fill:#667085}.rule{stroke:#98a2b3;stroke-width:1}.grid{stroke:#e4e7ec;stroke-width:1}\
.mark{stroke:#1d4ed8;stroke-width:1.5;stroke-dasharray:5 3}.marked{fill:#1d4ed8}\
.line{stroke:#087443;stroke-width:2;fill:none}.second{stroke:#b98900;stroke-width:1.5;fill:none;stroke-dasharray:2 2}\
.met{fill:#1a9e5f}.not-met{fill:#d1453b}.unknown{fill:#e0a922}.none{fill:#b6bdc9}.fault{fill:#8b3fb0}\
.plain{fill:#3b6fb6}.open{fill:#a9c3e6}.empty{fill:#e4e7ec}\
@media (prefers-color-scheme:dark){.paper{fill:#14181f}text{fill:#e5e7eb}.faint{fill:#98a2b3}\
.rule{stroke:#667085}.grid{stroke:#2c3440}.mark{stroke:#7aa2ff}.marked{fill:#7aa2ff}.line{stroke:#4ade80}\
.second{stroke:#fbbf24}.empty{fill:#2c3440}.plain{fill:#6b9be0}.open{fill:#3a5580}}";

/// A picture being drawn, from the top down.
pub(super) struct Svg {
    out: String,
    /// Where the next element begins.
    pub(super) y: f64,
}

/// The alignment of a text.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self {
            out: String::new(),
            y: 20.0,
        }
    }

    /// The whole picture, with a description in words for those who do not see it.
    pub(super) fn finish(self, title: &str, description: &str) -> String {
        let height = self.y + 12.0;
        let (title, description) = (for_html(title), for_html(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
             width=\"{WIDTH}\" height=\"{height:.0}\" role=\"img\">\n<title>{title}</title>\n\
             <desc>{description}</desc>\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height:.0}\"/>\n{}</svg>\n",
            self.out
        )
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), text: &str, class: &str, anchor: Anchor) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{}</text>",
            for_html(text)
        );
    }

    /// A rectangle, with a hint that is shown on hover.
    pub(super) fn bar(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), class: &str, hint: &str) {
        if w <= 0.0 || h <= 0.0 {
            return;
        }
        let _ = writeln!(
            self.out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" class=\"{class}\">\
             <title>{}</title></rect>",
            for_html(hint)
        );
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(
            self.out,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>"
        );
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), class: &str) {
        let _ = writeln!(
            self.out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" class=\"{class}\"/>"
        );
    }

    /// Lines through points.
    pub(super) fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
        }
        let _ = writeln!(self.out, "<path d=\"{path}\" class=\"{class}\"/>");
    }

    /// A heading of a few lines at most, and room below it.
    pub(super) fn heading(&mut self, text: &str, class: &str) {
        // Its letters are larger than those of other texts.
        let (larger, step) = if class == "title" {
            (1.6, 22.0)
        } else {
            (1.3, 18.0)
        };
        self.y += 16.0;
        for line in in_lines(text, (WIDTH - 40.0) / larger) {
            self.text((20.0, self.y), &line, class, Anchor::Start);
            self.y += step;
        }
        self.y -= step - 16.0;
    }

    /// A text in a few lines at most.
    pub(super) fn note(&mut self, text: &str) {
        for line in in_lines(text, WIDTH - 40.0) {
            self.text((20.0, self.y), &line, "faint", Anchor::Start);
            self.y += 18.0;
        }
    }

    /// The meaning of colours, in one line or several.
    pub(super) fn legend(&mut self, entries: &[(&str, &str)]) {
        let mut x = 20.0;
        for (class, word) in entries {
            let width = 18.0 + length(word) + 18.0;
            if x + width > WIDTH - 20.0 {
                x = 20.0;
                self.y += 18.0;
            }
            self.bar((x, self.y - 10.0), (12.0, 12.0), class, word);
            self.text((x + 17.0, self.y), word, "small", Anchor::Start);
            x += width;
        }
        self.y += 16.0;
    }
}

/// The approximate width of a drawn text; East Asian characters count twice.
pub(super) fn length(text: &str) -> f64 {
    let wide = |c: char| if c >= '\u{2e80}' { 2.0 } else { 1.0 };
    text.chars().map(wide).sum::<f64>() * LETTER
}

/// A text in a few lines that fit; the last one is cut if there would be more.
fn in_lines(text: &str, room: f64) -> Vec<String> {
    const MOST_LINES: usize = 3;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let is_last = lines.len() == MOST_LINES;
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() || is_last || length(line) + LETTER + length(word) <= room {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| cut(line, room)).collect()
}

/// A text that fits, with a sign for the part left out, which is in the middle, since long names
/// often differ only at the end.
pub(super) fn cut(text: &str, room: f64) -> String {
    if length(text) <= room {
        return text.to_owned();
    }
    let kept = |letters: &mut dyn Iterator<Item = char>, room: f64| {
        let mut kept = String::new();
        for letter in letters {
            kept.push(letter);
            if length(&kept) > room {
                kept.pop();
                break;
            }
        }
        kept
    };
    let start = kept(&mut text.chars(), (room - LETTER) * 0.5);
    let end = kept(&mut text.chars().rev(), room - LETTER - length(&start));
    let end: String = end.chars().rev().collect();
    format!("{start}…{end}")
}
