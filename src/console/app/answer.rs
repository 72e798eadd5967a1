//! What an answer of the desk leads to.

use super::{model::Model, navigate};
use crate::{
    console::{
        effect::{Effect, Remote, Reply, Ticket},
        screens::{explain, receipt::ReceiptPage},
        widgets::{Form as _, Modal, Tone},
    },
    desk::{DeskError, LostAnswer},
    directory::DirectoryError,
};

/// Takes an answer to the screen that waits for it, and says what no screen is left to say.
pub fn answer(model: &mut Model, ticket: Ticket, reply: &Reply, effects: &mut Vec<Effect>) {
    if let Reply::Lost(answer) = reply {
        lost(model, ticket, answer, effects);
        return;
    }
    let was_write = !matches!(reply, Reply::Progress(_)) && model.writing.remove(&ticket);
    if let Some(Modal::StepUp { form, check }) = &mut model.modal
        && check.awaits(ticket)
    {
        form.blank_secrets();
        if let Reply::Failed(error) = reply {
            *check = Remote::Idle;
            form.refuse(|form| &mut form.password, explain(error));
        } else if let Reply::Reauthenticated(operator) = reply {
            navigate::stepped_up(model, operator.clone(), effects);
        }
        return;
    }
    // From the top; more than one may listen, but only one of them moves.
    let mut claimed = false;
    for index in (0..model.screens.len()).rev() {
        let go = model.with(index, effects, |screen, cx| screen.reply(ticket, reply, cx));
        if let Some(Some(go)) = go {
            claimed = true;
            navigate::go(model, index, go, effects);
        }
    }
    if model.quit && was_write {
        if let Reply::Done(receipt) = reply {
            let text = if receipt.is_success() {
                "The last change was made and confirmed.".to_owned()
            } else {
                format!(
                    "The last change: {}. Look at the user.",
                    receipt.ending().words()
                )
            };
            model.farewell = Some(text);
        } else if let Reply::Failed(error) = reply {
            model.farewell = Some(explain(error));
        }
    }
    if let Reply::Failed(error) = reply {
        match error {
            DeskError::SessionLocked => navigate::lock(model, effects),
            DeskError::Directory(DirectoryError::OperatorChanged(change)) => {
                navigate::operator_changed(model, &change.to_string(), effects);
            }
            DeskError::OwnChangeFirst => navigate::own_password_first(model, effects),
            _ if !claimed && was_write => model.toast(Tone::Bad, explain(error), effects),
            DeskError::Lacks(_)
            | DeskError::Outranked(_)
            | DeskError::BeyondReach(_)
            | DeskError::WiderReach(_)
            | DeskError::OwnRole
            | DeskError::OwnAccount
            | DeskError::Policy(_)
            | DeskError::MustChangeFixed
            | DeskError::TypingNotAllowed
            | DeskError::StepUp
            | DeskError::VerifyCaller(_)
            | DeskError::Verification(_)
            | DeskError::TooManyGuesses { .. }
            | DeskError::UsesGrace(_)
            | DeskError::Directory(_)
            | DeskError::Audit(_)
            | DeskError::OutcomeNotRecorded(_)
            | DeskError::File(_) => {}
        }
    } else if let Reply::Done(receipt) = reply
        && !claimed
    {
        // The screen that asked has gone; the outcome must not.
        let whom = receipt
            .after
            .as_deref()
            .and_then(|after| after.user.as_ref())
            .map_or_else(|| "The user".to_owned(), crate::user::User::name);
        if receipt.is_success() {
            model.toast(Tone::Good, "The change was made and confirmed.", effects);
        } else {
            let (tone, text) = ReceiptPage::told(&whom, receipt, &[]);
            model.toast(tone, text, effects);
        }
    }
}

/// The answer to a write was lost. Whoever waits for it waits on: the outcome follows under the same
/// ticket.
fn lost(model: &mut Model, ticket: Ticket, answer: &LostAnswer, effects: &mut Vec<Effect>) {
    let mut is_told = false;
    for index in (0..model.screens.len()).rev() {
        let told = model.with(index, effects, |screen, cx| screen.lost(ticket, answer, cx));
        is_told |= told == Some(true);
    }
    if !is_told {
        let text = format!(
            "It is not known yet whether the last change was made ({}). It is being looked after.",
            answer.what
        );
        model.toast(Tone::Warn, text, effects);
    }
}
