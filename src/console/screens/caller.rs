//! Who is calling: by what the operator made sure of it, or that the caller could not show it.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect};

use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{
            Form as _, Page, Question, SecretField, TextField, ToggleField, Tone, form,
            form::Place, modal::OnYes,
        },
    },
    desk::{CallerOrder, CallerSight, DeskError},
    user::User,
    verification::Method,
};

form! {
    /// What was done to make sure.
    struct CallerForm {
        call_back: ToggleField = ToggleField::new("Called back", false),
        in_person: ToggleField = ToggleField::new("In person", false),
        video_badge: ToggleField = ToggleField::new("On video", false),
        radio_unit: ToggleField = ToggleField::new("On the radio", false),
        supervisor: TextField = TextField::new("Supervisor"),
        password: SecretField = SecretField::new("Their password"),
        ticket: TextField = TextField::new("Ticket"),
    }
}

/// The form.
#[derive(Debug)]
pub struct Caller {
    user: Box<User>,
    sight: CallerSight,
    form: CallerForm,
    write: Remote<()>,
    /// The caller is being turned away, not verified.
    refuses: bool,
    refused: Option<DeskError>,
}

impl Caller {
    /// The form for whoever calls as `user`; a ticket may have been typed before.
    pub fn new(user: User, sight: CallerSight, ticket: &str) -> Self {
        let mut form = CallerForm::new();
        form.ticket.set_text(ticket);
        Self {
            user: Box::new(user),
            sight,
            form,
            write: Remote::Idle,
            refuses: false,
            refused: None,
        }
    }

    /// What counts at this site is offered; without a number on record nobody is called back.
    fn offer(&mut self, site: &Site) {
        let counts = |method| site.verification.methods.contains(&method);
        let has_number = !self.user.phone().is_empty();
        let form = &mut self.form;
        form.call_back.visible = counts(Method::CallBack) && has_number;
        form.in_person.visible = counts(Method::InPerson);
        form.video_badge.visible = counts(Method::VideoBadge);
        form.radio_unit.visible = counts(Method::RadioUnit);
        form.supervisor.visible = counts(Method::Supervisor);
        form.password.visible = counts(Method::Supervisor);
        form.focus_on_first();
    }

    fn methods(&self) -> Vec<Method> {
        let form = &self.form;
        let supervisor = !form.supervisor.trimmed().is_empty();
        [
            (Method::CallBack, form.call_back.is_on()),
            (Method::InPerson, form.in_person.is_on()),
            (Method::VideoBadge, form.video_badge.is_on()),
            (Method::RadioUnit, form.radio_unit.is_on()),
            (Method::Supervisor, supervisor),
        ]
        .into_iter()
        .filter_map(|(method, is_on)| is_on.then_some(method))
        .collect()
    }

    /// The first thing that is missing, and where.
    fn missing(&self, site: &Site) -> Option<(Place<CallerForm>, &'static str)> {
        let form = &self.form;
        if self.methods().is_empty() {
            let place: Place<CallerForm> = if form.call_back.visible {
                |form| &mut form.call_back
            } else {
                |form| &mut form.in_person
            };
            return Some((place, "Turn on what was done, or name who vouches."));
        }
        if !form.supervisor.trimmed().is_empty() && !form.password.is_filled() {
            let why = "The supervisor types the own password here.";
            return Some((|form| &mut form.password, why));
        }
        if site.verification.ticket_required && form.ticket.trimmed().is_empty() {
            return Some((|form| &mut form.ticket, "A ticket or incident number."));
        }
        None
    }

    fn submit(&mut self, cx: &mut Cx<'_>) {
        if self.write.is_loading() {
            return;
        }
        self.form.forgive();
        if let Some((place, why)) = self.missing(cx.site) {
            self.form.refuse(place, why);
            return;
        }
        let supervisor = self.form.supervisor.trimmed();
        let password = self.form.password.control.secret().ok();
        let order = CallerOrder {
            user: self.user.id.clone(),
            methods: self.methods(),
            voucher: password
                .filter(|_| !supervisor.is_empty())
                .map(|p| (supervisor, p)),
            ticket: self.form.ticket.trimmed(),
        };
        self.refuses = false;
        let request = Request::CallerVerified(Box::new(order));
        self.write = Remote::Loading(cx.ask(request));
    }

    fn turn_away(&mut self, cx: &mut Cx<'_>) {
        self.refuses = true;
        let request = Request::CallerRefused(
            self.user.id.clone(),
            self.methods(),
            self.form.ticket.trimmed(),
        );
        self.write = Remote::Loading(cx.ask(request));
    }
}

impl Screen for Caller {
    fn title(&self) -> String {
        "Who is calling".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![self.form.scope(), Scope::Caller, Scope::Form, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.offer(cx.site);
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
            _ if self.write.is_loading() => {}
            Action::RefuseCaller => {
                return Go::Confirm(Question::new(
                    format!(
                        "Turn this caller away? It is recorded for {}, and whoever opens that record \
                         next sees it.",
                        self.user.name()
                    ),
                    OnYes::Resume,
                ));
            }
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn input(&mut self, event: &Event, cx: &mut Cx<'_>) -> Go {
        if !self.write.is_loading()
            && let Err(why) = self.form.input(event)
        {
            cx.toast(Tone::Bad, why);
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && !self.methods().is_empty() && !self.write.is_loading()
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.turn_away(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if !self.write.awaits(ticket) {
            return None;
        }
        self.write = Remote::Idle;
        self.form.password.control.clear();
        Some(if let Reply::Noted = reply {
            let name = self.user.name();
            if self.refuses {
                cx.toast(
                    Tone::Warn,
                    format!("The caller for {name} was turned away: recorded."),
                );
            } else {
                cx.toast(Tone::Good, format!("{name}: recorded who is calling."));
            }
            Go::Back
        } else if let Reply::Failed(error) = reply {
            self.refused = Some(error.clone());
            cx.toast(Tone::Bad, explain(error));
            Go::Stay
        } else {
            Go::Stay
        })
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_dirty(&self) -> bool {
        self.form.is_dirty()
    }

    fn is_saving(&self) -> bool {
        self.write.is_loading()
    }

    fn blank_secrets(&mut self) {
        self.form.blank_secrets();
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        let user = &self.user;
        let who = format!("{} ({})", user.name(), user.login);
        page.text(&look.clean(&who), look.theme.strong);
        let phone = user.phone();
        if phone.is_empty() {
            page.text("There is no phone number on record.", look.theme.faint);
        } else {
            let text = format!("Number on record: {phone}. Never call one that the caller gives.");
            page.text(&look.clean(&text), look.theme.strong);
        }
        for line in self.sight.lines(&site.zone) {
            page.text(&look.clean(&line), look.theme.warn);
        }
        page.blank();
        for field in self.form.fields() {
            field.draw(15, &mut page, look);
        }
        page.blank();
        if page.is_tall() {
            let key = keymap::name_of(Scope::Caller, Action::RefuseCaller);
            let text = format!(
                "A name, an ID or a date of birth shows nothing: others know them. {key} turns away \
                 a caller who cannot show who they are."
            );
            page.text(&text, look.theme.faint);
        }
        if self.write.is_loading() {
            page.text("Recording...", look.theme.faint);
        }
        page.render(frame, area);
    }
}
