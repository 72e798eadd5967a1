//! `halligan audit head`

use clap::Args;
use serde_json::json;

use super::reader::Reader;
use crate::{
    audit::{AuditQuery, Kind},
    cli::{Exit, Failure},
};

/// Print number and hash of the newest record, to be noted somewhere else.
#[derive(Debug, Args)]
pub struct Head {}

impl Head {
    /// Prints `SEQUENCE:HASH`, as `audit verify --anchor` takes it.
    pub(super) async fn run(self, reader: &Reader<'_>) -> Result<Exit, Failure> {
        let newest = || AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        };
        let records = reader
            .read(
                async |signed_in| {
                    let seat = signed_in.at().audit_read(Kind::AuditListed).await?;
                    Ok(seat.audit_list(newest()).await?)
                },
                async |audit| audit.audit_list(newest()).await,
            )
            .await?;
        // This very listing is a record: there is always one.
        let Some(head) = records.first() else {
            return Err(Failure::new(
                Exit::Store,
                "the audit is empty",
                "Nothing was changed.",
                "",
            ));
        };
        reader.context.out.result(
            &json!({ "sequence": head.sequence, "hash": head.hash }),
            [format!("{}:{}", head.sequence, head.hash)],
        )?;
        Ok(Exit::Done)
    }
}
