//! The roles: those that are built in, and those that the site has made.

mod edit;
mod form;
mod remove;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use self::{
    edit::{EditRole, as_role, permits},
    remove::RemoveRole,
};
use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        effect::{Remote, Reply, Request, RolesListed, RolesRequest, Ticket},
        keymap::{Action, Scope},
        widgets::{Page, Tone, row},
    },
    desk::{DeskError, JudgedRole},
    directory::{Criterion, Property, Query, Total},
    permission::Role,
};

/// The list.
#[derive(Debug, Default)]
pub struct Roles {
    listed: Remote<Box<RolesListed>>,
    /// How many hold each of the built-in ones, where that could be counted.
    counts: Remote<Vec<Option<Total>>>,
    selected: usize,
}

/// A row.
enum Entry<'a> {
    BuiltIn(&'static Role),
    Site(&'a JudgedRole),
}

static BUILT_IN: [Role; 5] = Role::BUILT_IN;

impl Entry<'_> {
    fn role(&self) -> Role {
        match self {
            Self::BuiltIn(role) => (*role).clone(),
            Self::Site(judged) => as_role(judged),
        }
    }

    /// Why it cannot be changed, if so.
    fn barred(&self) -> Option<String> {
        match self {
            Self::BuiltIn(role) => Some(format!("{role} is built in, and stays as it is.")),
            Self::Site(judged) => judged.may_change.as_ref().err().map(explain),
        }
    }
}

impl Roles {
    fn load(&mut self, cx: &mut Cx<'_>) {
        self.listed = Remote::Loading(cx.ask(Request::Roles(RolesRequest::List)));
        let holding = |role: &Role| Query {
            criteria: vec![Criterion {
                negated: false,
                property: Property::Role(role.clone()),
            }],
            limit: 1,
            ..Query::default()
        };
        let queries = BUILT_IN.iter().map(holding).collect();
        self.counts = Remote::Loading(cx.ask(Request::Count(queries)));
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let of_the_site = self.listed.ready().map_or(&[][..], |listed| &listed.roles);
        let built_in = BUILT_IN.iter().map(Entry::BuiltIn);
        built_in
            .chain(of_the_site.iter().map(Entry::Site))
            .collect()
    }

    fn move_to(&mut self, index: usize) {
        self.selected = index.min(self.entries().len().saturating_sub(1));
    }

    fn open(&self) -> Go {
        match self.entries().get(self.selected) {
            Some(Entry::BuiltIn(role)) => Go::To(Box::new(EditRole::built_in(role))),
            Some(Entry::Site(judged)) => Go::To(Box::new(EditRole::of_the_site(judged))),
            None => Go::Stay,
        }
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Go {
        let entries = self.entries();
        let Some(entry) = entries.get(self.selected) else {
            return Go::Stay;
        };
        if let Some(why) = entry.barred() {
            cx.toast(Tone::Plain, cx.site.look.clean(&why));
            return Go::Stay;
        }
        match (entry, self.listed.ready()) {
            (Entry::Site(judged), Some(listed)) => {
                Go::To(Box::new(RemoveRole::of(&judged.kept, &listed.to_give)))
            }
            (Entry::BuiltIn(_) | Entry::Site(_), _) => Go::Stay,
        }
    }

    fn held_by(&self, entry: &Entry<'_>) -> String {
        match entry {
            Entry::Site(judged) => judged.kept.holders.to_string(),
            Entry::BuiltIn(role) => {
                let place = BUILT_IN.iter().position(|one| one == *role);
                let count = self.counts.ready().zip(place);
                let count = count.and_then(|(counts, place)| *counts.get(place)?);
                count.map_or_else(|| "-".to_owned(), |total| total.to_string())
            }
        }
    }
}

impl Screen for Roles {
    fn title(&self) -> String {
        "Roles".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Roles, Scope::Plain, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn back(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Up => self.move_to(self.selected.saturating_sub(1)),
            Action::Down => self.move_to(self.selected + 1),
            Action::First => self.move_to(0),
            Action::Last => self.move_to(usize::MAX),
            Action::Accept => return self.open(),
            Action::New => return Go::To(Box::new(EditRole::new())),
            Action::Remove => return self.remove(cx),
            _ => {}
        }
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        let listed = self.listed.take(ticket, reply, |reply| {
            if let Reply::Roles(listed) = reply {
                Some(listed.clone())
            } else {
                None
            }
        });
        let counted = self.counts.take(ticket, reply, |reply| {
            if let Reply::Counted(counts) = reply {
                Some(
                    counts
                        .iter()
                        .map(|count| count.as_ref().ok().copied())
                        .collect(),
                )
            } else {
                None
            }
        });
        if listed {
            self.move_to(self.selected);
        }
        (listed || counted).then_some(Go::Stay)
    }

    fn failure(&self) -> Option<&DeskError> {
        match &self.listed {
            Remote::Failed(error) => Some(error),
            Remote::Idle | Remote::Loading(_) | Remote::Ready(_) => None,
        }
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        let entries = self.entries();
        let barred = entries.get(self.selected).and_then(Entry::barred);
        barred.filter(|_| action == Action::Remove)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        if let Remote::Failed(error) = &self.listed {
            page.text(&look.clean(&explain(error)), look.theme.bad);
        }
        let wide = page.width() >= 60;
        let entries = self.entries();
        let cells: Vec<[String; 4]> = entries
            .iter()
            .map(|entry| {
                let role = entry.role();
                [
                    look.clean(role.word()),
                    self.held_by(entry),
                    look.clean(&role.reach().to_string()),
                    permits(&role),
                ]
            })
            .collect();
        let widths = widths(&cells, page.width(), wide);
        let titles = ["Name", "Held by", "Reaches", "Permits"].map(str::to_owned);
        let text = row(&titles, widths, 2, " ", look);
        page.line(Line::from(Span::styled(text, look.theme.faint)));
        for (index, (entry, cells)) in entries.iter().zip(&cells).enumerate() {
            let selected = index == self.selected;
            let (pointer, style) = match (selected, entry.barred().is_some()) {
                (true, _) => (look.glyphs.pointer, look.theme.selected),
                (false, true) => (" ", look.theme.faint),
                (false, false) => (" ", Style::new()),
            };
            if selected {
                page.keep_next();
            }
            page.line(Line::styled(row(cells, widths, 2, pointer, look), style));
        }
        if self.listed.is_loading() {
            page.text("Reading the roles of the site...", look.theme.faint);
        }
        page.blank();
        let why = entries.get(self.selected).and_then(Entry::barred);
        page.text(&look.clean(&why.unwrap_or_default()), look.theme.faint);
        page.render(frame, area);
    }
}

/// Cells of each column with the blanks behind it; zero leaves it out.
fn widths(rows: &[[String; 4]], width: usize, wide: bool) -> [usize; 4] {
    let longest = |column: usize, title: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0).max(title) + 2
    };
    let name = longest(0, 4).min(if wide { 24 } else { width.saturating_sub(12) });
    let held = longest(1, 7);
    let left = width.saturating_sub(2 + name + held);
    if !wide {
        return [name, held, 0, 0];
    }
    let reaches = longest(2, 7).min(left / 2);
    [name, held, reaches, left.saturating_sub(reaches)]
}
