//! Everything that is on the screen, and what is awaited.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{guard::EnterGuard, idle::Idle};
use crate::{
    console::{
        effect::{Effect, Request, Ticket, Tickets},
        keymap::{Action, Scope},
        screens::{Cx, Screen, Site, set_up::SetUp, sign_in::SignIn},
        widgets::{About, Modal, Toasts, Tone, chrome},
    },
    operator::Operator,
};

/// Everything that is on the screen, and what is awaited.
#[derive(Debug)]
pub struct Model {
    pub(super) site: Site,
    pub(super) operator: Option<Operator>,
    pub(super) screens: Vec<Box<dyn Screen>>,
    pub(super) modal: Option<Modal>,
    pub(super) toasts: Toasts,
    pub(super) tickets: Tickets,
    pub(super) guard: EnterGuard,
    pub(super) idle: Idle,
    pub(super) now: Timestamp,
    pub(super) writing: BTreeSet<Ticket>,
    pub(super) farewell: Option<String>,
    pub(super) quit: bool,
    pub(super) store_held: Option<u64>,
    /// Columns and lines of the window.
    pub(super) window: (u16, u16),
}

impl Model {
    /// The sign-in screen, or the set-up screen of an empty store.
    pub fn new(site: Site, first_run: bool) -> Self {
        let first: Box<dyn Screen> = if first_run {
            Box::new(SetUp::new(&site))
        } else {
            Box::new(SignIn::new(""))
        };
        Self {
            guard: EnterGuard::new(site.brackets_paste),
            site,
            operator: None,
            screens: vec![first],
            modal: None,
            toasts: Toasts::default(),
            tickets: Tickets::default(),
            idle: Idle::default(),
            now: Timestamp::UNIX_EPOCH,
            writing: BTreeSet::new(),
            farewell: None,
            quit: false,
            store_held: None,
            window: (80, 24),
        }
    }

    /// Has the program been asked to end?
    pub const fn is_over(&self) -> bool {
        self.quit
    }

    /// A sentence to be printed once the terminal is restored.
    pub fn farewell(&self) -> Option<&str> {
        self.farewell.as_deref()
    }

    /// Writes whose answer is outstanding.
    pub fn writes_in_flight(&self) -> usize {
        self.writing.len()
    }

    /// Screens on the stack; never none.
    pub fn depth(&self) -> usize {
        self.screens.len()
    }

    pub(super) fn top(&self) -> Option<&dyn Screen> {
        self.screens.last().map(AsRef::as_ref)
    }

    /// Where the keys are alive now, the innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        let mut scopes = match &self.modal {
            Some(modal) => modal.scopes().to_vec(),
            None => self.top().map_or_else(Vec::new, Screen::scopes),
        };
        scopes.push(Scope::Global);
        scopes
    }

    /// Would `action` save, confirm or throw something away, as things stand?
    pub(super) fn is_final(&self, action: Action) -> bool {
        match &self.modal {
            Some(modal) => modal.is_final(action),
            None => self.top().is_some_and(|screen| screen.is_final(action)),
        }
    }

    /// Runs `work` on the screen at `index` with a fresh context.
    pub(super) fn with<T>(
        &mut self,
        index: usize,
        effects: &mut Vec<Effect>,
        work: impl FnOnce(&mut dyn Screen, &mut Cx<'_>) -> T,
    ) -> Option<T> {
        let screen = self.screens.get_mut(index)?;
        let mut cx = Cx {
            site: &self.site,
            operator: self.operator.as_ref(),
            now: self.now,
            lines: chrome::inside(self.window),
            columns: self.window.0,
            tickets: &mut self.tickets,
            toasts: &mut self.toasts,
            effects,
        };
        Some(work(screen.as_mut(), &mut cx))
    }

    pub(super) fn ask(&mut self, request: Request, effects: &mut Vec<Effect>) -> Ticket {
        let ticket = self.tickets.mint();
        effects.push(Effect::Ask(ticket, request));
        ticket
    }

    pub(super) fn toast(&mut self, tone: Tone, text: impl Into<String>, effects: &mut Vec<Effect>) {
        effects.extend(
            self.toasts
                .push(About::Program, tone, text.into(), &mut self.tickets),
        );
    }
}
