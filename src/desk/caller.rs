//! Who is calling: how an operator makes sure of it, and how the desk holds an act to it.
//!
//! A verification belongs to one session and one user, and holds for the site's window on a clock that
//! only runs forward. It ends when the user's rights change, when a caller is refused by anybody, and
//! with the window. What the audit says of refused callers and changed numbers counts for every
//! console, command and server at the store.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    Desk, DeskError, Seat, Session,
    held::Held,
    reach::within_reach,
    reset::reason,
    seat::{Right, UsersChange, UsersRead},
};
use crate::{
    audit::{Actor, Caller, Calls, Event, Outcome, Target},
    directory::UserChange,
    password::Secret,
    permission::Permission,
    text::stamp,
    user::{User, UserId},
    verification::{Act, Method, Rules, Strictness, Suspicion, Unverified},
};

/// An operator says how it was made sure who is calling.
#[derive(Debug)]
pub struct CallerOrder {
    /// For whom.
    pub user: UserId,
    /// By what.
    pub methods: Vec<Method>,
    /// Who vouches, and with which password that is confirmed.
    pub voucher: Option<(String, Secret)>,
    /// Ticket or incident number.
    pub ticket: String,
}

/// What stands open for callers of a user, for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallerSight {
    /// How strictly a reset of this user wants it.
    pub strictness: Strictness,
    /// Until when a verification of this session holds, and how it was made.
    pub verified: Option<(Caller, Timestamp)>,
    /// Why a strong method is wanted.
    pub suspicion: Option<Suspicion>,
    /// Callers refused in the last hour.
    pub refused_in_the_last_hour: usize,
}

impl CallerSight {
    /// What an operator wants to know of callers before an act, a sentence each.
    pub fn lines(&self, zone: &TimeZone) -> Vec<String> {
        let refused = match self.refused_in_the_last_hour {
            0 => None,
            1 => Some("1 refused caller in the last hour.".to_owned()),
            many => Some(format!("{many} refused callers in the last hour.")),
        };
        let stands = match (&self.verified, self.strictness, self.suspicion) {
            (Some((caller, until)), _, _) => Some(format!(
                "{}, until {}.",
                screen_sentence(&caller.words()),
                stamp(*until, zone)
            )),
            (None, Strictness::Off, _) => None,
            (None, _, Some(why)) => Some(format!(
                "Who is calling has to be sure before a reset. Since {}, only a supervisor or the \
                 person with a badge counts.",
                why.words()
            )),
            (None, Strictness::Required, None) => {
                Some("Who is calling has to be sure before a reset.".into())
            }
            (None, Strictness::Asked, None) => {
                Some("Make sure who is calling before a reset.".into())
            }
        };
        refused.into_iter().chain(stands).collect()
    }
}

/// With a capital at its beginning.
fn screen_sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// The acts of a change before which it may be asked who is calling.
pub(super) fn acts_of(change: &UserChange, user: &User, now: Timestamp) -> Vec<Act> {
    let after = change.applied_to(user);
    let is_valid_again =
        user.state.is_outside_validity(now) && !after.state.is_outside_validity(now);
    [
        (Act::Reset, change.password.is_some()),
        (Act::Unlock, change.unlock),
        (Act::Enable, change.active == Some(true) || is_valid_again),
        (Act::Contact, change.changes_contact()),
    ]
    .into_iter()
    .filter_map(|(act, is_part)| is_part.then_some(act))
    .collect()
}

impl Seat<'_, UsersChange> {
    /// It was made sure who is calling for a user: recorded, and held for the acts of this session on
    /// that user. A supervisor confirms with the own password.
    ///
    /// # Errors
    /// [`DeskError::Verification`] for what does not count, [`DeskError::OwnAccount`],
    /// [`DeskError::Outranked`], [`DeskError::Audit`] and the directory's: a wrong password of the
    /// supervisor counts as a failed sign-in.
    pub async fn caller_verified(self, order: CallerOrder) -> Result<CallerSight, DeskError> {
        let user = self.callers_user(&order.user).await?;
        let ticket = reason(&order.ticket)?;
        let calls = self.desk().calls(&user).await?;
        let judged = self.judge_methods(&user, &order, &calls);
        if let Err(refusal) = judged.and_then(|()| self.judge_ticket(ticket.as_deref())) {
            return Err(self.refuse(Target::from(&user), refusal).await);
        }
        let voucher = match &order.voucher {
            Some((login, password)) => Some(self.voucher(&user, login, password).await?),
            None => None,
        };
        let caller = Caller {
            methods: order.methods,
            voucher,
        };
        self.record(Event {
            target: Some(Target::from(&user)),
            reason: ticket,
            caller: Some(caller.clone()),
            ..self.event(Outcome::Done)
        })
        .await?;
        let held = Held {
            caller,
            at: self.desk().instant(),
            permissions: user.permissions,
            reach: user.reach.clone(),
        };
        self.session().verified(user.id.clone(), held);
        Ok(self.desk().caller_sight(self.session(), &user, &calls))
    }

    /// A caller was not who they said, or could not show it: recorded for whoever opens this user
    /// next, and a verification that this session holds for the user ends.
    ///
    /// # Errors
    /// As [`Seat::caller_verified`].
    pub async fn caller_refused(
        self,
        user: &UserId,
        methods: Vec<Method>,
        ticket: &str,
    ) -> Result<CallerSight, DeskError> {
        let user = self.callers_user(user).await?;
        let caller = (!methods.is_empty()).then_some(Caller {
            methods,
            voucher: None,
        });
        self.record(Event {
            target: Some(Target::from(&user)),
            reason: reason(ticket)?,
            caller,
            ..self.event(Outcome::Done)
        })
        .await?;
        self.session().forget_verification(&user.id);
        let calls = self.desk().calls(&user).await?;
        Ok(self.desk().caller_sight(self.session(), &user, &calls))
    }

    async fn callers_user(&self, user: &UserId) -> Result<User, DeskError> {
        let read = self.directory().user(self.operator(), user);
        let user = self.read(self.in_time(read).await)?;
        match within_reach(self.operator(), &user) {
            Ok(()) => Ok(user),
            Err(refusal) => Err(self.refuse(Target::from(&user), refusal).await),
        }
    }

    fn judge_methods(
        &self,
        user: &User,
        order: &CallerOrder,
        calls: &Calls,
    ) -> Result<(), DeskError> {
        let rules = &self.desk().verification;
        let not = |why: String| Err(DeskError::Verification(why));
        let methods = &order.methods;
        let Some(first) = methods.first() else {
            return not("no method was named".into());
        };
        if let Some(other) = methods.iter().find(|one| !rules.methods.contains(one)) {
            return not(format!("{} does not count at this site", other.word()));
        }
        if methods.iter().all(|one| *one == Method::RadioUnit) {
            return not(format!(
                "{} counts together with another method",
                first.word()
            ));
        }
        if methods.contains(&Method::CallBack) {
            if user.phone().is_empty() {
                return not("there is no number on record to call back".into());
            }
            if changed_lately(rules, calls, self.desk().now()) {
                return not(
                    "address or phone were changed lately: the number on record may be another's"
                        .into(),
                );
            }
        }
        match (methods.contains(&Method::Supervisor), &order.voucher) {
            (true, None) => not("a supervisor confirms with name and password".into()),
            (false, Some(_)) => not("a second operator was named without supervisor".into()),
            (true, Some(_)) | (false, None) => Ok(()),
        }
    }

    fn judge_ticket(&self, ticket: Option<&str>) -> Result<(), DeskError> {
        if ticket.is_none() && self.desk().verification.ticket_required {
            return Err(DeskError::Verification(
                "a ticket or incident number is wanted with it".into(),
            ));
        }
        Ok(())
    }

    /// The second operator: another person than the operator and the user, who could do the act.
    async fn voucher(
        &self,
        user: &User,
        login: &str,
        password: &Secret,
    ) -> Result<Actor, DeskError> {
        let desk = self.desk();
        let session = self.session();
        let target = Target::from(user);
        let event = |outcome| self.event(outcome);
        let voucher = desk.prove(login, password, session.source(), event).await?;
        desk.directory.sign_out(&voucher).await;
        let refusal = if voucher.id == self.operator().id {
            Some(DeskError::Verification(
                "nobody vouches for the own verification".into(),
            ))
        } else if voucher.must_change {
            Some(DeskError::Verification(
                "the supervisor must choose a new password first".into(),
            ))
        } else if !voucher.permissions.holds(Permission::UsersUpdate) {
            Some(DeskError::Verification(format!(
                "the supervisor does not hold {}",
                Permission::UsersUpdate
            )))
        } else {
            within_reach(&voucher, user).err()
        };
        match refusal {
            Some(refusal) => Err(self.refuse(target, refusal).await),
            None => Ok(Actor::from(&voucher)),
        }
    }
}

impl Seat<'_, UsersRead> {
    /// What stands open for callers of `user`; nothing is asked where the site has no such rules.
    ///
    /// # Errors
    /// [`DeskError::Audit`].
    pub async fn callers(&self, user: &User) -> Result<CallerSight, DeskError> {
        let calls = self.desk().calls(user).await?;
        Ok(self.desk().caller_sight(self.session(), user, &calls))
    }
}

impl<R: Right> Seat<'_, R> {
    /// Holds the acts on `user` to what the site wants to know of the caller, and tells what is
    /// recorded of it. A refusal is recorded too.
    ///
    /// # Errors
    /// [`DeskError::VerifyCaller`] where it is required, and [`DeskError::Audit`].
    pub(super) async fn caller(
        &self,
        user: &User,
        acts: &[Act],
    ) -> Result<Option<Caller>, DeskError> {
        let desk = self.desk();
        let strictness = desk.caller_strictness(user, acts);
        // A machine client is no operator whom somebody calls.
        if strictness == Strictness::Off || self.session().is_machine() {
            return Ok(None);
        }
        let calls = desk.calls(user).await?;
        let suspicion = desk.suspicion(user, &calls);
        match desk.held(self.session(), user, &calls, suspicion) {
            Ok(held) => Ok(Some(held.caller)),
            Err(why) if strictness == Strictness::Required || suspicion.is_some() => {
                let refusal = DeskError::VerifyCaller(why);
                Err(self.refuse(Target::from(user), refusal).await)
            }
            Err(_) => Ok(Some(Caller::default())),
        }
    }
}

impl Desk {
    /// The same desk, holding acts to what the site wants to know of callers.
    #[must_use]
    pub fn with_verification(self, rules: Rules) -> Self {
        Self {
            verification: Arc::new(rules),
            ..self
        }
    }

    /// What the site wants to know of callers.
    pub fn verification(&self) -> &Rules {
        &self.verification
    }

    /// How strictly before these acts on this user.
    fn caller_strictness(&self, user: &User, acts: &[Act]) -> Strictness {
        let kind = user.kind.known().copied();
        let is_operator = !user.permissions.is_empty();
        self.verification.strictness(acts, kind, is_operator)
    }

    /// What the audit knows of callers for the user, as far back as anything of it counts.
    async fn calls(&self, user: &User) -> Result<Calls, DeskError> {
        let rules = &self.verification;
        let days = SignedDuration::from_hours(24 * i64::from(rules.changed_days));
        let minutes = SignedDuration::from_mins(i64::from(rules.cool_down_min.max(60)));
        let now = self.now();
        let since = now.saturating_sub(days.max(minutes)).unwrap_or(now);
        let calls = self.audit.calls(&user.id, since).await;
        calls.map_err(DeskError::Audit)
    }

    fn suspicion(&self, user: &User, calls: &Calls) -> Option<Suspicion> {
        let rules = &self.verification;
        let now = self.now();
        let cool_down = SignedDuration::from_mins(i64::from(rules.cool_down_min));
        if !user.permissions.is_empty() {
            Some(Suspicion::Operator)
        } else if refused_within(calls, cool_down, now) > 0 {
            Some(Suspicion::RefusedCaller)
        } else {
            changed_lately(rules, calls, now).then_some(Suspicion::ContactChanged)
        }
    }

    /// The verification that this session holds for the user, if it counts.
    fn held(
        &self,
        session: &Session,
        user: &User,
        calls: &Calls,
        suspicion: Option<Suspicion>,
    ) -> Result<Held, Unverified> {
        let held = session.verification(&user.id).ok_or(Unverified::NotYet)?;
        let window = SignedDuration::from_mins(i64::from(self.verification.window_min));
        if held.age(self.instant()) >= window {
            return Err(Unverified::TooOld);
        }
        if held.permissions != user.permissions || held.reach != user.reach {
            return Err(Unverified::RightsChanged);
        }
        if calls.refused.iter().any(|at| *at > held.at.wall) {
            return Err(Unverified::RefusedSince);
        }
        match suspicion {
            Some(why) if !held.is_strong() => Err(Unverified::NotStrong(why)),
            Some(_) | None => Ok(held),
        }
    }

    fn caller_sight(&self, session: &Session, user: &User, calls: &Calls) -> CallerSight {
        let strictness = self.caller_strictness(user, &[Act::Reset]);
        let suspicion = self.suspicion(user, calls);
        let window = SignedDuration::from_mins(i64::from(self.verification.window_min));
        let held = self.held(session, user, calls, suspicion).ok();
        let now = self.now();
        CallerSight {
            strictness: match (strictness, suspicion) {
                (Strictness::Asked, Some(_)) => Strictness::Required,
                (other, _) => other,
            },
            verified: held.map(|held| {
                let until = held.at.wall.saturating_add(window).unwrap_or(now);
                (held.caller, until)
            }),
            suspicion: suspicion.filter(|_| strictness != Strictness::Off),
            refused_in_the_last_hour: refused_within(calls, SignedDuration::from_hours(1), now),
        }
    }
}

fn refused_within(calls: &Calls, time: SignedDuration, now: Timestamp) -> usize {
    let within = |at: &&Timestamp| now.duration_since(**at) < time;
    calls.refused.iter().filter(within).count()
}

fn changed_lately(rules: &Rules, calls: &Calls, now: Timestamp) -> bool {
    let days = SignedDuration::from_hours(24 * i64::from(rules.changed_days));
    calls
        .contact_changed
        .is_some_and(|at| now.duration_since(at) < days)
}
