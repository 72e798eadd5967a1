//! The roster of the first start: a plan first, then the import, then what was done.

use std::path::PathBuf;

use crossterm::event::Event;

use crate::{
    console::{
        effect::{Remote, Reply, Request, RosterImport, RosterImported, Ticket},
        keymap::{self, Action, Scope},
        screens::{Cx, Go, explain, sentence},
        theme::Look,
        widgets::{Form as _, Page, TextField, ToggleField, Tone, form},
    },
    desk::DeskError,
    operator::Operator,
};

/// So many sentences about single rows are shown: the screen is not scrolled.
const SHOWN: usize = 8;

form! {
    /// Which file, and how it is to be read.
    struct RosterForm {
        file: TextField = TextField::new("Roster"),
        columns: TextField = TextField::new("Columns"),
        skip_faulty: ToggleField = ToggleField::new("Leave out faulty lines", false),
    }
}

/// The step after the first administrator was made.
#[derive(Debug)]
pub(super) struct RosterStep {
    form: RosterForm,
    /// Who goes on afterwards.
    administrator: Box<Operator>,
    plan: Remote<Box<RosterImported>>,
    import: Remote<Box<RosterImported>>,
    /// Rows read so far.
    rows: u64,
    /// What is wrong with the file as a whole, a sentence a line.
    faults: Vec<String>,
}

impl RosterStep {
    /// The step with the file that was named before.
    pub(super) fn new(administrator: Box<Operator>, file: &str) -> Self {
        let mut form = RosterForm::new();
        form.file.set_text(file);
        form.skip_faulty.visible = false;
        Self {
            form,
            administrator,
            plan: Remote::Idle,
            import: Remote::Idle,
            rows: 0,
            faults: Vec::new(),
        }
    }

    /// Which keys are alive on the field that has the focus.
    pub(super) fn scope(&self) -> Scope {
        self.form.scope()
    }

    const fn is_loading(&self) -> bool {
        self.plan.is_loading() || self.import.is_loading()
    }

    /// Does Enter do what cannot be taken back?
    pub(super) fn is_ready(&self) -> bool {
        self.plan.ready().is_some() && self.import.ready().is_none() && !self.import.is_loading()
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.import.ready().is_none() && !self.form.file.trimmed().is_empty()
    }

    /// Plans; with a plan that can be followed, imports; afterwards, or without a file, goes on.
    pub(super) fn submit(&mut self, cx: &mut Cx<'_>) -> Go {
        if self.is_loading() {
            return Go::Stay;
        }
        self.form.forgive();
        let file = self.form.file.trimmed();
        if file.is_empty() || self.import.ready().is_some() {
            return Go::SignedIn(self.administrator.clone());
        }
        self.faults.clear();
        self.rows = 0;
        let skip_faulty = self.form.skip_faulty.is_on();
        let order = |only_plan| {
            Request::Import(RosterImport {
                file: PathBuf::from(&file),
                columns: self.form.columns.trimmed(),
                skip_faulty,
                only_plan,
            })
        };
        match self.plan.ready() {
            Some(plan) if plan.report.faults() == 0 || skip_faulty => {
                self.import = Remote::Loading(cx.ask(order(false)));
            }
            // What was faulty may have been mended in the file.
            Some(_) | None => self.plan = Remote::Loading(cx.ask(order(true))),
        }
        Go::Stay
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    pub(super) fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if self.is_loading() => {
                let _ = cx.ask(Request::StopImport);
            }
            _ if self.is_loading() || self.import.ready().is_some() => {}
            _ => {
                self.form.act(action);
            }
        }
    }

    pub(super) fn input(&mut self, event: &Event, cx: &mut Cx<'_>) {
        if self.is_loading() || self.import.ready().is_some() {
            return;
        }
        match self.form.input(event) {
            Ok(true) => {
                // The plan was one of another file, or of other columns.
                self.plan = Remote::Idle;
                self.form.skip_faulty.visible = false;
            }
            Ok(false) => {}
            Err(why) => cx.toast(Tone::Bad, why),
        }
    }

    /// Takes an answer: false where it was to another question.
    pub(super) fn reply(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        let imports = self.import.awaits(ticket);
        if !imports && !self.plan.awaits(ticket) {
            return false;
        }
        if let Reply::Progress(rows) = reply {
            self.rows = *rows;
            return true;
        }
        if imports {
            self.import = Remote::Idle;
        } else {
            self.plan = Remote::Idle;
        }
        if let Reply::Imported(imported) = reply
            && imports
        {
            self.import = Remote::Ready(imported.clone());
        } else if let Reply::Imported(planned) = reply {
            self.form.skip_faulty.visible = planned.report.faults() > 0;
            self.plan = Remote::Ready(planned.clone());
        } else if let Reply::Failed(error) = reply {
            self.failed(error, imports);
        }
        true
    }

    fn failed(&mut self, error: &DeskError, imports: bool) {
        if imports {
            self.plan = Remote::Idle;
        }
        let why = if let DeskError::File(faults) = error {
            self.faults = faults.lines().map(str::to_owned).collect();
            "Nobody was imported.".to_owned()
        } else {
            explain(error)
        };
        let text = format!("{why} Empty the field to go on without a roster.");
        self.form.refuse(|form| &mut form.file, text);
    }

    pub(super) fn draw(&self, page: &mut Page, look: &Look) {
        let theme = &look.theme;
        page.text(
            "The first administrator is there and signed in.",
            theme.good,
        );
        page.blank();
        if let Some(imported) = self.import.ready() {
            self.draw_imported(imported, page, look);
            return;
        }
        for field in self.form.fields() {
            field.draw(22, page, look);
        }
        page.indented(
            25,
            "What a column is, where its heading does not tell: Employee #=id; Team=kind",
            theme.faint,
        );
        page.blank();
        for fault in &self.faults {
            let text = format!("{} {}", look.glyphs.dot, sentence(fault));
            page.indented(3, &look.clean(&text), theme.bad);
        }
        if let Some(plan) = self.plan.ready() {
            self.draw_plan(plan, page, look);
        }
        if self.is_loading() {
            let text = format!(
                "{}: {} rows so far. {} stops; nobody is added then.",
                if self.import.is_loading() {
                    "Importing"
                } else {
                    "Planning"
                },
                self.rows,
                keymap::name_of(Scope::Roster, Action::Back)
            );
            page.text(&text, theme.warn);
        }
    }

    fn draw_plan(&self, plan: &RosterImported, page: &mut Page, look: &Look) {
        let theme = &look.theme;
        let report = &plan.report;
        page.text(
            &format!("Plan: {}. Nothing was changed.", report.counts.planned()),
            theme.strong,
        );
        Self::draw_remarks(plan, page, look);
        let faulty = report.faulty().map(|line| (line, theme.bad));
        let notable = report.notable().map(|line| (line, theme.warn));
        let mut lines = faulty.chain(notable);
        for (line, style) in lines.by_ref().take(SHOWN) {
            let text = format!("{} {}", look.glyphs.dot, sentence(&line));
            page.indented(3, &look.clean(&text), style);
        }
        let more = lines.count();
        if more > 0 {
            page.indented(3, &format!("and {more} more"), theme.faint);
        }
        page.blank();
        let enter = keymap::name_of(Scope::Roster, Action::Accept);
        let next = match report.faults() {
            0 => format!("{enter} imports them."),
            _ if self.form.skip_faulty.is_on() => {
                format!("{enter} imports the others; the faulty lines are left out.")
            }
            _ => format!(
                "Correct the file and press {enter} for another plan, or leave the faulty lines out."
            ),
        };
        page.text(&next, theme.strong);
    }

    fn draw_remarks(told: &RosterImported, page: &mut Page, look: &Look) {
        let theme = &look.theme;
        for remark in &told.remarks {
            page.text(&look.clean(&sentence(remark)), theme.warn);
        }
        if !told.ignored.is_empty() {
            let columns = look.clean(&told.ignored.join(", "));
            let text = format!("Of no use here, and passed over: {columns}.");
            page.text(&text, theme.warn);
        }
    }

    fn draw_imported(&self, imported: &RosterImported, page: &mut Page, look: &Look) {
        let theme = &look.theme;
        let counts = imported.report.counts;
        page.text(&format!("Done: {}.", counts.described()), theme.good);
        if counts.roles > 0 {
            page.text("The audit names those who got a role.", theme.good);
        }
        Self::draw_remarks(imported, page, look);
        let columns = self.form.columns.trimmed();
        if !columns.is_empty() {
            let each = columns
                .split(';')
                .map(str::trim)
                .filter(|one| !one.is_empty());
            let quoted: Vec<_> = each.map(|column| format!("{column:?}")).collect();
            let text = format!(
                "To have files like this read so from now on, write in the configuration under \
                 [roster]: columns = [{}]",
                quoted.join(", ")
            );
            page.text(&look.clean(&text), theme.faint);
        }
        page.blank();
        let enter = keymap::name_of(Scope::Roster, Action::Accept);
        page.text(&format!("{enter} goes on."), theme.faint);
    }
}
