//! Tables for people: headings, and columns that share the width of the window by need.

use std::{borrow::Cow, io};

use unicode_width::UnicodeWidthStr as _;

use crate::{process::Terminal, text};

/// Blanks between two columns.
const GAP: usize = 2;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'t> {
    title: &'t str,
    /// Cells below which it is not cut; a column without is never cut.
    least: Option<usize>,
    /// It is left out where the others have no room.
    spare: bool,
}

impl<'t> Column<'t> {
    /// Never cut: an ID, a time, a state.
    pub(super) const fn whole(title: &'t str) -> Self {
        Self {
            title,
            least: None,
            spare: false,
        }
    }

    /// Cut with a mark where the window is narrow, to `least` cells at least.
    pub(super) const fn cut(title: &'t str, least: usize) -> Self {
        Self {
            title,
            least: Some(least),
            spare: false,
        }
    }

    /// Left out where the window is narrow.
    pub(super) const fn spare(title: &'t str, least: usize) -> Self {
        Self {
            title,
            least: Some(least),
            spare: true,
        }
    }
}

/// How wide a table may be, and what may mark a cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Cells of a line; `None` where nothing is to be cut: a pipe, a file.
    width: Option<usize>,
    utf8: bool,
}

impl Window {
    /// That of standard output.
    pub(super) fn of_output() -> Self {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
        let width = size.map(|size| usize::from(size.ws_col));
        Self {
            width: width.filter(|width| *width > 0),
            utf8: Terminal::of_environment().utf8,
        }
    }

    /// Has it at least so many cells?
    pub(super) fn holds(self, cells: usize) -> bool {
        self.width.is_none_or(|width| width >= cells)
    }
}

/// The lines of a table with its headings; none where there are no rows.
pub(super) fn table(columns: &[Column<'_>], rows: &[Vec<String>], window: Window) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let rows: Vec<Vec<Cow<'_, str>>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| text::clean(cell)).collect())
        .collect();
    let needs: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let cells = rows.iter().filter_map(|row| row.get(n));
            let widest = cells.map(|cell| cell.width()).max().unwrap_or_default();
            widest.max(column.title.width())
        })
        .collect();
    let widths = widths(columns, &needs, window.width);
    let titles = columns.iter().map(|column| Cow::Borrowed(column.title));
    std::iter::once(titles.collect())
        .chain(rows)
        .map(|row| line(&row, &widths, window.utf8))
        .collect()
}

/// The cells that each column gets; `None` leaves it out.
fn widths(columns: &[Column<'_>], needs: &[usize], room: Option<usize>) -> Vec<Option<usize>> {
    let mut widths: Vec<Option<usize>> = needs.iter().copied().map(Some).collect();
    let Some(room) = room else {
        return widths;
    };
    let least = |n: usize, need: usize| columns[n].least.map_or(need, |least| least.min(need));
    let total = |widths: &[Option<usize>], of: &dyn Fn(usize, usize) -> usize| {
        let shown = widths.iter().enumerate();
        let cells = shown.filter_map(|(n, width)| width.map(|width| of(n, width) + GAP));
        cells.sum::<usize>().saturating_sub(GAP)
    };
    // The last ones go first.
    for n in (0..columns.len()).rev().filter(|n| columns[*n].spare) {
        if total(&widths, &least) <= room {
            break;
        }
        widths[n] = None;
    }
    // The widest gives first, a cell at a time: what is short stays whole.
    while total(&widths, &|_, width| width) > room {
        let givers = widths.iter().enumerate().filter_map(|(n, width)| {
            let width = (*width)?;
            (width > least(n, needs[n])).then_some((width, n))
        });
        let Some((width, n)) = givers.max() else {
            break;
        };
        widths[n] = Some(width - 1);
    }
    widths
}

fn line(row: &[Cow<'_, str>], widths: &[Option<usize>], utf8: bool) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let Some(width) = *width else { continue };
        let cell = text::truncate(cell, width, utf8);
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(
            ' ',
            (width + GAP).saturating_sub(cell.width()),
        ));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column<'_>; 4] = [
        Column::whole("ID"),
        Column::cut("Name", 6),
        Column::spare("From", 4),
        Column::cut("Email", 8),
    ];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        vec![
            row(["E1042", "Maria Vasquez", "pts/1", "maria@example.org"]),
            row(["E7", "王 小明", "pts/12", "w@example.org"]),
        ]
    }

    fn told(width: Option<usize>) -> Vec<String> {
        table(&COLUMNS, &rows(), Window { width, utf8: true })
    }

    #[test]
    fn outside_a_terminal_a_table_is_whole_and_its_columns_straight() {
        assert_eq!(
            told(None),
            [
                "ID     Name           From    Email",
                "E1042  Maria Vasquez  pts/1   maria@example.org",
                "E7     王 小明        pts/12  w@example.org",
            ]
        );
    }

    #[test]
    fn in_a_window_the_widest_columns_are_cut_with_a_mark_and_spare_ones_left_out() {
        assert_eq!(
            told(Some(40)),
            [
                "ID     Name          From    Email",
                "E1042  Maria Vasqu…  pts/1   maria@exam…",
                "E7     王 小明       pts/12  w@example.…",
            ]
        );
        assert_eq!(
            told(Some(24)),
            [
                "ID     Name     Email",
                "E1042  Maria …  maria@e…",
                "E7     王 小明  w@examp…",
            ]
        );
    }

    #[test]
    fn no_line_is_wider_than_its_window_while_the_least_of_each_column_fits() {
        for width in 23..60 {
            for line in told(Some(width)) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn nobody_has_no_headings() {
        assert!(
            table(
                &COLUMNS,
                &[],
                Window {
                    width: None,
                    utf8: true
                }
            )
            .is_empty()
        );
    }
}
