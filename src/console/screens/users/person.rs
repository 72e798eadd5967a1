//! Beside the list, where there is room: who is selected, before the page is opened.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{columns::BESIDE, model::Users};
use crate::{
    console::{
        screens::{Site, sentence},
        widgets::{Page, cut},
    },
    text::since,
    user::User,
};

const NARROWEST: u16 = 46;
const WIDEST: u16 = 70;

/// The area of the list, and that of the person where there is room for one.
pub fn split(area: Rect) -> (Rect, Option<Rect>) {
    if area.width < BESIDE {
        return (area, None);
    }
    let width = (NARROWEST + (area.width - BESIDE) / 2).min(WIDEST);
    let list = Rect {
        width: area.width - width - 1,
        ..area
    };
    let person = Rect {
        x: area.right() - width,
        width,
        ..area
    };
    (list, Some(person))
}

/// Draws the person; `rows` are all who were found.
pub fn draw(
    user: &User,
    rows: &[User],
    list: &Users,
    frame: &mut Frame<'_>,
    area: Rect,
    site: &Site,
) {
    let (look, theme, now) = (&site.look, &site.look.theme, list.now);
    let mut page = Page::new(area);
    page.text(&look.clean(&user.name()), theme.strong);
    let fact = |label: &str, value: &str, page: &mut Page| {
        if !value.is_empty() {
            let room = page.width().saturating_sub(12);
            page.line(Line::from(vec![
                Span::styled(format!(" {label:<10}"), theme.faint),
                Span::raw(cut(&look.clean(value), room, look)),
            ]));
        }
    };
    fact("ID", &user.login, &mut page);
    fact("Email", &user.email, &mut page);
    let kind = user.kind.known().map_or("", |kind| kind.word());
    fact("Kind", kind, &mut page);
    if !user.permissions.is_empty() {
        fact("Rights", "works at this desk", &mut page);
    }
    page.blank();
    let verdict = user.verdict(now).sentence(now, &site.zone);
    page.text(&look.clean(&sentence(&verdict)), Style::new());
    let signed_in = match user.state.last_sign_in.known() {
        Some(Some(at)) => since(*at, now, &site.zone),
        Some(None) => "never".to_owned(),
        None => String::new(),
    };
    fact("Signed in", &signed_in, &mut page);
    let set = user.state.password.known();
    let set = set.and_then(|password| password.changed_at);
    let set = set.map_or_else(String::new, |at| since(at, now, &site.zone));
    fact("Password", &set, &mut page);
    let name = user.name().to_lowercase();
    let others: Vec<&User> = rows
        .iter()
        .filter(|other| other.id != user.id && other.name().to_lowercase() == name)
        .collect();
    if !others.is_empty() {
        page.blank();
        page.text("Others of that name:", theme.warn);
        for other in others {
            fact(&other.login, &other.email, &mut page);
        }
    }
    list.history.draw(now, &mut page, site);
    page.render(frame, area);
}
