//! Reading with the operator's token: descriptions, single users, rows of a search.

use async_trait::async_trait;

use super::{
    answer::Answer,
    directory::{NOT_OFFERED, ScimDirectory},
    discovery::Discovered,
    mapping,
    request::Request,
    request_failure::{Answered, RequestFailure},
    resource::{Resource, WITH_EXTENSION, resource_of, user_path},
    search::Reads,
};
use crate::{
    directory::DirectoryError,
    operator::Operator,
    scim::Object,
    user::{User, UserId},
};

impl ScimDirectory {
    /// What the server says of itself; read once, and again as long as it could not be read.
    pub(super) async fn discovered(
        &self,
        operator: &Operator,
    ) -> Result<&Discovered, RequestFailure> {
        self.discovered
            .get_or_try_init(|| async {
                let [config, types, schemas] = Discovered::requests();
                let answers = tokio::join!(
                    self.read(operator, &config),
                    self.read(operator, &types),
                    self.read(operator, &schemas),
                );
                Discovered::of(answers.into())
            })
            .await
    }

    /// Refuses where the server does not offer our extension.
    pub(super) async fn extended(
        &self,
        operator: &Operator,
        what: &str,
    ) -> Result<(), DirectoryError> {
        let discovered = self.discovered(operator).await;
        let discovered =
            discovered.map_err(|failure| failure.into_error(self.connection.endpoint()))?;
        if discovered.extension {
            Ok(())
        } else {
            Err(DirectoryError::NotOffered(format!("{what}: {NOT_OFFERED}")))
        }
    }

    /// Reads; where the token is refused and another can be had, once more with that.
    pub(super) async fn read(
        &self,
        operator: &Operator,
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        let token = self.operators.token(&self.connection, operator).await?;
        let outcome = self.connection.read(&token, request).await;
        if let Err(RequestFailure::Answered(Answered { status: 401, .. })) = &outcome
            && self.operators.refused(&token).await
        {
            let fresh = self.operators.token(&self.connection, operator).await?;
            if *fresh != *token {
                return self.connection.read(&fresh, request).await;
            }
        }
        outcome
    }

    /// Writes, once.
    pub(super) async fn write(
        &self,
        operator: &Operator,
        request: &Request,
    ) -> Result<Answer, RequestFailure> {
        let token = self.operators.token(&self.connection, operator).await?;
        let outcome = self.connection.write(&token, request).await;
        self.searching.forget_list();
        outcome
    }

    /// One user.
    pub(super) async fn resource(
        &self,
        operator: &Operator,
        id: &UserId,
    ) -> Result<Resource, RequestFailure> {
        let path = user_path(id)?;
        let discovered = self.discovered(operator).await?;
        let mut request = Request::get(&path);
        if discovered.extension {
            request = request.query("attributes", WITH_EXTENSION);
        }
        let answer = self.read(operator, &request).await?;
        let resource = resource_of(answer, discovered)
            .ok_or_else(|| RequestFailure::NotScim(200, "this is no user".into()))?;
        if resource.user.id == *id {
            Ok(resource)
        } else {
            Err(RequestFailure::NotScim(
                200,
                "the server sent another user than was asked for".into(),
            ))
        }
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
    async fn read(&self, request: &Request) -> Result<Answer, RequestFailure> {
        if self.extended {
            let request = request.clone().query("attributes", WITH_EXTENSION);
            return self.directory.read(self.operator, &request).await;
        }
        self.directory.read(self.operator, request).await
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
