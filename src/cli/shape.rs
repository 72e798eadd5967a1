//! The JSON shapes of the command line (`docs/json.md`). They are promises: keys are added, never
//! renamed or taken away.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::table::{Column, Window, table};
use crate::{
    directory::{Total, UserChange},
    receipt::{After, Checked, Receipt, Step, StepOutcome},
    text,
    user::{AccountKind, Details, FieldColumn, Prospect, Remedy, User},
};

/// A user: what can be read, `null` for what cannot.
pub(super) fn user(user: &User, now: Timestamp) -> Value {
    let state = &user.state;
    let verdict = user.verdict(now);
    let password = state.password.known();
    let details = user.details.known();
    json!({
        "handle": user.id,
        "id": user.login,
        "email": user.email,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "name": user.name(),
        "kind": user.kind.known(),
        "display_name": details.map(|details| &details.display_name),
        "phone": details.map(|details| &details.phone),
        "station": details.map(|details| &details.station),
        "job_title": details.map(|details| &details.job_title),
        "fields": details.filter(|details| !details.fields.is_empty()).map(fields),
        "valid_from": state.valid_from.value(),
        "valid_until": state.account_expires.value(),
        "state": verdict.words(),
        "verdict": verdict.sentence(now, &TimeZone::UTC),
        "active": state.active.known(),
        "locked": state.lock.known().map(Option::is_some),
        "must_change": state.must_change.known(),
        "password_set": password.map(|password| password.set),
        "password_changed_at": password.and_then(|password| password.changed_at),
        "password_expires_at": password.and_then(|password| password.expires_at),
        "last_sign_in": state.last_sign_in.value(),
        "permissions": user.permissions,
        "version": user.version,
    })
}

/// What stands in the site's own fields, by their names.
fn fields(details: &Details) -> Value {
    details
        .fields
        .iter()
        .map(|field| (field.name.clone(), Value::from(field.value.as_str())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The number of matches, and whether it is exact.
pub(super) fn total(total: Total) -> Value {
    match total {
        Total::Exact(count) => json!({ "count": count, "exact": true }),
        Total::MoreThan(count) => json!({ "count": count, "exact": false }),
    }
}

/// What a write did.
pub(super) fn receipt(receipt: &Receipt) -> Value {
    let steps: Vec<Value> = receipt
        .steps
        .iter()
        .map(|(step, how)| {
            let (outcome, detail) = how_words(how);
            json!({ "step": step, "outcome": outcome, "detail": detail })
        })
        .collect();
    json!({
        "success": receipt.is_success(),
        "ending": receipt.ending().word(),
        "steps": steps,
        "proof": { "state": receipt.proof.word(), "detail": receipt.proof.detail() },
        "version": receipt.version,
        "server": receipt.server,
        "sign_in": receipt.after.as_deref().map(sign_in),
    })
}

/// Can the user sign in after the act? Times in UTC.
fn sign_in(after: &After) -> Value {
    let outlook = &after.outlook;
    let remedy = outlook.remedy();
    json!({
        "can": outlook.prospect().word(),
        "sentence": outlook.sentence(after.at, &TimeZone::UTC),
        "until": outlook.until,
        "remedy": remedy.map(Remedy::word),
        "to_let_in": after.to_let_in,
        "read_at": after.at,
    })
}

/// The user after the act; as before it where the user could not be read again.
pub(super) fn user_after(before: &User, receipt: &Receipt) -> Value {
    let read = receipt
        .after
        .as_deref()
        .and_then(|after| after.user.as_ref());
    user(read.unwrap_or(before), Timestamp::now())
}

const fn how_words(how: &StepOutcome) -> (&'static str, Option<&String>) {
    match how {
        StepOutcome::Done => ("done", None),
        StepOutcome::NotNeeded => ("not_needed", None),
        StepOutcome::Refused(why) => ("refused", Some(why)),
        StepOutcome::NotOffered(why) => ("not_offered", Some(why)),
        StepOutcome::Unknown(why) => ("unknown", Some(why)),
    }
}

/// A receipt for people, a line per step, and whether `user` can sign in then.
pub(super) fn receipt_lines(user: &User, receipt: &Receipt) -> Vec<String> {
    let mut lines = step_lines(receipt);
    if receipt.steps == [(Step::Unlocked, StepOutcome::NotNeeded)] {
        lines.insert(0, "nothing to do: the account was not locked".into());
    }
    if let Some(after) = &receipt.after {
        lines.extend(outlook_lines(user, after));
    }
    lines
}

fn step_lines(receipt: &Receipt) -> Vec<String> {
    let mut lines: Vec<String> = receipt
        .steps
        .iter()
        .filter_map(|(step, how)| {
            let step = step.words();
            match how {
                StepOutcome::Done => Some(format!("done: {step}")),
                StepOutcome::NotNeeded => None,
                StepOutcome::Refused(why) => Some(format!("REFUSED: {step}: {why}")),
                StepOutcome::NotOffered(why) => Some(format!("not offered: {step}: {why}")),
                StepOutcome::Unknown(why) => Some(format!("NOT KNOWN: {step}: {why}")),
            }
        })
        .collect();
    let proof = receipt.proof.sentence();
    if receipt.proof.is_certain() {
        lines.extend((!proof.is_empty()).then_some(proof));
    } else {
        lines.push(format!("NOT CONFIRMED: {proof}"));
    }
    if let Some(server) = receipt.server.as_ref().filter(|_| !lines.is_empty()) {
        lines.push(format!("written at: {server}"));
    }
    lines
}

/// Whether a password signs a user in, and what else is known, for people.
pub(super) fn checked_lines(user: &User, checked: &Checked) -> Vec<String> {
    let sentence = match (checked.matches, checked.signs_in) {
        (_, true) => "signs in with this password",
        (true, false) => "has this password, but cannot sign in with it now",
        (false, false) => "does not have this password",
    };
    let mut lines = vec![format!("{} {sentence}", who(user))];
    lines.extend(checked.remark.clone());
    lines
}

/// The receipt of the operator's own change.
pub(super) fn own_receipt_lines(receipt: &Receipt) -> Vec<String> {
    let read = receipt
        .after
        .as_deref()
        .and_then(|after| after.user.as_ref());
    match read {
        Some(user) => receipt_lines(user, receipt),
        None => step_lines(receipt),
    }
}

fn outlook_lines(user: &User, after: &After) -> Vec<String> {
    let (outlook, zone) = (&after.outlook, text::zone());
    let why = outlook.reason(after.at, zone);
    let line = match outlook.prospect() {
        Prospect::CannotSignIn if after.to_let_in => {
            format!("DONE, BUT {} STILL CANNOT SIGN IN: {why}", user.login)
        }
        Prospect::NotKnown if after.to_let_in => {
            format!("NOT KNOWN whether {} can sign in: {why}", user.login)
        }
        Prospect::CanSignIn | Prospect::CannotSignIn | Prospect::NotKnown => {
            format!("now: {}", outlook.sentence(after.at, zone))
        }
    };
    let remedy = outlook.remedy().filter(|_| after.to_let_in);
    let cure = remedy.map(|remedy| format!("to mend it: {}", mends(remedy, user)));
    [line].into_iter().chain(cure).collect()
}

/// What lets the user in, with the command where one of this program does it.
fn mends(remedy: Remedy, user: &User) -> String {
    let command = match remedy {
        Remedy::Unlock => Some(format!("halligan unlock {}", user.login)),
        Remedy::ResetPassword => Some(format!("halligan reset --generate {}", user.login)),
        Remedy::Enable => Some(format!("halligan user enable {}", user.login)),
        Remedy::ExtendAccount
        | Remedy::BeginEarlier
        | Remedy::AllowPassword
        | Remedy::AllowChange
        | Remedy::LiftMinimumAge => None,
    };
    match command {
        Some(command) => format!("{} `{command}`", remedy.sentence()),
        None => remedy.sentence().to_owned(),
    }
}

/// The columns of a table of users.
const COLUMNS: [Column<'_>; 5] = [
    Column::whole("ID"),
    Column::cut("Name", 16),
    Column::cut("Email", 16),
    Column::spare("Kind", 5),
    Column::whole("State"),
];

/// A table of users, as wide as the window, with the site's own fields where there is room.
pub(super) fn users(users: &[User], now: Timestamp) -> Vec<String> {
    let fields = FieldColumn::of(users);
    let mut columns = COLUMNS.to_vec();
    let spare = fields.iter().map(|field| Column::spare(&field.title, 6));
    columns.extend(spare);
    let rows: Vec<_> = users
        .iter()
        .map(|user| {
            let mut cells = row(user, now);
            cells.extend(fields.iter().map(|field| field.value(user).to_owned()));
            cells
        })
        .collect();
    table(&columns, &rows, Window::of_output())
}

fn row(user: &User, now: Timestamp) -> Vec<String> {
    vec![
        user.login.clone(),
        user.name(),
        user.email.clone(),
        user.kind
            .known()
            .map_or("?", |kind: &AccountKind| kind.word())
            .to_owned(),
        user.verdict(now).words().to_owned(),
    ]
}

/// One line that tells two people of the same name apart.
pub(super) fn who(user: &User) -> String {
    let name = user.name();
    if user.email.is_empty() {
        format!("{name} ({})", user.login)
    } else {
        format!("{name} ({}, {})", user.login, user.email)
    }
}

/// Asks for a yes to a change, with old and new beside each other: `email old@x -> new@x`.
pub(super) fn change_question(user: &User, change: &UserChange) -> String {
    let differences = change.differences(user).into_iter();
    let role = change.role.as_ref().map(|role| format!("role {role}"));
    let flags = [
        (change.unlock, "unlock"),
        (change.must_change, "must change"),
        (change.end_sessions, "end sessions"),
    ];
    let flags = flags.into_iter().filter(|(on, _)| *on);
    let told: Vec<String> = differences
        .map(|difference| difference.to_string())
        .chain(role)
        .chain(flags.map(|(_, word)| word.to_owned()))
        .collect();
    format!("Change {}: {}?", who(user), told.join(", "))
}
