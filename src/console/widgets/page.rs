//! The body of a screen as lines. A page that is too tall for its area gives up its blank lines
//! first and then scrolls so that the focus stays in view.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::console::theme::Look;

/// A row of a table of four columns: each cell within its width, the last `gap` cells of which stay
/// blank; a column of no width is left out.
pub fn row(
    cells: &[String; 4],
    widths: [usize; 4],
    gap: usize,
    pointer: &str,
    look: &Look,
) -> String {
    let mut text = format!("{pointer} ");
    for (cell, width) in cells.iter().zip(widths).filter(|(_, width)| *width > 0) {
        let cell = cut(cell, width.saturating_sub(gap), look);
        text.push_str(&cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
    }
    text
}

/// Lines in the making.
#[derive(Debug)]
pub struct Page {
    lines: Vec<Line<'static>>,
    width: usize,
    height: u16,
    cursor: Option<(usize, u16)>,
    focus: usize,
    first: usize,
}

impl Page {
    /// An empty page for an area.
    pub fn new(area: Rect) -> Self {
        Self {
            lines: Vec::new(),
            width: usize::from(area.width),
            height: area.height,
            cursor: None,
            focus: 0,
            first: 0,
        }
    }

    /// Cells in a line.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Is there room for more than the most important?
    pub const fn is_tall(&self) -> bool {
        self.height >= 16
    }

    /// Adds a line as it is.
    pub fn line(&mut self, line: impl Into<Line<'static>>) {
        self.lines.push(line.into());
    }

    /// Adds a blank line; the first to go when room runs out.
    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// Adds a text, wrapped.
    pub fn text(&mut self, text: &str, style: Style) {
        self.indented(1, text, style);
    }

    /// Adds a text, wrapped and indented.
    pub fn indented(&mut self, indent: usize, text: &str, style: Style) {
        let indent = indent.min(self.width / 2);
        for part in wrap(text, self.width.saturating_sub(indent + 1)) {
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(indent)),
                Span::styled(part, style),
            ]));
        }
    }

    /// Adds the line of a field, with the column of the cursor.
    pub fn field(&mut self, line: Line<'static>, cursor: Option<u16>, focused: bool) {
        if focused {
            self.focus = self.lines.len();
            self.cursor = cursor.map(|column| (self.lines.len(), column));
        }
        self.lines.push(line);
    }

    /// Adds a revealed password, as many lines as it takes: none of it may be cut. Character by
    /// character, since it must not be put together on the heap.
    pub fn secret(&mut self, indent: usize, text: &str, look: &Look) {
        let begin = || vec![Span::raw(" ".repeat(indent))];
        let mut spans = begin();
        let mut used = indent;
        for c in text.chars() {
            let cell = look.clean(c.encode_utf8(&mut [0; 4]));
            if used + cell.width() >= self.width && used > indent {
                self.line(std::mem::replace(&mut spans, begin()));
                used = indent;
            }
            used += cell.width();
            spans.push(Span::styled(cell, look.theme.strong));
        }
        self.line(spans);
    }

    /// The line that comes next has the focus: it stays in view, and the terminal's cursor stands on
    /// it unless a field takes it, since a screen reader reads where the cursor is.
    pub const fn keep_next(&mut self) {
        self.focus = self.lines.len();
        self.cursor = Some((self.lines.len(), 1));
    }

    /// Starts at this line at the earliest, where the page is too tall for its area.
    pub const fn scroll_to(&mut self, first: usize) {
        self.first = first;
    }

    /// Draws the page.
    pub fn render(mut self, frame: &mut Frame<'_>, area: Rect) {
        let height = usize::from(area.height);
        self.drop_blanks(height);
        let most = self.lines.len().saturating_sub(height);
        // A line beneath the focus stays visible too: that is where its error stands.
        let first = (self.focus + 2).saturating_sub(height);
        let first = first.max(self.first).min(most);
        let shown: Vec<_> = self.lines.into_iter().skip(first).take(height).collect();
        frame.render_widget(Paragraph::new(shown), area);
        for (hidden, y) in [
            (first > 0, area.y),
            (first < most, area.bottom().saturating_sub(1)),
        ] {
            if hidden {
                more(
                    frame,
                    Rect {
                        y,
                        height: 1,
                        ..area
                    },
                );
            }
        }
        if let Some((line, column)) = self.cursor
            && let Ok(row) = u16::try_from(line.saturating_sub(first))
            && row < area.height
            && column < area.width
        {
            frame.set_cursor_position(Position::new(area.x + column, area.y + row));
        }
    }

    fn drop_blanks(&mut self, height: usize) {
        let mut index = self.lines.len();
        while self.lines.len() > height && index > 0 {
            index -= 1;
            if self.lines.get(index).is_some_and(|line| line.width() == 0) {
                self.lines.remove(index);
                if self.focus > index {
                    self.focus -= 1;
                }
                if let Some((line, _)) = &mut self.cursor
                    && *line > index
                {
                    *line -= 1;
                }
            }
        }
    }
}

/// Marks at the end of a line that there is more beyond it.
fn more(frame: &mut Frame<'_>, line: Rect) {
    let width = 4.min(line.width);
    let place = Rect {
        x: line.right() - width,
        width,
        ..line
    };
    frame.render_widget(Paragraph::new(" ..."), place);
}

/// `text` cut to `width` cells, with a mark where something is left out.
pub fn cut(text: &str, width: usize, look: &Look) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        let cells = c.width().unwrap_or(0);
        if used + cells + 1 > width {
            break;
        }
        used += cells;
        kept.push(c);
    }
    if width > 0 {
        kept.push_str(look.glyphs.ellipsis);
    }
    kept
}

/// `text` as lines of at most `width` cells, broken at blanks, or within a word longer than that.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
