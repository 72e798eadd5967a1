//! Who is calling: the options of commands that act for a caller, and `halligan caller …`

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};
use serde_json::{Value, json};

use super::{
    Context, Exit, Failure,
    context::SignedIn,
    secret_input::{ask, from_private_file},
    shape,
    target::TargetOption,
};
use crate::{
    audit::Kind,
    desk::{CallerOrder, CallerSight, DeskError},
    text,
    user::User,
    verification::{Method, Strictness, Suspicion, Unverified},
};

fn method() -> impl clap::builder::TypedValueParser<Value = Method> {
    let words = Method::ALL.map(Method::word);
    // Clap hands on only what is one of the words.
    PossibleValuesParser::new(words)
        .map(|word| Method::from_word(&word).unwrap_or(Method::CallBack))
}

/// How it was made sure who is calling.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Caller")]
pub struct CallerOptions {
    /// How it was made sure who is calling; may be given several times.
    #[arg(long = "verified", value_name = "METHOD", value_parser = method())]
    methods: Vec<Method>,
    /// Email or ID of the second operator who vouches; the password is asked for.
    #[arg(long, value_name = "EMAIL")]
    supervisor: Option<String>,
    /// File with the second operator's password, 0600 and your own.
    #[arg(long, value_name = "FILE", requires = "supervisor")]
    supervisor_password_file: Option<PathBuf>,
    /// Ticket or incident number of the call; else --reason counts as it.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "",
        hide_default_value = true
    )]
    ticket: String,
}

impl CallerOptions {
    /// Records how it was made sure who is calling, where that was said.
    pub(super) async fn say(
        &self,
        signed_in: &SignedIn,
        user: &User,
        reason: &str,
    ) -> Result<(), Failure> {
        let mut methods = self.methods.clone();
        if self.supervisor.is_some() && !methods.contains(&Method::Supervisor) {
            methods.push(Method::Supervisor);
        }
        if methods.is_empty() {
            return Ok(());
        }
        let voucher = match (&self.supervisor, &self.supervisor_password_file) {
            (None, _) => None,
            (Some(login), Some(file)) => Some((login.clone(), from_private_file(file)?)),
            (Some(login), None) => Some((login.clone(), ask(&format!("Password of {login}"))?)),
        };
        let ticket = if self.ticket.is_empty() {
            reason
        } else {
            &self.ticket
        };
        let order = CallerOrder {
            user: user.id.clone(),
            methods,
            voucher,
            ticket: ticket.to_owned(),
        };
        let seat = signed_in.at().users_change(Kind::CallerVerified).await?;
        seat.caller_verified(order).await?;
        Ok(())
    }

    /// The same, and before a password is asked for: what is known of callers is told, and a
    /// verification that is wanted and was not given ends it here.
    pub(super) async fn say_first(
        &self,
        context: &Context,
        signed_in: &SignedIn,
        user: &User,
        reason: &str,
    ) -> Result<(), Failure> {
        self.say(signed_in, user, reason).await?;
        let seat = signed_in.at().users_read(Kind::UserViewed).await?;
        let sight = seat.callers(user).await?;
        for line in sight.lines(text::zone()) {
            context.out.remark(&line)?;
        }
        if sight.strictness == Strictness::Required && sight.verified.is_none() {
            let why = match sight.suspicion {
                Some(why) => Unverified::NotStrong(why),
                None => Unverified::NotYet,
            };
            return Err(DeskError::VerifyCaller(why).into());
        }
        Ok(())
    }
}

/// Show what is known of callers for a user, and record one who could not show who they are.
#[derive(Debug, Args)]
pub struct Caller {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Refuse(Refuse),
    Show(Show),
}

/// Record that a caller was not who they said, or could not show it. Whoever opens this user next sees
/// it, and only the person with a badge or a second operator counts for a while.
#[derive(Debug, Args)]
struct Refuse {
    #[command(flatten)]
    target: TargetOption,
    /// What was tried; may be given several times.
    #[arg(long = "tried", value_name = "METHOD", value_parser = method())]
    methods: Vec<Method>,
    /// Ticket or incident number of the call.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "",
        hide_default_value = true
    )]
    ticket: String,
}

/// Show how strictly a reset of this user wants to know who is calling, and which callers were refused.
#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    target: TargetOption,
}

impl Caller {
    /// Runs the subcommand.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (user, sight) = context
            .at_desk(async |signed_in| match &self.command {
                Command::Refuse(refuse) => {
                    let user = refuse.target.find(signed_in).await?;
                    let seat = signed_in.at().users_change(Kind::CallerRefused).await?;
                    let methods = refuse.methods.clone();
                    let sight = seat
                        .caller_refused(&user.id, methods, &refuse.ticket)
                        .await?;
                    Ok((user, sight))
                }
                Command::Show(show) => {
                    let user = show.target.find(signed_in).await?;
                    let seat = signed_in.at().users_read(Kind::UserViewed).await?;
                    let user = seat.open_user(&user.id).await?;
                    let seat = signed_in.at().users_read(Kind::UserViewed).await?;
                    let sight = seat.callers(&user).await?;
                    Ok((user, sight))
                }
            })
            .await?;
        let mut told = vec![shape::who(&user)];
        if let Command::Refuse(_) = &self.command {
            told.push("The caller was refused; whoever opens this user next sees it.".into());
        }
        told.extend(sight.lines(text::zone()));
        context.out.result(&document(&user, &sight), told)?;
        Ok(Exit::Done)
    }
}

fn document(user: &User, sight: &CallerSight) -> Value {
    json!({
        "user": shape::user(user, jiff::Timestamp::now()),
        "caller": {
            "strictness": sight.strictness,
            "strong_method_since": sight.suspicion.map(Suspicion::words),
            "refused_in_the_last_hour": sight.refused_in_the_last_hour,
        },
    })
}
