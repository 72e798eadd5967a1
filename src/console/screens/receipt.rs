//! What a write did, a line per step; and, until it is closed, the password for reading out.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Cx, Go, Screen, Site, sentence};
use crate::{
    console::{
        effect::Ticket,
        keymap::{Action, Scope},
        widgets::{Page, SecretInput, Tone},
    },
    directory::{Proof, Receipt, Step, StepOutcome, Support},
    password::read_back,
};
use std::time::Duration;

/// The password is forgotten after this time even if nobody closes the receipt.
const KEEP: Duration = Duration::from_mins(3);

/// A receipt.
#[derive(Debug)]
pub struct ReceiptPage {
    who: String,
    receipt: Receipt,
    password: SecretInput,
    spelled: bool,
    first: usize,
    forget: Option<Ticket>,
}

impl ReceiptPage {
    /// The receipt of a write for `who`; the password is empty where none was set.
    pub const fn new(who: String, receipt: Receipt, password: SecretInput) -> Self {
        Self {
            who,
            receipt,
            password,
            spelled: false,
            first: 0,
            forget: None,
        }
    }

    /// How good the news is: green only when every step is done and the password proved.
    pub fn tone(receipt: &Receipt) -> Tone {
        let refused = receipt
            .steps
            .iter()
            .any(|(_, how)| matches!(how, StepOutcome::Refused(_)));
        if receipt.is_success() {
            Tone::Good
        } else if refused {
            Tone::Bad
        } else {
            Tone::Warn
        }
    }

    /// One line for the toast.
    pub fn headline(who: &str, receipt: &Receipt) -> String {
        // Must-change goes without saying; the receipt has its line.
        let done: Vec<&str> = receipt
            .steps
            .iter()
            .filter(|(step, how)| *how == StepOutcome::Done && *step != Step::MustChange)
            .map(|(step, _)| step.words())
            .collect();
        let done = if done.is_empty() {
            "nothing was changed".to_owned()
        } else {
            done.join(", ")
        };
        match Self::tone(receipt) {
            Tone::Good => format!("{who}: {done}."),
            Tone::Warn => format!("{who}: accepted, not confirmed ({done})."),
            _ => format!("{who}: only in part ({done})."),
        }
    }
}

impl Screen for ReceiptPage {
    fn title(&self) -> String {
        format!("Receipt for {}", self.who)
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Receipt, Scope::Plain, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        if !self.password.is_empty() {
            self.forget = Some(cx.after(KEEP));
        }
    }

    fn act(&mut self, action: Action, _cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept | Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::ReadBack => {
                self.spelled = !self.spelled;
                self.first = 0;
            }
            Action::Down if self.spelled => self.first += 1,
            Action::Up => self.first = self.first.saturating_sub(1),
            _ => {}
        }
        Go::Stay
    }

    fn wake(&mut self, ticket: Ticket, _cx: &mut Cx<'_>) {
        if self.forget == Some(ticket) {
            self.blank_secrets();
        }
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        (action == Action::ReadBack && self.password.is_empty())
            .then(|| "There is no password to read out (any more).".to_owned())
    }

    fn blank_secrets(&mut self) {
        self.password.clear();
        self.spelled = false;
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        let (word, style) = match Self::tone(&self.receipt) {
            Tone::Good => ("Done", theme.good),
            Tone::Warn => ("Accepted, not confirmed", theme.warn),
            _ => ("Only in part", theme.bad),
        };
        page.line(Line::from(vec![
            Span::styled(format!(" {word}: "), style),
            Span::styled(look.clean(&self.who), theme.strong),
        ]));
        page.blank();
        if self.spelled && !self.password.is_empty() {
            self.spell(&mut page, area, site);
        } else {
            for (step, how) in &self.receipt.steps {
                step_line(*step, how, &mut page, site);
            }
            page.blank();
            let (proof, style) = match &self.receipt.proof {
                Proof::Proved(how) => (sentence(how), Style::new()),
                Proof::Unproved(why) => (format!("Not confirmed: {}", sentence(why)), theme.warn),
                Proof::NotNeeded => (String::new(), Style::new()),
            };
            if !proof.is_empty() {
                page.text(&look.clean(&proof), style);
            }
            if let Some(server) = &self.receipt.server {
                let text = format!("Written at {}.", look.clean(server));
                page.text(&text, theme.faint);
            }
            if !self.password.is_empty() {
                page.blank();
                page.text(
                    "r shows the password with its spelling words; Enter closes and forgets it.",
                    theme.faint,
                );
            }
        }
        page.render(frame, area);
    }
}

impl ReceiptPage {
    fn spell(&self, page: &mut Page, area: Rect, site: &Site) {
        let look = &site.look;
        // Character by character: it must not be put together on the heap.
        let mut spans = vec![Span::raw("   ")];
        for c in self.password.expose().chars() {
            let cell = look.clean(c.encode_utf8(&mut [0; 4]));
            spans.push(Span::styled(cell, look.theme.strong));
        }
        page.line(Line::from(spans));
        page.blank();
        let words = read_back::read_back(self.password.expose(), site.alphabet);
        // A word of the generator is one long line, said and then spelled.
        let longest = words
            .iter()
            .map(|word| word.len())
            .max()
            .unwrap_or(0)
            .max(18);
        let columns = (page.width() / (longest + 6)).max(1);
        let rows = words.len().div_ceil(columns);
        let room = usize::from(area.height).saturating_sub(4).max(1);
        let first = self.first.min(rows.saturating_sub(room));
        for row in first..rows {
            let line: String = (0..columns)
                .filter_map(|column| {
                    let index = column * rows + row;
                    let word = words.get(index)?;
                    Some(format!(
                        "   {:>2} {:<longest$}",
                        index + 1,
                        look.clean(word)
                    ))
                })
                .collect();
            page.line(line);
        }
    }
}

fn step_line(step: Step, how: &StepOutcome, page: &mut Page, site: &Site) {
    let (look, theme) = (&site.look, &site.look.theme);
    let support = match step {
        Step::MustChange => &site.capabilities.must_change,
        Step::Unlocked => &site.capabilities.unlock,
        _ => &Support::Yes,
    };
    let (mark, style, words) = match how {
        // It was not asked for, since it cannot be had here: "nothing to do" would say too much.
        StepOutcome::NotNeeded if let Support::No(why) = support => {
            (look.glyphs.dot, theme.faint, why.clone())
        }
        StepOutcome::Done => (look.glyphs.tick, theme.good, "done".to_owned()),
        StepOutcome::NotNeeded => (look.glyphs.dot, theme.faint, "nothing to do".to_owned()),
        StepOutcome::Refused(why) => (look.glyphs.cross, theme.bad, format!("refused: {why}")),
        StepOutcome::NotOffered(why) => {
            (look.glyphs.dot, theme.faint, format!("not offered: {why}"))
        }
        StepOutcome::Unknown(why) => (look.glyphs.later, theme.warn, format!("not known: {why}")),
    };
    let text = format!("{} - {}", step.words(), look.clean(&words));
    for (n, part) in crate::console::widgets::wrap(&text, page.width().saturating_sub(6))
        .into_iter()
        .enumerate()
    {
        page.line(Line::from(vec![
            Span::styled(format!("   {} ", if n == 0 { mark } else { " " }), style),
            Span::raw(part),
        ]));
    }
}
