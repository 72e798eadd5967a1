//! `halligan audit head`

use clap::Args;
use serde_json::json;

use crate::{
    audit::AuditQuery,
    cli::{Context, Exit, Failure},
};

/// Print number and hash of the newest record, to be noted somewhere else.
#[derive(Debug, Args)]
pub struct Head {}

impl Head {
    /// Prints `SEQUENCE:HASH`, as `audit verify --anchor` takes it.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let records = context
            .at_desk(async |door| {
                let query = AuditQuery {
                    limit: 1,
                    ..AuditQuery::default()
                };
                Ok(door.desk.audit_list(&door.session, query).await?)
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
