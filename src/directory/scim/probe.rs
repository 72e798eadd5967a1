//! What a server can prove, found out on an account that nobody uses.

use super::{
    directory::ScimDirectory, discovery::Discovered, reset::Written, verify::Verifier, version,
};
use crate::{
    audit::Intent,
    directory::{DirectoryError, Finding, TriedSignIn},
    operator::Operator,
    password::Secret,
    receipt::{PasswordReset, Proof, Receipt},
};

impl ScimDirectory {
    /// Sets the password, tries it, tries a wrong one, and says what was found.
    pub(super) async fn probe(
        &self,
        operator: &Operator,
        reset: &PasswordReset<'_>,
        intent: &Intent,
    ) -> Result<(Receipt, Vec<Finding>), DirectoryError> {
        let endpoint = self.connection.endpoint();
        let discovered = self.discovered(operator).await;
        let discovered = discovered.map_err(|failure| failure.into_error(endpoint))?;
        let mut findings = announced(discovered);
        let written = self.write_password(operator, reset, intent).await?;
        findings.extend(seen(&written));
        let mut receipt = written.receipt;
        match &self.verifier {
            Some(verifier) => {
                let user = &written.before.user;
                receipt.proof = self
                    .proved_by_sign_in(verifier, user, reset.password, receipt.proof)
                    .await;
                if matches!(receipt.proof, Proof::SignedIn(_)) {
                    let (finding, proof) = self
                        .tells_passwords_apart(verifier, &user.login, receipt.proof)
                        .await;
                    findings.push(finding);
                    receipt.proof = proof;
                }
            }
            None => findings.push(Finding::unclear(
                "no sign-in was tried: scim.verify names none",
                "Name one, and a reset can be proved by it: docs/scim-client.md.",
            )),
        }
        findings.push(proves(&receipt.proof));
        Ok((receipt, findings))
    }

    /// A sign-in that takes any password proves nothing.
    async fn tells_passwords_apart(
        &self,
        verifier: &Verifier,
        login: &str,
        proof: Proof,
    ) -> (Finding, Proof) {
        let place = verifier.place();
        let wrong = Secret::from_typed(&format!("wrong-{}", uuid::Uuid::new_v4()));
        let Ok(wrong) = wrong else {
            return (Finding::unclear("no wrong password was tried", ""), proof);
        };
        match verifier.try_sign_in(&self.connection, login, &wrong).await {
            TriedSignIn::SignedIn => {
                let why = format!("{place} signs {login} in with any password");
                (
                    Finding::wrong(
                        why.clone(),
                        "Have the sign-in mended, or name another with scim.verify: it proves nothing.",
                    ),
                    Proof::Accepted(format!("{why}, so that its yes proves nothing")),
                )
            }
            TriedSignIn::Wrong(why) | TriedSignIn::Refused(why) => (
                Finding::good(format!("{place} refuses a wrong password: {why}")),
                proof,
            ),
            TriedSignIn::KeptOut(why) | TriedSignIn::Untold(why) => (
                Finding::unclear(
                    format!("whether {place} refuses a wrong password is not known: {why}"),
                    "",
                ),
                proof,
            ),
        }
    }
}

/// What the server says of itself.
fn announced(discovered: &Discovered) -> Vec<Finding> {
    let changes = if discovered.change_password {
        Finding::good("it says that passwords are changed there (changePassword)")
    } else if discovered.no_change_password {
        Finding::unclear(
            "it says that passwords are not changed there (changePassword is not supported)",
            "Believe no yes of it before a sign-in has proved one.",
        )
    } else {
        Finding::unclear(
            "it does not say whether passwords are changed there (changePassword)",
            "",
        )
    };
    let schema = match (discovered.shows_schema, discovered.no_password) {
        (true, false) => Finding::good("its schema of users has a password"),
        (true, true) => Finding::wrong("its schema of users has no password", ""),
        (false, _) => Finding::unclear("it shows no schema of users", ""),
    };
    let marks = if discovered.extension {
        Finding::good("it has our extension: the time of the last change of a password is shown")
    } else {
        Finding::unclear("it shows no time of the last change of a password", "")
    };
    vec![changes, schema, marks]
}

/// What was seen of the write.
fn seen(written: &Written) -> Vec<Finding> {
    let mut findings = vec![Finding::good(format!(
        "it took the password by {}",
        written.by
    ))];
    findings.push(if written.echoed {
        Finding::wrong(
            "it sent the password back in its answer; Halligan took it out of what it shows and records",
            "Have that mended by whoever runs the server: others who ask it may not be so careful.",
        )
    } else {
        Finding::good("it did not send the password back")
    });
    let before = &written.before.user.version;
    findings.push(
        match written.after.as_ref().map(|after| &after.user.version) {
            Some(after) if version::differ(before, after) => Finding::good(
                "the user's version moved: something was written, which it does not tell",
            ),
            Some(after) if after.0.is_empty() => Finding::unclear(
                "it shows no version of a user: two writers at once are not told apart",
                "",
            ),
            Some(_) => Finding::unclear("the user's version did not move", ""),
            None => Finding::unclear("the user could not be read again", ""),
        },
    );
    findings
}

/// The word of proof that its resets get.
fn proves(proof: &Proof) -> Finding {
    let text = format!("a reset there is proved as \"{}\"", proof.words());
    match proof {
        Proof::SignedIn(_) | Proof::ReadBack(_) => Finding::good(text),
        Proof::Accepted(_) => Finding::unclear(
            text,
            "Nobody is told in green that a reset is in force; try the new password, or name a \
             sign-in with scim.verify.",
        ),
        Proof::NotKnown(_) | Proof::NotNeeded => Finding::wrong(
            text,
            "What the server shows contradicts its yes, or the sign-in cannot be tried: see above.",
        ),
    }
}
