//! Reading with the operator's token: descriptions, single users, rows of a search.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    ScimDirectory,
    connection::{Answer, Ask},
    discovery::{self, Discovered},
    failure::{Answered, Failure},
    mapping,
    search::Reads,
};
use crate::{
    operator::Operator,
    scim::Object,
    user::{User, UserId},
};

/// What is asked for where our extension is offered: its state comes on request only
/// (`docs/scim-extension.md`), and naming it leaves out whatever else is not named.
pub(super) const WITH_EXTENSION: &str = "userName,name,displayName,emails,active,meta,\
    urn:halligan:params:scim:schemas:extension:1.0:User";

/// A user as read, and the resource that it was read from.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) user: User,
    pub(super) modified: Option<Timestamp>,
    /// Changed in the very second in which it was read, or the one before: a version that counts
    /// in seconds (canaille's) does not tell the next change from that one.
    pub(super) just_changed: bool,
    pub(super) object: Object,
}

impl ScimDirectory {
    /// What the server says of itself; read once, and again as long as it could not be read.
    pub(super) async fn discovered(&self, operator: &Operator) -> Result<&Discovered, Failure> {
        self.discovered
            .get_or_try_init(|| discovery::discover(self, operator))
            .await
    }

    /// Reads; where the token is refused and another can be had, once more with that.
    pub(super) async fn read(&self, operator: &Operator, ask: &Ask) -> Result<Answer, Failure> {
        let token = self.operators.token(&self.connection, operator).await?;
        let outcome = self.connection.read(&token, ask).await;
        if let Err(Failure::Answered(Answered { status: 401, .. })) = &outcome
            && self.operators.refused(&token).await
        {
            let fresh = self.operators.token(&self.connection, operator).await?;
            if *fresh != *token {
                return self.connection.read(&fresh, ask).await;
            }
        }
        outcome
    }

    /// Writes, once.
    pub(super) async fn write(&self, operator: &Operator, ask: &Ask) -> Result<Answer, Failure> {
        let token = self.operators.token(&self.connection, operator).await?;
        let outcome = self.connection.write(&token, ask).await;
        self.searching.forget_list();
        outcome
    }

    /// One user.
    pub(super) async fn resource(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<Resource, Failure> {
        let path = user_path(id)?;
        let discovered = self.discovered(operator).await?;
        let mut ask = Ask::get(&path);
        if discovered.extension {
            ask = ask.query("attributes", WITH_EXTENSION);
        }
        let answer = self.read(operator, &ask).await?;
        let resource = resource_of(answer, discovered)
            .ok_or_else(|| Failure::NotScim(200, "this is no user".into()))?;
        if resource.user.id == *id {
            Ok(resource)
        } else {
            Err(Failure::NotScim(
                200,
                "the server sent another user than was asked for".into(),
            ))
        }
    }
}

/// The user in an answer that holds one.
pub(super) fn resource_of(answer: Answer, discovered: &Discovered) -> Option<Resource> {
    // Web frameworks put an ETag on everything; it counts where the server says that it does.
    let etag = answer.etag.as_deref().filter(|_| discovered.etag);
    let serde_json::Value::Object(object) = answer.body else {
        return None;
    };
    let modified = mapping::modified(&object);
    Some(Resource {
        user: mapping::user_of(&object, etag, discovered.extension)?,
        modified,
        just_changed: matches!(
            (modified, answer.date),
            (Some(at), Some(now)) if now.as_second() - at.as_second() < 2
        ),
        object,
    })
}

/// `Users/{id}`. An id that is no part of a path would lead to another resource.
pub(super) fn user_path(id: &UserId) -> Result<[&str; 2], Failure> {
    match id.0.as_str() {
        "" | "." | ".." => Err(Failure::Answered(Answered {
            status: 404,
            scim_type: None,
            detail: String::new(),
            retry_after: None,
            step_up: false,
        })),
        id => Ok(["Users", id]),
    }
}

/// The reads of one search.
pub(super) struct SearchReads<'a> {
    pub(super) directory: &'a ScimDirectory,
    pub(super) operator: &'a Operator,
    pub(super) page_size: usize,
    pub(super) extended: bool,
    pub(super) by_cursor: bool,
}

#[async_trait]
impl Reads for SearchReads<'_> {
    async fn read(&self, ask: &Ask) -> Result<Answer, Failure> {
        if self.extended {
            let ask = ask.clone().query("attributes", WITH_EXTENSION);
            return self.directory.read(self.operator, &ask).await;
        }
        self.directory.read(self.operator, ask).await
    }

    fn user(&self, row: &Object) -> Option<User> {
        mapping::user_of(row, None, self.extended)
    }

    fn page_size(&self) -> usize {
        self.page_size
    }

    fn by_cursor(&self) -> bool {
        self.by_cursor
    }
}
