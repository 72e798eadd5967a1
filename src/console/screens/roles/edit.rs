//! One role: made, changed, or only looked at.

use std::sync::Arc;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::form::RoleForm;
use crate::{
    console::{
        effect::{Remote, Reply, Request, RoleOrder, RolesRequest, Ticket},
        keymap::{Action, Scope},
        screens::{Cx, Go, Screen, Site, explain, sentence},
        widgets::{AnyField as _, Form as _, Page, Question, Tone, modal::OnYes},
    },
    desk::{DeskError, JudgedRole, RoleChange},
    directory::DirectoryError,
    permission::{Reach, Role, SiteRole},
    text::stamp,
};

/// Cells of a label.
const LABEL: usize = 22;

/// What is to become of what is saved.
#[derive(Debug)]
enum Whose {
    /// A role that is yet to be made.
    New,
    /// A role of the site.
    Site(Box<JudgedRole>),
    /// A built-in one.
    BuiltIn(SiteRole),
}

/// The page of one role.
#[derive(Debug)]
pub struct EditRole {
    whose: Whose,
    form: RoleForm,
    save: Remote<()>,
    /// Read again, since somebody else has changed it.
    reading: Option<Ticket>,
    refused: Option<DeskError>,
}

impl EditRole {
    fn of(whose: Whose) -> Self {
        Self {
            whose,
            form: RoleForm::new(),
            save: Remote::Idle,
            reading: None,
            refused: None,
        }
    }

    /// A new one.
    pub(super) fn new() -> Self {
        Self::of(Whose::New)
    }

    /// One of the site.
    pub(super) fn of_the_site(role: &JudgedRole) -> Self {
        Self::of(Whose::Site(Box::new(role.clone())))
    }

    /// A built-in one, to be looked at.
    pub(super) fn built_in(role: &Role) -> Self {
        Self::of(Whose::BuiltIn(SiteRole {
            number: 0,
            name: role.word().to_owned(),
            permissions: role.permissions(),
            reach: Reach::EVERYWHERE,
        }))
    }

    /// Why nothing of it can be changed, if so.
    fn barred(&self) -> Option<String> {
        match &self.whose {
            Whose::New => None,
            Whose::Site(role) => role.may_change.as_ref().err().map(explain),
            Whose::BuiltIn(_) => {
                Some("This role is built in, and stays as it is. Make one of your own.".into())
            }
        }
    }

    fn fill(&mut self, cx: &Cx<'_>) -> Vec<String> {
        let met = match &self.whose {
            Whose::New => {
                let reach = cx.operator.map(|operator| operator.reach.clone());
                self.form.begin_within(&reach.unwrap_or_default());
                Vec::new()
            }
            Whose::Site(role) => self.form.fill(&role.kept.role),
            Whose::BuiltIn(role) => self.form.fill(role),
        };
        if self.barred().is_some() {
            self.form.grey_all();
        } else {
            self.form.grey_beyond_own(cx);
        }
        met
    }

    /// Saves; where others hold the role, once that was confirmed.
    fn submit(&mut self, confirmed: bool, cx: &mut Cx<'_>) -> Go {
        if self.save.is_loading() || self.reading.is_some() {
            return Go::Stay;
        }
        if let Some(why) = self.barred() {
            cx.toast(Tone::Plain, why);
            return Go::Stay;
        }
        self.form.forgive();
        self.refused = None;
        if self.form.name.trimmed().is_empty() {
            self.form.refuse_name("A role needs a name.");
            return Go::Stay;
        }
        let request = match &self.whose {
            Whose::New | Whose::BuiltIn(_) => RolesRequest::Add(self.form.wanted(0)),
            Whose::Site(judged) => {
                let (role, holders) = (&judged.kept.role, judged.kept.holders);
                let change = self.form.change(role);
                if change == RoleChange::default() {
                    cx.toast(Tone::Plain, "Nothing was changed.");
                    return Go::Stay;
                }
                if holders > 0 && !confirmed {
                    let text = format!(
                        "Change the role {} for the {holders} who hold it?",
                        role.name
                    );
                    return Go::Confirm(Question::new(cx.site.look.clean(&text), OnYes::Resume));
                }
                RolesRequest::Change(RoleOrder {
                    name: role.name.clone(),
                    expected: judged.kept.version.clone(),
                    change,
                })
            }
        };
        self.save = Remote::Loading(cx.ask(Request::Roles(request)));
        Go::Stay
    }

    fn saved(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        let name = self.form.name.trimmed();
        self.save = Remote::Idle;
        if let Reply::Done(_) = reply {
            let text = match &self.whose {
                Whose::New | Whose::BuiltIn(_) => format!("The role {name} was made."),
                Whose::Site(_) => format!("The role {name} was changed."),
            };
            cx.toast(Tone::Good, text);
            return Go::Back;
        }
        let Reply::Failed(error) = reply else {
            return Go::Stay;
        };
        if *error == DeskError::StepUp {
            return Go::StepUp;
        }
        self.refused = Some(error.clone());
        if let DeskError::Directory(DirectoryError::DefinitionChanged { .. }) = error {
            self.reading = Some(cx.ask(Request::Roles(RolesRequest::List)));
        } else if let DeskError::Directory(DirectoryError::Taken { .. }) = error {
            self.form.refuse_name(&explain(error));
        } else {
            cx.toast(Tone::Bad, cx.site.look.clean(&explain(error)));
        }
        Go::Stay
    }

    /// The role as somebody else has left it.
    fn read_again(&mut self, reply: &Reply, cx: &mut Cx<'_>) -> Go {
        self.reading = None;
        let why = self.refused.as_ref().map(explain).unwrap_or_default();
        let Reply::Roles(listed) = reply else {
            cx.toast(Tone::Bad, why);
            return Go::Stay;
        };
        let Whose::Site(judged) = &mut self.whose else {
            return Go::Stay;
        };
        let number = judged.kept.role.number;
        let now = listed
            .roles
            .iter()
            .find(|role| role.kept.role.number == number);
        let Some(now) = now else {
            cx.toast(Tone::Bad, "Somebody else has removed this role.");
            return Go::Back;
        };
        **judged = now.clone();
        let met = self.fill(cx);
        let mut told = vec![why];
        told.extend(met.iter().map(|met| sentence(met)));
        if self.form.is_dirty() {
            told.push("Enter saves what you want over it.".into());
        }
        cx.toast(Tone::Bad, cx.site.look.clean(&told.join(" ")));
        Go::Stay
    }
}

impl Screen for EditRole {
    fn title(&self) -> String {
        match &self.whose {
            Whose::New => "New role".into(),
            Whose::Site(role) => role.kept.role.name.clone(),
            Whose::BuiltIn(role) => role.name.clone(),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![self.form.scope(), Scope::Role, Scope::Form, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.fill(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => return self.submit(false, cx),
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            _ if self.save.is_loading() => {}
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if !self.save.is_loading()
            && let Err(why) = self.form.input(event)
        {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && !self.save.is_loading() && self.barred().is_none()
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.submit(true, cx)
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.reading == Some(ticket) {
            return Some(self.read_again(reply, cx));
        }
        self.save.awaits(ticket).then(|| self.saved(reply, cx))
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading()
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        self.barred().filter(|_| action == Action::Accept)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        if let Some(why) = self.barred() {
            page.text(&look.clean(&why), theme.warn);
        }
        self.form.name.draw(LABEL, &mut page, look);
        page.text("What it permits:", theme.strong);
        for field in &self.form.permissions {
            field.draw(LABEL, &mut page, look);
        }
        page.text(
            "For accounts of which kinds (none: every kind):",
            theme.strong,
        );
        for field in &self.form.kinds {
            field.draw(LABEL, &mut page, look);
        }
        self.form.stations.draw(LABEL, &mut page, look);
        if self.form.stations.is_focused() {
            let text = "Several with ; between. None: accounts of every station.";
            page.indented(LABEL + 3, text, theme.faint);
        }
        if let Whose::Site(role) = &self.whose {
            let kept = &role.kept;
            let at = stamp(kept.changed_at, &site.zone);
            let text = format!(
                "Held by {}. Changed {at} by {}.",
                kept.holders, kept.changed_by
            );
            page.text(&look.clean(&text), theme.faint);
        }
        if self.save.is_loading() {
            page.text("Saving...", theme.faint);
        }
        page.render(frame, area);
    }
}

/// What it permits, in short.
pub(super) fn permits(role: &Role) -> String {
    let permissions = role.permissions();
    if permissions.is_empty() {
        "nothing".into()
    } else if permissions == crate::permission::Permissions::all() {
        "everything".into()
    } else {
        permissions.to_string()
    }
}

/// A role of the site as a role.
pub(super) fn as_role(judged: &JudgedRole) -> Role {
    Role::Site(Arc::clone(&judged.kept.role))
}
