//! A new user. The first password is set on the user's page afterwards, or not at all.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, edit::Edit, explain};
use crate::{
    console::{
        effect::{Remote, Reply, Request, RolesRequest, Ticket},
        keymap::{Action, Scope},
        widgets::{
            AnyField as _, ChoiceField, Fault, Form as _, Page, TextField, Tone, form, form::Place,
        },
    },
    desk::DeskError,
    directory::{DirectoryError, NewUser, UserAttribute},
    permission::{Permission, Permissions, Role},
    user::AccountKind,
};

form! {
    /// What a new user is.
    struct NewUserForm {
        login: TextField = TextField::new("ID"),
        email: TextField = TextField::new("Email"),
        given_name: TextField = TextField::new("Given name"),
        family_name: TextField = TextField::new("Family name"),
        kind: ChoiceField = ChoiceField::new("Kind", AccountKind::ALL.map(AccountKind::word)),
        role: ChoiceField = ChoiceField::new("Role", [Role::WORDS[0]]),
    }
}

/// Where a refusal is shown: at what it is about, or at the first field.
fn field_of(error: &DeskError) -> Place<NewUserForm> {
    let DeskError::Directory(
        DirectoryError::Taken { attribute, .. } | DirectoryError::Invalid { attribute, .. },
    ) = error
    else {
        return |form| &mut form.login;
    };
    match attribute {
        Some(UserAttribute::Id) | None => |form| &mut form.login,
        Some(UserAttribute::Email) => |form| &mut form.email,
        Some(UserAttribute::GivenName) => |form| &mut form.given_name,
        Some(UserAttribute::FamilyName) => |form| &mut form.family_name,
        // No fields of this form.
        Some(UserAttribute::Detail(_) | UserAttribute::ValidFrom | UserAttribute::ValidUntil) => {
            |form| &mut form.login
        }
    }
}

/// The form.
#[derive(Debug)]
pub struct AddUser {
    form: NewUserForm,
    save: Remote<()>,
    roles: Remote<()>,
}

impl AddUser {
    /// The form for an operator who holds these permissions.
    pub fn new(holds: Permissions) -> Self {
        let mut form = NewUserForm::new();
        form.role.visible = holds.holds(Permission::RolesUpdate);
        Self {
            form,
            save: Remote::Idle,
            roles: Remote::Idle,
        }
    }

    fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.save.is_loading() {
            return;
        }
        self.form.forgive();
        let new = NewUser {
            login: self.form.login.trimmed(),
            email: self.form.email.trimmed(),
            given_name: self.form.given_name.trimmed(),
            family_name: self.form.family_name.trimmed(),
            kind: AccountKind::from_word(self.form.kind.value()).unwrap_or_default(),
            role: Role::of_word(self.form.role.value()),
            active: true,
            must_change: true,
            ..NewUser::default()
        };
        match self.fault() {
            Some(fault) => self.form.advance(|form| &mut form.family_name, fault),
            None => {
                self.save = Remote::Loading(cx.ask(Request::Create(Box::new(new), None)));
            }
        }
    }

    /// The first thing that is wrong, and where.
    fn fault(&self) -> Option<Fault<NewUserForm>> {
        let form = &self.form;
        let email = form.email.trimmed();
        let family_name = form.family_name.trimmed();
        let on_the_last = [
            form.family_name.is_focused(),
            form.kind.is_focused(),
            form.role.is_focused(),
        ];
        if form.login.trimmed().is_empty() {
            let why = "An ID is needed: badge, employee or customer number.";
            Some(Fault::new(|form| &mut form.login, why))
        } else if !email.is_empty() && !email.contains('@') {
            let why = "This is not an address: name@agency.example is the form.";
            Some(Fault::new(|form| &mut form.email, why))
        } else if form.given_name.trimmed().is_empty() && family_name.is_empty() {
            let why = "A name is needed; apparatus and businesses have one here.";
            Some(Fault::new(|form| &mut form.family_name, why))
        } else if !on_the_last.contains(&true) && family_name.is_empty() {
            // Somebody with one name is added from the last field: Enter goes on there first.
            let why = "A family name, or nothing.";
            Some(Fault::new(|form| &mut form.family_name, why))
        } else {
            None
        }
    }
}

impl Screen for AddUser {
    fn title(&self) -> String {
        "Add user".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![self.form.scope(), Scope::AddUser, Scope::Form, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        if self.form.role.visible {
            self.roles = Remote::Loading(cx.ask(Request::Roles(RolesRequest::ToGive)));
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => self.submit(cx),
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
        action == Action::Accept && !self.save.is_loading() && self.fault().is_none()
    }

    /// The password was given; what was typed is still there.
    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.submit(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.roles.awaits(ticket) {
            self.roles = Remote::Idle;
            if let Reply::RolesToGive(roles) = reply {
                let words = roles.iter().map(|role| role.word().to_owned());
                let none = roles.iter().position(|role| *role == Role::None);
                self.form.role.rebase(words, none.unwrap_or_default());
            } else if let Reply::Failed(error) = reply {
                self.form.role.fixed = Some(format!("roles are not known: {error}"));
            }
            return Some(Go::Stay);
        }
        if !self.save.awaits(ticket) {
            return None;
        }
        if let Reply::Lost(lost) = reply {
            let text = format!(
                "It is not known yet whether the user was added ({}). It is being looked after.",
                lost.what
            );
            cx.toast(Tone::Warn, text);
            return Some(Go::Stay);
        }
        self.save = Remote::Idle;
        Some(if let Reply::Created(added) = reply {
            let user = &added.user;
            let text = format!(
                "{} ({}) was added; no password yet.",
                user.name(),
                user.login
            );
            cx.toast(Tone::Good, text);
            if cx.permits(Permission::UsersUpdate) {
                Go::Replace(Box::new(Edit::of(user)))
            } else {
                Go::Back
            }
        } else if let Reply::Failed(DeskError::StepUp) = reply {
            Go::StepUp
        } else if let Reply::Failed(error) = reply {
            self.form.refuse(field_of(error), explain(error));
            Go::Stay
        } else {
            Go::Stay
        })
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        page.blank();
        for field in self.form.fields() {
            field.draw(12, &mut page, look);
        }
        page.blank();
        page.text(
            "After the ID is saved the user's page opens, where a first password can be set.",
            look.theme.faint,
        );
        if self.save.is_loading() {
            page.text("Adding...", look.theme.faint);
        }
        page.render(frame, area);
    }
}
