//! `halligan user show`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, shape, target::TargetOption},
    text,
    user::{Fact, User},
};

/// Show one user: who it is, whether the account lets in, and what it may do.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    target: TargetOption,
}

impl Show {
    /// Prints the record; the look is recorded.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let user = context
            .at_desk(async |signed_in| {
                let found = self.target.find(signed_in).await?;
                let seat = signed_in.at().users_read(Kind::UserViewed).await?;
                Ok(seat.open_user(&found.id).await?)
            })
            .await?;
        let now = Timestamp::now();
        context.out.result(
            &json!({ "user": shape::user(&user, now) }),
            lines(&user, now),
        )?;
        Ok(Exit::Done)
    }
}

/// The verdict first: it is what a caller is told.
fn lines(user: &User, now: Timestamp) -> Vec<String> {
    let zone = text::zone();
    let state = &user.state;
    let password = state.password.known();
    let moment = |at: Option<Timestamp>| at.map(|at| text::since(at, now, zone));
    let details = user.details.known().cloned().unwrap_or_default();
    let bound = |at: &Fact<Option<Timestamp>>| {
        let at = at.value();
        at.map(|at| text::ahead(at, now, zone))
    };
    let fields = details.fields;
    let mut rows = vec![
        ("ID", Some(user.login.clone())),
        ("Name", Some(user.name())),
        ("Display name", Some(details.display_name)),
        ("Email", Some(user.email.clone())),
        ("Phone", Some(details.phone)),
        ("Station", Some(details.station)),
        ("Job title", Some(details.job_title)),
        ("Kind", user.kind.known().map(|kind| kind.word().to_owned())),
        ("Valid from", bound(&state.valid_from)),
        ("Valid until", bound(&state.account_expires)),
        ("Ends unused", bound(&state.ends_unused)),
        (
            "Password set",
            password.and_then(|password| moment(password.changed_at)),
        ),
        (
            "Password ends",
            password.and_then(|password| moment(password.expires_at)),
        ),
        ("Last sign-in", moment(state.last_sign_in.value())),
    ];
    let may = user.permissions.to_string();
    rows.push(("May", (!may.is_empty()).then_some(may)));
    let told = rows
        .into_iter()
        .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
        .map(|(label, value)| format!("{label:<14}{value}"));
    let fields = fields.into_iter().map(|field| {
        let fits = if field.fits {
            ""
        } else {
            " (does not fit the field: kept as it was)"
        };
        format!("{:<13} {}{fits}", field.title, field.value)
    });
    [user.verdict(now).sentence(now, zone)]
        .into_iter()
        .chain(told)
        .chain(fields)
        .collect()
}
