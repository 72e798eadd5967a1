//! How the list looks: rows, or one of the four pictures in their place.

use std::fmt::Write;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    columns::Columns,
    marks,
    model::{LINES_BESIDE, Mode, Users},
    person,
    search_line::{hint, search_line, told},
};
use crate::{
    console::{
        keymap::{self, Action, Scope},
        screens::{Site, explain},
        theme::Look,
        widgets::{Page, cut},
    },
    directory::{Found, Query, Total},
    user::User,
};

/// Draws the field, the count, and what was found.
pub fn draw(users: &Users, frame: &mut Frame<'_>, area: Rect, site: &Site) {
    let look = &site.look;
    let wide = area.width >= 60;
    let (area, beside) = person::split(area);
    let selected = users.rows().get(users.selected);
    if let (Some(beside), Some(user)) = (beside, selected) {
        person::draw(user, users.rows(), users, frame, beside, site);
    }
    let mut page = Page::new(area);
    search_line(users, wide, &mut page, look);
    match &users.mode {
        Mode::Lists(lists) => {
            page.blank();
            lists.draw(&mut page, site);
            page.render(frame, area);
            return;
        }
        Mode::Export(export) => {
            page.blank();
            export.draw(&mut page, site);
            page.render(frame, area);
            return;
        }
        Mode::Search | Mode::Select(_) => {}
    }
    match (&users.found, &users.failed) {
        (_, Some(error)) => {
            page.blank();
            page.text("The search failed.", look.theme.bad);
            page.text(&look.clean(&explain(error)), Style::new());
            let key = keymap::name_of(Scope::Users, Action::Accept);
            page.text(&format!("{key} asks again."), look.theme.faint);
        }
        (None, None) => {
            page.blank();
            let text = if users.is_slow {
                slow_text()
            } else {
                String::new()
            };
            page.text(&text, look.theme.faint);
        }
        (Some(found), None) if found.rows.is_empty() => nobody(users, found, &mut page, site),
        (Some(found), None) => {
            if wide {
                page.line(told(users, page.width(), look));
            }
            let columns = Columns::of(&found.rows, page.width(), users.now, look);
            title_line(&columns, &mut page, look);
            let beside = usize::from(LINES_BESIDE);
            let room = usize::from(area.height).saturating_sub(beside).max(1);
            rows(users, found, &columns, room, &mut page, site);
        }
    }
    page.render(frame, area);
}

fn slow_text() -> String {
    let key = keymap::name_of(Scope::Page, Action::Back);
    format!("Still searching: the directory is slow to answer. {key} gives up.")
}

fn title_line(columns: &Columns, page: &mut Page, look: &Look) {
    let mut text = String::from("   ");
    for (title, width) in [
        ("ID", columns.login),
        ("Name", columns.name),
        ("Email", columns.email),
        ("Kind", columns.kind),
        ("State", columns.state),
    ] {
        if width > 0 {
            let _ = write!(text, "{title:<width$}");
        }
    }
    for (column, width) in &columns.fields {
        let title = cut(&look.clean(&column.title), width - 1, look);
        let padding = width.saturating_sub(title.width());
        text.push_str(&title);
        text.extend(std::iter::repeat_n(' ', padding));
    }
    page.line(Line::from(Span::styled(text, look.theme.faint)));
}

fn rows(
    users: &Users,
    found: &Found,
    columns: &Columns,
    room: usize,
    page: &mut Page,
    site: &Site,
) {
    let look = &site.look;
    let first = (users.selected + 1).saturating_sub(room);
    let shown: Vec<&User> = found.rows.iter().skip(first).take(room).collect();
    let visible: Vec<User> = shown.iter().map(|user| (*user).clone()).collect();
    let twins = Users::twins(&visible);
    // Of the line only the text is looked for in the rows.
    let text = Query::typed(&users.answered).map_or_else(|_| String::new(), |query| query.text);
    let words = marks::words(&text);
    for (index, user) in shown.iter().enumerate() {
        let selected = first + index == users.selected;
        let twin = twins.contains_key(&user.name().to_lowercase());
        let how = RowLook {
            selected,
            marked: users.marked().iter().any(|other| other.id == user.id),
            twin,
            words: &words,
        };
        if selected && matches!(users.mode, Mode::Select(_)) {
            page.keep_next();
        }
        page.line(row(user, columns, &how, users.now, look));
    }
    for _ in shown.len()..room {
        page.line(Line::default());
    }
    page.line(foot(
        users,
        found,
        !twins.is_empty(),
        columns,
        page.width(),
        look,
    ));
}

/// The line beneath the rows: what the list cannot say by itself.
fn foot(
    users: &Users,
    found: &Found,
    twins: bool,
    columns: &Columns,
    width: usize,
    look: &Look,
) -> Line<'static> {
    let (text, style) = if users.is_slow {
        (slow_text(), look.theme.warn)
    } else if columns.email == 0
        && let Some(user) = found.rows.get(users.selected)
    {
        (look.clean(&user.email), look.theme.faint)
    } else if twins {
        let text = "= same name as another here: compare ID and email".to_owned();
        (text, look.theme.warn)
    } else if let Some(remark) = &found.remark {
        (look.clean(remark), look.theme.warn)
    } else if matches!(found.total, Total::MoreThan(_)) && !users.answered.is_empty() {
        let text = "Too many to list: type more of the name, the ID or the email".to_owned();
        (text, look.theme.faint)
    } else {
        (String::new(), Style::new())
    };
    Line::from(Span::styled(
        format!("   {}", cut(&text, width.saturating_sub(4), look)),
        style,
    ))
}

/// How one row differs from the others.
struct RowLook<'a> {
    selected: bool,
    /// Selected among several.
    marked: bool,
    /// Another on the page has the same name.
    twin: bool,
    /// The words that were searched for.
    words: &'a [String],
}

fn row(
    user: &User,
    columns: &Columns,
    how: &RowLook<'_>,
    now: jiff::Timestamp,
    look: &Look,
) -> Line<'static> {
    let theme = &look.theme;
    let (selected, twin) = (how.selected, how.twin);
    let verdict = user.verdict(now);
    let base = if selected {
        theme.selected
    } else {
        Style::new()
    };
    let strong = if twin && !selected {
        theme.strong
    } else {
        base
    };
    let state = if selected {
        base
    } else {
        theme.of_verdict(&verdict)
    };
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let mark = if twin { "=" } else { " " };
    let kind = user.kind.known().map_or("-", |kind| kind.word());
    let chosen = if how.marked { "*" } else { " " };
    let mut spans = vec![Span::styled(format!("{pointer}{mark}{chosen}"), base)];
    // A word is marked where it is found first: twice is twice the bytes, and tells no more.
    let mut words = how.words.to_vec();
    let own = columns.fields.iter();
    let own = own.map(|(column, width)| (column.value(user), *width, base, false));
    let name = user.name();
    for (text, width, style, searched) in [
        (user.login.as_str(), columns.login, strong, true),
        (name.as_str(), columns.name, base, true),
        (user.email.as_str(), columns.email, strong, true),
        (kind, columns.kind, base, false),
        (verdict.words(), columns.state, state, false),
    ]
    .into_iter()
    .chain(own)
    {
        if width > 0 {
            let text = cut(&look.clean(text), width - 1, look);
            let padding = width.saturating_sub(text.width());
            if searched {
                spans.extend(marks::marked(&text, &words, style));
                words.retain(|word| !marks::holds(&text, word));
            } else {
                spans.push(Span::styled(text, style));
            }
            spans.push(Span::styled(" ".repeat(padding), base));
        }
    }
    Line::from(spans)
}

/// The empty answer is a picture of its own.
fn nobody(users: &Users, found: &Found, page: &mut Page, site: &Site) {
    let look = &site.look;
    let theme = &look.theme;
    match hint(users, look) {
        Some((text, style)) => page.text(&look.clean(&text), style),
        None => page.blank(),
    }
    if users.answered.trim().is_empty() {
        page.text("There are no users in this directory yet.", theme.strong);
        page.text("Add one from the menu, or import a roster.", theme.faint);
        return;
    }
    let text = format!("Nobody matches \"{}\".", look.clean(&users.answered));
    page.text(&text, theme.strong);
    if let Some(remark) = &found.remark {
        page.text(&look.clean(remark), theme.warn);
    }
    if found.meant.is_some() {
        let key = keymap::name_of(Scope::Users, Action::TakeSuggestion);
        page.text(&format!("{key} searches for that."), theme.faint);
    }
    page.blank();
    let everyone = found
        .population
        .map_or_else(String::new, |all| format!(" All {all} were searched,"));
    let text = format!(
        "Searched: {} in {}.{everyone} inactive and disabled accounts too.",
        site.capabilities.searched, site.capabilities.name
    );
    page.text(&look.clean(&text), Style::new());
    page.blank();
    page.text(
        "Try another criterion: the ID instead of the name, fewer letters, another spelling, or \
         the part of the email before the @.",
        theme.faint,
    );
}
