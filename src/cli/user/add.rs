//! `halligan user add`

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure, doubt, receipt,
        secret_input::PasswordOptions,
        shape,
        words::{self, Bound},
    },
    desk::Added,
    directory::NewUser,
    permission::Role,
    user::{AccountKind, Details, SiteValue},
};

/// Add a user. Without a password option the account has none until a reset.
#[derive(Debug, Args)]
pub struct Add {
    /// Badge, employee or customer number; unique.
    #[arg(long)]
    id: String,
    /// Email, with which the user signs in; unique.
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Given name.
    #[arg(long, default_value = "", hide_default_value = true)]
    given_name: String,
    /// Family name, or the whole name of apparatus.
    #[arg(long)]
    family_name: String,
    /// Whom the account belongs to.
    #[arg(long, default_value = "staff", value_parser = words::kind())]
    kind: AccountKind,
    /// Name to show, where it is another than given and family name together.
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Phone number at work.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Station or office.
    #[arg(long)]
    station: Option<String>,
    /// Job title or rank.
    #[arg(long, value_name = "TITLE")]
    job_title: Option<String>,
    /// From when on the account is valid: a day, from its beginning, or a time; none is at once.
    #[arg(long, value_name = "WHEN", value_parser = words::valid_from)]
    valid_from: Option<Bound>,
    /// Until when the account is valid: a day, to its end, or a time; none is without an end.
    #[arg(long, value_name = "WHEN", value_parser = words::valid_until)]
    valid_until: Option<Bound>,
    /// What stands in a field of the site's own. May be given several times.
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = words::field)]
    fields: Vec<(String, String)>,
    /// What the user may do at this desk.
    #[arg(long, default_value = "none", value_parser = words::role())]
    role: Role,
    /// Add the account disabled.
    #[arg(long)]
    inactive: bool,
    #[command(flatten)]
    password: PasswordOptions,
}

impl Add {
    /// Adds the user.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let new = NewUser {
            login: self.id,
            email: self.email,
            given_name: self.given_name,
            family_name: self.family_name,
            kind: self.kind,
            role: self.role,
            active: !self.inactive,
            must_change: true,
            details: Details {
                display_name: self.display_name.unwrap_or_default(),
                phone: self.phone.unwrap_or_default(),
                station: self.station.unwrap_or_default(),
                job_title: self.job_title.unwrap_or_default(),
                fields: self
                    .fields
                    .into_iter()
                    .map(|(name, value)| SiteValue::given(name, value))
                    .collect(),
            },
            valid_from: self.valid_from.and_then(|bound| bound.0),
            valid_until: self.valid_until.and_then(|bound| bound.0),
        };
        let password = if self.password.is_given() {
            Some(self.password.read("Password", true)?)
        } else {
            None
        };
        let doubt = password
            .as_ref()
            .and_then(|password| doubt::told(context, password));
        let added = context
            .at_desk(async |signed_in| {
                let added = signed_in
                    .at()
                    .users_create(Kind::UserCreated)
                    .await?
                    .create_user(new, password.as_ref())
                    .await?;
                Ok(added)
            })
            .await?;
        let Added { user, receipt } = &added;
        let mut lines = vec![format!("added: {}", shape::who(user))];
        lines.extend(shape::receipt_lines(user, receipt).into_iter().skip(1));
        context.out.result(
            &doubt::with_doubt(
                json!({
                    "user": shape::user(user, Timestamp::now()),
                    "receipt": shape::receipt(receipt),
                }),
                doubt,
            ),
            lines,
        )?;
        Ok(receipt::exit(receipt))
    }
}
