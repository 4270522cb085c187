//! Pictures in SVG, alone or on a page of HTML: readable without scripts, light and dark.

mod axis;
mod bars;
mod distribution;
mod summary;
mod svg;
mod sweep;

pub use summary::{summary_html, summary_svg};
pub use sweep::{sweep_html, sweep_svg};

use crate::render::escape::for_html;

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1rem}\
svg{max-width:100%;height:auto}pre{overflow-x:auto;font-size:.85rem}";

/// A page with a picture, and the same in words below.
fn page(title: &str, picture: &str, words: &str) -> String {
    let title = for_html(title);
    let words: Vec<String> = words.lines().map(for_html).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{picture}\
         <details open>\n<summary>In words</summary>\n<pre>{}</pre>\n</details>\n</main>\n</body>\n</html>\n",
        words.join("\n")
    )
}
