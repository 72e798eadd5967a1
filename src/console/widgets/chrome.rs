//! What is always there: where am I, which directory, who is signed in, which keys.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Clear, Paragraph},
};
use unicode_width::UnicodeWidthStr;

use super::page::{cut, wrap};
use crate::console::theme::Look;

/// Least size: below it the program says what it needs.
pub const LEAST: (u16, u16) = (40, 12);

/// What stands in the two lines at the top.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// Where: `Admin`, `Users`, `M. Vasquez`.
    pub crumbs: &'a [String],
    /// The agency; may be empty.
    pub agency: &'a str,
    /// The directory.
    pub directory: &'a str,
    /// Who is signed in.
    pub operator: Option<&'a str>,
}

/// Draws the header and returns the area beneath it.
pub fn header(frame: &mut Frame<'_>, area: Rect, header: &Header<'_>, look: &Look) -> Rect {
    let width = usize::from(area.width);
    let theme = &look.theme;
    let brand = " Halligan  ";
    let agency = if header.agency.is_empty() || width < 60 {
        String::new()
    } else {
        format!(" {} ", cut(&look.clean(header.agency), width / 3, look))
    };
    let room = width.saturating_sub(brand.width() + agency.width());
    let trail = trail(header.crumbs, room, look);
    let gap = room.saturating_sub(trail.width());
    let top = Line::from(vec![
        Span::styled(brand, theme.brand),
        Span::styled(trail, theme.brand),
        Span::styled(" ".repeat(gap), theme.bar),
        Span::styled(agency, theme.bar),
    ]);

    let who = header
        .operator
        .map_or_else(|| "nobody is signed in".to_owned(), |name| look.clean(name));
    let directory = look.clean(header.directory);
    let half = width.saturating_sub(3) / 2;
    let who = cut(
        &who,
        half.max(width.saturating_sub(directory.width() + 4)),
        look,
    );
    let directory = cut(&directory, width.saturating_sub(who.width() + 3), look);
    let gap = width.saturating_sub(directory.width() + who.width() + 2);
    let second = Line::from(vec![
        Span::styled(format!(" {directory}"), theme.faint),
        Span::raw(" ".repeat(gap)),
        Span::styled(format!("{who} "), theme.faint),
    ]);
    let place = Rect {
        height: 2.min(area.height),
        ..area
    };
    frame.render_widget(Paragraph::new(vec![top, second]), place);
    body(area)
}

/// What is left beneath the header.
pub fn body(area: Rect) -> Rect {
    let used = if area.height >= 20 { 3 } else { 2 };
    Rect {
        y: area.y + used.min(area.height),
        height: area.height.saturating_sub(used),
        ..area
    }
}

/// Lines that a screen has for itself in a window of this size.
pub fn inside((width, height): (u16, u16)) -> u16 {
    // Beneath it stand a message and the keys.
    let body = body(Rect::new(0, 0, width, height));
    body.height.saturating_sub(2)
}

/// The crumbs with marks between; the first ones go when room runs out.
fn trail(crumbs: &[String], room: usize, look: &Look) -> String {
    let joint = format!(" {} ", look.glyphs.crumb);
    for skip in 0..crumbs.len() {
        let parts: Vec<String> = crumbs
            .iter()
            .skip(skip)
            .map(|crumb| look.clean(crumb))
            .collect();
        let mut text = parts.join(&joint);
        if skip > 0 {
            text = format!("{}{joint}{text}", look.glyphs.ellipsis);
        }
        if text.width() <= room {
            return text;
        }
    }
    crumbs
        .last()
        .map_or_else(String::new, |last| cut(&look.clean(last), room, look))
}

/// Says that a change waits, in the line above the footer.
pub fn waits(frame: &mut Frame<'_>, area: Rect, seconds: u64, look: &Look) {
    let place = Rect {
        y: area.bottom().saturating_sub(1),
        height: 1,
        ..area
    };
    let text = format!(" Waiting for another program that holds the store: {seconds} s");
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(text).style(look.theme.warn), place);
}

/// Says what size is needed.
pub fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (width, height) = LEAST;
    let text = format!(
        "Halligan needs {width}x{height}; this is {}x{}. Nothing is lost: make the window larger.",
        area.width, area.height
    );
    let lines: Vec<Line<'_>> = wrap(&text, usize::from(area.width))
        .into_iter()
        .map(Line::from)
        .collect();
    frame.render_widget(Paragraph::new(lines).style(Style::new()), area);
}
