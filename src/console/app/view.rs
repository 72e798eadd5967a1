//! Draws the model: header, screen, message, footer, and what lies over them.

use ratatui::{Frame, layout::Rect, widgets::Paragraph};

use super::model::Model;
use crate::console::{
    keymap,
    screens::Screen,
    widgets::chrome::{self, Header, LEAST},
};

/// Draws everything; a pure function of the model and the frame's size.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        chrome::too_small(frame, area);
        return;
    }
    let look = &model.site.look;
    let crumbs: Vec<String> = model.screens.iter().map(|screen| screen.title()).collect();
    // The lock hides where the operator was.
    let locked = model
        .top()
        .is_some_and(|screen| screen.scopes().contains(&keymap::Scope::Locked));
    let shown = if locked {
        crumbs.get(crumbs.len() - 1..).unwrap_or_default()
    } else {
        &crumbs
    };
    let operator = model
        .operator
        .as_ref()
        .map(|operator| format!("{} ({})", operator.name, operator.login));
    let header = Header {
        crumbs: shown,
        agency: &model.site.agency,
        directory: &model.site.capabilities.name,
        operator: operator.as_deref(),
    };
    let body = chrome::header(frame, area, &header, look);
    let footer = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    let message = Rect {
        height: body.height.saturating_sub(1),
        ..body
    };
    // A message of several lines takes them from the screen, which marks what it leaves out then.
    let more = model.toasts.height(area.width, look).saturating_sub(1);
    let inside = Rect {
        height: chrome::inside((area.width, area.height)).saturating_sub(more),
        ..body
    };
    if let Some(screen) = model.top() {
        screen.view(frame, inside, &model.site);
    }
    model.toasts.view(frame, message, look);
    if let Some(seconds) = model.store_held {
        chrome::waits(frame, message, seconds, look);
    }
    if let Some(modal) = &model.modal {
        modal.view(frame, message, look);
    }
    let blocked = |action| {
        model.modal.is_none()
            && model
                .top()
                .and_then(|screen: &dyn Screen| screen.blocked(action, &model.site))
                .is_some()
    };
    let keys = keymap::footer(&model.scopes(), area.width, look, blocked);
    frame.render_widget(Paragraph::new(keys), footer);
}
