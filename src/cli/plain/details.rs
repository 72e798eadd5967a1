//! The details of a person as questions, and after them the fields of the site's own.

use super::{Left, Talk};
use crate::{
    audit::Kind,
    cli::shape,
    desk::At,
    directory::UserChange,
    user::{Detail, Details, SeenField, User},
};

/// ID, given name, family name and email stand before the details.
const BEFORE_DETAILS: usize = 4;

impl Talk<'_> {
    /// Asks which, and what it is to be, until nothing more is to change; then all of it in one act.
    pub(super) async fn change_details(&mut self, user: &User) -> Result<(), Left> {
        let mut change = UserChange::default();
        let details = user.details.known();
        let own = match details {
            Some(details) => self.own_fields(details).await?,
            None => Vec::new(),
        };
        loop {
            let with = change.applied_to(user);
            let known = with.details.known().cloned().unwrap_or_default();
            let mut choices = vec![
                format!("ID: {}", with.login),
                format!("given name: {}", with.given_name),
                format!("family name: {}", with.family_name),
                format!("email: {}", with.email),
            ];
            if details.is_some() {
                let rows = Detail::ALL.map(|one| format!("{}: {}", one.words(), known.of(one)));
                choices.extend(rows);
            }
            let row = |seen: &SeenField| {
                let value = known.field(&seen.field.name);
                format!("{}: {value}", seen.field.title)
            };
            choices.extend(own.iter().map(row));
            let Some(which) = self.choose(&choices, "That is all").await? else {
                if self.fill_the_rest(user, &own, &mut change).await? {
                    break;
                }
                self.say("Nothing was changed.");
                return Ok(());
            };
            let detail = which.checked_sub(BEFORE_DETAILS);
            let place = detail.and_then(|place| place.checked_sub(Detail::ALL.len()));
            if let Some(seen) = place.and_then(|place| own.get(place)) {
                self.ask_own(user, seen, &mut change).await?;
                continue;
            }
            let text = self.ask("What it is to be, may be empty").await?;
            let other = |old: &str| (text != old).then(|| text.clone());
            match which {
                0 if text.is_empty() => self.say("An ID is needed."),
                0 => change.login = other(&user.login),
                1 => change.given_name = other(&user.given_name),
                2 => change.family_name = other(&user.family_name),
                3 => change.email = other(&user.email),
                _ => {
                    let Some(detail) = detail.and_then(|place| Detail::ALL.get(place)) else {
                        continue;
                    };
                    let old = details.map_or("", |details| details.of(*detail));
                    match detail.checked(&text) {
                        Ok(text) => {
                            let new = (text != old).then_some(text);
                            *change.details.of_mut(*detail) = new;
                        }
                        Err(why) => self.say(&format!("Not taken: {why}.")),
                    }
                }
            }
        }
        if change.is_nothing() {
            self.say("Nothing was changed.");
            return Ok(());
        }
        let question = shape::change_question(user, &change);
        self.change(user, &question, &change).await
    }

    /// The fields of the site's own that the operator sees of somebody with these details.
    async fn own_fields(&mut self, details: &Details) -> Result<Vec<SeenField>, Left> {
        let read = async |at: At<'_>| at.users_read(Kind::FieldsListed).await?.seen_fields().await;
        let mut own = self.act(read).await?.unwrap_or_default();
        own.retain(|seen| !seen.field.retired || !details.field(&seen.field.name).is_empty());
        Ok(own)
    }

    /// Asks what a field of the site's own is to hold.
    async fn ask_own(
        &mut self,
        user: &User,
        seen: &SeenField,
        change: &mut UserChange,
    ) -> Result<(), Left> {
        let (field, name) = (&seen.field, &seen.field.name);
        if let Some(why) = seen.obstacle() {
            self.say(&format!("Not changed here: {why}."));
            return Ok(());
        }
        let held = held(user, seen);
        let text = match seen.choices(held) {
            Some(mut choices) => {
                choices.push("Nothing".into());
                let Some(chosen) = self.choose(&choices, "Back").await? else {
                    return Ok(());
                };
                choices.pop();
                choices.get(chosen).cloned().unwrap_or_default()
            }
            None => self.ask("What it is to be, may be empty").await?,
        };
        if text == held {
            change.details.fields.remove(name);
            return Ok(());
        }
        match field.value(&text) {
            Ok(text) => {
                change.details.fields.insert(name.clone(), text);
            }
            Err(why) => self.say(&format!("Not taken: {why}.")),
        }
        Ok(())
    }

    /// Asks for what has to be filled where somebody is changed; false where it is left empty.
    async fn fill_the_rest(
        &mut self,
        user: &User,
        own: &[SeenField],
        change: &mut UserChange,
    ) -> Result<bool, Left> {
        for seen in own {
            let is_empty = |change: &UserChange| {
                let wanted = change.details.fields.get(&seen.field.name);
                let text = wanted.map_or(held(user, seen), String::as_str);
                seen.is_filled && text.is_empty() && change.changes_attributes()
            };
            if !is_empty(change) {
                continue;
            }
            self.say(&format!("{} has to be filled.", seen.field.title));
            self.ask_own(user, seen, change).await?;
            if is_empty(change) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a user has in a field.
fn held<'a>(user: &'a User, seen: &SeenField) -> &'a str {
    let details = user.details.known();
    details.map_or("", |details| details.field(&seen.field.name))
}
