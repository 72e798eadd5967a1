//! The same act for everybody who matches: `halligan user unlock --where 'is:locked'`.

use clap::{ArgGroup, Args};
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    audit::Kind,
    cli::{
        Context, Exit, Failure,
        context::SignedIn,
        output::{self, Unwritten},
        receipt::{self, ReasonOption},
        secret_input::confirm,
        shape,
        shown_once::unshown,
        words,
    },
    desk::{BulkAct, BulkPlan, CommonFields, DeskError, ResetOrder},
    directory::{Query, UserChange},
    password::Secret,
    receipt::Receipt,
    text::users,
    user::{AccountKind, User},
};

/// Everybody who matches.
#[derive(Debug, Clone, Args)]
pub struct WhereOption {
    /// Everybody who matches, in the language of `halligan find`: 'is:locked station:12'. The plan comes
    /// first, then a question.
    #[arg(
        id = "where",
        long = "where",
        value_name = "QUERY",
        allow_hyphen_values = true
    )]
    query: String,
}

/// Take the lock off everybody who matches, and leave the passwords alone.
#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    whom: WhereOption,
    #[command(flatten)]
    reason: ReasonOption,
}

/// Set kind or station of everybody who matches to the same.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("fields").required(true).multiple(true)))]
pub struct Set {
    #[command(flatten)]
    whom: WhereOption,
    /// Whom the accounts belong to.
    #[arg(long, group = "fields", value_parser = words::kind())]
    kind: Option<AccountKind>,
    /// Station or office; '' takes it away.
    #[arg(long, group = "fields")]
    station: Option<String>,
    #[command(flatten)]
    reason: ReasonOption,
}

/// Draw a new password for everybody who matches, and print each once: ID and password, a line a user.
#[derive(Debug, Args)]
pub struct Reset {
    #[command(flatten)]
    whom: WhereOption,
    #[command(flatten)]
    reason: ReasonOption,
}

impl Unlock {
    /// Unlocks and prints a receipt a user.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        run(
            context,
            BulkAct::Unlock,
            &self.whom.query,
            &self.reason.text,
        )
        .await
    }
}

impl Set {
    /// Sets and prints a receipt a user.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let act = BulkAct::Set(CommonFields {
            kind: self.kind,
            station: self.station.as_deref().map(|text| text.trim().to_owned()),
        });
        run(context, act, &self.whom.query, &self.reason.text).await
    }
}

impl Reset {
    /// Resets and prints each password.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        Failure::unless_shown("the new passwords")?;
        run(context, BulkAct::Reset, &self.whom.query, &self.reason.text).await
    }
}

/// What became of one user.
struct Done {
    user: User,
    answer: Result<Receipt, DeskError>,
    password: Option<Secret>,
}

/// Plans, asks, and does it one after another.
pub(super) async fn run(
    context: &Context,
    act: BulkAct,
    line: &str,
    reason: &str,
) -> Result<Exit, Failure> {
    let query = Query::typed(line).map_err(|error| Failure::usage(&error.to_string()))?;
    if query.is_everybody() {
        return Err(Failure::usage("--where is empty: that would be everybody"));
    }
    let query = Query {
        limit: usize::MAX,
        ..query
    };
    let (plan, done, not_begun) = context
        .at_desk(async |signed_in| {
            let seat = signed_in.at().users_read(Kind::SearchOpened).await?;
            seat.open_search().await?;
            let seat = signed_in.at().users_read(Kind::SearchOpened).await?;
            let matching = seat.all_who_match(&query).await?;
            let plan = act.plan(&signed_in.session.operator(), matching);
            tell_plan(context, &act, &plan)?;
            if plan.acts.is_empty() {
                return Ok((plan, Vec::new(), 0));
            }
            confirm(
                &format!("Really {act} {}?", users(plan.acts.len())),
                context.yes,
            )?;
            let (done, not_begun) = all(context, signed_in, &act, &plan, reason).await?;
            Ok((plan, done, not_begun))
        })
        .await?;
    if context.out.is_json() {
        let document = document(&plan, &done, not_begun);
        let has_passwords = done.iter().any(|done| done.password.is_some());
        match context.out.result(&document, [""; 0]) {
            Err(Unwritten(error)) if has_passwords => return Err(unshown(&error, AGAIN)),
            written => written?,
        }
    } else if not_begun > 0 {
        context
            .out
            .remark(&format!("{} not begun.", users(not_begun)))?;
    }
    Ok(exit(&done, not_begun))
}

const AGAIN: &str = "Reset them again, with a standard output that takes it.";

fn tell_plan(context: &Context, act: &BulkAct, plan: &BulkPlan) -> Result<(), Failure> {
    for (user, why) in &plan.passed_over {
        let line = format!("passed over: {}: {why}", shape::who(user));
        context.out.remark(&line)?;
    }
    for user in &plan.acts {
        context
            .out
            .remark(&format!("to {act}: {}", shape::who(user)))?;
    }
    if plan.acts.is_empty() {
        context.out.remark("Nobody is left to do it to.")?;
    }
    Ok(())
}

/// One after another. Ctrl-C stops behind the one that is on its way.
async fn all(
    context: &Context,
    signed_in: &SignedIn,
    act: &BulkAct,
    plan: &BulkPlan,
    reason: &str,
) -> Result<(Vec<Done>, usize), Failure> {
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut all = Vec::new();
    for user in &plan.acts {
        if interrupts.recv().now_or_never().is_some() {
            break;
        }
        let done = one(context, signed_in, act, user, reason).await;
        let ends = done.answer.as_ref().err().is_some_and(DeskError::ends_all);
        tell(context, &done)?;
        all.push(done);
        if ends {
            break;
        }
    }
    let not_begun = plan.acts.len() - all.len();
    Ok((all, not_begun))
}

/// Whatever comes of it is told with the rest: what was done before must not be lost by it.
async fn one(
    context: &Context,
    signed_in: &SignedIn,
    act: &BulkAct,
    user: &User,
    reason: &str,
) -> Done {
    let mut password = None;
    let answer = match act.change() {
        Some(change) => changed(signed_in, user, &change, reason).await,
        None if *act == BulkAct::Reset => {
            reset(context, signed_in, user, reason, &mut password).await
        }
        None => unlocked(signed_in, user, reason).await,
    };
    let may_be_in_force = match &answer {
        Ok(_) => true,
        Err(error) => error.may_be_in_force(),
    };
    Done {
        user: user.clone(),
        answer,
        password: password.filter(|_| may_be_in_force),
    }
}

async fn changed(
    signed_in: &SignedIn,
    user: &User,
    change: &UserChange,
    reason: &str,
) -> Result<Receipt, DeskError> {
    let seat = signed_in.at().users_change(Kind::UserChanged).await?;
    let version = Some(&user.version);
    seat.change_user(&user.id, version, change, reason).await
}

async fn unlocked(signed_in: &SignedIn, user: &User, reason: &str) -> Result<Receipt, DeskError> {
    let seat = signed_in.at().users_update(Kind::Unlock).await?;
    let version = Some(user.version.clone());
    seat.unlock(&user.id, version, reason).await
}

/// Draws a password and sets it; `password` is what was sent.
async fn reset(
    context: &Context,
    signed_in: &SignedIn,
    user: &User,
    reason: &str,
    password: &mut Option<Secret>,
) -> Result<Receipt, DeskError> {
    let shape = context.loaded.config.generator;
    let seat = signed_in.at().users_read(Kind::UserViewed).await?;
    let policy = seat.beforehand(&user.id).await.policy;
    let drawn = signed_in.desk.generate(user, shape, policy.as_ref());
    let drawn = drawn.map_err(DeskError::File)?.secret;
    let seat = signed_in.at().users_update(Kind::PasswordReset).await?;
    *password = Some(drawn.duplicate());
    seat.reset(ResetOrder {
        user: user.id.clone(),
        expected: Some(user.version.clone()),
        password: drawn,
        generated: true,
        must_change: true,
        unlock: false,
        reason: reason.to_owned(),
    })
    .await
}

/// At once, so that no password is lost when it ends early.
fn tell(context: &Context, done: &Done) -> Result<(), Failure> {
    if context.out.is_json() {
        return Ok(());
    }
    let words = match &done.answer {
        Ok(receipt) => receipt.ending().words().to_owned(),
        Err(error) => format!("NOT DONE: {error}"),
    };
    // Whether or not standard error takes it, the password comes out.
    let _ = context
        .out
        .remark(&format!("{}: {words}", shape::who(&done.user)));
    match &done.password {
        Some(password) => {
            let login = crate::text::clean(&done.user.login).into_owned();
            output::secret_of(&login, password.expose()).map_err(|error| unshown(&error, AGAIN))
        }
        None => Ok(()),
    }
}

fn document(plan: &BulkPlan, done: &[Done], not_begun: usize) -> Value {
    let now = jiff::Timestamp::now();
    let told: Vec<Value> = done
        .iter()
        .map(|done| {
            let mut document = match &done.answer {
                Ok(receipt) => receipt::document(&done.user, receipt),
                Err(error) => json!({
                    "user": shape::user(&done.user, now),
                    "error": { "message": error.to_string(), "changed": error.changed() },
                }),
            };
            if let Some(password) = &done.password {
                document["password"] = Value::from(password.expose());
            }
            document
        })
        .collect();
    let passed_over: Vec<Value> = plan
        .passed_over
        .iter()
        .map(|(user, why)| json!({ "user": shape::user(user, now), "why": why }))
        .collect();
    json!({ "users": told, "passed_over": passed_over, "not_begun": not_begun })
}

fn exit(done: &[Done], not_begun: usize) -> Exit {
    let exits = done.iter().map(|done| match &done.answer {
        Ok(receipt) => receipt::exit(receipt),
        Err(DeskError::Directory(error)) if error.open_outcome().is_some() => Exit::Unknown,
        Err(_) => Exit::Partial,
    });
    let exits: Vec<Exit> = exits.collect();
    if exits.is_empty() && not_begun == 0 {
        Exit::NotFound
    } else if exits.contains(&Exit::Unknown) {
        Exit::Unknown
    } else if not_begun > 0 || exits.iter().any(|exit| *exit != Exit::Done) {
        Exit::Partial
    } else {
        Exit::Done
    }
}
