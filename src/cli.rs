//! The command line, one file per subcommand.

pub mod exit;

mod audit;
mod caller;
mod check;
mod completions;
mod config;
mod console;
mod context;
mod demo;
mod diagnostics;
mod doubt;
mod failure;
mod field;
mod find;
mod init;
mod man;
mod meant;
mod notices;
mod output;
mod password;
mod plain;
mod policy;
mod progress;
mod receipt;
mod recover;
mod reset;
mod role;
mod scim;
mod secret_input;
mod serve;
mod shape;
mod shown_once;
mod store;
mod table;
mod target;
mod token;
mod unlock;
mod user;
mod words;

pub use exit::Exit;
pub use failure::Failure;

use std::{ffi::OsString, io, path::PathBuf};

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use self::{context::Context, output::Output, secret_input::OperatorOptions};
use crate::{
    config::{Flags, Loaded},
    desk::LostWatch,
    process,
    text::system_error,
};

/// Find a user and reset the password, without a mouse.
///
/// Without a subcommand the console opens on the configured directory; the first time it sets the
/// store up. No option and no variable takes a password: passwords come from a prompt, standard
/// input or a file descriptor.
#[derive(Debug, Parser)]
#[command(name = "halligan", version)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    plainness: Plainness,
    #[command(subcommand)]
    command: Option<Command>,
}

/// How the console talks.
#[derive(Debug, Clone, Copy, Args)]
struct Plainness {
    /// Ask numbered questions, one a line, in place of the screens: for screen readers, dumb
    /// terminals, slow lines and transcripts. Chosen by itself where TERM is dumb.
    #[arg(long)]
    plain: bool,
}

/// The console alone. All subcommands and their options take a millisecond to set up, a fifth of
/// the time to the first frame, so the most frequent start tries this first.
#[derive(Debug, Parser)]
#[command(disable_help_flag = true)]
struct ConsoleAlone {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    plainness: Plainness,
}

/// Options that every subcommand takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
struct Common {
    /// Read this configuration file in place of /etc/halligan/config.toml and your own; the rules stay
    /// those of /etc/halligan/config.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store's file.
    #[arg(long, global = true, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Name of the password and session profile.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Print one JSON document, failures too.
    #[arg(long, global = true)]
    json: bool,
    /// Do not ask before what cannot be undone.
    #[arg(long, short, global = true)]
    yes: bool,
    #[command(flatten)]
    operator: OperatorOptions,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of it, and it is moved once"
)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Find(find::Find),
    Reset(reset::Reset),
    Unlock(unlock::Unlock),
    Recover(recover::Recover),
    Check(check::Check),
    Password(password::Password),
    User(user::User),
    Caller(caller::Caller),
    Audit(audit::Audit),
    Serve(serve::Serve),
    Field(field::Field),
    Token(token::Token),
    Role(role::Role),
    Policy(policy::Policy),
    Scim(scim::Scim),
    Store(store::Store),
    Config(config::Config),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Common {
    fn context(self) -> Result<Context, Failure> {
        self.context_after(|_| Ok(())).map(|(context, ())| context)
    }

    /// The same, with what is to be done before any file is made.
    fn context_after<T>(
        self,
        first: impl FnOnce(&Loaded) -> Result<T, Failure>,
    ) -> Result<(Context, T), Failure> {
        let loaded = Loaded::read(&Flags {
            config: self.config,
            store: self.store,
            profile: self.profile,
        })?;
        let first = first(&loaded)?;
        if let Some(file) = &loaded.config.log_file {
            diagnostics::write_to(file).map_err(|error| {
                Failure::new(
                    Exit::Configuration,
                    &format!(
                        "log_file {} cannot be written: {}",
                        file.display(),
                        system_error(&error)
                    ),
                    "Nothing was changed.",
                    "Name another, or take log_file out of the configuration.",
                )
            })?;
        }
        let context = Context {
            loaded,
            out: Output::new(self.json),
            yes: self.yes,
            operator: self.operator,
            lost: LostWatch::default(),
        };
        Ok((context, first))
    }
}

/// Parses `arguments`, does what they say, prints what went wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            if let Some(failure) = meant::by(&error, &Cli::command()) {
                return failure.report(arguments.iter().any(|one| one == "--json"));
            }
            // A closed pipe (`halligan --help | head`) is no failure.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let json = cli.common.json;
    let exit = dispatch(cli).unwrap_or_else(|failure| failure.report(json));
    secret_input::forget_typed();
    exit
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    match ConsoleAlone::try_parse_from(arguments) {
        Ok(ConsoleAlone { common, plainness }) => Ok(Cli {
            common,
            plainness,
            command: None,
        }),
        // Whatever it is, the whole parser knows it, or says what is wrong with it.
        Err(_) => Cli::try_parse_from(arguments),
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    process::harden()?;
    match cli.command {
        Some(Command::Completions(completions)) => completions.run(Cli::command()),
        Some(Command::Man(man)) => man.run(Cli::command()),
        Some(Command::Config(config)) => {
            let context = cli.common.context()?;
            runtime()?.block_on(config.run(&context))
        }
        Some(Command::Audit(audit)) if audit.is_at_machine() => {
            // Before any thread is started, as below.
            let (context, asker) = cli.common.context_after(recover::Asker::of)?;
            runtime()?.block_on(audit.run(Some(&asker), &context))
        }
        Some(Command::Recover(recover)) => {
            // Before any thread is started: each has a user of its own on Linux.
            let (context, asker) = cli.common.context_after(recover::Asker::of)?;
            runtime()?.block_on(recover.run(&asker, &context))
        }
        command => {
            let plain = cli.plainness.plain;
            if plain && command.is_some() {
                return Err(Failure::usage(
                    "--plain is for the console, not for a subcommand",
                ));
            }
            let context = cli.common.context()?;
            runtime()?.block_on(at_desk(command, plain, &context))
        }
    }
}

/// One thread is enough: the store and the hashes have threads of their own.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

async fn at_desk(
    command: Option<Command>,
    plain: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    match command {
        Some(Command::Demo(demo)) => Box::pin(demo.run(context)).await,
        Some(Command::Init(init)) => init.run(context).await,
        Some(Command::Find(find)) => find.run(context).await,
        Some(Command::Reset(reset)) => reset.run(context).await,
        Some(Command::Unlock(unlock)) => unlock.run(context).await,
        Some(Command::Check(check)) => check.run(context).await,
        Some(Command::Password(password)) => password.run(context).await,
        Some(Command::User(user)) => user.run(context).await,
        Some(Command::Caller(caller)) => caller.run(context).await,
        Some(Command::Audit(audit)) => audit.run(None, context).await,
        Some(Command::Serve(serve)) => serve.run(context).await,
        Some(Command::Field(field)) => field.run(context).await,
        Some(Command::Token(token)) => token.run(context).await,
        Some(Command::Role(role)) => role.run(context).await,
        Some(Command::Policy(policy)) => policy.run(context),
        Some(Command::Scim(scim)) => scim.run(context).await,
        Some(Command::Store(store)) => store.run(context).await,
        // The other four have been served before.
        Some(
            Command::Completions(_) | Command::Man(_) | Command::Config(_) | Command::Recover(_),
        )
        | None => {
            // Beside the first frame, not before it.
            std::thread::spawn(demo::sweep);
            console::run(context, plain).await
        }
    }
}
