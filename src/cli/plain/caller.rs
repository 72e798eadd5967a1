//! Who is calling, asked line by line.

use super::{Left, Talk};
use crate::{
    audit::Kind,
    desk::{At, CallerOrder},
    text,
    user::User,
    verification::Method,
};

impl Talk<'_> {
    /// Asks how it was made sure who is calling, and records it.
    pub(super) async fn verify_caller(&mut self, user: &User) -> Result<(), Left> {
        let phone = user.phone();
        if phone.is_empty() {
            self.say("There is no phone number on record.");
        } else {
            self.say(&format!("Number on record: {phone}."));
        }
        let offered = self.desk.verification().methods.clone();
        let mut left: Vec<Method> = offered;
        let mut methods = Vec::new();
        loop {
            let choices: Vec<String> = left.iter().map(|method| method.words().into()).collect();
            let back = if methods.is_empty() {
                "Back"
            } else {
                "That is all"
            };
            let Some(chosen) = self.choose(&choices, back).await? else {
                break;
            };
            if chosen < left.len() {
                methods.push(left.remove(chosen));
            }
            if methods != [Method::RadioUnit] {
                break;
            }
            self.say("And together with what?");
        }
        if methods.is_empty() {
            return Ok(());
        }
        let mut voucher = None;
        if methods.contains(&Method::Supervisor) {
            let login = self.ask("Email or ID of who vouches").await?;
            let prompt = format!("Password of {login}, or nothing to go back");
            let Some(password) = self.ask_secret(&prompt).await? else {
                return Ok(());
            };
            voucher = Some((login, password));
        }
        let ticket = self.ask("Ticket or incident number").await?;
        let said = async |at: At<'_>| {
            let order = CallerOrder {
                user: user.id.clone(),
                methods: methods.clone(),
                voucher: voucher
                    .as_ref()
                    .map(|(login, password)| (login.clone(), password.duplicate())),
                ticket: ticket.clone(),
            };
            let seat = at.users_change(Kind::CallerVerified).await?;
            seat.caller_verified(order).await
        };
        if let Ok(sight) = self.act(said).await? {
            self.say_all(sight.lines(text::zone()));
        }
        Ok(())
    }

    /// Records that a caller could not show who they are.
    pub(super) async fn turn_away(&mut self, user: &User) -> Result<(), Left> {
        let ticket = self.ask("Ticket or incident number, may be empty").await?;
        if !self.confirms("Turn this caller away?").await? {
            self.say("Nothing was recorded.");
            return Ok(());
        }
        let refuse = async |at: At<'_>| {
            let seat = at.users_change(Kind::CallerRefused).await?;
            seat.caller_refused(&user.id, Vec::new(), &ticket).await
        };
        if let Ok(sight) = self.act(refuse).await? {
            self.say_all(sight.lines(text::zone()));
        }
        Ok(())
    }
}
