//! Each act at the desk with the seat that it wants, as console and commands take it.

#![allow(dead_code, reason = "every test uses another part")]
#![allow(async_fn_in_trait, reason = "for tests only")]

use std::path::PathBuf;

use halligan::{
    audit::{Anchor, AuditQuery, Format, Kind, Record, Verified},
    desk::{Beforehand, Desk, DeskError, ResetOrder, RoleChange, RoleRemoved, Session},
    directory::{
        Found, ImportOrder, ImportWatch, Imported, KeptRole, NewUser, Query, RosterRows, UserChange,
    },
    password::Secret,
    permission::{Role, SiteRole},
    receipt::{Checked, Receipt, Settlement},
    user::{User, UserId, Version},
};

type Answer<T> = Result<T, DeskError>;

pub trait Acts {
    fn desk(&self) -> &Desk;

    async fn open_search(&self, session: &Session) -> Answer<()> {
        let seat = self.desk().at(session).users_read(Kind::SearchOpened);
        seat.await?.open_search().await
    }

    async fn search(&self, session: &Session, query: &Query) -> Answer<Found> {
        let seat = self.desk().at(session).users_read(Kind::SearchOpened);
        seat.await?.search(query).await
    }

    async fn open_user(&self, session: &Session, user: &UserId) -> Answer<User> {
        let seat = self.desk().at(session).users_read(Kind::UserViewed);
        seat.await?.open_user(user).await
    }

    async fn beforehand(&self, session: &Session, user: &UserId) -> Answer<Beforehand> {
        let seat = self.desk().at(session).users_read(Kind::UserViewed);
        Ok(seat.await?.beforehand(user).await)
    }

    async fn reset(&self, session: &Session, order: ResetOrder) -> Answer<Receipt> {
        let seat = self.desk().at(session).users_update(Kind::PasswordReset);
        seat.await?.reset(order).await
    }

    async fn unlock(
        &self,
        session: &Session,
        user: &UserId,
        expected: Option<Version>,
        why: &str,
    ) -> Answer<Receipt> {
        let seat = self.desk().at(session).users_update(Kind::Unlock);
        seat.await?.unlock(user, expected, why).await
    }

    async fn check(&self, session: &Session, user: &UserId, password: &Secret) -> Answer<Checked> {
        let seat = self.desk().at(session).users_update(Kind::PasswordChecked);
        seat.await?.check(user, password).await
    }

    async fn settle(
        &self,
        session: &Session,
        intent: &Record,
        remark: Option<&str>,
    ) -> Answer<Settlement> {
        let seat = self.desk().at(session).users_update(Kind::Settled);
        seat.await?.settle(intent, remark).await
    }

    async fn create_user(
        &self,
        session: &Session,
        new: NewUser,
        password: Option<&Secret>,
    ) -> Answer<User> {
        let seat = self.desk().at(session).users_create(Kind::UserCreated);
        Ok(seat.await?.create_user(new, password).await?.user)
    }

    async fn import(
        &self,
        session: &Session,
        rows: RosterRows,
        watch: ImportWatch,
    ) -> Answer<Imported> {
        let seat = self.desk().at(session).users_create(Kind::RosterImported);
        let order = ImportOrder::default();
        seat.await?
            .import(rows, order, watch, Box::new(|_| {}))
            .await
    }

    async fn change_user(
        &self,
        session: &Session,
        user: &UserId,
        change: UserChange,
    ) -> Answer<Receipt> {
        let seat = self.desk().at(session).users_change(Kind::UserChanged);
        seat.await?.change_user(user, None, &change, "").await
    }

    async fn remove_user(&self, session: &Session, user: &UserId) -> Answer<Receipt> {
        let seat = self.desk().at(session).users_delete(Kind::UserRemoved);
        seat.await?.remove_user(user, None).await
    }

    async fn assign_role(&self, session: &Session, user: &UserId, role: Role) -> Answer<Receipt> {
        let seat = self.desk().at(session).roles_update(Kind::RoleAssigned);
        seat.await?.assign_role(user, role).await
    }

    async fn roles(&self, session: &Session) -> Answer<Vec<KeptRole>> {
        let seat = self.desk().at(session).roles_update(Kind::RolesListed);
        seat.await?.roles().await
    }

    async fn add_role(&self, session: &Session, role: SiteRole) -> Answer<Receipt> {
        let seat = self.desk().at(session).roles_update(Kind::RoleAdded);
        seat.await?.add_role(role).await
    }

    async fn change_role(
        &self,
        session: &Session,
        name: &str,
        change: RoleChange,
    ) -> Answer<Receipt> {
        let seat = self.desk().at(session).roles_update(Kind::RoleChanged);
        seat.await?.change_role(name, None, change).await
    }

    async fn remove_role(
        &self,
        session: &Session,
        name: &str,
        instead: Option<Role>,
    ) -> Answer<RoleRemoved> {
        let seat = self.desk().at(session).roles_update(Kind::RoleRemoved);
        seat.await?.remove_role(name, None, instead).await
    }

    async fn audit_list(&self, session: &Session, query: AuditQuery) -> Answer<Vec<Record>> {
        let seat = self.desk().at(session).audit_read(Kind::AuditListed);
        seat.await?.audit_list(query).await
    }

    async fn audit_verify(&self, session: &Session, anchor: Option<Anchor>) -> Answer<Verified> {
        let seat = self.desk().at(session).audit_read(Kind::AuditVerified);
        seat.await?.audit_verify(anchor).await
    }

    async fn audit_export(&self, session: &Session, to: PathBuf, format: Format) -> Answer<u64> {
        let seat = self.desk().at(session).audit_read(Kind::AuditExported);
        seat.await?.audit_export(to, format).await
    }

    async fn open_intents(&self, session: &Session) -> Answer<Vec<Record>> {
        let seat = self.desk().at(session).own_account().await?;
        seat.open_intents().await
    }

    async fn change_own_password(
        &self,
        session: &Session,
        old: &Secret,
        new: &Secret,
    ) -> Answer<Receipt> {
        let seat = self.desk().at(session).own_account().await?;
        seat.change_password(old, new).await
    }
}

impl Acts for Desk {
    fn desk(&self) -> &Desk {
        self
    }
}
