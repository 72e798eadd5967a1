//! `halligan audit verify`

use clap::Args;
use serde_json::json;

use super::reader::Reader;
use crate::{
    audit::{Anchor, Kind},
    cli::{Exit, Failure},
};

/// Verify the chain of records. Ends with 14 when a record does not fit.
#[derive(Debug, Args)]
pub struct Verify {
    /// A head noted earlier (`halligan audit head`): the chain must still hold it, which shows
    /// that nobody cut records off the end.
    #[arg(long, value_name = "SEQUENCE:HASH", value_parser = anchor)]
    anchor: Option<Anchor>,
}

fn anchor(text: &str) -> Result<Anchor, String> {
    let (sequence, hash) = text.split_once(':').ok_or("it is SEQUENCE:HASH")?;
    let sequence = sequence
        .parse()
        .map_err(|_| "the part before the colon is no number")?;
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("the hash is 64 hexadecimal digits".into());
    }
    Ok((sequence, hash.to_ascii_lowercase()))
}

impl Verify {
    /// Verifies and names the first bad record.
    pub(super) async fn run(self, reader: &Reader<'_>) -> Result<Exit, Failure> {
        let verified = reader
            .read(
                async |signed_in| {
                    let seat = signed_in.at().audit_read(Kind::AuditVerified).await?;
                    Ok(seat.audit_verify(self.anchor.clone()).await?)
                },
                async |audit| audit.audit_verify(self.anchor.clone()).await,
            )
            .await?;
        let bad = verified.first_bad.as_ref();
        let mut lines = vec![match bad {
            None => format!("{} records, all fit", verified.records),
            Some((sequence, why)) => format!("record {sequence} DOES NOT FIT: {why}"),
        }];
        lines.push(format!("head {}", verified.head));
        if !verified.open_intents.is_empty() {
            let open: Vec<_> = verified.open_intents.iter().map(u64::to_string).collect();
            lines.push(format!(
                "intents without an outcome (a crash or a lost line): {}",
                open.join(", ")
            ));
        }
        if !verified.backwards.is_empty() {
            let records: Vec<_> = verified.backwards.iter().map(u64::to_string).collect();
            lines.push(format!(
                "time runs backwards at these records (the clock was set back): {}",
                records.join(", ")
            ));
        }
        reader.context.out.result(
            &json!({
                "good": bad.is_none(),
                "records": verified.records,
                "head": verified.head,
                "first_bad": bad.map(|(sequence, why)| json!({ "sequence": sequence, "why": why })),
                "open_intents": verified.open_intents,
                "backwards": verified.backwards,
            }),
            lines,
        )?;
        Ok(if bad.is_none() { Exit::Done } else { Exit::No })
    }
}
