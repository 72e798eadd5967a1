//! How searching reads.

use async_trait::async_trait;

use crate::{
    directory::scim::{answer::Answer, request::Request, request_failure::RequestFailure},
    scim::Object,
    user::User,
};

/// How searching reads.
#[async_trait]
pub(in crate::directory::scim) trait Reads: Sync {
    /// Sends a read with the operator's token.
    async fn read(&self, request: &Request) -> Result<Answer, RequestFailure>;
    /// The user of a row; `None` for what is no user.
    fn user(&self, row: &Object) -> Option<User>;
    /// Rows to ask for at once.
    fn page_size(&self) -> usize;
    /// Ask for what matches by cursor: with a million users, counting all that match would take
    /// longer than finding the first page.
    fn by_cursor(&self) -> bool;
}
