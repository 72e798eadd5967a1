//! How a receipt is put into words.

use crate::{
    console::{
        keymap::{self, Action, Scope},
        widgets::Tone,
    },
    directory::Capabilities,
    permission::Permission,
    receipt::{After, Ending, Receipt, Step, StepOutcome},
    text,
    user::Remedy,
};

/// Green only when every step is done, the password proved and the user can sign in.
pub const fn tone(ending: Ending) -> Tone {
    match ending {
        Ending::Done => Tone::Good,
        Ending::Refused => Tone::Bad,
        Ending::NotKnown
        | Ending::CannotSignIn
        | Ending::Accepted
        | Ending::Partial
        | Ending::SignInNotKnown => Tone::Warn,
    }
}

/// A step in words; of a change, what was changed where that is known.
pub fn step_words(step: Step, changed: &[String]) -> String {
    if step == Step::Changed && !changed.is_empty() {
        format!("{} changed", changed.join(", "))
    } else {
        step.words().to_owned()
    }
}

/// One line for the toast.
pub fn headline(who: &str, receipt: &Receipt, changed: &[String]) -> String {
    // Must-change goes without saying; the receipt has its line.
    let done: Vec<String> = receipt
        .steps
        .iter()
        .filter(|(step, how)| *how == StepOutcome::Done && *step != Step::MustChange)
        .map(|(step, _)| step_words(*step, changed))
        .collect();
    let done = if done.is_empty() {
        "nothing was changed".to_owned()
    } else {
        done.join(", ")
    };
    let reason = || receipt.after.as_deref().map_or_else(String::new, reason);
    match receipt.ending() {
        Ending::Done => format!("{who}: {done}."),
        Ending::CannotSignIn => {
            format!(
                "Done ({done}), but {who} still cannot sign in: {}.",
                reason()
            )
        }
        Ending::SignInNotKnown => {
            format!(
                "{who}: {done}. Not known whether the user can sign in: {}.",
                reason()
            )
        }
        Ending::Partial => {
            let missing = receipt.steps.iter().filter_map(|(step, how)| match how {
                StepOutcome::NotOffered(_) => Some(format!("not offered: {}", step.words())),
                StepOutcome::Unknown(_) => Some(format!("not known: {}", step.words())),
                StepOutcome::Done | StepOutcome::NotNeeded | StepOutcome::Refused(_) => None,
            });
            format!("{who}: {done}; {}.", missing.collect::<Vec<_>>().join(", "))
        }
        Ending::Accepted => format!("{who}: accepted, not confirmed ({done})."),
        Ending::NotKnown => format!("{who}: not known whether the password is in force."),
        Ending::Refused => format!("{who}: only in part ({done})."),
    }
}

/// Why the user cannot sign in, in the time of this machine.
fn reason(after: &After) -> String {
    after.outlook.reason(after.at, text::zone())
}

/// What lets the user in, with the key where one of this program does it.
pub fn mends(remedy: Remedy, capabilities: &Capabilities) -> String {
    let key = match remedy {
        Remedy::Unlock => Some(keymap::name_of(Scope::Edit, Action::UnlockOnly)),
        Remedy::ResetPassword => Some(keymap::name_of(Scope::Edit, Action::Accept)),
        Remedy::Enable if capabilities.status.is_yes() => Some(format!(
            "{} (needs {})",
            keymap::name_of(Scope::Disabled, Action::Enable),
            Permission::UsersUpdateStatus
        )),
        Remedy::Enable
        | Remedy::ExtendAccount
        | Remedy::BeginEarlier
        | Remedy::AllowPassword
        | Remedy::AllowChange
        | Remedy::LiftMinimumAge => None,
    };
    match key {
        Some(key) => format!("{} On the user's page: {key}.", remedy.sentence()),
        None => remedy.sentence().to_owned(),
    }
}
