//! Adding users.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    body,
    change::refuse_what_is_not_offered,
    directory::ScimDirectory,
    mapping,
    request::Request,
    request_failure::{Answered, RequestFailure},
    resource::resource_of,
};
use crate::{
    directory::{
        DirectoryError, NewUser, UserChange, user_change::refuse_an_end_before_the_beginning,
    },
    operator::Operator,
    password::Secret,
    permission::Role,
    scim::{
        Filter, Object, ScimType,
        filter::Operator as Comparison,
        member,
        schema::{ENTERPRISE_URN, EXTENSION_URN, USER_URN},
    },
    text,
    user::{AccountKind, Details, DetailsChange, User, full_name},
};

impl ScimDirectory {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever is not looked at here is told by its own sentence, which names each variant"
    )]
    pub(super) async fn create(
        &self,
        operator: &Operator,
        new: &NewUser,
        password: Option<&Secret>,
    ) -> Result<User, DirectoryError> {
        let endpoint = self.connection.endpoint();
        let discovered = self
            .discovered(operator)
            .await
            .map_err(|failure| failure.into_error(endpoint))?;
        refuse_what_is_not_offered(&said(new), discovered)?;
        refuse_an_end_before_the_beginning(new.valid_from, new.valid_until)?;
        let new = &NewUser {
            details: new.details.checked().map_err(DirectoryError::of_detail)?,
            ..new.clone()
        };
        let resource = resource(new, discovered.extension);
        let secrets: Vec<_> = password
            .into_iter()
            .map(|secret| ("password", secret))
            .collect();
        let request = Request::with_body(
            Method::POST,
            &["Users"],
            body::json_with_secrets(&resource, &secrets),
        );
        let failure = match self.write(operator, &request).await {
            Ok(answer) => match resource_of(answer, discovered) {
                Some(made) => return Ok(made.user),
                None => RequestFailure::NotScim(201, String::new()),
            },
            Err(failure) => failure,
        };
        Err(match &failure {
            RequestFailure::Answered(
                Answered {
                    status: 409,
                    detail,
                    ..
                }
                | Answered {
                    status: 400,
                    scim_type: Some(ScimType::Uniqueness),
                    detail,
                    ..
                },
            ) => taken(new, detail),
            // The sentence tells apart what was wrong, not we: a POST holds more than a password.
            RequestFailure::Answered(Answered {
                status: 400 | 422,
                detail,
                ..
            }) => DirectoryError::invalid(format!(
                "{} does not take this user: {}",
                endpoint.host,
                text::clean(detail)
            )),
            failure if failure.leaves_open() => {
                let said = failure.sentence(endpoint);
                let Some(users) = self.with_login(operator, &new.login).await else {
                    return Err(DirectoryError::OutcomeUnknown(said));
                };
                let ours = |user: &User| user.email.eq_ignore_ascii_case(&new.email);
                match users.first() {
                    None => DirectoryError::OutcomeUnknown(format!(
                        "{said}; no user {} is there so far",
                        new.login
                    )),
                    // Another's address: the ID was taken, whatever the server made of that.
                    Some(user) if !user.email.is_empty() && !users.iter().any(ours) => {
                        taken(new, &format!("{} has it", user.email))
                    }
                    Some(_) => DirectoryError::OutcomeUnknown(format!(
                        "{said}; a user {} is there now",
                        new.login
                    )),
                }
            }
            failure => failure.clone().into_error(endpoint),
        })
    }

    /// The users with this ID in any case of letters; `None` where that cannot be found out. Rows
    /// are compared here, since a server may ignore the filter.
    async fn with_login(&self, operator: &Operator, login: &str) -> Option<Vec<User>> {
        let filter = Filter::compare("userName", Comparison::Eq, login).to_string();
        let answer = self
            .read(operator, &Request::get(&["Users"]).query("filter", filter))
            .await
            .ok()?;
        let list = answer.body.as_object()?;
        let rows = member(list, "Resources").and_then(Value::as_array);
        let users: Vec<User> = rows
            .into_iter()
            .flatten()
            .filter_map(|row| mapping::user_of(row.as_object()?, None, false))
            .filter(|user| user.login.eq_ignore_ascii_case(login))
            .collect();
        // Of a list that is not whole nobody can be said to be missing.
        let total = member(list, "totalResults").and_then(Value::as_u64);
        let shown = rows.map_or(0, |rows| rows.len() as u64);
        let whole = total.is_some_and(|total| total <= shown);
        (!users.is_empty() || whole).then_some(users)
    }
}

/// What is sent. Servers differ in what they want of a name, so all its forms are there.
fn resource(new: &NewUser, extended: bool) -> Value {
    let whole = full_name(new.given_name.trim(), new.family_name.trim());
    let mut name = Object::new();
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            name.insert(key.into(), value.into());
        }
    };
    put("formatted", &whole);
    put("givenName", &new.given_name);
    put("familyName", &new.family_name);
    let mut resource = json!({
        "schemas": [USER_URN],
        "userName": new.login,
        "name": name,
        "active": new.active,
    });
    let details = &new.details;
    let display = if details.display_name.is_empty() {
        &whole
    } else {
        &details.display_name
    };
    for (name, text) in [("displayName", display), ("title", &details.job_title)] {
        if !text.is_empty() {
            resource[name] = text.as_str().into();
        }
    }
    if !details.phone.is_empty() {
        resource["phoneNumbers"] = json!([{ "value": details.phone, "type": "work" }]);
    }
    if !new.email.is_empty() {
        // Type and primary are optional, and canaille refuses both.
        resource["emails"] = json!([{ "value": new.email }]);
    }
    if extended {
        resource["schemas"] = json!([USER_URN, EXTENSION_URN]);
        resource[EXTENSION_URN] = json!({ "kind": new.kind.word(), "role": new.role.word() });
        for (name, at) in [
            ("validFrom", new.valid_from),
            ("validUntil", new.valid_until),
        ] {
            if let Some(at) = at {
                resource[EXTENSION_URN][name] = at.to_string().into();
            }
        }
    }
    if !details.station.is_empty() {
        resource[ENTERPRISE_URN] = json!({ "division": details.station });
        if let Some(schemas) = resource["schemas"].as_array_mut() {
            schemas.push(ENTERPRISE_URN.into());
        }
    }
    resource
}

/// What is said of the user beyond what every server keeps. That somebody is staff and has no role is
/// said of everybody.
fn said(new: &NewUser) -> UserChange {
    let mut said = UserChange {
        kind: (new.kind != AccountKind::default()).then_some(new.kind),
        role: (new.role != Role::None).then(|| new.role.clone()),
        valid_from: new.valid_from.map(Some),
        valid_until: new.valid_until.map(Some),
        details: DetailsChange::between(&Details::default(), &new.details.clone().into()),
        ..UserChange::default()
    };
    said.details.fields.retain(|_, value| !value.is_empty());
    said
}

fn taken(new: &NewUser, detail: &str) -> DirectoryError {
    let said = text::clean(detail);
    let mut message = format!("ID {} or email {} is taken", new.login, new.email);
    if !said.is_empty() {
        message = format!("{message}: {said}");
    }
    DirectoryError::Taken {
        // A server tells in its sentence alone which of them it was.
        attribute: None,
        message,
    }
}
