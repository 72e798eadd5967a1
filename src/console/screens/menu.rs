//! What there is to do. What the operator may not do is shown all the same, with the permission
//! that is missing.

use crossterm::event::Event;
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{
    Cx, Go, Screen, Site,
    add_user::AddUser,
    audit::AuditViewer,
    explain,
    fields::Fields,
    my_password::MyPassword,
    roles::Roles,
    unfinished::{self, Unfinished},
    users::Users,
};
use crate::{
    audit::Record,
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{Page, Question, Tone, cut, modal::OnYes},
    },
    desk::Notices,
    directory::Support,
    permission::Permission,
    text::stamp,
};

#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    about: &'static str,
    action: Action,
    needs: Option<Permission>,
}

/// Always there, so that no entry moves while somebody is on the way to it.
const ENTRIES: [Entry; 10] = [
    Entry {
        name: "Users",
        about: "find somebody: type a name, an ID or an email",
        action: Action::OpenUsers,
        needs: Some(Permission::UsersRead),
    },
    Entry {
        name: "Add user",
        about: "staff, resident, business, unit",
        action: Action::OpenAddUser,
        needs: Some(Permission::UsersCreate),
    },
    Entry {
        name: "Audit",
        about: "who did what to whom, and is it whole",
        action: Action::OpenAudit,
        needs: Some(Permission::AuditRead),
    },
    Entry {
        name: "Unfinished",
        about: "settle what was begun and has no outcome",
        action: Action::OpenUnfinished,
        needs: Some(Permission::UsersUpdate),
    },
    Entry {
        name: "Roles",
        about: "what operators may do, and for which accounts",
        action: Action::OpenRoles,
        needs: Some(Permission::RolesUpdate),
    },
    Entry {
        name: "Fields",
        about: "what this site keeps of its users besides",
        action: Action::OpenFields,
        needs: Some(Permission::FieldsUpdate),
    },
    Entry {
        name: "My password",
        about: "change your own",
        action: Action::OpenMyPassword,
        needs: None,
    },
    Entry {
        name: "Lock",
        about: "leave the desk for a moment",
        action: Action::Lock,
        needs: None,
    },
    Entry {
        name: "Sign out",
        about: "let somebody else sign in",
        action: Action::SignOut,
        needs: None,
    },
    Entry {
        name: "Quit",
        about: "sign out and end",
        action: Action::Quit,
        needs: None,
    },
];

/// Only where there is one to be seen.
const RECOVERIES: Entry = Entry {
    name: "Recoveries",
    about: "confirm that you have seen them",
    action: Action::RecoveriesSeen,
    needs: None,
};

/// The first screen after the sign-in.
#[derive(Debug, Default)]
pub struct Menu {
    selected: usize,
    holds: crate::permission::Permissions,
    open: Remote<Vec<Record>>,
    notices: Remote<Notices>,
    seeing: Remote<()>,
}

impl Menu {
    fn missing(&self, entry: &Entry, site: &Site) -> Option<String> {
        if let Some(permission) = entry.needs.filter(|needed| !self.holds.holds(*needed)) {
            return Some(format!("needs {permission}"));
        }
        let settled =
            entry.action == Action::OpenUnfinished && self.open.ready().is_none_or(Vec::is_empty);
        match (&entry.action, &site.capabilities.create) {
            (Action::OpenAddUser, Support::No(why)) => Some(why.clone()),
            (Action::OpenRoles | Action::OpenFields, _) => {
                match &site.capabilities.site_definitions {
                    Support::No(why) => Some(why.clone()),
                    Support::Yes => None,
                }
            }
            _ if settled => Some("every change that was begun has its outcome on record".into()),
            _ => None,
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = ENTRIES.to_vec();
        let notices = self.notices.ready();
        if notices.is_some_and(|notices| !notices.recoveries.is_empty()) {
            entries.push(RECOVERIES);
        }
        entries
    }

    /// The selected entry; the last one may have gone.
    fn selected(&self) -> usize {
        self.selected.min(self.entries().len() - 1)
    }

    /// The administrator has seen the recoveries.
    fn seen(&mut self, cx: &mut Cx<'_>) {
        let recoveries = self.notices.ready().map(|notices| &notices.recoveries);
        if let (false, Some(last)) = (
            self.seeing.is_loading(),
            recoveries.and_then(|recoveries| recoveries.last()),
        ) {
            let request = Request::RecoveriesSeen(last.sequence);
            self.seeing = Remote::Loading(cx.ask(request));
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn open(&self, action: Action) -> Go {
        match action {
            Action::OpenUsers => Go::To(Box::new(Users::default())),
            Action::OpenAddUser => Go::To(Box::new(AddUser::new(self.holds))),
            Action::OpenAudit => Go::To(Box::new(AuditViewer::default())),
            Action::OpenUnfinished => Go::To(Box::new(Unfinished::of(
                self.open.ready().cloned().unwrap_or_default(),
            ))),
            Action::OpenRoles => Go::To(Box::new(Roles::default())),
            Action::OpenFields => Go::To(Box::new(Fields::default())),
            Action::OpenMyPassword => Go::To(Box::new(MyPassword::new(false))),
            Action::Lock => Go::Lock,
            Action::SignOut => Go::Confirm(Question::new("Sign out?", OnYes::SignOut)),
            Action::Quit => Go::Quit,
            _ => Go::Stay,
        }
    }
}

impl Screen for Menu {
    fn title(&self) -> String {
        "Admin".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Menu, Scope::Plain]
    }

    fn back(&mut self, cx: &mut Cx<'_>) {
        // A change may have been settled, or left open.
        self.enter(cx);
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        if let Some(operator) = cx.operator {
            self.holds = operator.permissions;
            if !operator.must_change {
                self.open = Remote::Loading(cx.ask(Request::OpenIntents));
                self.notices = Remote::Loading(cx.ask(Request::Notices));
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Up => self.selected = self.selected().saturating_sub(1),
            Action::Down => self.selected = (self.selected() + 1).min(self.entries().len() - 1),
            Action::First => self.selected = 0,
            Action::Last => self.selected = self.entries().len() - 1,
            Action::Accept => {
                if let Some(entry) = self.entries().get(self.selected()).copied() {
                    match self.missing(&entry, cx.site) {
                        Some(why) => {
                            let text = format!("{}: {why}.", entry.name);
                            cx.toast(Tone::Plain, text);
                        }
                        None if entry.action == Action::RecoveriesSeen => self.seen(cx),
                        None => return self.open(entry.action),
                    }
                }
            }
            _ => return self.open(action),
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        let begins = match event {
            Event::Key(key) => {
                keymap::is_text(key) && key.code.as_char().is_some_and(char::is_alphanumeric)
            }
            Event::Paste(_) => true,
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) | Event::Resize(..) => false,
        };
        if !begins {
            return Go::Stay;
        }
        if let Some(why) = self.blocked(Action::OpenUsers, cx.site) {
            cx.toast(Tone::Plain, why);
            return Go::Stay;
        }
        match Users::typed_into(event) {
            Ok(users) => Go::To(Box::new(users)),
            Err(why) => {
                cx.toast(Tone::Bad, why);
                Go::Stay
            }
        }
    }

    fn is_final(&self, action: Action) -> bool {
        let selected = self
            .entries()
            .get(self.selected())
            .map(|entry| entry.action);
        action == Action::Accept && selected == Some(Action::RecoveriesSeen)
    }

    fn blocked(&self, action: Action, site: &Site) -> Option<String> {
        ENTRIES
            .iter()
            .find(|entry| entry.action == action)
            .and_then(|entry| Some(format!("{}: {}.", entry.name, self.missing(entry, site)?)))
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.notices.awaits(ticket) {
            self.notices = if let Reply::Notices(notices) = reply {
                Remote::Ready(notices.clone())
            } else if let Reply::Failed(error) = reply {
                Remote::Failed(error.clone())
            } else {
                Remote::Idle
            };
            return Some(Go::Stay);
        }
        if self.seeing.awaits(ticket) {
            self.seeing = Remote::Idle;
            if let Reply::Failed(error) = reply {
                cx.toast(Tone::Bad, explain(error));
            }
            self.notices = Remote::Loading(cx.ask(Request::Notices));
            return Some(Go::Stay);
        }
        if !self.open.awaits(ticket) {
            return None;
        }
        self.open = if let Reply::OpenIntents(records) = reply {
            Remote::Ready(records.clone())
        } else if let Reply::Failed(error) = reply {
            Remote::Failed(error.clone())
        } else {
            Remote::Idle
        };
        Some(Go::Stay)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        page.blank();
        for (index, entry) in self.entries().iter().enumerate() {
            let selected = index == self.selected();
            let missing = self.missing(entry, site);
            let pointer = if selected { look.glyphs.pointer } else { " " };
            let name = format!("{:<14}", entry.name);
            let room = page.width().saturating_sub(21);
            let about = missing.as_ref().map_or_else(
                || cut(entry.about, room, look),
                |why| cut(&format!("({why})"), room, look),
            );
            let style = match (&missing, selected) {
                (_, true) => theme.selected,
                (Some(_), false) => theme.disabled,
                (None, false) => Style::new(),
            };
            if selected {
                page.keep_next();
            }
            page.line(Line::from(vec![
                Span::styled(format!(" {pointer} "), theme.accent),
                Span::styled(format!(" {name}"), style),
                Span::raw("  "),
                Span::styled(about, theme.faint),
            ]));
        }
        page.blank();
        self.tell_notices(&mut page, site);
        self.open_intents(&mut page, site);
        page.render(frame, area);
    }
}

impl Menu {
    /// Recoveries at the machine, and an administrator who is the only one.
    fn tell_notices(&self, page: &mut Page, site: &Site) {
        let theme = &site.look.theme;
        match &self.notices {
            Remote::Ready(notices) => {
                if !notices.recoveries.is_empty() {
                    let text = format!(
                        "Let in again at the machine, without a sign-in; \"{}\" once you have seen \
                         it:",
                        RECOVERIES.name
                    );
                    page.text(&text, theme.bad);
                }
                for record in &notices.recoveries {
                    let line = format!(
                        "{} {}",
                        stamp(record.at, &site.zone),
                        record.event.recovery()
                    );
                    page.indented(3, &site.look.clean(&line), Style::new());
                }
                if notices.administrators == Some(1) {
                    page.text(
                        "You are the only administrator who can sign in. Give a second person the \
                         role, before it is needed.",
                        theme.faint,
                    );
                }
            }
            Remote::Failed(error) => page.text(
                &format!("Whether somebody was let in at the machine is not known: {error}."),
                theme.warn,
            ),
            Remote::Idle | Remote::Loading(_) => {}
        }
    }

    /// Changes that were begun and whose end is not on record.
    fn open_intents(&self, page: &mut Page, site: &Site) {
        let theme = &site.look.theme;
        match &self.open {
            Remote::Ready(records) if !records.is_empty() => {
                let text = format!(
                    "{} change{} begun without an outcome on record (a crash or a lost line). Look \
                     at each user before you repeat it; \"Unfinished\" settles them:",
                    records.len(),
                    if records.len() == 1 { " was" } else { "s were" },
                );
                page.text(&text, theme.warn);
                for record in records.iter().take(5) {
                    page.indented(3, &unfinished::line(record, site), Style::new());
                }
            }
            Remote::Failed(error) => page.text(
                &format!("Unfinished changes could not be listed: {error}."),
                theme.warn,
            ),
            Remote::Idle | Remote::Loading(_) | Remote::Ready(_) => {}
        }
    }
}
