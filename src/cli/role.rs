//! `halligan role …`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, Exit, Failure, receipt,
    secret_input::confirm,
    shape,
    table::{Column, Window, table},
    words,
};
use crate::{
    audit::Kind,
    desk::{RoleChange, api::permissions_of_scope},
    directory::KeptRole,
    kind::AccountKind,
    permission::{Permission, Permissions, Reach, Role as AnyRole, SiteRole},
    text,
};

/// List, show, add, change and remove the roles that this site makes. Those that are built in (none,
/// viewer, help-desk, auditor, administrator) stay as they are.
#[derive(Debug, Args)]
pub struct Role {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    Change(Change),
    List(List),
    Remove(Remove),
    Show(Show),
}

/// List the roles of the site, and how many users hold each.
#[derive(Debug, Args)]
struct List {}

/// Show one role of the site.
#[derive(Debug, Args)]
struct Show {
    /// Name of the role.
    name: String,
}

/// Make a role. It may hold no permission that you lack, and reach no further than you do.
#[derive(Debug, Args)]
struct Add {
    /// Name of the role; letters, digits, blanks, '-', '_' and '.'.
    name: String,
    #[command(flatten)]
    permits: Permits,
    #[command(flatten)]
    reaches: Reaches,
}

/// Change a role; everybody who holds it has the changed one at once. What is not named stays.
#[derive(Debug, Args)]
struct Change {
    /// Name of the role.
    name: String,
    /// Another name.
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    #[command(flatten)]
    permits: Permits,
    #[command(flatten)]
    reaches: Reaches,
    /// Reach accounts of every kind.
    #[arg(long, conflicts_with = "kinds")]
    every_kind: bool,
    /// Reach accounts of every station.
    #[arg(long, conflicts_with = "stations")]
    every_station: bool,
}

/// Remove a role.
#[derive(Debug, Args)]
struct Remove {
    /// Name of the role.
    name: String,
    /// The role that those who hold it are to hold instead; a role that somebody holds is not removed
    /// without.
    #[arg(long, value_name = "ROLE", value_parser = words::role())]
    instead: Option<AnyRole>,
}

#[derive(Debug, Args)]
struct Permits {
    /// What it permits, by title or scope: "Users - Read" or users:read. Can be given more than once;
    /// scopes also apart by commas.
    #[arg(long = "permission", value_name = "PERMISSION", value_parser = permissions)]
    permissions: Vec<Permissions>,
}

#[derive(Debug, Args)]
struct Reaches {
    /// Only accounts of this kind; can be given more than once. Of every kind without it.
    #[arg(id = "kinds", long = "kind", value_name = "KIND", value_parser = words::kind())]
    kinds: Vec<AccountKind>,
    /// Only accounts of this station; can be given more than once. Of every station without it.
    #[arg(id = "stations", long = "station", value_name = "STATION")]
    stations: Vec<String>,
}

fn permissions(text: &str) -> Result<Permissions, String> {
    let title = |one: &Permission| one.title().eq_ignore_ascii_case(text.trim());
    if let Some(one) = Permission::ALL.into_iter().find(title) {
        return Ok([one].into_iter().collect());
    }
    permissions_of_scope(text).map_err(|word| {
        let titles = Permission::ALL.map(Permission::title);
        format!(
            "there is no permission {word}; there are {}",
            titles.join(", ")
        )
    })
}

impl Permits {
    fn all(&self) -> Permissions {
        self.permissions.iter().flat_map(|set| set.iter()).collect()
    }
}

impl Reaches {
    fn kinds(&self) -> Option<crate::permission::Kinds> {
        (!self.kinds.is_empty()).then(|| self.kinds.iter().copied().collect())
    }

    fn stations(&self) -> Option<Vec<String>> {
        (!self.stations.is_empty()).then(|| self.stations.clone())
    }
}

impl Role {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Add(add) => add.run(context).await,
            Command::Change(change) => change.run(context).await,
            Command::List(_) => list(context).await,
            Command::Remove(remove) => remove.run(context).await,
            Command::Show(show) => show.run(context).await,
        }
    }
}

async fn all(context: &Context) -> Result<Vec<KeptRole>, Failure> {
    context
        .at_desk(async |signed_in| {
            let seat = signed_in.at().roles_update(Kind::RolesListed).await?;
            Ok(seat.roles().await?)
        })
        .await
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let roles = all(context).await?;
    let rows: Vec<_> = roles.iter().map(row).collect();
    context.out.result(
        &json!({ "roles": roles }),
        table(&COLUMNS, &rows, Window::of_output()),
    )?;
    Ok(Exit::Done)
}

const COLUMNS: [Column<'_>; 4] = [
    Column::whole("Name"),
    Column::whole("Held by"),
    Column::cut("Reaches", 16),
    Column::cut("Permits", 16),
];

fn row(kept: &KeptRole) -> Vec<String> {
    vec![
        kept.role.name.clone(),
        kept.holders.to_string(),
        kept.role.reach.to_string(),
        kept.role.permissions.to_string(),
    ]
}

impl Show {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let roles = all(context).await?;
        let kept = found(&roles, &self.name)?;
        let zone = text::zone();
        let rows = [
            ("Name", kept.role.name.clone()),
            ("Permits", kept.role.permissions.to_string()),
            ("Reaches", kept.role.reach.to_string()),
            ("Held by", kept.holders.to_string()),
            (
                "Changed",
                format!(
                    "{} by {}",
                    text::stamp(kept.changed_at, zone),
                    kept.changed_by
                ),
            ),
        ];
        let lines = rows.map(|(label, value)| format!("{label:<10}{value}"));
        context.out.result(&json!({ "role": kept }), lines)?;
        Ok(Exit::Done)
    }
}

fn found<'a>(roles: &'a [KeptRole], name: &str) -> Result<&'a KeptRole, Failure> {
    let mut roles = roles.iter();
    roles.find(|kept| kept.role.is_called(name)).ok_or_else(|| {
        Failure::new(
            Exit::Failed,
            &format!("there is no role {name} of this site"),
            "Nothing was changed.",
            "See `halligan role list`.",
        )
    })
}

impl Add {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let new = SiteRole {
            number: 0,
            name: self.name.clone(),
            permissions: self.permits.all(),
            reach: Reach {
                kinds: self.reaches.kinds(),
                stations: self.reaches.stations(),
            },
        };
        let done = context
            .at_desk(async |signed_in| {
                let seat = signed_in.at().roles_update(Kind::RoleAdded).await?;
                Ok(seat.add_role(new).await?)
            })
            .await?;
        context.out.result(
            &json!({ "name": self.name, "receipt": shape::receipt(&done) }),
            [format!("added the role {}", self.name)],
        )?;
        Ok(receipt::exit(&done))
    }
}

impl Change {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let permissions = (!self.permits.permissions.is_empty()).then(|| self.permits.all());
        let (kinds, stations) = (self.reaches.kinds(), self.reaches.stations());
        let limits = kinds.is_some() || stations.is_some() || self.every_kind || self.every_station;
        let (done, holders) = context
            .at_desk(async |signed_in| {
                let seat = signed_in.at().roles_update(Kind::RoleChanged).await?;
                let roles = seat.roles_to_choose().await?;
                let kept = found(&roles, &self.name)?;
                let was = &kept.role.reach;
                // What is not named stays.
                let reach = limits.then(|| Reach {
                    kinds: kinds.or(was.kinds).filter(|_| !self.every_kind),
                    stations: stations
                        .or_else(|| was.stations.clone())
                        .filter(|_| !self.every_station),
                });
                let holders = kept.holders;
                let question = format!(
                    "Change the role {} for the {holders} who hold it?",
                    kept.role.name
                );
                confirm(&question, context.yes)?;
                let change = RoleChange {
                    name: self.rename.clone(),
                    permissions,
                    reach,
                };
                let expected = kept.version.clone();
                let done = seat
                    .change_role(&self.name, Some(&expected), change)
                    .await?;
                Ok((done, holders))
            })
            .await?;
        context.out.result(
            &json!({
                "name": self.rename.as_ref().unwrap_or(&self.name),
                "holders": holders,
                "receipt": shape::receipt(&done),
            }),
            [format!("changed the role {}, held by {holders}", self.name)],
        )?;
        Ok(receipt::exit(&done))
    }
}

impl Remove {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let removed = context
            .at_desk(async |signed_in| {
                let seat = signed_in.at().roles_update(Kind::RoleRemoved).await?;
                let roles = seat.roles_to_choose().await?;
                let kept = found(&roles, &self.name)?;
                let instead = self.instead.as_ref();
                let moved = instead.map_or_else(String::new, |role| {
                    format!(" The {} who hold it get {role}.", kept.holders)
                });
                let question = format!("Remove the role {}?{moved}", kept.role.name);
                confirm(&question, context.yes)?;
                let expected = kept.version.clone();
                Ok(seat
                    .remove_role(&self.name, Some(&expected), self.instead.clone())
                    .await?)
            })
            .await?;
        context.out.result(
            &json!({
                "name": self.name,
                "holders": removed.holders,
                "receipt": shape::receipt(&removed.receipt),
            }),
            [format!(
                "removed the role {}, which {} held",
                self.name, removed.holders
            )],
        )?;
        Ok(receipt::exit(&removed.receipt))
    }
}
