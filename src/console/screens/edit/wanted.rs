//! What the form says of the user, what is wanted of it, and where the two have met somebody else's
//! change.

use jiff::tz::TimeZone;

use super::{
    form::{DetailsForm, RecordForm, StatusForm},
    model::may_be_locked,
    validity::End,
};
use crate::{
    console::{
        effect::Opened,
        screens::{Cx, identity::Identity, sentence},
        widgets::{AnyField, Fault, Form as _, form::Place},
    },
    desk::DeskError,
    directory::{Support, UserAttribute, UserChange},
    permission::Role,
    user::{AccountKind, Detail, DetailsChange, Fact, User},
};

/// Why something cannot be changed: the right is missing, or the directory has no such thing.
fn barred(may: &Result<(), DeskError>, support: &Support) -> Option<String> {
    match (may, support) {
        (Err(why), _) => Some(why.to_string()),
        (Ok(()), Support::No(why)) => Some(why.clone()),
        (Ok(()), Support::Yes) => None,
    }
}

/// Why what was not read cannot be changed.
fn unread<T>(fact: &Fact<T>) -> Option<String> {
    match fact {
        Fact::Known(_) => None,
        Fact::Unknown(why) => Some(why.clone()),
        Fact::NotOffered => Some("not offered by this directory".into()),
    }
}

impl RecordForm {
    /// Fills in what was read. What the operator has changed stays; where somebody else has changed
    /// the same, that is told, a sentence a field.
    pub(super) fn fill(&mut self, opened: &Opened, cx: &Cx<'_>) -> Vec<String> {
        let mut met = self.details.fill(opened, cx);
        met.extend(self.status.fill(opened, cx));
        let user = &opened.user;
        let (words, held) = roles(user, &opened.roles_to_give);
        met.extend(self.access.role.rebase(words, held));
        self.access.role.fixed = barred(&opened.may_give_role, &cx.site.capabilities.roles);
        let end_sessions = &cx.site.capabilities.end_sessions;
        self.access.end_sessions.fixed = barred(&opened.may_sign_out, end_sessions);
        met
    }

    /// What is wanted beside a new password.
    ///
    /// # Errors
    /// The first field that cannot be kept as it is, and why.
    pub(super) fn wanted(&self, zone: &TimeZone) -> Result<UserChange, Fault<Self>> {
        let details = &self.details;
        let mut change = UserChange {
            login: details.login.changed(),
            email: details.email.changed(),
            given_name: details.given_name.changed(),
            family_name: details.family_name.changed(),
            kind: details.kind.changed().and_then(AccountKind::from_word),
            details: details.change()?,
            unlock: self.status.unlock.is_on(),
            must_change: self.status.must_change.is_dirty() && self.status.must_change.is_on(),
            role: self.access.role.changed().map(Role::of_word),
            end_sessions: self.access.end_sessions.is_on(),
            ..UserChange::default()
        };
        let status = &self.status;
        change.active = status.active.is_dirty().then(|| status.active.is_on());
        let names = [details.given_name.trimmed(), details.family_name.trimmed()];
        let is_renamed = change.given_name.is_some() || change.family_name.is_some();
        let identity = Identity {
            login: change.login.as_deref(),
            email: change.email.as_deref(),
            names: is_renamed.then(|| [names[0].as_str(), names[1].as_str()]),
        };
        if let Some((attribute, why)) = identity.fault() {
            return Err(Fault::new(Self::place_of(attribute), why));
        }
        if let Some(text) = status.valid_from.changed() {
            change.valid_from =
                Some(End::From.read(&text, zone).map_err(|why| {
                    Fault::new(|form: &mut Self| &mut form.status.valid_from, why)
                })?);
        }
        if let Some(text) = status.valid_until.changed() {
            change.valid_until =
                Some(End::Until.read(&text, zone).map_err(|why| {
                    Fault::new(|form: &mut Self| &mut form.status.valid_until, why)
                })?);
        }
        Ok(change)
    }

    /// The names of what was changed of the details and of when the account is valid.
    pub(super) fn names_of_changed(&self) -> Vec<String> {
        let (details, status) = (&self.details, &self.status);
        let dates = [&status.valid_from, &status.valid_until];
        let mut fields: Vec<&dyn AnyField> = details.fields();
        fields.extend(dates.map(|date| date as &dyn AnyField));
        let changed = fields.into_iter().filter(|field| field.is_dirty());
        changed.map(AnyField::name).collect()
    }

    /// The field that an attribute is typed into.
    pub(super) fn place_of(attribute: UserAttribute) -> Place<Self> {
        match attribute {
            UserAttribute::Id => |form| &mut form.details.login,
            UserAttribute::Email => |form| &mut form.details.email,
            UserAttribute::GivenName => |form| &mut form.details.given_name,
            UserAttribute::FamilyName => |form| &mut form.details.family_name,
            UserAttribute::Detail(detail) => place_of(detail),
            UserAttribute::ValidFrom => |form| &mut form.status.valid_from,
            UserAttribute::ValidUntil => |form| &mut form.status.valid_until,
        }
    }
}

fn place_of(detail: Detail) -> Place<RecordForm> {
    match detail {
        Detail::DisplayName => |form| &mut form.details.display_name,
        Detail::Phone => |form| &mut form.details.phone,
        Detail::Station => |form| &mut form.details.station,
        Detail::JobTitle => |form| &mut form.details.job_title,
    }
}

impl DetailsForm {
    fn fill(&mut self, opened: &Opened, cx: &Cx<'_>) -> Vec<String> {
        let user = &opened.user;
        let details = user.details.known().cloned().unwrap_or_default();
        let texts = [
            (&mut self.login, &user.login),
            (&mut self.given_name, &user.given_name),
            (&mut self.family_name, &user.family_name),
            (&mut self.email, &user.email),
            (&mut self.display_name, &details.display_name),
            (&mut self.phone, &details.phone),
            (&mut self.station, &details.station),
            (&mut self.job_title, &details.job_title),
        ];
        let mut met: Vec<String> = texts
            .into_iter()
            .filter_map(|(field, now)| field.rebase(now))
            .collect();
        let kind = user.kind.known().copied().unwrap_or_default();
        let place = AccountKind::ALL.iter().position(|one| *one == kind);
        let words = AccountKind::ALL.map(AccountKind::word);
        met.extend(self.kind.rebase(words, place.unwrap_or_default()));
        let barred = barred(&opened.may_reset, &cx.site.capabilities.attributes);
        let not_read = barred.clone().or_else(|| unread(&user.details));
        for (field, why) in [
            (&mut self.login, &barred),
            (&mut self.given_name, &barred),
            (&mut self.family_name, &barred),
            (&mut self.email, &barred),
            (&mut self.display_name, &not_read),
            (&mut self.phone, &not_read),
            (&mut self.station, &not_read),
            (&mut self.job_title, &not_read),
        ] {
            field.fixed.clone_from(why);
        }
        met.extend(self.own.fill(&opened.fields, &details, not_read.as_deref()));
        self.kind.fixed = barred.or_else(|| unread(&user.kind));
        met
    }

    /// What of the details is to change.
    fn change(&self) -> Result<DetailsChange, Fault<RecordForm>> {
        let mut change = DetailsChange {
            fields: self.own.changed(),
            ..DetailsChange::default()
        };
        for (detail, field) in [
            (Detail::DisplayName, &self.display_name),
            (Detail::Phone, &self.phone),
            (Detail::Station, &self.station),
            (Detail::JobTitle, &self.job_title),
        ] {
            if let Some(text) = field.changed() {
                let checked = detail.checked(&text);
                let checked =
                    checked.map_err(|why| Fault::new(place_of(detail), sentence(&why)))?;
                *change.of_mut(detail) = Some(checked);
            }
        }
        Ok(change)
    }
}

impl StatusForm {
    fn fill(&mut self, opened: &Opened, cx: &Cx<'_>) -> Vec<String> {
        let (state, zone) = (&opened.user.state, &cx.site.zone);
        let can = &cx.site.capabilities;
        let mut met = Vec::new();
        let active = state.active.known().copied().unwrap_or(true);
        met.extend(self.active.rebase(active));
        let status = barred(&opened.may_change_status, &can.status);
        self.active.fixed = status.or_else(|| unread(&state.active));
        let is_open = !may_be_locked(&opened.user, cx.now);
        let open = is_open.then(|| "it is not locked".to_owned());
        self.unlock.fixed = barred(&opened.may_reset, &can.unlock).or(open);
        if self.unlock.fixed.is_some() {
            self.unlock.begin_with(false);
        }
        for (field, end, at) in [
            (&mut self.valid_from, End::From, &state.valid_from),
            (&mut self.valid_until, End::Until, &state.account_expires),
        ] {
            met.extend(field.rebase(&end.text(at.value(), zone)));
            let validity = barred(&opened.may_change_status, &can.validity);
            field.fixed = validity.or_else(|| unread(at));
        }
        let must_change = state.must_change.known().copied().unwrap_or_default();
        met.extend(self.must_change.rebase(must_change));
        let has_password = state.password.known().is_none_or(|password| password.set);
        let so_already = match (must_change, has_password) {
            (true, _) => Some("it is wanted already"),
            (false, false) => Some("there is no password"),
            (false, true) => None,
        };
        self.must_change.fixed = barred(&opened.may_reset, &can.must_change_alone)
            .or_else(|| so_already.map(str::to_owned));
        self.remove.fixed = barred(&opened.may_remove, &can.remove);
        met
    }
}

/// The roles that can be chosen for `user`, of which the operator may give `offered`, and which of
/// them is held.
fn roles(user: &User, offered: &[Role]) -> (Vec<String>, usize) {
    let word = |role: &Role| role.word().to_owned();
    let held = user.role_shown();
    let words = offered.iter().map(word);
    // Permissions from groups of the directory are no role's.
    let held = held.map_or_else(|| "of its own".to_owned(), |role| word(&role));
    let place = offered.iter().position(|role| role.is_called(&held));
    match place {
        Some(place) => (words.collect(), place),
        None => (std::iter::once(held).chain(words).collect(), 0),
    }
}
