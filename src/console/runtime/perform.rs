//! A request becomes a call of the desk, and its result a reply. One to one; no rule lives here.

mod definitions;

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;

use super::{
    current_session::CurrentSession,
    roster::{RosterReader, at_home},
};
use crate::{
    audit::{Format, Kind},
    console::{
        effect::{ExportOrder, Opened, Reply, Request, RosterImport, RosterImported},
        terminal,
    },
    desk::{Beforehand, Desk, DeskError, Session},
    directory::{DirectoryError, ImportOrder, ImportWatch, Query, UserChange},
    operator::Operator,
    password::strength,
    roster::{ExportError, ImportReport, write_export_file},
    text::system_error,
};

/// Performs what the core asks for, with whoever is signed in.
#[derive(Debug)]
pub(super) struct Performer {
    pub(super) desk: Desk,
    pub(super) current: CurrentSession,
    pub(super) roster: RosterReader,
}

impl Performer {
    /// Performs a request. A defect in the way becomes an answer too, never silence.
    pub(super) async fn answer(self, request: Request) -> Reply {
        let is_write = request.is_write();
        let answer = AssertUnwindSafe(self.call(request)).catch_unwind().await;
        match answer {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => Reply::Failed(error),
            Err(_) => Reply::Failed(defect(is_write)),
        }
    }

    fn session(&self) -> Result<Arc<Session>, DeskError> {
        self.current.session().ok_or(DeskError::SessionLocked)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "an arm for each request, none with a rule"
    )]
    async fn call(&self, request: Request) -> Result<Reply, DeskError> {
        let desk = &self.desk;
        Ok(match request {
            Request::SetUp(new, password) => {
                let login = new.email.clone();
                desk.create_first_administrator(*new, &password, self.current.source())
                    .await?;
                self.sign_in(&login, &password).await?
            }
            Request::SignIn(login, password) => self.sign_in(&login, &password).await?,
            Request::Reauthenticate(password) => {
                let session = self.session()?;
                desk.reauthenticate(&session, &password).await?;
                Reply::Reauthenticated(Box::new(Operator::clone(&session.operator())))
            }
            Request::Lock => {
                desk.lock(&*self.session()?).await?;
                Reply::Noted
            }
            Request::SignOut => {
                if let Some(session) = self.current.take(None) {
                    desk.sign_out(&session).await?;
                }
                Reply::Noted
            }
            Request::OpenSearch => {
                desk.at(&*self.session()?)
                    .users_read(Kind::SearchOpened)
                    .await?
                    .open_search()
                    .await?;
                Reply::Noted
            }
            Request::Search(query) => Reply::Found(
                desk.at(&*self.session()?)
                    .users_read(Kind::SearchOpened)
                    .await?
                    .search(&query)
                    .await?,
            ),
            Request::OpenUser(id) => {
                let session = self.session()?;
                let seat = desk.at(&session).users_read(Kind::UserViewed).await?;
                let user = seat.open_user(&id).await?;
                let fields = seat.seen_fields().await?;
                let may_reset = desk.at(&session).may_reset(&user);
                let beforehand = match may_reset {
                    Ok(()) => seat.beforehand(&user.id).await,
                    Err(_) => Beforehand::default(),
                };
                let may_give_role = desk.at(&session).may_give_role(&user);
                let roles_to_give = match may_give_role {
                    Ok(()) => seat.roles_to_give().await?,
                    Err(_) => Vec::new(),
                };
                Reply::Opened(Box::new(Opened {
                    may_change_status: desk.at(&session).may_change_status(&user),
                    may_give_role,
                    roles_to_give,
                    may_sign_out: desk.at(&session).may_sign_out(&user),
                    may_remove: desk.at(&session).may_remove(&user),
                    user,
                    may_reset,
                    beforehand,
                    fields,
                }))
            }
            Request::SeenFields => Reply::SeenFields(
                desk.at(&*self.session()?)
                    .users_read(Kind::FieldsListed)
                    .await?
                    .seen_fields()
                    .await?,
            ),
            Request::Rate(candidate, known) => {
                let rated = tokio::task::spawn_blocking(move || {
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    strength::rate(candidate.expose(), &known)
                });
                Reply::Rated(rated.await.map_err(|_| defect(false))?)
            }
            Request::Generate(user, shape, policy) => {
                let drawn = desk.generate(&user, shape, policy.as_deref());
                Reply::Generated(drawn.map_err(DeskError::File)?)
            }
            Request::Reset(order) => Reply::Done(
                desk.at(&*self.session()?)
                    .users_update(Kind::PasswordReset)
                    .await?
                    .reset(order)
                    .await?,
            ),
            Request::Unlock(user, version, reason) => Reply::Done(
                desk.at(&*self.session()?)
                    .users_update(Kind::Unlock)
                    .await?
                    .unlock(&user, Some(version), &reason)
                    .await?,
            ),
            Request::Enable(user, version, reason) => {
                let change = UserChange {
                    active: Some(true),
                    ..UserChange::default()
                };
                Reply::Done(
                    desk.at(&*self.session()?)
                        .users_change(Kind::UserChanged)
                        .await?
                        .change_user(&user, Some(&version), &change, &reason)
                        .await?,
                )
            }
            Request::Change(order) => Reply::Done(
                desk.at(&*self.session()?)
                    .users_change(Kind::UserChanged)
                    .await?
                    .change_user(
                        &order.user,
                        Some(&order.expected),
                        &order.change,
                        &order.reason,
                    )
                    .await?,
            ),
            Request::Count(queries) => {
                let session = self.session()?;
                let mut counts = Vec::with_capacity(queries.len());
                for query in queries {
                    let seat = desk.at(&session).users_read(Kind::SearchOpened).await?;
                    counts.push(seat.search(&query).await.map(|found| found.total));
                }
                Reply::Counted(counts)
            }
            Request::Export(order) => self.export(*order).await?,
            Request::Remove(user, version) => Reply::Done(
                desk.at(&*self.session()?)
                    .users_delete(Kind::UserRemoved)
                    .await?
                    .remove_user(&user, Some(&version))
                    .await?,
            ),
            Request::Check(user, password) => Reply::Checked(
                desk.at(&*self.session()?)
                    .users_update(Kind::PasswordChecked)
                    .await?
                    .check(&user, &password)
                    .await?,
            ),
            Request::ReadBack(user) => {
                desk.at(&*self.session()?)
                    .users_update(Kind::PasswordReadBack)
                    .await?
                    .password_read_back(&user)
                    .await?;
                Reply::Noted
            }
            Request::CallerVerified(order) => {
                desk.at(&*self.session()?)
                    .users_change(Kind::CallerVerified)
                    .await?
                    .caller_verified(*order)
                    .await?;
                Reply::Noted
            }
            Request::CallerRefused(user, methods, ticket) => {
                desk.at(&*self.session()?)
                    .users_change(Kind::CallerRefused)
                    .await?
                    .caller_refused(&user, methods, &ticket)
                    .await?;
                Reply::Noted
            }
            Request::ChangeOwn(old, new) => Reply::Done(
                desk.at(&*self.session()?)
                    .own_account()
                    .await?
                    .change_password(&old, &new)
                    .await?,
            ),
            Request::Create(new, password) => Reply::Created(Box::new(
                desk.at(&*self.session()?)
                    .users_create(Kind::UserCreated)
                    .await?
                    .create_user(*new, password.as_ref())
                    .await?,
            )),
            Request::AuditList(query) => Reply::AuditListed(
                desk.at(&*self.session()?)
                    .audit_read(Kind::AuditListed)
                    .await?
                    .audit_list(query)
                    .await?,
            ),
            Request::AuditVerify => Reply::Verified(Box::new(
                desk.at(&*self.session()?)
                    .audit_read(Kind::AuditVerified)
                    .await?
                    .audit_verify(None)
                    .await?,
            )),
            Request::OpenIntents => Reply::OpenIntents(
                desk.at(&*self.session()?)
                    .own_account()
                    .await?
                    .open_intents()
                    .await?,
            ),
            Request::Notices => Reply::Notices(
                desk.at(&*self.session()?)
                    .own_account()
                    .await?
                    .notices()
                    .await?,
            ),
            Request::RecoveriesSeen(sequence) => {
                desk.at(&*self.session()?)
                    .own_account()
                    .await?
                    .recoveries_seen(sequence)
                    .await?;
                Reply::Noted
            }
            Request::Roles(asked) => self.roles(asked).await?,
            Request::Fields(asked) => self.fields(asked).await?,
            Request::Settle(intent, remark) => Reply::Settled(
                desk.at(&*self.session()?)
                    .users_update(Kind::Settled)
                    .await?
                    .settle(&intent, remark.as_deref())
                    .await?,
            ),
            // Both have a way of their own through the runtime.
            Request::Import(_) | Request::StopImport => Reply::Noted,
        })
    }

    /// Writes who matches to a file; one that is there is asked about first.
    async fn export(&self, order: ExportOrder) -> Result<Reply, DeskError> {
        let file = std::path::absolute(at_home(order.file))
            .map_err(|error| DeskError::File(system_error(&error)))?;
        if !order.replace && file.exists() {
            return Ok(Reply::FileExists);
        }
        let session = self.session()?;
        let seat = self.desk.at(&session).users_read(Kind::UsersExported);
        let query = Query {
            limit: usize::MAX,
            offset: 0,
            ..order.query
        };
        let users = seat
            .await?
            .export(&query, &file.display().to_string())
            .await?;
        let written = tokio::task::spawn_blocking(move || {
            let format = Format::of(&file);
            let now = Timestamp::now();
            write_export_file(&file, order.replace, format, &users, now).map(|()| users.len())
        });
        match written.await.map_err(|_| defect(false))? {
            Ok(count) => Ok(Reply::Exported(count)),
            Err(ExportError::Exists(_)) => Ok(Reply::FileExists),
            Err(error) => Err(DeskError::File(error.to_string())),
        }
    }

    async fn sign_in(
        &self,
        login: &str,
        password: &crate::password::Secret,
    ) -> Result<Reply, DeskError> {
        let session = self
            .desk
            .sign_in(login, password, self.current.source())
            .await?;
        let operator = Operator::clone(&session.operator());
        self.current.take(Some(session));
        Ok(Reply::SignedIn(Box::new(operator)))
    }

    /// Imports a roster, or plans that, and tells how far it is, four times a second.
    pub(super) async fn import(
        self,
        request: Request,
        watch: ImportWatch,
        tell: impl Fn(u64),
    ) -> Reply {
        let Request::Import(RosterImport {
            file,
            columns,
            skip_faulty,
            only_plan,
        }) = request
        else {
            return Reply::Noted;
        };
        let work = AssertUnwindSafe(async {
            let session = self.session()?;
            let reader = self.roster.clone();
            let read = tokio::task::spawn_blocking(move || reader.open(&at_home(file), &columns));
            let read = read.await.map_err(|_| defect(false))?;
            let roster = read.map_err(DeskError::File)?;
            let report = Arc::new(Mutex::new(ImportReport::default()));
            let noted = Arc::clone(&report);
            let note = move |line| lock(&noted).note(line);
            // A plan names every fault instead of ending with the first ones.
            let order = ImportOrder {
                skip_faulty: skip_faulty || only_plan,
                only_plan,
                ..ImportOrder::default()
            };
            let counts = self
                .desk
                .at(&session)
                .users_create(Kind::RosterImported)
                .await?
                .import(roster.rows, order, watch.clone(), Box::new(note))
                .await?;
            let mut report = std::mem::take(&mut *lock(&report));
            report.counts = counts;
            Ok::<_, DeskError>(RosterImported {
                report,
                ignored: roster.ignored,
                remarks: roster.remarks,
            })
        })
        .catch_unwind();
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return match done {
                    Ok(Ok(imported)) => Reply::Imported(Box::new(imported)),
                    Ok(Err(error)) => Reply::Failed(error),
                    Err(_) => Reply::Failed(defect(true)),
                },
                () = tokio::time::sleep(Duration::from_millis(250)) => {
                    tell(watch.rows.load(Ordering::Relaxed));
                }
            }
        }
    }
}

fn lock(report: &Mutex<ImportReport>) -> MutexGuard<'_, ImportReport> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A panic on the way: what may be said about the change.
fn defect(is_write: bool) -> DeskError {
    let id = terminal::last_defect().unwrap_or_default();
    if is_write {
        DeskError::Directory(DirectoryError::OutcomeUnknown(format!(
            "a defect in Halligan (id {id}) stopped it on the way"
        )))
    } else {
        DeskError::Directory(DirectoryError::Unavailable {
            message: format!("a defect in Halligan (id {id}) stopped it on the way"),
            cure: "Try once more, and report the id.".into(),
            raw: None,
        })
    }
}
