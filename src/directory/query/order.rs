//! In which order users are listed.

use std::cmp::Reverse;

use crate::{text, user::User};

/// An order of those who are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Order {
    /// The best match first; without a text the directory's own order.
    #[default]
    Best,
    /// By family name, then by given name.
    Name,
    /// By ID.
    Id,
    /// Whoever signed in last first, whoever never did last.
    LastSignIn,
    /// Whoever was changed last first.
    Changed,
}

impl Order {
    /// Every order, in which a key goes through them.
    pub const ALL: [Self; 5] = [
        Self::Best,
        Self::Name,
        Self::Id,
        Self::LastSignIn,
        Self::Changed,
    ];

    /// `best`, `name`, `id`, `last-sign-in`, `changed`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Name => "name",
            Self::Id => "id",
            Self::LastSignIn => "last-sign-in",
            Self::Changed => "changed",
        }
    }

    /// The order of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }

    /// The order behind this one, the first behind the last.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self);
        Self::ALL[(at.unwrap_or_default() + 1) % Self::ALL.len()]
    }

    /// Puts users into this order; false where what they are ordered by is not told of a user.
    pub fn sort(self, users: &mut [User]) -> bool {
        match self {
            Self::Best => true,
            Self::Name => {
                users.sort_by_cached_key(|user| name_key(&user.family_name, &user.given_name));
                true
            }
            Self::Id => {
                users.sort_by_cached_key(|user| text::fold(&user.login));
                true
            }
            Self::LastSignIn => {
                let told = users
                    .iter()
                    .all(|user| user.state.last_sign_in.known().is_some());
                if told {
                    users.sort_by_key(|user| Reverse(user.state.last_sign_in.value()));
                }
                told
            }
            Self::Changed => false,
        }
    }
}

/// What names are ordered by.
pub(in crate::directory) fn name_key(family: &str, given: &str) -> (String, String) {
    (text::fold(family), text::fold(given))
}
