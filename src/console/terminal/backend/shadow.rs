//! What stands on the screen, as far as we have drawn it.

use std::ops::Range;

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

use super::{
    pen::{PLAIN, Pen},
    width::is_agreed_narrow,
};

/// The cells of the screen, line by line.
#[derive(Debug, Default)]
pub struct Shadow {
    /// Cells in a line; zero before the first measure.
    pub width: u16,
    cells: Vec<Cell>,
}

impl Shadow {
    /// A blank screen of this size.
    pub fn clear(&mut self, width: u16, height: u16) {
        self.width = width;
        self.cells.clear();
        let cells = usize::from(width) * usize::from(height);
        self.cells.resize(cells, Cell::default());
    }

    /// The number of lines.
    pub fn height(&self) -> u16 {
        let height = self.cells.len().checked_div(usize::from(self.width));
        height
            .and_then(|height| u16::try_from(height).ok())
            .unwrap_or_default()
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.width) + usize::from(x)
    }

    /// Some cells of a line; none where the screen has no such place.
    pub fn cells(&self, columns: Range<u16>, y: u16) -> &[Cell] {
        let range = self.index(columns.start, y)..self.index(columns.end, y);
        self.cells.get(range).unwrap_or_default()
    }

    /// A whole line.
    pub fn line(&self, y: u16) -> &[Cell] {
        self.cells(0..self.width, y)
    }

    /// Where a line stops to be made of characters whose width nobody disputes.
    pub fn first_disputed(&self, y: u16) -> u16 {
        let at = self
            .line(y)
            .iter()
            .position(|cell| !is_agreed_narrow(cell.symbol()));
        at.and_then(|x| u16::try_from(x).ok()).unwrap_or(self.width)
    }

    /// Where the blanks begin that stand to the end of a line.
    pub fn blank_from(&self, y: u16) -> u16 {
        let last = self.line(y).iter().rposition(|cell| !is_blank(cell));
        last.and_then(|x| u16::try_from(x + 1).ok()).unwrap_or(0)
    }

    /// Notes what is to stand at a place; beneath the rest of a wide character stands nothing.
    pub fn remember(&mut self, x: u16, y: u16, cell: &Cell) {
        let index = self.index(x, y);
        let end = self.index(self.width, y);
        let covered = index + 1..(index + cell.symbol().width()).min(end).max(index + 1);
        if let Some(cells) = self.cells.get_mut(covered) {
            cells.fill(Cell::default());
        }
        if let Some(standing) = self.cells.get_mut(index) {
            standing.clone_from(cell);
        }
    }
}

/// Is this what erasing leaves?
pub fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Pen::of(cell).leaves_blanks_like(PLAIN)
}
