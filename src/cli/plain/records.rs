//! The audit, and changes whose outcome is not known.

use super::{Left, Talk};
use crate::{
    audit::{AuditQuery, Kind, Record},
    cli::audit::list,
    desk::At,
    receipt::Settlement,
};

/// As many as can be listened to.
const RECORDS: usize = 10;

impl Talk<'_> {
    /// The last records, newest first, a page at a time.
    pub(super) async fn audit(&mut self) -> Result<(), Left> {
        let mut before = None;
        loop {
            let query = AuditQuery {
                limit: RECORDS,
                target: None,
                before,
            };
            let list = async |at: At<'_>| {
                let seat = at.audit_read(Kind::AuditListed).await?;
                seat.audit_list(query.clone()).await
            };
            let Ok(records) = self.act(list).await? else {
                return Ok(());
            };
            for record in &records {
                self.say(&list::sentence(record));
            }
            before = records.last().map(|record| record.sequence);
            if records.len() < RECORDS {
                self.say("These were all.");
                return Ok(());
            }
            if self.ask("Enter for older ones, 0 to go back").await? == "0" {
                return Ok(());
            }
        }
    }

    /// Open intents, each to be looked at again.
    pub(super) async fn unsettled(&mut self) -> Result<(), Left> {
        loop {
            let open = async |at: At<'_>| at.own_account().await?.open_intents().await;
            let Ok(open) = self.act(open).await? else {
                return Ok(());
            };
            if open.is_empty() {
                self.say("There are none: the outcome of every change is known.");
                return Ok(());
            }
            let choices: Vec<String> = open.iter().map(list::sentence).collect();
            match self.choose(&choices, "Back").await? {
                Some(n) => {
                    if let Some(record) = open.get(n) {
                        self.settle(record).await?;
                    }
                }
                None => return Ok(()),
            }
        }
    }

    async fn settle(&mut self, intent: &Record) -> Result<(), Left> {
        let mut remark: Option<String> = None;
        loop {
            let settle = async |at: At<'_>| {
                let seat = at.users_update(Kind::Settled).await?;
                seat.settle(intent, remark.as_deref()).await
            };
            let Ok(settlement) = self.act(settle).await? else {
                return Ok(());
            };
            let told = match settlement {
                Settlement::Happened(how) => format!("It happened: {how}."),
                Settlement::DidNotHappen(how) => format!("It did not happen: {how}."),
                Settlement::StillUnknown(_) if remark.is_some() => {
                    "Closed with what you have found out.".into()
                }
                Settlement::StillUnknown(how) => {
                    self.say(&format!("Not known: {how}."));
                    let found = self
                        .ask(
                            "What you have found out, which closes it, or nothing to leave it open",
                        )
                        .await?;
                    if found.is_empty() {
                        return Ok(());
                    }
                    remark = Some(found);
                    continue;
                }
            };
            self.say(&told);
            return Ok(());
        }
    }
}
