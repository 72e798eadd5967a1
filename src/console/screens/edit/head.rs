//! The head of a record: who it is, the verdict with the key that mends it, and what to know.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::model::Edit;
use crate::{
    console::{
        effect::Opened,
        keymap::{self, Action, Scope},
        screens::{self, Site},
        widgets::{Page, cut},
    },
    directory::Support,
    permission::Permission,
    text::{ago, since},
    user::{User, Verdict},
    verification::Strictness,
};

/// Who it is.
pub fn who(user: &User, page: &mut Page, site: &Site) {
    let look = &site.look;
    let dot = format!(" {} ", look.glyphs.dot);
    let mut facts = vec![user.login.clone()];
    if !user.email.is_empty() {
        facts.push(user.email.clone());
    }
    if let Some(kind) = user.kind.known() {
        facts.push(kind.word().to_owned());
    }
    if !user.permissions.is_empty() {
        facts.push("operator".to_owned());
    }
    let name = look.clean(&user.name());
    let facts = look.clean(&facts.join(&dot));
    if name.width() + facts.width() + 4 <= page.width() {
        page.line(Line::from(vec![
            Span::styled(format!(" {name}"), look.theme.strong),
            Span::raw(format!("{dot}{facts}")),
        ]));
    } else if page.width() >= 60 {
        page.text(&name, look.theme.strong);
        let room = page.width().saturating_sub(2);
        page.line(format!(" {}", cut(&facts, room, look)));
    } else {
        // Who it is must not cost the form its room.
        let login = look.clean(&user.login);
        let room = page.width().saturating_sub(login.width() + 5);
        page.line(Line::from(vec![
            Span::styled(format!(" {}", cut(&name, room, look)), look.theme.strong),
            Span::raw(format!("{dot}{login}")),
        ]));
    }
}

/// Whether and why not the user can sign in.
pub fn verdict(edit: &Edit, opened: &Opened, page: &mut Page, site: &Site) {
    let theme = &site.look.theme;
    let verdict = opened.user.verdict(edit.now);
    let style = theme.of_verdict(&verdict);
    let sentence = verdict.sentence(edit.now, &site.zone);
    page.text(&format!("{}.", site.look.clean(&sentence)), style);
    if verdict == Verdict::Disabled {
        let text = match (&opened.may_change_status, &site.capabilities.status) {
            (Ok(()), Support::Yes) => {
                let key = keymap::name_of(Scope::Disabled, Action::Enable);
                format!("{key} enables it, by {}.", Permission::UsersUpdateStatus)
            }
            (Err(why), _) => format!("You may not enable it: {why}."),
            (Ok(()), Support::No(why)) => why.clone(),
        };
        page.text(&site.look.clean(&text), theme.warn);
    }
    let mut facts = Vec::new();
    if let Some(last) = opened.user.state.last_sign_in.known() {
        facts.push(match last {
            Some(at) => format!("last sign-in {}", since(*at, edit.now, &site.zone)),
            None => "never signed in".to_owned(),
        });
    }
    if let Some(changed) = opened
        .user
        .state
        .password
        .known()
        .and_then(|password| password.changed_at)
    {
        let short = ago(changed, edit.now).filter(|_| page.width() < 100);
        let at = short.unwrap_or_else(|| since(changed, edit.now, &site.zone));
        facts.push(format!("password set {at}"));
    }
    if !facts.is_empty() && page.width() >= 60 {
        let dot = format!(" {} ", site.look.glyphs.dot);
        page.text(&screens::sentence(&facts.join(&dot)), theme.faint);
    }
    if page.is_tall() {
        warnings(opened, page, site);
    }
    if let Err(why) = &opened.may_reset {
        let text = format!("You may not reset this password: {why}. {}", why.cure());
        page.text(&site.look.clean(&text), theme.bad);
    }
}

/// What to know before saving.
pub fn warnings(opened: &Opened, page: &mut Page, site: &Site) {
    let callers = &opened.beforehand.callers;
    for line in callers.lines(&site.zone) {
        page.text(&site.look.clean(&line), site.look.theme.warn);
    }
    if callers.strictness != Strictness::Off && callers.verified.is_none() {
        let key = keymap::name_of(Scope::Edit, Action::OpenCaller);
        let text = format!("{key} says how it was made sure, or turns the caller away.");
        page.text(&text, site.look.theme.warn);
    }
    for warning in &opened.beforehand.warnings {
        page.text(&site.look.clean(warning), site.look.theme.warn);
    }
}
