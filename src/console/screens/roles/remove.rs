//! A role that is to go, and what those who hold it get instead.

use ratatui::{Frame, layout::Rect, style::Style};

use crate::{
    console::{
        effect::{Remote, Reply, Request, RoleRemoval, RolesRequest, Ticket},
        keymap::{Action, Scope},
        screens::{Cx, Go, Screen, Site, explain},
        widgets::{
            AnyField as _, ChoiceField, Form as _, Page, Question, Tone, form, modal::OnYes,
        },
    },
    desk::DeskError,
    directory::KeptRole,
    permission::Role,
};

form! {
    /// What they get.
    struct InsteadForm {
        /// The role.
        instead: ChoiceField = ChoiceField::new("Instead", [""; 1]),
    }
}

/// The question.
#[derive(Debug)]
pub struct RemoveRole {
    kept: KeptRole,
    form: InsteadForm,
    remove: Remote<()>,
    refused: Option<DeskError>,
}

impl RemoveRole {
    /// For a role, where the operator may give these.
    pub(super) fn of(kept: &KeptRole, to_give: &[Role]) -> Self {
        let mut form = InsteadForm::new();
        let others = to_give
            .iter()
            .filter(|role| !role.is_called(&kept.role.name));
        form.instead
            .begin_with(others.map(|role| role.word().to_owned()), 0);
        if kept.holders == 0 {
            form.instead.visible = false;
        }
        Self {
            kept: kept.clone(),
            form,
            remove: Remote::Idle,
            refused: None,
        }
    }

    fn instead(&self) -> Option<Role> {
        (self.kept.holders > 0).then(|| Role::of_word(self.form.instead.value()))
    }

    fn question(&self, site: &Site) -> Question {
        let name = &self.kept.role.name;
        let moved = self.instead().map_or_else(String::new, |role| {
            format!(" The {} who hold it get {role}.", self.kept.holders)
        });
        let text = format!("Remove the role {name}?{moved}");
        Question::new(site.look.clean(&text), OnYes::Resume)
    }
}

impl Screen for RemoveRole {
    fn title(&self) -> String {
        format!("Remove {}", self.kept.role.name)
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![
            self.form.scope(),
            Scope::RemoveRole,
            Scope::Form,
            Scope::Page,
        ]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            _ if self.remove.is_loading() => {}
            Action::Accept => return Go::Confirm(self.question(cx.site)),
            _ => {
                self.form.act(action);
            }
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        action == Action::Accept && !self.remove.is_loading()
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.refused = None;
        let request = RolesRequest::Remove(RoleRemoval {
            name: self.kept.role.name.clone(),
            expected: self.kept.version.clone(),
            instead: self.instead(),
        });
        self.remove = Remote::Loading(cx.ask(Request::Roles(request)));
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if !self.remove.awaits(ticket) {
            return None;
        }
        self.remove = Remote::Idle;
        Some(if let Reply::Failed(DeskError::StepUp) = reply {
            Go::StepUp
        } else if let Reply::Failed(error) = reply {
            self.refused = Some(error.clone());
            cx.toast(Tone::Bad, cx.site.look.clean(&explain(error)));
            Go::Stay
        } else {
            let text = format!("The role {} was removed.", self.kept.role.name);
            cx.toast(Tone::Good, cx.site.look.clean(&text));
            Go::Back
        })
    }

    fn failure(&self) -> Option<&DeskError> {
        self.refused.as_ref()
    }

    fn is_saving(&self) -> bool {
        self.remove.is_loading()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        page.blank();
        let (name, holders) = (&self.kept.role.name, self.kept.holders);
        let text = match holders {
            0 => format!("Nobody holds the role {name}."),
            1 => format!("1 user holds the role {name}, and gets another in its place:"),
            many => format!("{many} users hold the role {name}, and get another in its place:"),
        };
        page.text(&look.clean(&text), Style::new());
        page.blank();
        if holders == 0 {
            page.keep_next();
            page.line(" ");
        }
        self.form.instead.draw(10, &mut page, look);
        page.blank();
        let text = "Sessions of those who hold it end at once, and what is on record stays.";
        page.text(text, look.theme.faint);
        if self.remove.is_loading() {
            page.text("Removing...", look.theme.faint);
        }
        page.render(frame, area);
    }
}
