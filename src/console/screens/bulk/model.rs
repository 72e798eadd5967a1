//! Who is in it, how far it is, and what became of each.

use crate::{
    console::{
        effect::{ChangeOrder, Reply, Request, Ticket},
        screens::{Cx, Go},
        widgets::{ChoiceField, Form as _, Question, TextField, form, modal::OnYes},
    },
    desk::{BulkAct, BulkPlan, CommonFields, DeskError, LostAnswer, ResetOrder},
    operator::Operator,
    password::Secret,
    receipt::Receipt,
    text::users,
    user::{AccountKind, User},
};

/// The choice that leaves a field as it is.
const AS_IT_IS: &str = "as it is";

form! {
    /// What is the same for all.
    pub(super) struct BulkForm {
        kind: ChoiceField = ChoiceField::new("Kind", kinds()),
        station: TextField = TextField::new("Station"),
        reason: TextField = TextField::new("Reason"),
    }
}

fn kinds() -> Vec<&'static str> {
    let kinds = AccountKind::ALL.map(AccountKind::word);
    [AS_IT_IS].into_iter().chain(kinds).collect()
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing has begun.
    Plan,
    /// One after another.
    Running,
    /// All are done, or it was stopped.
    Over,
}

/// What became of one user.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) user: User,
    pub(super) answer: Result<Receipt, DeskError>,
    pub(super) password: Option<Secret>,
}

/// An act for several users.
#[derive(Debug)]
pub struct Bulk {
    /// With what is typed.
    pub(super) act: BulkAct,
    users: Vec<User>,
    /// Who is in the act and who is not, as far as is known before.
    pub(super) plan: BulkPlan,
    operator: Operator,
    pub(super) form: BulkForm,
    pub(super) phase: Phase,
    /// Who is still to come, the next one last.
    left: Vec<User>,
    current: Option<Ticket>,
    /// The answer to the one on its way was lost, and it is looked after.
    lost: Option<LostAnswer>,
    password: Option<Secret>,
    pub(super) done: Vec<Done>,
    pub(super) not_begun: usize,
    /// Why it ended before its end, where it did.
    pub(super) stopped: Option<String>,
    stopping: bool,
    pub(super) first: usize,
    pub(super) shown: bool,
}

impl Bulk {
    /// This act for these users.
    pub fn new(act: BulkAct, users: Vec<User>, operator: &Operator, reason: &str) -> Self {
        let mut form = BulkForm::new();
        let sets = matches!(act, BulkAct::Set(_));
        form.kind.visible = sets;
        form.station.visible = sets;
        form.reason.begin_with(reason);
        form.focus_on_first();
        Self {
            plan: act.plan(operator, users.clone()),
            act,
            users,
            operator: operator.clone(),
            form,
            phase: Phase::Plan,
            left: Vec::new(),
            current: None,
            lost: None,
            password: None,
            done: Vec::new(),
            not_begun: 0,
            stopped: None,
            stopping: false,
            first: 0,
            shown: false,
        }
    }

    /// The act with what is typed.
    fn wanted(&self) -> BulkAct {
        match &self.act {
            BulkAct::Set(_) => BulkAct::Set(CommonFields {
                kind: AccountKind::from_word(self.form.kind.value()),
                station: self.form.station.changed(),
            }),
            act @ (BulkAct::Unlock | BulkAct::Enable | BulkAct::Disable | BulkAct::Reset) => {
                act.clone()
            }
        }
    }

    /// Something was typed or chosen: where that is another act, it has another plan.
    pub(super) fn judge(&mut self) {
        let wanted = self.wanted();
        if wanted != self.act {
            self.plan = wanted.plan(&self.operator, self.users.clone());
            self.act = wanted;
        }
    }

    /// Asks before it begins.
    pub(super) fn ask(&mut self) -> Go {
        self.form.forgive();
        if let BulkAct::Set(fields) = &self.act
            && fields.is_nothing()
        {
            let why = "Choose a kind, or type a station.";
            self.form.refuse(|form| &mut form.kind, why);
            return Go::Stay;
        }
        let plan = &self.plan;
        if plan.acts.is_empty() {
            let why = "Nobody is left to do it to.";
            self.form.refuse(|form| &mut form.reason, why);
            return Go::Stay;
        }
        let passed = match plan.passed_over.len() {
            0 => String::new(),
            1 => " One is passed over.".into(),
            many => format!(" {many} are passed over."),
        };
        let text = format!("Really {} {}?{passed}", self.act, users(plan.acts.len()));
        Go::Confirm(Question::new(text, OnYes::Resume))
    }

    /// Yes was answered, or the operator has proved who it is for the one that waits.
    pub(super) fn go_on(&mut self, cx: &mut Cx<'_>) {
        match self.phase {
            Phase::Plan => {
                self.left = std::mem::take(&mut self.plan.acts);
                self.left.reverse();
                self.first = 0;
                self.phase = Phase::Running;
                self.next(cx);
            }
            Phase::Running if self.current.is_none() => self.next(cx),
            Phase::Running | Phase::Over => {}
        }
    }

    /// No more is begun.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
        if self.current.is_none() {
            self.end("You stopped it.");
        }
    }

    fn end(&mut self, why: &str) {
        self.not_begun = self.left.len();
        self.left.clear();
        self.stopped = (self.not_begun > 0).then(|| why.to_owned());
        self.phase = Phase::Over;
    }

    fn next(&mut self, cx: &mut Cx<'_>) {
        if self.stopping {
            self.end("You stopped it.");
            return;
        }
        let Some(user) = self.left.last() else {
            self.end("");
            return;
        };
        let (id, version) = (user.id.clone(), user.version.clone());
        let reason = self.form.reason.trimmed();
        let request = match self.act.change() {
            Some(change) => Request::Change(Box::new(ChangeOrder {
                user: id,
                expected: version,
                change,
                reason,
            })),
            None if self.act == BulkAct::Reset => match &self.password {
                None => Request::Generate(Box::new(user.clone()), cx.site.shape, None),
                Some(password) => Request::Reset(ResetOrder {
                    user: id,
                    expected: Some(version),
                    password: password.duplicate(),
                    generated: true,
                    must_change: true,
                    unlock: false,
                    reason,
                }),
            },
            None => Request::Unlock(id, version, reason),
        };
        self.current = Some(cx.ask(request));
    }

    /// Takes the answer to the one that is on its way.
    pub(super) fn take(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.current != Some(ticket) {
            return None;
        }
        self.current = None;
        self.lost = None;
        if let Reply::Generated(drawn) = reply {
            self.password = Some(drawn.secret.duplicate());
        } else if let Reply::Done(receipt) = reply {
            self.note(Ok(receipt.clone()));
        } else if let Reply::Failed(DeskError::StepUp) = reply {
            if self.stopping {
                self.end("You stopped it.");
                return Some(Go::Stay);
            }
            return Some(Go::StepUp);
        } else if let Reply::Failed(error) = reply {
            self.note(Err(error.clone()));
            if error.ends_all() {
                self.end("The others were not begun.");
                return Some(Go::Stay);
            }
        }
        self.next(cx);
        Some(Go::Stay)
    }

    /// The answer to the one on its way was lost: nobody is sent before it is known what became of it.
    pub(super) fn wait_for(&mut self, ticket: Ticket, answer: &LostAnswer) -> bool {
        let mine = self.current == Some(ticket);
        if mine {
            self.lost = Some(answer.clone());
        }
        mine
    }

    /// Of whom it is not known yet whether it was done, and why not.
    pub(super) fn looked_after(&self) -> Option<(&User, &LostAnswer)> {
        self.left.last().zip(self.lost.as_ref())
    }

    fn note(&mut self, answer: Result<Receipt, DeskError>) {
        let Some(user) = self.left.pop() else {
            return;
        };
        let kept = match &answer {
            Ok(_) => true,
            Err(error) => error.may_be_in_force(),
        };
        let password = self.password.take().filter(|_| kept);
        self.done.push(Done {
            user,
            answer,
            password,
        });
    }

    /// How many are in it, done or not.
    pub(super) fn count(&self) -> usize {
        self.done.len() + self.left.len() + self.not_begun
    }

    pub(super) fn has_passwords(&self) -> bool {
        self.done.iter().any(|done| done.password.is_some())
    }

    pub(super) fn forget_passwords(&mut self) {
        self.shown = false;
        self.password = None;
        for done in &mut self.done {
            done.password = None;
        }
    }

    pub(super) fn scroll(&mut self, lines: usize) {
        let all = match self.phase {
            Phase::Plan => self.users.len(),
            Phase::Running | Phase::Over => self.done.len(),
        };
        self.first = (self.first + lines).min(all.saturating_sub(1));
    }
}
