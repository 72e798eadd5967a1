//! The part of a receipt that is read out on the phone.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::{
    console::{
        screens::Site,
        widgets::{Page, SecretInput, wrap},
    },
    password::phone_script::PhoneScript,
};

const LABEL: usize = 8;

/// Draws the password, and what to say: until when it works, and what the caller does then.
pub fn what_to_say(
    password: &SecretInput,
    script: &PhoneScript,
    until: Option<&str>,
    page: &mut Page,
    site: &Site,
) {
    let (look, theme) = (&site.look, &site.look.theme);
    page.secret(3, password.expose(), look);
    let joint = if look.glyphs.utf8 { " – " } else { " - " };
    let said: Vec<&str> = script.said.iter().map(|part| part.as_str()).collect();
    let mut say = said.join(joint);
    for manner in &script.manner {
        say.push_str(", ");
        say.push_str(manner);
    }
    if let Some(until) = until {
        say.push_str("; ");
        say.push_str(until);
    }
    let room = page.width().saturating_sub(LABEL + 1);
    for (n, part) in wrap(&look.clean(&say), room).into_iter().enumerate() {
        let label = if n == 0 { " Say" } else { "" };
        page.line(Line::from(vec![
            Span::styled(format!("{label:<LABEL$}"), theme.faint),
            Span::raw(part),
        ]));
    }
}

/// Draws how each part is spelled.
pub fn spelling(script: &PhoneScript, page: &mut Page, site: &Site) {
    let (look, theme) = (&site.look, &site.look.theme);
    let longest = script.spelled.iter().map(|(part, _)| part.width()).max();
    let column = longest.unwrap_or(0).min(page.width() / 3);
    for (part, spelled) in &script.spelled {
        let room = page.width().saturating_sub(column + 6);
        for (n, line) in wrap(&look.clean(spelled), room).into_iter().enumerate() {
            let head = if n == 0 { part.as_str() } else { "" };
            let head = look.clean(head);
            page.line(Line::from(vec![
                Span::styled(format!("   {head:<column$}  "), theme.strong),
                Span::raw(line),
            ]));
        }
    }
}
