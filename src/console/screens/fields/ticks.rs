//! Who sees, edits and must fill a field, role by role.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use crate::{
    console::{
        theme::Look,
        widgets::{Page, cut},
    },
    permission::Role,
    user::SiteField,
};

/// What a role does with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    Sees,
    Edits,
    Fills,
}

/// The roles, and which is selected.
#[derive(Debug)]
pub(super) struct Ticks {
    /// Those that can work at the desk.
    roles: Vec<Role>,
    selected: usize,
}

impl Ticks {
    pub(super) fn of(roles: &[Role]) -> Self {
        let at_the_desk = roles.iter().filter(|role| **role != Role::None);
        Self {
            roles: at_the_desk.cloned().collect(),
            selected: 0,
        }
    }

    pub(super) fn move_to(&mut self, index: usize) {
        self.selected = index.min(self.roles.len().saturating_sub(1));
    }

    pub(super) const fn selected(&self) -> usize {
        self.selected
    }

    /// Turns a tick of the selected role. No role named sees and edits as every role does, also those
    /// to come.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub(super) fn turn(&self, tick: Tick, field: &mut SiteField) -> Result<(), &'static str> {
        let Some(role) = self.roles.get(self.selected) else {
            return Ok(());
        };
        let is_it = |one: &Role| one.is_called(role.word());
        let (named, none_is_all) = match tick {
            Tick::Sees => (&mut field.seen_by, true),
            Tick::Edits => (&mut field.edited_by, true),
            Tick::Fills => (&mut field.filled_by, false),
        };
        if named.iter().any(is_it) {
            if none_is_all && named.len() == 1 {
                return Err("One role at least: without any it would be every role.");
            }
            named.retain(|one| !is_it(one));
        } else if named.is_empty() && none_is_all {
            if self.roles.len() == 1 {
                return Err("One role at least: without any it would be every role.");
            }
            let others = self.roles.iter().filter(|one| !is_it(one));
            *named = others.cloned().collect();
        } else {
            named.push(role.clone());
            let is_ticked = |role: &Role| named.iter().any(|one| one.is_called(role.word()));
            if none_is_all && self.roles.iter().all(is_ticked) {
                named.clear();
            }
        }
        Ok(())
    }

    pub(super) fn draw(&self, field: &SiteField, page: &mut Page, look: &Look) {
        let theme = &look.theme;
        let narrow = page.width() < 60;
        let name_width = if narrow { 14 } else { 28 };
        let text = format!("  {:<name_width$} sees  edits  must fill", "Role");
        page.line(Line::from(Span::styled(text, theme.faint)));
        for (index, role) in self.roles.iter().enumerate() {
            let selected = index == self.selected;
            if selected {
                page.keep_next();
            }
            let (pointer, style) = if selected {
                (look.glyphs.pointer, theme.selected)
            } else {
                (" ", Style::new())
            };
            let mut name = cut(&look.clean(role.word()), name_width, look);
            let missing = name_width.saturating_sub(name.width());
            name.extend(std::iter::repeat_n(' ', missing));
            let ticked = |on: bool| if on { "[x]" } else { "[ ]" };
            let names = |roles: &[Role]| roles.iter().any(|one| one.is_called(role.word()));
            let sees = ticked(field.seen_by.is_empty() || names(&field.seen_by));
            let edits = ticked(field.edited_by.is_empty() || names(&field.edited_by));
            let fills = ticked(names(&field.filled_by));
            let text = format!("{pointer} {name} {sees}   {edits}    {fills}");
            page.line(Line::styled(text, style));
        }
        page.blank();
        let told = [
            (&field.seen_by, "Every role sees it, also those to come."),
            (
                &field.edited_by,
                "Every role that may change users edits it, also those to come.",
            ),
        ];
        for (roles, text) in told {
            if roles.is_empty() {
                page.text(text, theme.faint);
            }
        }
        page.text(
            "Who does not see it neither edits nor fills it.",
            theme.faint,
        );
    }
}

/// In short: `seen by all, edited by help-desk, filled by nobody`.
pub(super) fn summary(field: &SiteField) -> String {
    let words = |roles: &[Role], none: &str| {
        let words: Vec<_> = roles.iter().map(Role::word).collect();
        if words.is_empty() {
            none.to_owned()
        } else {
            words.join(", ")
        }
    };
    format!(
        "seen by {}; edited by {}; filled by {}",
        words(&field.seen_by, "all"),
        words(&field.edited_by, "all"),
        words(&field.filled_by, "nobody")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_role_less_than_all_is_named_and_all_together_are_every_role_again() {
        let ticks = Ticks::of(&Role::BUILT_IN);
        let mut field = SiteField::new("locker", "Locker");
        ticks.turn(Tick::Sees, &mut field).unwrap();
        assert_eq!(
            field.seen_by,
            [Role::HelpDesk, Role::Auditor, Role::Administrator]
        );
        ticks.turn(Tick::Sees, &mut field).unwrap();
        assert_eq!(field.seen_by, [], "every role, also those to come");
    }

    #[test]
    fn the_last_role_that_sees_or_edits_cannot_be_taken_away() {
        let ticks = Ticks::of(&[Role::None, Role::Viewer, Role::Auditor]);
        let mut field = SiteField::new("locker", "Locker");
        for (tick, named) in [
            (Tick::Sees, SiteField::clone(&field).seen_by),
            (Tick::Edits, SiteField::clone(&field).edited_by),
        ] {
            assert!(named.is_empty());
            field.seen_by = vec![Role::Viewer];
            field.edited_by = vec![Role::Viewer];
            assert!(ticks.turn(tick, &mut field).is_err());
            assert_eq!(field.seen_by, [Role::Viewer]);
            assert_eq!(field.edited_by, [Role::Viewer]);
        }
        ticks.turn(Tick::Fills, &mut field).unwrap();
        assert_eq!(field.filled_by, [Role::Viewer]);
        ticks.turn(Tick::Fills, &mut field).unwrap();
        assert_eq!(field.filled_by, []);
    }
}
