//! A new user. The first password is set on the user's page afterwards, or not at all.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, edit::Edit, explain, identity::Identity, own_fields::OwnFields};
use crate::{
    console::{
        effect::{Remote, Reply, Request, RolesRequest, Ticket},
        keymap::{Action, Scope},
        widgets::{
            AnyField as _, ChoiceField, Fault, Form as _, Page, TextField, Tone, form, form::Place,
        },
    },
    desk::{DeskError, LostAnswer},
    directory::{DirectoryError, NewUser, UserAttribute},
    permission::{Permission, Permissions, Role},
    user::{AccountKind, Details},
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
        own: OwnFields = OwnFields::default(),
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
    attribute.map_or(|form| &mut form.login, place_of)
}

fn place_of(attribute: UserAttribute) -> Place<NewUserForm> {
    match attribute {
        UserAttribute::Email => |form| &mut form.email,
        UserAttribute::GivenName => |form| &mut form.given_name,
        UserAttribute::FamilyName => |form| &mut form.family_name,
        UserAttribute::Id
        // No fields of this form.
        | UserAttribute::Detail(_)
        | UserAttribute::ValidFrom
        | UserAttribute::ValidUntil => |form| &mut form.login,
    }
}

/// The form.
#[derive(Debug)]
pub struct AddUser {
    form: NewUserForm,
    /// Which fields of the site's own there are.
    own: Option<Ticket>,
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
            own: None,
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
            details: Details {
                fields: self.form.own.values(),
                ..Details::default()
            },
            ..NewUser::default()
        };
        if let Some(fault) = self.fault() {
            self.form.advance(|form| &mut form.family_name, fault);
        } else if let Some(fault) = self.form.own.fault(true) {
            self.form.blur();
            self.form.own.refuse(fault);
        } else {
            self.save = Remote::Loading(cx.ask(Request::Create(Box::new(new), None)));
        }
    }

    /// The first thing that is wrong, and where.
    fn fault(&self) -> Option<Fault<NewUserForm>> {
        let form = &self.form;
        let (login, email) = (form.login.trimmed(), form.email.trimmed());
        let (given_name, family_name) = (form.given_name.trimmed(), form.family_name.trimmed());
        let identity = Identity {
            login: Some(&login),
            email: Some(&email),
            names: Some([&given_name, &family_name]),
        };
        let on_the_last = [
            form.family_name.is_focused(),
            form.kind.is_focused(),
            form.role.is_focused(),
            form.own.has_focus(),
        ];
        if let Some((attribute, why)) = identity.fault() {
            Some(Fault::new(place_of(attribute), why))
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
        self.own = Some(cx.ask(Request::SeenFields));
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
        action == Action::Accept
            && !self.save.is_loading()
            && self.fault().is_none()
            && self.form.own.fault(true).is_none()
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
        if self.own == Some(ticket) {
            self.own = None;
            // Where they cannot be read, the directory says what has to be filled.
            if let Reply::SeenFields(fields) = reply {
                let nobody = Details::default();
                let _: Vec<String> = self.form.own.fill(fields, &nobody, None);
            }
            return Some(Go::Stay);
        }
        if !self.save.awaits(ticket) {
            return None;
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

    fn lost(&mut self, ticket: Ticket, answer: &LostAnswer, cx: &mut Cx<'_>) -> bool {
        let mine = self.save.awaits(ticket);
        if mine {
            let text = format!(
                "It is not known yet whether the user was added ({}). It is being looked after.",
                answer.what
            );
            cx.toast(Tone::Warn, text);
        }
        mine
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
            if let Some(hint) = self.form.own.hint().filter(|_| field.is_focused()) {
                page.indented(15, hint, look.theme.faint);
            }
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
