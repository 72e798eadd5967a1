//! Changing attributes, status, validity and role of a user: one PATCH (RFC 7644 section 3.5.2), proved
//! by reading the user again.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    body,
    directory::{NOT_OFFERED, ScimDirectory},
    discovery::Discovered,
    resource::Resource,
    role::role_seen,
    writing::receipt,
};
use crate::{
    audit::Intent,
    directory::{DirectoryError, UserChange},
    operator::Operator,
    permission::Role,
    receipt::{Proof, Receipt, Step, StepOutcome},
    scim::{
        Object, member,
        schema::{ENTERPRISE_URN, EXTENSION_URN},
    },
    user::{AccountKind, Detail, UserId, Version},
};

impl ScimDirectory {
    /// Changes everything that is asked for but a password, which has a way of its own.
    pub(super) async fn change_attributes(
        &self,
        operator: &Operator,
        user: &UserId,
        expected: &Version,
        change: &UserChange,
        intent: &Intent,
    ) -> Result<Receipt, DirectoryError> {
        let change = &change.as_attributes()?;
        let endpoint = self.connection.endpoint();
        let discovered = self
            .discovered(operator)
            .await
            .map_err(|failure| failure.into_error(endpoint))?;
        refuse_what_is_not_offered(change, discovered)?;
        let before = self.before(operator, user, Some(expected)).await?;
        change.refuse_an_end_before_the_beginning(&before.user)?;
        let operations = operations(&before, change);
        let after = self.patched(operator, &before, operations, intent).await?;
        let how = match &after {
            Ok(after) => seen(&before, after, change),
            Err(failure) => self.not_read_back(failure),
        };
        let mut steps = Vec::new();
        if let Some(role) = &change.role {
            steps.push((Step::RoleAssigned, role_seen(after.as_ref().ok(), role)));
        }
        steps.push((change.step(), how));
        let version = after.ok().map(|after| after.user.version);
        Ok(receipt(steps, Proof::NotNeeded, version))
    }
}

/// What the server says that it has not is not sent: some servers take anything and keep nothing.
pub(super) fn refuse_what_is_not_offered(
    change: &UserChange,
    discovered: &Discovered,
) -> Result<(), DirectoryError> {
    let refuse = |what: &str| {
        let why = format!("{what}: {NOT_OFFERED} (its schemas do not list it)");
        Err(DirectoryError::NotOffered(why))
    };
    if !change.details.fields.is_empty() {
        return refuse("fields of the site's own");
    }
    for detail in Detail::ALL {
        if change.details.of(detail).is_some() && !discovered.offers(detail) {
            return refuse(detail.words());
        }
    }
    if change.changes_validity() && !discovered.validity {
        return refuse("a beginning or an end of the account");
    }
    if change.kind.is_some() && !discovered.extension {
        return refuse("the kind of account");
    }
    if change.role.is_some() && !discovered.extension {
        return refuse("roles");
    }
    Ok(())
}

fn operations(before: &Resource, change: &UserChange) -> Vec<Value> {
    let mut operations = Vec::new();
    let mut text = |path: &str, new: Option<&str>| {
        operations.extend(new.map(|new| match new {
            "" => json!({ "op": "remove", "path": path }),
            new => body::put(path, new),
        }));
    };
    text("userName", change.login.as_deref());
    text("name.givenName", change.given_name.as_deref());
    text("name.familyName", change.family_name.as_deref());
    let details = &change.details;
    text("displayName", details.of(Detail::DisplayName));
    text("title", details.of(Detail::JobTitle));
    let division = format!("{ENTERPRISE_URN}:division");
    text(&division, details.of(Detail::Station));
    text(
        &format!("{EXTENSION_URN}:kind"),
        change.kind.map(AccountKind::word),
    );
    text(
        &format!("{EXTENSION_URN}:role"),
        change.role.as_ref().map(Role::word),
    );
    for (name, at) in [
        ("validFrom", change.valid_from),
        ("validUntil", change.valid_until),
    ] {
        let at = at.map(|at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string()));
        text(&format!("{EXTENSION_URN}:{name}"), at.as_deref());
    }
    if let Some(new) = &change.email {
        operations.push(one_of("emails", &before.object, &before.user.email, new));
    }
    if let Some(new) = details.of(Detail::Phone) {
        let old = before.user.details.known();
        let old = old.map_or("", |details| details.phone.as_str());
        operations.push(one_of("phoneNumbers", &before.object, old, new));
    }
    if let Some(active) = change.active {
        operations.push(body::put("active", active));
    }
    operations
}

/// Another value in the place of `old` in a list, whose other values stay as they are.
fn one_of(list: &str, resource: &Object, old: &str, new: &str) -> Value {
    let there = match member(resource, list) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let is_old = |value: &Value| {
        let text = match value.as_object() {
            Some(value) => member(value, "value").and_then(Value::as_str),
            None => value.as_str(),
        };
        text == Some(old)
    };
    let mut values: Vec<Value> = Vec::new();
    let mut written = new.is_empty();
    for value in there {
        if !is_old(value) || old.is_empty() {
            values.push(value.clone());
        } else if !written {
            let mut value = value.as_object().cloned().unwrap_or_default();
            value.insert("value".into(), new.into());
            values.push(value.into());
            written = true;
        }
    }
    if !written {
        values.push(json!({ "value": new, "type": "work" }));
    }
    if values.is_empty() {
        return json!({ "op": "remove", "path": list });
    }
    body::put(list, values)
}

/// Does the user show what was written?
fn seen(before: &Resource, after: &Resource, change: &UserChange) -> StepOutcome {
    let open = change.not_in_force(&after.user);
    if open.is_empty() {
        return StepOutcome::Done;
    }
    let shows = open.join(", ");
    if before.user == after.user {
        StepOutcome::Refused("the server said yes, and shows the user as before".into())
    } else {
        StepOutcome::Refused(format!("the server said yes, and shows another {shows}"))
    }
}
