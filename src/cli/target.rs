//! Whom a subcommand is about: an ID, an email, or text that matches one user only.

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{Exit, Failure, context::SignedIn, shape};
use crate::{
    audit::Kind,
    directory::{self, Query, Total},
    user::User,
};

/// How many candidates an ambiguous text is answered with.
const CANDIDATES: usize = 20;

/// One user.
#[derive(Debug, Clone, Args)]
pub struct TargetOption {
    /// The user: ID or email, or any text that matches one user only.
    #[arg(value_name = "USER")]
    user: String,
    /// Take an identifier only (ID, email, in LDAP the DN too), never a text that happens to match.
    #[arg(long)]
    exact: bool,
}

/// The user that was meant.
#[derive(Debug)]
pub(super) struct Found {
    pub user: User,
    /// Named by ID or email, not by a text that happens to match.
    pub exact: bool,
}

impl TargetOption {
    /// The user of a text from another option.
    pub(in crate::cli) const fn of(user: String) -> Self {
        Self { user, exact: false }
    }

    /// The same, and whether it must be an identifier.
    pub(in crate::cli) const fn named(user: String, exact: bool) -> Self {
        Self { user, exact }
    }

    /// Finds the user. An exact ID or email wins over everything else that matches.
    pub async fn find(&self, signed_in: &SignedIn) -> Result<User, Failure> {
        self.look_up(signed_in).await.map(|found| found.user)
    }

    /// The same, and whether the text is the user's ID or email.
    pub(super) async fn look_up(&self, signed_in: &SignedIn) -> Result<Found, Failure> {
        let text = self.user.trim();
        if text.is_empty() {
            return Err(Failure::usage("USER is empty"));
        }
        let named = signed_in
            .at()
            .users_read(Kind::SearchOpened)
            .await?
            .named(text)
            .await?;
        let (rows, total, exact) = match named {
            Some(named) if self.exact || !named.is_empty() => {
                let total = Total::Exact(named.len() as u64);
                (named.clone(), total, named)
            }
            Some(_) | None => {
                let found = search(signed_in, text).await?;
                let exact = exact(&found.rows, text);
                (found.rows, found.total, exact)
            }
        };
        let one = match (&exact[..], &rows[..]) {
            ([one], _) => Some(one),
            ([], [one]) if !self.exact && total == Total::Exact(1) => Some(one),
            _ => None,
        };
        if let Some(user) = one {
            return Ok(Found {
                user: user.clone(),
                exact: !exact.is_empty(),
            });
        }
        let candidates = if exact.is_empty() && self.exact {
            Vec::new()
        } else if exact.is_empty() {
            rows
        } else {
            exact
        };
        if candidates.is_empty() {
            return Err(Failure::new(
                Exit::NotFound,
                &format!("no user matches '{text}'"),
                "Nothing was changed.",
                "Try `halligan find` with a part of the ID, email or name.",
            ));
        }
        let now = Timestamp::now();
        let list: Vec<_> = candidates
            .iter()
            .map(|user| shape::user(user, now))
            .collect();
        Err(Failure::new(
            Exit::Ambiguous,
            &format!(
                "{} users match '{text}':\n{}",
                total,
                shape::users(&candidates, now).join("\n")
            ),
            "Nothing was changed.",
            "Give the ID or the email of one of them.",
        )
        .with("candidates", json!(list)))
    }
}

async fn search(signed_in: &SignedIn, text: &str) -> Result<directory::Found, Failure> {
    let query = Query {
        text: text.to_owned(),
        limit: CANDIDATES,
        offset: 0,
        ..Query::default()
    };
    let seat = signed_in.at().users_read(Kind::SearchOpened).await?;
    Ok(seat.search(&query).await?)
}

/// Who has this ID; failing that, who has this address.
fn exact(rows: &[User], text: &str) -> Vec<User> {
    let same = |known: &str| known.to_lowercase() == text.to_lowercase();
    let by_id: Vec<User> = rows.iter().filter(|it| same(&it.login)).cloned().collect();
    if by_id.is_empty() {
        rows.iter().filter(|it| same(&it.email)).cloned().collect()
    } else {
        by_id
    }
}
