//! A sign-in as somebody by a bind, to prove a password that was set elsewhere.

use super::{
    directory::LdapDirectory,
    flavour::Flavour,
    lost::unavailable,
    refusal::{self, Tried, refused},
    result_code as code,
    sign_in::BindName,
};
use crate::{
    directory::{DirectoryError, TriedSignIn},
    operator::SignInRefusal,
    password::Secret,
};

impl LdapDirectory {
    /// Binds once as whoever signs in with `login`, on a connection of its own.
    pub async fn try_sign_in(&self, login: &str, password: &Secret) -> TriedSignIn {
        if password.is_empty() {
            return TriedSignIn::Wrong("an empty password never signs anybody in".into());
        }
        let tried = self.in_time(self.try_bind(login, password)).await;
        tried.unwrap_or_else(|error| TriedSignIn::Untold(error.to_string()))
    }

    async fn try_bind(
        &self,
        login: &str,
        password: &Secret,
    ) -> Result<TriedSignIn, DirectoryError> {
        let mut link = self.connector.connect().await?;
        let name = match self.bind_name(&mut link, login).await? {
            BindName::Known(name, _) => name,
            BindName::Outside(entry) => entry.dn.clone(),
            BindName::Unknown => {
                return Ok(TriedSignIn::Untold(format!(
                    "{} has no entry for {login}",
                    link.server
                )));
            }
        };
        let bound = link
            .simple_bind(&name, password.expose())
            .await
            .map_err(|lost| unavailable(&lost))?;
        link.close().await;
        if bound.rc == code::SUCCESS {
            return Ok(TriedSignIn::SignedIn);
        }
        let Some(reason) = refusal::sign_in(&bound) else {
            return Err(refused(&bound, &link, Tried::Read, false));
        };
        let why = reason.words().to_owned();
        Ok(match reason {
            // Said of the right password only.
            SignInRefusal::Expired
            | SignInRefusal::MustChange
            | SignInRefusal::AccountEnded
            | SignInRefusal::NotYetValid
            | SignInRefusal::NotNow => TriedSignIn::KeptOut(why),
            SignInRefusal::Disabled if link.root.flavour == Flavour::ActiveDirectory => {
                TriedSignIn::KeptOut(why)
            }
            SignInRefusal::UnknownUser => TriedSignIn::Untold(why),
            SignInRefusal::WrongPassword | SignInRefusal::NoPassword => TriedSignIn::Wrong(why),
            SignInRefusal::Disabled
            | SignInRefusal::Locked
            | SignInRefusal::NowLocked
            | SignInRefusal::Delayed
            | SignInRefusal::Undisclosed => TriedSignIn::Refused(why),
        })
    }
}
