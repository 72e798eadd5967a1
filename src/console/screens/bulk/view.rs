//! How it looks: the plan, how far it is, a line for each.

use ratatui::{Frame, layout::Rect, style::Style, text::Line};

use super::model::{Bulk, Done, Phase};
use crate::{
    console::{
        keymap::{self, Action, Scope},
        screens::{Site, sentence},
        widgets::{AnyField as _, Page, cut},
    },
    receipt::Ending,
    text::users,
    user::User,
};

pub(super) fn draw(bulk: &Bulk, frame: &mut Frame<'_>, area: Rect, site: &Site) {
    let mut page = Page::new(area);
    match bulk.phase {
        Phase::Plan => plan(bulk, area, &mut page, site),
        Phase::Running | Phase::Over => results(bulk, area, &mut page, site),
    }
    page.render(frame, area);
}

fn who(user: &User) -> String {
    format!("{}  {}", user.login, user.name())
}

fn plan(bulk: &Bulk, area: Rect, page: &mut Page, site: &Site) {
    let look = &site.look;
    let plan = &bulk.plan;
    let headline = sentence(&format!("{} {}", bulk.act, users(plan.acts.len())));
    page.text(&headline, look.theme.strong);
    bulk.form.kind.draw(8, page, look);
    bulk.form.station.draw(8, page, look);
    bulk.form.reason.draw(8, page, look);
    // Nothing is hidden: those who are passed over come first, and all can be scrolled through.
    let passed = plan.passed_over.iter().map(|(user, why)| {
        (
            format!("passed over: {}: {why}", who(user)),
            look.theme.warn,
        )
    });
    let acts = plan.acts.iter().map(|user| (who(user), Style::new()));
    let lines: Vec<_> = passed.chain(acts).collect();
    rows(
        &lines,
        bulk.first,
        usize::from(area.height).saturating_sub(7),
        page,
        site,
    );
}

fn results(bulk: &Bulk, area: Rect, page: &mut Page, site: &Site) {
    let look = &site.look;
    let good = bulk.done.iter().filter(|done| is_good(done)).count();
    let other = bulk.done.len() - good;
    let (headline, style) = if bulk.phase == Phase::Running {
        let text = format!("{} of {} done", bulk.done.len(), bulk.count());
        (text, look.theme.strong)
    } else {
        let mut parts = vec![format!("{good} done")];
        if other > 0 {
            parts.push(format!("{other} not, or not in full"));
        }
        if bulk.not_begun > 0 {
            parts.push(format!("{} not begun", bulk.not_begun));
        }
        let whole = other == 0 && bulk.not_begun == 0;
        let style = if whole {
            look.theme.good
        } else {
            look.theme.warn
        };
        (parts.join(", "), style)
    };
    page.text(&sentence(&headline), style);
    if let Some(why) = &bulk.stopped {
        page.text(why, look.theme.warn);
    }
    if let Some((user, answer)) = bulk.looked_after() {
        let text = format!(
            "Not known yet whether it was done for {}: {}. It is being looked after; the others wait.",
            who(user),
            answer.what
        );
        page.text(&look.clean(&text), look.theme.warn);
    }
    if bulk.phase == Phase::Over && bulk.has_passwords() && !bulk.shown {
        let key = keymap::name_of(Scope::BulkOver, Action::Reveal);
        page.text(&format!("{key} shows the new passwords."), look.theme.faint);
    }
    let room = usize::from(area.height).saturating_sub(4);
    // While it runs, the newest is in sight.
    let first = if bulk.phase == Phase::Running {
        bulk.done.len().saturating_sub(room)
    } else {
        bulk.first
    };
    for done in bulk.done.iter().skip(first).take(room) {
        let (words, style) = told(done, site);
        let text = format!("{}: {words}", who(&done.user));
        page.line(Line::styled(
            format!(
                "  {}",
                cut(&look.clean(&text), page.width().saturating_sub(3), look)
            ),
            style,
        ));
        if let Some(password) = done.password.as_ref().filter(|_| bulk.shown) {
            page.secret(6, password.expose(), look);
        }
    }
}

fn is_good(done: &Done) -> bool {
    done.answer
        .as_ref()
        .is_ok_and(|receipt| receipt.ending() == Ending::Done)
}

fn told(done: &Done, site: &Site) -> (String, Style) {
    let theme = &site.look.theme;
    match &done.answer {
        Ok(receipt) => {
            let ending = receipt.ending();
            let style = if ending == Ending::Done {
                theme.good
            } else {
                theme.warn
            };
            (ending.words().to_owned(), style)
        }
        Err(error) => (error.to_string(), theme.bad),
    }
}

fn rows(lines: &[(String, Style)], first: usize, room: usize, page: &mut Page, site: &Site) {
    let look = &site.look;
    let room = room.max(1);
    let first = first.min(lines.len().saturating_sub(room));
    for (text, style) in lines.iter().skip(first).take(room) {
        let text = cut(&look.clean(text), page.width().saturating_sub(3), look);
        page.line(Line::styled(format!("  {text}"), *style));
    }
    let below = lines.len().saturating_sub(first + room);
    if below > 0 {
        page.line(Line::styled(
            format!("  and {below} more below"),
            look.theme.faint,
        ));
    }
}
