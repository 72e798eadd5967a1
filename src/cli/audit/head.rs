//! `halligan audit head`

use clap::Args;
use serde_json::json;

use crate::{
    audit::{AuditQuery, Kind},
    cli::{Context, Exit, Failure},
};

/// Print number and hash of the newest record, to be noted somewhere else.
#[derive(Debug, Args)]
pub struct Head {}

impl Head {
    /// Prints `SEQUENCE:HASH`, as `audit verify --anchor` takes it.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let records = context
            .at_desk(async |signed_in| {
                let query = AuditQuery {
                    limit: 1,
                    ..AuditQuery::default()
                };
                Ok(signed_in
                    .at()
                    .audit_read(Kind::AuditListed)
                    .await?
                    .audit_list(query)
                    .await?)
            })
            .await?;
        // The sign-in and this very listing are records: there is always one.
        let Some(head) = records.first() else {
            return Err(Failure::new(
                Exit::Store,
                "the audit is empty",
                "Nothing was changed.",
                "",
            ));
        };
        context.out.result(
            &json!({ "sequence": head.sequence, "hash": head.hash }),
            [format!("{}:{}", head.sequence, head.hash)],
        )?;
        Ok(Exit::Done)
    }
}
