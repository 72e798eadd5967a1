//! The first start: the first administrator, and a roster if there is one.

mod roster;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use self::roster::RosterStep;
use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{
            AnyField as _, Fault, Form as _, Page, SecretField, TextField, Tone, checklist, form,
        },
    },
    directory::NewUser,
    password::{
        policy::{self, Context, Line, Tick},
        strength::Strength,
    },
    permission::{Reach, Role},
    user::{AccountKind, AccountState, Fact, User, UserId, Version},
};

form! {
    /// The first administrator, and a roster.
    struct SetUpForm {
        given_name: TextField = TextField::new("Given name"),
        family_name: TextField = TextField::new("Family name"),
        login: TextField = TextField::new("ID"),
        email: TextField = TextField::new("Email"),
        password: SecretField = SecretField::new("Password"),
        again: SecretField = SecretField::new("Again"),
        roster: TextField = TextField::new("Roster (CSV)"),
    }
}

/// The form of the first start.
#[derive(Debug)]
pub struct SetUp {
    form: SetUpForm,
    rules: Vec<Line>,
    strength: Option<Strength>,
    rating: Option<Ticket>,
    save: Remote<()>,
    /// Set once the administrator is there: only the roster is left.
    roster: Option<RosterStep>,
}

impl SetUp {
    /// The empty form.
    pub fn new(site: &Site) -> Self {
        let mut set_up = Self {
            form: SetUpForm::new(),
            rules: Vec::new(),
            strength: None,
            rating: None,
            save: Remote::Idle,
            roster: None,
        };
        set_up.check(site);
        set_up
    }

    fn user(&self) -> User {
        User {
            id: UserId(String::new()),
            login: self.form.login.trimmed(),
            email: self.form.email.trimmed(),
            given_name: self.form.given_name.trimmed(),
            family_name: self.form.family_name.trimmed(),
            kind: Fact::Known(AccountKind::Staff),
            details: Fact::NotOffered,
            state: AccountState::default(),
            permissions: Role::Administrator.permissions(),
            reach: Reach::EVERYWHERE,
            role: None,
            version: Version(String::new()),
        }
    }

    fn check(&mut self, site: &Site) {
        let user = self.user();
        let context = Context {
            user: &user,
            agency: &site.agency,
            generated: false,
        };
        let candidate = self.form.password.control.expose();
        self.rules = policy::checklist(site.profiles.of_user(&user), candidate, &context);
    }

    fn judge(&mut self, cx: &mut Cx<'_>) {
        self.check(cx.site);
        self.rating = None;
        let user = self.user();
        if let Ok(candidate) = self.form.password.control.secret() {
            if candidate.is_empty() {
                self.strength = None;
            } else {
                let known = vec![user.login.clone(), user.email.clone(), user.name()];
                self.rating = Some(cx.ask(Request::Rate(candidate, known)));
            }
        }
    }

    /// The first thing that is wrong, and where.
    fn fault(&self) -> Option<Fault<SetUpForm>> {
        let user = self.user();
        let (password, again) = (&self.form.password, &self.form.again);
        if user.given_name.is_empty() && user.family_name.is_empty() {
            return Some(Fault::new(|form| &mut form.given_name, "Type your name."));
        }
        if user.login.is_empty() {
            let why = "Type your ID: badge or employee number.";
            return Some(Fault::new(|form| &mut form.login, why));
        }
        if !user.email.contains('@') {
            let why = "Type the address that you will sign in with.";
            return Some(Fault::new(|form| &mut form.email, why));
        }
        if !password.is_filled() {
            return Some(Fault::new(|form| &mut form.password, "Choose a password."));
        }
        if let Some(rule) = self.rules.iter().find(|rule| rule.tick == Tick::Broken) {
            let text = rule.refusal.as_ref().map_or_else(
                || rule.label.clone(),
                |refusal| format!("{}. {}.", refusal.message, refusal.cure),
            );
            return Some(Fault::new(|form| &mut form.password, text));
        }
        if !again.is_filled() {
            return Some(Fault::new(|form| &mut form.again, "Type it once more."));
        }
        let why = "This is not the same as above.";
        if password.control.equals(&again.control) {
            None
        } else {
            Some(Fault::new(|form| &mut form.again, why))
        }
    }

    fn submit(&mut self, cx: &mut Cx<'_>) -> Go {
        if self.save.is_loading() {
            return Go::Stay;
        }
        if let Some(roster) = &mut self.roster {
            return roster.submit(cx);
        }
        self.form.forgive();
        if let Some(fault) = self.fault() {
            self.form.advance(|form| &mut form.again, fault);
            return Go::Stay;
        }
        let user = self.user();
        let new = NewUser {
            login: user.login,
            email: user.email,
            given_name: user.given_name,
            family_name: user.family_name,
            kind: AccountKind::Staff,
            role: Role::Administrator,
            active: true,
            must_change: false,
            ..NewUser::default()
        };
        if let Ok(password) = self.form.password.control.secret() {
            self.form.mask();
            self.save = Remote::Loading(cx.ask(Request::SetUp(Box::new(new), password)));
        }
        Go::Stay
    }
}

impl Screen for SetUp {
    fn title(&self) -> String {
        "Set up".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        match &self.roster {
            Some(roster) => vec![roster.scope(), Scope::Roster, Scope::Form],
            None => vec![Scope::Text, Scope::SetUp, Scope::Form],
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match (action, &mut self.roster) {
            (Action::Accept, _) => return self.submit(cx),
            (Action::Quit, _) => return Go::Quit,
            (_, Some(roster)) => roster.act(action, cx),
            (Action::Reveal, None) if cx.site.profile.reveal_while_typing => {
                for field in [&mut self.form.password, &mut self.form.again] {
                    let shown = field.control.is_revealed();
                    field.control.reveal(!shown);
                }
            }
            (Action::Reveal, None) => {
                cx.toast(Tone::Plain, "The profile does not show typed passwords.");
            }
            (_, None) if self.save.is_loading() => {}
            (_, None) => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if let Some(roster) = &mut self.roster {
            roster.input(event, cx);
            return Go::Stay;
        }
        if self.save.is_loading() {
            return Go::Stay;
        }
        match self.form.input(event) {
            Ok(true) if self.form.password.is_focused() => self.judge(cx),
            Ok(true) if self.form.roster.is_focused() || self.form.again.is_focused() => {}
            Ok(true) => self.check(cx.site),
            Ok(false) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        let ready = match &self.roster {
            Some(roster) => roster.is_ready(),
            None => self.fault().is_none() && !self.save.is_loading(),
        };
        action == Action::Accept && ready
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.rating == Some(ticket) {
            self.rating = None;
            if let Reply::Rated(strength) = reply {
                self.strength = Some(strength.clone());
            }
            return Some(Go::Stay);
        }
        if let Some(roster) = &mut self.roster
            && roster.reply(ticket, reply)
        {
            return Some(Go::Stay);
        }
        if !self.save.awaits(ticket) {
            return None;
        }
        self.save = Remote::Idle;
        Some(if let Reply::SignedIn(operator) = reply {
            self.form.blank_secrets();
            let file = self.form.roster.trimmed();
            let roster = RosterStep::new(operator.clone(), &file);
            self.roster.insert(roster).submit(cx)
        } else if let Reply::Failed(error) = reply {
            self.form.refuse(|form| &mut form.password, explain(error));
            Go::Stay
        } else {
            Go::Stay
        })
    }

    fn is_dirty(&self) -> bool {
        match &self.roster {
            Some(roster) => roster.is_dirty(),
            None => self.form.is_dirty(),
        }
    }

    fn is_saving(&self) -> bool {
        self.save.is_loading()
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        if let Some(roster) = &self.roster {
            roster.draw(&mut page, look);
        } else {
            page.text(
                "This store is new. Who is its first administrator?",
                theme.strong,
            );
            page.blank();
            let mut fields = self.form.fields();
            // What helps with the password stands between it and the roster.
            fields.pop();
            for field in fields {
                field.draw(13, &mut page, look);
            }
            let typed = self.form.password.is_filled();
            checklist::draw(&self.rules, typed, 16, &mut page, look);
            if typed {
                checklist::meter(self.strength.as_ref(), &self.rules, 16, &mut page, look);
            }
            page.blank();
            self.form.roster.draw(13, &mut page, look);
            page.indented(
                16,
                "A file to import, or nothing: ID, email, given name, family name, kind.",
                theme.faint,
            );
            if self.save.is_loading() {
                page.text("Creating...", theme.faint);
            }
        }
        page.render(frame, area);
    }
}
