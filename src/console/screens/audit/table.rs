//! How the list of records looks.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::model::AuditViewer;
use crate::{
    audit::{Outcome, Record},
    console::{
        keymap::{self, Action, Scope},
        screens::Site,
        theme::Look,
        widgets::{Page, cut},
    },
};

/// Lines that are no records: the verdict on the chain, what is shown, the headings.
pub const LINES_BESIDE: u16 = 3;

/// Cells of each column with the blank behind it; zero leaves it out.
struct Columns {
    sequence: usize,
    when: usize,
    who: usize,
    what: usize,
    outcome: usize,
    whom: usize,
    reason: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        let mut columns = Self {
            sequence: 7,
            when: 17,
            who: 9,
            what: 18,
            outcome: 10,
            whom: 9,
            reason: 0,
        };
        if width < 70 {
            columns = Self {
                sequence: 0,
                when: 12,
                who: 0,
                what: 15,
                whom: 0,
                ..columns
            };
        } else if width >= 100 {
            columns.whom = 24;
        }
        let used = 1
            + columns.sequence
            + columns.when
            + columns.who
            + columns.what
            + columns.outcome
            + columns.whom;
        columns.reason = if columns.whom == 0 {
            0
        } else {
            width.saturating_sub(used)
        };
        columns
    }

    const fn is_wide(&self) -> bool {
        self.sequence > 0
    }
}

/// Draws what is shown and its rows.
pub fn draw(viewer: &AuditViewer, page: &mut Page, area: Rect, site: &Site) {
    let look = &site.look;
    let columns = Columns::of(page.width());
    page.line(shown(viewer, page.width(), look));
    let rows = viewer.rows();
    let room = usize::from(area.height.saturating_sub(LINES_BESIDE)).max(1);
    let first = (viewer.selected + 1).saturating_sub(room);
    let on_screen = &rows[first.min(rows.len())..(first + room).min(rows.len())];
    if !rows.is_empty() {
        page.line(heading(&columns, on_screen, site));
    }
    if rows.is_empty() {
        let text = if viewer.loading.is_some() {
            "Reading the audit..."
        } else if viewer.records.is_empty() {
            "The audit is empty."
        } else {
            "None of the records that were read so far."
        };
        page.text(text, look.theme.faint);
        return;
    }
    for (index, record) in rows.iter().enumerate().skip(first).take(room) {
        if index == viewer.selected {
            page.keep_next();
        }
        page.line(row(record, index == viewer.selected, &columns, site));
    }
}

/// Which records are shown, and which keys show others.
fn shown(viewer: &AuditViewer, width: usize, look: &Look) -> Line<'static> {
    let about = viewer.about.as_ref().map_or_else(String::new, |target| {
        format!(" about {} ({})", target.name, target.login)
    });
    let key = |action| keymap::name_of(Scope::Audit, action);
    let text = format!(
        " Shown: {}{about}. {} others, {} {}",
        viewer.shown.words(),
        key(Action::NextFilter),
        key(Action::OnlyThisUser),
        if viewer.about.is_some() {
            "everybody"
        } else {
            "this user only"
        }
    );
    let text = cut(&look.clean(&text), width.saturating_sub(1), look);
    Line::from(Span::styled(text, look.theme.faint))
}

/// The zone of the times that are shown; two where the clocks were changed in between.
pub fn zones(shown: &[&Record], site: &Site) -> String {
    let mut names: Vec<String> = Vec::new();
    for record in shown {
        let at = record.at.to_zoned(site.zone.clone());
        let name = at.strftime("%Z").to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("/")
}

fn heading(columns: &Columns, shown: &[&Record], site: &Site) -> Line<'static> {
    let when = format!("When ({})", zones(shown, site));
    let mut text = String::from(" ");
    for (title, width) in [
        ("   No.", columns.sequence),
        (when.as_str(), columns.when),
        ("Who", columns.who),
        ("What", columns.what),
        ("Outcome", columns.outcome),
        ("Whom", columns.whom),
        ("Reason", columns.reason),
    ] {
        if width > 0 {
            text.push_str(&cell(title, width, &site.look));
        }
    }
    Line::from(Span::styled(text, site.look.theme.faint))
}

fn row(record: &Record, selected: bool, columns: &Columns, site: &Site) -> Line<'static> {
    let look = &site.look;
    let event = &record.event;
    let base = if selected {
        look.theme.selected
    } else {
        Style::new()
    };
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let at = record.at.to_zoned(site.zone.clone());
    let when = if columns.is_wide() {
        at.strftime("%Y-%m-%d %H:%M")
    } else {
        at.strftime("%m-%d %H:%M")
    };
    let (word, style) = outcome(&event.outcome, look);
    let target = event.target.as_ref();
    let whom = target.map_or_else(String::new, |target| {
        if columns.whom > 20 {
            format!("{} ({})", target.name, target.login)
        } else {
            target.login.clone()
        }
    });
    let who = event.operator.as_ref().map_or("-", |actor| &actor.login);
    let sequence = format!("{:>6}", record.sequence);
    let when = when.to_string();
    let mut spans = vec![Span::styled(pointer, base)];
    for (text, width, style) in [
        (sequence.as_str(), columns.sequence, base),
        (when.as_str(), columns.when, base),
        (who, columns.who, base),
        (event.kind.word(), columns.what, base),
        (word, columns.outcome, if selected { base } else { style }),
        (whom.as_str(), columns.whom, base),
        (
            event.reason.as_deref().unwrap_or_default(),
            columns.reason,
            base,
        ),
    ] {
        if width > 0 {
            spans.push(Span::styled(cell(text, width, look), style));
        }
    }
    Line::from(spans)
}

/// A text in its column.
fn cell(text: &str, width: usize, look: &Look) -> String {
    let mut text = cut(&look.clean(text), width - 1, look);
    let padding = width.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', padding));
    text
}

/// The word for an outcome, and its style.
pub fn outcome(outcome: &Outcome, look: &Look) -> (&'static str, Style) {
    let theme = &look.theme;
    match outcome {
        Outcome::Intent => ("begun", theme.faint),
        Outcome::Done => ("done", Style::new()),
        Outcome::Partial => ("partial", theme.warn),
        Outcome::Accepted => ("accepted", theme.warn),
        Outcome::CannotSignIn(_) | Outcome::SignInNotKnown(_) => ("done, but", theme.warn),
        Outcome::Refused(_) | Outcome::SignInRefused(_) => ("refused", theme.bad),
        Outcome::Failed(_) => ("failed", theme.bad),
        Outcome::Unknown(_) => ("unknown", theme.warn),
        Outcome::Cancelled => ("cancelled", theme.faint),
    }
}
