//! The first start: the first administrator, and a roster if there is one.

use std::path::PathBuf;

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, explain, sentence};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{
            AnyField as _, Fault, Form as _, Page, SecretField, TextField, Tone, checklist, form,
        },
    },
    desk::DeskError,
    directory::{Imported, NewUser},
    operator::Operator,
    password::{
        policy::{self, Context, Line, Tick},
        strength::Strength,
    },
    permission::Role,
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
    /// Set once the administrator is there: only the import is left.
    made: Option<Box<Operator>>,
    import: Remote<(Imported, Vec<String>)>,
    rows: u64,
    /// What is wrong with the roster, a fault a line.
    faults: Vec<String>,
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
            made: None,
            import: Remote::Idle,
            rows: 0,
            faults: Vec::new(),
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
        self.rules = policy::checklist(&site.profile, candidate, &context);
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
        if self.save.is_loading() || self.import.is_loading() {
            return Go::Stay;
        }
        self.form.forgive();
        if self.made.is_some() {
            return self.import_or_go(cx);
        }
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

    /// The administrator is there: the roster if one was named, then the menu.
    fn import_or_go(&mut self, cx: &mut Cx<'_>) -> Go {
        let path = self.form.roster.trimmed();
        let done = path.is_empty() || self.import.ready().is_some();
        self.faults.clear();
        match &self.made {
            Some(operator) if done => Go::SignedIn(operator.clone()),
            _ => {
                self.rows = 0;
                self.import = Remote::Loading(cx.ask(Request::Import(PathBuf::from(path))));
                Go::Stay
            }
        }
    }

    fn imported(&mut self, reply: &Reply) -> Go {
        match reply {
            Reply::Progress(rows) => {
                self.rows = *rows;
                return Go::Stay;
            }
            Reply::Imported(imported, ignored) => {
                // It stays told until Enter goes on.
                self.import = Remote::Ready((*imported, ignored.clone()));
            }
            Reply::Failed(error) => {
                self.import = Remote::Idle;
                let why = if let DeskError::File(faults) = error {
                    self.faults = faults.lines().map(str::to_owned).collect();
                    "Nobody was imported.".to_owned()
                } else {
                    explain(error)
                };
                let text = format!("{why} Empty the field to go on without a roster.");
                self.form.refuse(|form| &mut form.roster, text);
            }
            Reply::SignedIn(_)
            | Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Found(_)
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Generated(_)
            | Reply::Done(_)
            | Reply::Checked(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Lost(_)
            | Reply::Settled(_) => {}
        }
        Go::Stay
    }
}

impl Screen for SetUp {
    fn title(&self) -> String {
        "Set up".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Text, Scope::SetUp, Scope::Form]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept => return self.submit(cx),
            Action::Back if self.import.is_loading() => {
                let _ = cx.ask(Request::StopImport);
            }
            Action::Quit => return Go::Quit,
            Action::Reveal if cx.site.profile.reveal_while_typing => {
                for field in [&mut self.form.password, &mut self.form.again] {
                    let shown = field.control.is_revealed();
                    field.control.reveal(!shown);
                }
            }
            Action::Reveal => cx.toast(Tone::Plain, "The profile does not show typed passwords."),
            _ if self.save.is_loading() || self.made.is_some() => {}
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        let imported = self.import.ready().is_some();
        if self.save.is_loading() || self.import.is_loading() || imported {
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
        let ready = self.made.is_some() || self.fault().is_none();
        action == Action::Accept && ready && !self.save.is_loading() && !self.import.is_loading()
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.rating == Some(ticket) {
            self.rating = None;
            if let Reply::Rated(strength) = reply {
                self.strength = Some(strength.clone());
            }
            return Some(Go::Stay);
        }
        if self.import.awaits(ticket) {
            return Some(self.imported(reply));
        }
        if !self.save.awaits(ticket) {
            return None;
        }
        self.save = Remote::Idle;
        Some(match reply {
            Reply::SignedIn(operator) => {
                self.form.blank_secrets();
                self.made = Some(operator.clone());
                self.form.focus_on(|form| &mut form.roster);
                for field in self.form.fields_mut() {
                    if !field.is_focused() {
                        field.hide();
                    }
                }
                self.import_or_go(cx)
            }
            Reply::Failed(error) => {
                self.form.refuse(|form| &mut form.password, explain(error));
                Go::Stay
            }
            Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Found(_)
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Generated(_)
            | Reply::Done(_)
            | Reply::Checked(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Settled(_)
            | Reply::Progress(_)
            | Reply::Lost(_)
            | Reply::Imported(..) => Go::Stay,
        })
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
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
        if self.made.is_some() {
            page.text(
                "The first administrator is there and signed in.",
                theme.good,
            );
            page.blank();
            if let Some((imported, ignored)) = self.import.ready() {
                let mut text = format!(
                    "{} users were imported, {} were there already.",
                    imported.added, imported.unchanged
                );
                if imported.roles > 0 {
                    let told = format!(" {} got a role: the audit names them.", imported.roles);
                    text.push_str(&told);
                }
                page.text(&text, theme.good);
                if !ignored.is_empty() {
                    let columns = look.clean(&ignored.join(", "));
                    let text = format!("Of no use here, and passed over: {columns}.");
                    page.text(&text, theme.warn);
                }
                page.blank();
                let enter = keymap::name_of(Scope::SetUp, Action::Accept);
                page.text(&format!("{enter} goes on."), theme.faint);
            } else {
                self.form.roster.draw(13, &mut page, look);
                page.blank();
                for fault in &self.faults {
                    let text = format!("{} {}", look.glyphs.dot, sentence(fault));
                    page.indented(3, &look.clean(&text), theme.bad);
                }
            }
            if self.import.is_loading() {
                let text = format!(
                    "Importing: {} rows so far. {} stops; nobody is added then.",
                    self.rows,
                    keymap::name_of(Scope::SetUp, Action::Back)
                );
                page.text(&text, theme.warn);
            }
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
