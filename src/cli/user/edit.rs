//! `halligan user edit`

use clap::{ArgGroup, Args};
use jiff::Timestamp;
use serde_json::json;

use super::one_act::OneAct;
use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        receipt::{self, ReasonOption},
        secret_input::confirm,
        shape,
        target::TargetOption,
        words,
    },
    directory::{AttributeChange, UserChange},
    user::{AccountKind, User},
};

/// Change a user in one act: ID, names, email, kind, status and role. Only what is given changes.
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
    #[command(flatten)]
    beside: OneAct,
    #[command(flatten)]
    reason: ReasonOption,
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
                let mut differences = differences(&user, &change);
                differences.extend(OneAct::told(&change));
                let differences = differences.join(", ");
                let question = format!("Change {}: {differences}?", shape::who(&user));
                confirm(&question, context.yes)?;
                let seat = signed_in.at().users_change(Kind::UserChanged).await?;
                let receipt = seat
                    .change_user(&user.id, Some(&user.version), &change, &self.reason.text)
                    .await?;
                Ok((user, Some(receipt)))
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
        let mut change = UserChange {
            login: other(&self.new_id, &user.login),
            email: other(&self.email, &user.email),
            given_name: other(&self.given_name, &user.given_name),
            family_name: other(&self.family_name, &user.family_name),
            kind: self.kind.filter(|kind| user.kind.known() != Some(kind)),
            ..UserChange::default()
        };
        self.beside.add_to(&mut change, user);
        change
    }
}

/// `email old@x -> new@x`, for each attribute that changes, in the words of the question.
fn differences(user: &User, change: &UserChange) -> Vec<String> {
    let differences = change.differences(user).into_iter();
    differences
        .map(|difference| {
            let told = AttributeChange {
                attribute: label(difference.attribute),
                ..difference
            };
            told.to_string()
        })
        .collect()
}

fn label(attribute: &'static str) -> &'static str {
    match attribute {
        "id" => "ID",
        "given_name" => "given name",
        "family_name" => "family name",
        other => other,
    }
}
