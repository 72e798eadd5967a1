//! How the page of a user looks.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    form::Section,
    head::{verdict, warnings, who},
    model::{Edit, Whom},
    waiting::Waiting,
};
use crate::console::{
    effect::Remote,
    keymap::{self, Action, Scope},
    screens::{Site, explain},
    widgets::{AnyField as _, Page, checklist},
};

const LABEL: usize = 13;

/// Draws the page.
pub fn draw(edit: &Edit, frame: &mut Frame<'_>, area: Rect, site: &Site) {
    let look = &site.look;
    let mut page = Page::new(area);
    match &edit.opened {
        Remote::Ready(opened) => {
            who(&opened.user, &mut page, site);
            verdict(edit, opened, &mut page, site);
        }
        Remote::Failed(error) => {
            page.text(&look.clean(&edit.name), look.theme.strong);
            page.text(&look.clean(&explain(error)), look.theme.bad);
        }
        Remote::Idle | Remote::Loading(_) => {
            let name = match &edit.whom {
                Whom::First(_, typed) => format!("First match for \"{typed}\""),
                Whom::User(_) => edit.name.clone(),
            };
            page.text(&look.clean(&name), look.theme.strong);
            let text = if edit.is_slow {
                "Still reading..."
            } else {
                "Reading..."
            };
            page.text(text, look.theme.faint);
        }
    }
    if page.is_tall() || edit.section != Section::Password {
        page.line(sections(edit.section, page.width(), site));
    }
    for sentence in &edit.met {
        page.text(&look.clean(sentence), look.theme.warn);
    }
    match edit.section {
        Section::Password => password(edit, &mut page, site),
        Section::Details | Section::Access => fields(edit, &mut page, site),
        Section::Status => {
            fields(edit, &mut page, site);
            status_hint(edit, &mut page, site);
        }
        Section::History => {
            let show = &edit.form.history.show;
            show.draw(LABEL, &mut page, look);
            edit.history.draw(show.value(), edit.now, &mut page, site);
        }
    }
    if edit.section == Section::Access {
        access_hint(edit, &mut page, site);
    }
    ending(edit, &mut page, site);
    page.render(frame, area);
}

/// Which sections there are, and which of them is shown.
fn sections(shown: Section, width: usize, site: &Site) -> Line<'static> {
    let theme = &site.look.theme;
    let key = keymap::name_of(Scope::Edit, Action::NextSection);
    if width < 60 {
        let all = Section::ALL.len();
        let (title, number) = (shown.title(), shown.number());
        let text = format!(" {title} ({number} of {all}, {key}: next)");
        return Line::from(Span::styled(text, theme.accent));
    }
    let mut spans = vec![Span::raw(" ")];
    for section in Section::ALL {
        spans.push(if section == shown {
            Span::styled(format!("[{}]", section.title()), theme.accent)
        } else {
            Span::styled(format!(" {} ", section.title()), theme.faint)
        });
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(format!(" {key}: next"), theme.faint));
    Line::from(spans)
}

/// The fields of a section, one beneath the other.
fn fields(edit: &Edit, page: &mut Page, site: &Site) {
    if edit.user().is_none() {
        return;
    }
    let hint = edit.form.details.own.hint();
    for field in edit.form.of(edit.section) {
        field.draw(LABEL, page, &site.look);
        if let Some(hint) = hint.filter(|_| field.is_focused()) {
            page.indented(LABEL + 3, hint, site.look.theme.faint);
        }
    }
}

fn status_hint(edit: &Edit, page: &mut Page, site: &Site) {
    let (form, theme) = (&edit.form.status, &site.look.theme);
    let Some(user) = edit.user() else { return };
    if form.valid_from.is_focused() || form.valid_until.is_focused() {
        let text =
            "A date as 2026-12-31, perhaps with a time as 18:00 behind it; nothing is no limit.";
        page.text(text, theme.faint);
    } else if form.remove.is_focused() && form.remove.fixed.is_none() {
        let text = format!(
            "Type {} to remove the account for good; what is on record stays.",
            user.login
        );
        page.text(&site.look.clean(&text), theme.faint);
    }
}

fn access_hint(edit: &Edit, page: &mut Page, site: &Site) {
    let theme = &site.look.theme;
    let Some(user) = edit.user() else { return };
    let offered = edit.opened.ready().map(|opened| &opened.roles_to_give);
    let chosen = edit.form.access.role.changed().and_then(|word| {
        let mut offered = offered?.iter();
        offered.find(|role| role.is_called(word))
    });
    let (may, reach) = chosen.map_or_else(
        || (user.permissions, user.reach.clone()),
        |role| (role.permissions(), role.reach()),
    );
    let text = if may.is_empty() {
        "May do nothing at the desk.".to_owned()
    } else if reach.is_everywhere() {
        format!("May do at the desk: {may}.")
    } else {
        format!(
            "May do at the desk, for {}: {may}.",
            site.look.clean(&reach.to_string())
        )
    };
    page.text(&text, theme.faint);
    if edit.form.access.end_sessions.is_focused() {
        let text = "Consoles lock at their next act, tokens of the API end at once.";
        page.text(text, theme.faint);
    }
}

fn password(edit: &Edit, page: &mut Page, site: &Site) {
    let look = &site.look;
    let theme = &look.theme;
    let form = &edit.form.password;
    // A form that could not be saved is not offered.
    if edit
        .opened
        .ready()
        .is_some_and(|opened| opened.may_reset.is_err())
    {
        return;
    }
    form.password.draw(LABEL, page, look);
    let typed = form.password.is_filled();
    let input = &form.password.control;
    if input.is_revealed() && LABEL + 5 + input.chars() >= page.width() {
        // The field shows a part of it.
        page.secret(LABEL + 3, input.expose(), look);
    }
    if edit.bits.is_some() {
        let text = "Generated for reading out; the receipt says how.";
        page.indented(LABEL + 3, text, theme.faint);
    } else if typed {
        checklist::meter(edit.strength.as_ref(), &edit.rules, LABEL + 3, page, look);
    } else {
        let generate = keymap::name_of(Scope::Edit, Action::Generate);
        let unlock = keymap::name_of(Scope::Edit, Action::UnlockOnly);
        let text = if form.unlock.is_on() {
            format!("Type one, or {generate} draws one. {unlock} only unlocks.")
        } else {
            format!("Type one, or {generate} draws a readable one.")
        };
        page.indented(LABEL + 3, &text, theme.faint);
    }
    if let (false, Some(opened)) = (page.is_tall(), edit.opened.ready()) {
        // Above the field they would push the verdict out of a small window.
        warnings(opened, page, site);
    }
    checklist::draw(&edit.rules, typed, LABEL + 3, page, look);
    let policy = edit.opened.ready().map(|opened| &opened.beforehand.policy);
    if let Some(remark) = policy.and_then(|policy| policy.as_ref()?.remark.as_ref()) {
        page.indented(LABEL + 3, &look.clean(remark), theme.faint);
    }
    page.blank();
    form.must_change.draw(LABEL, page, look);
    form.unlock.draw(LABEL, page, look);
    edit.form.reason.draw(LABEL, page, look);
}

/// What becomes of a save.
fn ending(edit: &Edit, page: &mut Page, site: &Site) {
    let look = &site.look;
    let theme = &look.theme;
    let typed = edit.form.password.password.is_filled();
    if let Some(lost) = edit.lost.as_ref().filter(|_| edit.is_saving()) {
        page.text(&look.clean(&waiting(lost, typed)), theme.warn);
    } else if edit.is_saving() {
        page.text(&look.clean(&saving(edit, site)), theme.warn);
    } else if let Some(error) = &edit.refused {
        page.blank();
        // At the field it is told already.
        if !edit.form.password.password.is_refused() {
            page.text(&look.clean(&explain(error)), theme.bad);
        }
        if error.raw().is_some() {
            let key = keymap::name_of(Scope::Global, Action::OwnText);
            let text = format!("{key} shows the directory's own text.");
            page.text(&text, theme.faint);
        }
    }
}

/// What is said while a write is under way: how long it has taken, or, where an act has its time, how
/// much of that is left.
fn saving(edit: &Edit, site: &Site) -> String {
    if !edit.is_slow {
        return "Saving...".to_owned();
    }
    let name = &site.capabilities.name;
    let time = match site.act_limit {
        Some(limit) => match limit.as_secs().saturating_sub(edit.waited) {
            0 => format!("Still saving: the time of {name} is over"),
            left => format!("Still saving: {left} s left for the answer of {name}"),
        },
        None => format!(
            "Still saving: {} s, waiting for the answer of {name}",
            edit.waited
        ),
    };
    format!("{time}. Do not reset it elsewhere meanwhile.")
}

/// What is said while a lost answer is looked after.
fn waiting(lost: &Waiting, typed: bool) -> String {
    let looks = match lost.answer.left {
        1 => "for the last time".to_owned(),
        left => format!("{left} looks to come"),
    };
    let password = if typed {
        " The password above may be in force: keep it."
    } else {
        ""
    };
    let back = keymap::name_of(Scope::Edit, Action::Back);
    format!(
        "Not known yet whether it was done: {}. Looking again in {} s ({looks}).{password} {back} \
         leaves; you will be told.",
        lost.answer.what, lost.seconds
    )
}
