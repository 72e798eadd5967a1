//! Whom a subcommand is about: an ID, an email, or text that matches one user only.

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{Exit, Failure, context::SignedIn, output, shape};
use crate::{
    audit::Kind,
    directory::{Query, Total},
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
    /// Take an ID or email only, never a text that happens to match.
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
        let query = Query {
            text: text.to_owned(),
            limit: CANDIDATES,
            offset: 0,
        };
        let found = signed_in
            .at()
            .users_read(Kind::SearchOpened)
            .await?
            .search(&query)
            .await?;
        let same = |known: &str| known.to_lowercase() == text.to_lowercase();
        let mut exact: Vec<&User> = found.rows.iter().filter(|user| same(&user.login)).collect();
        if exact.is_empty() {
            exact.extend(found.rows.iter().filter(|user| same(&user.email)));
        }
        let one = match (&exact[..], &found.rows[..]) {
            ([one], _) => Some(*one),
            ([], [one]) if !self.exact && found.total == Total::Exact(1) => Some(one),
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
            found.rows.iter().collect()
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
        let rows: Vec<_> = candidates
            .iter()
            .map(|user| shape::row(user, now))
            .collect();
        let list: Vec<_> = candidates
            .iter()
            .map(|user| shape::user(user, now))
            .collect();
        Err(Failure::new(
            Exit::Ambiguous,
            &format!(
                "{} users match '{text}':\n{}",
                found.total,
                output::table(&rows).join("\n")
            ),
            "Nothing was changed.",
            "Give the ID or the email of one of them.",
        )
        .with("candidates", json!(list)))
    }
}
