//! `halligan user edit`

use clap::{ArgGroup, Args};
use jiff::Timestamp;
use serde_json::json;

use super::one_act::OneAct;
use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        caller::CallerOptions,
        context::SignedIn,
        receipt::{self, ReasonOption},
        secret_input::confirm,
        shape,
        target::TargetOption,
        words::{self, Bound},
    },
    desk::DeskError,
    directory::{DirectoryError, UserChange},
    user::{AccountKind, DetailsChange, Fact, User},
};

/// Change a user in one act: ID, names, email, kind, details, validity, status and role. Only what is
/// given changes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("changes").required(true).multiple(true)))]
pub struct Edit {
    #[command(flatten)]
    target: TargetOption,
    /// Another badge, employee or customer number; unique.
    #[arg(long, group = "changes", value_name = "ID")]
    new_id: Option<String>,
    /// Another email, with which the user signs in; unique.
    #[arg(long, group = "changes")]
    email: Option<String>,
    /// Another given name.
    #[arg(long, group = "changes")]
    given_name: Option<String>,
    /// Another family name, or the whole name of apparatus.
    #[arg(long, group = "changes")]
    family_name: Option<String>,
    /// Whom the account belongs to.
    #[arg(long, group = "changes", value_parser = words::kind())]
    kind: Option<AccountKind>,
    /// Another name to show than given and family name together; '' takes it away.
    #[arg(long, group = "changes", value_name = "NAME")]
    display_name: Option<String>,
    /// Phone number at work; '' takes it away.
    #[arg(long, group = "changes", value_name = "NUMBER")]
    phone: Option<String>,
    /// Station or office; '' takes it away.
    #[arg(long, group = "changes")]
    station: Option<String>,
    /// Job title or rank; '' takes it away.
    #[arg(long, group = "changes", value_name = "TITLE")]
    job_title: Option<String>,
    /// From when on the account is valid: a day, from its beginning, or a time; none is at once.
    #[arg(long, group = "changes", value_name = "WHEN", value_parser = words::valid_from)]
    valid_from: Option<Bound>,
    /// Until when the account is valid: a day, to its end, or a time; none is without an end.
    #[arg(long, group = "changes", value_name = "WHEN", value_parser = words::valid_until)]
    valid_until: Option<Bound>,
    /// What stands in a field of the site's own; NAME= takes it away. May be given several times.
    #[arg(long = "field", group = "changes", value_name = "NAME=VALUE", value_parser = words::field)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    beside: OneAct,
    #[command(flatten)]
    reason: ReasonOption,
    #[command(flatten)]
    caller: CallerOptions,
}

impl Edit {
    /// Asks with old and new beside each other, makes the change and prints the receipt.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, receipt) = context
            .at_desk(async |signed_in| {
                let user = self.target.find(signed_in).await?;
                let change = self.change_of(&user);
                if change.is_nothing() {
                    return Ok((user, None));
                }
                confirm(&shape::change_question(&user, &change), context.yes)?;
                let reason = &self.reason.text;
                self.caller.say(signed_in, &user, reason).await?;
                let seat = signed_in.at().users_change(Kind::UserChanged).await?;
                let changed = seat
                    .change_user(&user.id, Some(&user.version), &change, reason)
                    .await;
                match changed {
                    Ok(receipt) => Ok((user, Some(receipt))),
                    Err(error) => Err(refused(signed_in, &user, &change, error).await),
                }
            })
            .await?;
        let Some(receipt) = receipt else {
            let document = json!({ "user": shape::user(&user, Timestamp::now()) });
            let told = format!("{}: nothing to do, it is so already", shape::who(&user));
            context.out.result(&document, [told])?;
            return Ok(Exit::Done);
        };
        receipt::tell(context, &user, &receipt, &[])
    }

    /// Only what differs from what is there.
    fn change_of(&self, user: &User) -> UserChange {
        let other = |new: &Option<String>, old: &str| {
            let new = new.as_deref().map(str::trim);
            new.filter(|new| *new != old).map(ToOwned::to_owned)
        };
        let bound = |new: Option<Bound>, old: &Fact<Option<Timestamp>>| {
            new.map(|bound| bound.0)
                .filter(|new| old.known() != Some(new))
        };
        let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        let wanted = DetailsChange {
            display_name: trimmed(&self.display_name),
            phone: trimmed(&self.phone),
            station: trimmed(&self.station),
            job_title: trimmed(&self.job_title),
            fields: self.fields.iter().cloned().collect(),
        };
        let details = user.details.known().cloned().unwrap_or_default();
        let state = &user.state;
        let mut change = UserChange {
            login: other(&self.new_id, &user.login),
            email: other(&self.email, &user.email),
            given_name: other(&self.given_name, &user.given_name),
            family_name: other(&self.family_name, &user.family_name),
            kind: self.kind.filter(|kind| user.kind.known() != Some(kind)),
            details: DetailsChange::between(&details, &wanted),
            valid_from: bound(self.valid_from, &state.valid_from),
            valid_until: bound(self.valid_until, &state.account_expires),
            ..UserChange::default()
        };
        self.beside.add_to(&mut change, user);
        change
    }
}

/// The failure of a change; where somebody else has changed the user since, with each attribute that
/// is no longer as it was seen.
async fn refused(
    signed_in: &SignedIn,
    seen: &User,
    change: &UserChange,
    error: DeskError,
) -> Failure {
    let met = matches!(error, DeskError::Directory(DirectoryError::Conflict { .. }));
    let failure = Failure::from(error);
    if !met {
        return failure;
    }
    let Ok(seat) = signed_in.at().users_change(Kind::UserChanged).await else {
        return failure;
    };
    match seat.conflicts(seen, change).await {
        Ok(conflicts) => {
            let lines = conflicts.iter().map(ToString::to_string).collect();
            failure.and_lines(lines).with("conflicts", json!(conflicts))
        }
        Err(_) => failure,
    }
}
