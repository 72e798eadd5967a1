//! `halligan token …`

use std::net::IpAddr;

use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::json;

use super::{
    Context, Exit, Failure, output,
    table::{Column, Window, table},
};
use crate::{
    audit,
    desk::api::{
        ClientKind, ClientRow, DAYS, MOST_DAYS, NewClient, permissions_of_scope, scope_of,
    },
    permission::Permissions,
};

/// Make, list and revoke the tokens of machine clients of `halligan serve`.
#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Create(Create),
    List(List),
    Revoke(Revoke),
}

/// How the client uses its secret.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Kind {
    /// As a bearer token.
    #[default]
    Bearer,
    /// As a client secret at /oauth2/token (RFC 6749 section 4.4).
    ClientCredentials,
}

/// Make a token; its secret is printed once and kept nowhere.
#[derive(Debug, Args)]
struct Create {
    /// Name of the client, shown in the audit.
    name: String,
    /// What it may do: users:read, users:update, users:create, audit:read, roles:update,
    /// users:update-status, users:delete, tokens:update, users:force-logout, fields:update, apart by commas. At
    /// each use it may do no more than its maker may at that moment.
    #[arg(long, value_name = "SCOPES", value_parser = permissions_of_scope_text)]
    scope: Permissions,
    /// How it is used.
    #[arg(long, value_enum, default_value = "bearer")]
    kind: Kind,
    /// Days after which it ends by itself.
    #[arg(long, value_name = "N", default_value_t = DAYS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
    days: u32,
    /// An address or network that it may be used from, such as 192.0.2.0/24; can be given more
    /// than once. From anywhere without it.
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    from: Vec<IpNet>,
}

/// List the tokens, also those that have ended.
#[derive(Debug, Args)]
struct List {}

/// Revoke a token at once.
#[derive(Debug, Args)]
struct Revoke {
    /// Name of the client.
    name: String,
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = |address: IpAddr| IpNet::from(address);
    text.parse::<IpNet>()
        .or_else(|_| text.parse().map(one))
        .map_err(|_| "it is an address or a network, as 192.0.2.7 or 192.0.2.0/24".into())
}

fn permissions_of_scope_text(text: &str) -> Result<Permissions, String> {
    let permissions = permissions_of_scope(text).map_err(|word| {
        format!(
            "there is no scope {word}; there are {}",
            scope_of(Permissions::all())
        )
    })?;
    if permissions.is_empty() {
        return Err("a token without a scope could do nothing".into());
    }
    Ok(permissions)
}

impl Token {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.command {
            Command::Create(create) => create.run(context).await,
            Command::List(_) => list(context).await,
            Command::Revoke(revoke) => revoke.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        Failure::unless_shown("the secret")?;
        let new = NewClient {
            name: self.name.clone(),
            kind: match self.kind {
                Kind::Bearer => ClientKind::Bearer,
                Kind::ClientCredentials => ClientKind::ClientCredentials,
            },
            permissions: self.scope,
            days: Some(self.days),
            networks: self.from.clone(),
        };
        context
            .at_desk(async |signed_in| {
                let seat = signed_in
                    .at()
                    .tokens_update(audit::Kind::TokenCreated)
                    .await?;
                let secret = seat.create_client(new).await?;
                // Before anything else can fail.
                let document = json!({
                    "name": self.name,
                    "scope": scope_of(self.scope),
                    "secret": secret.as_str(),
                });
                let shown = context.out.result(&document, [secret.as_str()]);
                shown.map_err(|output::Unwritten(error)| self.unshown(&error))
            })
            .await?;
        let _ = context
            .out
            .remark("Keep it now: it is not shown again. Revoke it with `halligan token revoke`.");
        Ok(Exit::Done)
    }
}

impl Create {
    fn unshown(&self, error: &std::io::Error) -> Failure {
        Failure::unshown(
            error,
            "The token was made, and its secret is written nowhere.",
            &format!(
                "Revoke it with `halligan token revoke {}` and make another.",
                self.name
            ),
        )
    }
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let clients = context
        .at_desk(async |signed_in| {
            let seat = signed_in
                .at()
                .tokens_update(audit::Kind::TokensListed)
                .await?;
            Ok(seat.clients().await?)
        })
        .await?;
    let rows: Vec<_> = clients.iter().map(row).collect();
    context.out.result(
        &json!({ "tokens": clients }),
        table(&COLUMNS, &rows, Window::of_output()),
    )?;
    Ok(Exit::Done)
}

const COLUMNS: [Column<'_>; 6] = [
    Column::whole("Name"),
    Column::spare("Kind", 6),
    Column::whole("State"),
    Column::cut("Used", 10),
    Column::cut("Scope", 12),
    Column::cut("From", 12),
];

fn row(client: &ClientRow) -> Vec<String> {
    let now = Timestamp::now();
    let state = match (client.revoked_at, client.expires_at) {
        (Some(at), _) => format!("revoked {}", day(at)),
        (None, Some(at)) if at <= now => format!("ended {}", day(at)),
        (None, Some(at)) => format!("until {}", day(at)),
        (None, None) => "in force".into(),
    };
    let used = client.used_at.map_or_else(|| "never".into(), day);
    let kind = match client.kind {
        ClientKind::Bearer => "bearer",
        ClientKind::ClientCredentials => "client credentials",
    };
    let from = match &client.networks[..] {
        [] => "anywhere".into(),
        networks => {
            let texts: Vec<String> = networks.iter().map(IpNet::to_string).collect();
            texts.join(" ")
        }
    };
    vec![
        client.name.clone(),
        kind.into(),
        state,
        used,
        client.scope.clone(),
        from,
    ]
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

impl Revoke {
    async fn run(self, context: &Context) -> Result<Exit, Failure> {
        context
            .at_desk(async |signed_in| {
                let seat = signed_in
                    .at()
                    .tokens_update(audit::Kind::TokenRevoked)
                    .await?;
                Ok(seat.revoke_client(&self.name).await?)
            })
            .await?;
        context.out.result(
            &json!({ "name": self.name, "revoked": true }),
            [format!("revoked {}", self.name)],
        )?;
        Ok(Exit::Done)
    }
}
