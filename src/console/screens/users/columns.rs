//! How the columns share the width: each gets what its longest text needs, and where that is too
//! much, those give way that tell people apart least.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::{
    console::theme::Look,
    user::{FieldColumn, User, Verdict},
};

/// Cells of each column with the blank behind it; zero leaves it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub login: usize,
    pub name: usize,
    pub email: usize,
    pub kind: usize,
    pub state: usize,
    /// Fields of the site's own, where the others leave room.
    pub fields: Vec<(FieldColumn, usize)>,
}

/// The least window in which the person stands beside the list.
pub const BESIDE: u16 = 120;

/// The pointer, the mark of a namesake, and a blank.
const MARGIN: usize = 3;
/// Beneath this width only who somebody is and the state are shown.
const WIDE: usize = 60;

/// The least cells of a field of the site's own.
const LEAST_FIELD: usize = 8;

/// The least and the most cells of a column.
#[derive(Clone, Copy)]
struct Need {
    least: usize,
    most: usize,
}

impl Need {
    /// The longest of some texts with a blank behind it, and how far it can be cut.
    fn of<'a>(title: &str, texts: impl Iterator<Item = &'a str>, least: usize) -> Self {
        let longest = texts.map(UnicodeWidthStr::width).max().unwrap_or(0);
        let most = longest.max(title.width()) + 1;
        Self {
            least: least.min(most),
            most,
        }
    }
}

impl Columns {
    /// The columns for these rows.
    pub fn of(rows: &[User], width: usize, now: Timestamp, look: &Look) -> Self {
        let cleaned = |field: fn(&User) -> String| -> Vec<String> {
            rows.iter().map(|user| look.clean(&field(user))).collect()
        };
        let (logins, names, emails) = (
            cleaned(|user| user.login.clone()),
            cleaned(User::name),
            cleaned(|user| user.email.clone()),
        );
        let kinds = rows
            .iter()
            .map(|user| user.kind.known().map_or("-", |kind| kind.word()));
        let states: Vec<_> = rows.iter().map(|user| user.verdict(now)).collect();
        let login = Need::of("ID", logins.iter().map(String::as_str), 9);
        let name = Need::of("Name", names.iter().map(String::as_str), 14);
        let email = Need::of("Email", emails.iter().map(String::as_str), 16);
        let kind = Need::of("Kind", kinds, 6);
        let state = Need::of("State", states.iter().map(Verdict::words), 13);
        let room = width.saturating_sub(MARGIN);
        if width < WIDE {
            let [state, login, name] = shared(room, [state, login, name]);
            return Self {
                login,
                name,
                email: 0,
                kind: 0,
                state,
                fields: Vec::new(),
            };
        }
        // Who it is comes first, the kind last.
        let [email, name, login, state, kind] = shared(room, [email, name, login, state, kind]);
        let used = email + name + login + state + kind;
        let mut left = room.saturating_sub(used);
        let fields = FieldColumn::of(rows).into_iter().filter_map(|column| {
            let values: Vec<_> = rows
                .iter()
                .map(|user| look.clean(column.value(user)))
                .collect();
            let title = look.clean(&column.title);
            let need = Need::of(&title, values.iter().map(String::as_str), LEAST_FIELD);
            let cells = need.most.min(left);
            (cells >= need.least).then(|| {
                left -= cells;
                (column, cells)
            })
        });
        Self {
            fields: fields.collect(),
            login,
            name,
            email,
            kind,
            state,
        }
    }
}

/// Everybody's least, and of what is left as much as each needs, the first one first. Where not even
/// that is there, the last ones give way.
fn shared<const N: usize>(room: usize, needs: [Need; N]) -> [usize; N] {
    let mut left = room;
    let mut cells = needs.map(|need| {
        let taken = need.least.min(left);
        left -= taken;
        taken
    });
    for (cells, need) in cells.iter_mut().zip(needs) {
        let more = (need.most - *cells).min(left);
        *cells += more;
        left -= more;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn need(least: usize, most: usize) -> Need {
        Need { least, most }
    }

    #[test]
    fn what_is_not_needed_goes_to_those_who_need_it() {
        let needs = [need(16, 40), need(14, 20), need(5, 12)];
        assert_eq!(shared(72, needs), [40, 20, 12]);
        assert_eq!(shared(65, needs), [40, 20, 5], "the kind gives way first");
        assert_eq!(shared(45, needs), [26, 14, 5]);
        assert_eq!(shared(20, needs), [16, 4, 0]);
    }
}
