//! The line in which somebody is searched for, and what is to be said beneath it.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::model::{Mode, Users};
use crate::{
    console::{
        keymap::{self, Action, Scope},
        theme::Look,
        widgets::{AnyField as _, Page, cut},
    },
    directory::Order,
};

/// The field and how many were found.
pub fn search_line(users: &Users, wide: bool, page: &mut Page, look: &Look) {
    let count = match &users.found {
        Some(found) => match found.population {
            Some(all) => format!("{} of {all}", found.total),
            None => format!("{} found", found.total),
        },
        None => String::new(),
    };
    // Elsewhere than in the field the cursor is on the row.
    let searching = matches!(users.mode, Mode::Search);
    let room = if wide {
        page.width().saturating_sub(28)
    } else {
        page.width()
    };
    let (mut line, cursor) = users.form.search.line(6, room, look);
    // The pointer is for the rows; the field has the cursor.
    if let Some(label) = line.spans.first_mut() {
        label.content = "  Search ".into();
    }
    if wide {
        let gap = page
            .width()
            .saturating_sub(line.width() + count.width() + 1);
        line.push_span(Span::raw(" ".repeat(gap)));
        line.push_span(Span::styled(count, look.theme.faint));
        page.field(line, cursor, searching);
    } else {
        page.field(line, cursor, searching);
        // The one line that there is: what is wrong comes first.
        let beneath = told(users, page.width(), look);
        let says_more = beneath.width() > 1;
        page.line(if says_more && users.trouble.is_some() {
            beneath
        } else {
            let more = beneath.to_string();
            let text = format!("  {count}  {}", more.trim());
            Line::from(Span::styled(text.trim_end().to_owned(), look.theme.faint))
        });
    }
}

/// The line beneath the field: what of the filter is missing or wrong, else in which order the list is
/// and how many are selected.
pub fn told(users: &Users, width: usize, look: &Look) -> Line<'static> {
    let (text, style) = hint(users, look).unwrap_or_else(|| {
        let mut parts = Vec::new();
        if users.order != Order::Best {
            parts.push(format!(
                "sorted by {}",
                users.order.word().replace('-', " ")
            ));
        }
        if matches!(users.mode, Mode::Select(_)) {
            parts.push(format!("{} selected", users.marked().len()));
        }
        (parts.join(", "), look.theme.faint)
    });
    if text.is_empty() {
        return Line::from(" ");
    }
    let text = cut(&look.clean(&text), width.saturating_sub(4), look);
    Line::from(Span::styled(format!("   {text}"), style))
}

/// What is to be said of a filter that is not understood, or not yet.
pub fn hint(users: &Users, look: &Look) -> Option<(String, Style)> {
    let trouble = users.trouble.as_ref()?;
    let more = users.completions();
    Some(if more.is_empty() {
        (trouble.to_string(), look.theme.warn)
    } else {
        let key = keymap::name_of(Scope::Users, Action::TakeSuggestion);
        (format!("{} ({key})", more.join(" ")), look.theme.faint)
    })
}
