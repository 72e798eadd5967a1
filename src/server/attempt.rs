//! A try to prove who one is: let in and counted in one step, settled when its outcome is known.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use super::{attempts::Pair, respond::ErrorResponse, state::SharedState};
use crate::operator::Operator;

/// A try under way. Dropped unsettled, as when the client hangs up, it stays counted as a failure.
#[derive(Debug)]
pub(super) struct Attempt {
    state: SharedState,
    pair: Pair,
    has_proved: bool,
}

impl Attempt {
    /// Lets a try at `account` from `address` begin.
    pub(super) fn begin(
        state: &SharedState,
        account: &str,
        address: IpAddr,
    ) -> Result<Self, ErrorResponse> {
        let attempts = &state.attempts;
        let pair = (account.trim().to_lowercase(), address);
        let now = Instant::now();
        let has_proved = attempts.proved().contains_key(&pair);
        let begun = if has_proved {
            attempts.by_pair.reserve(pair.clone(), now)
        } else {
            attempts.by_address.reserve(address, now).and_then(|()| {
                let reserved = attempts.by_account.reserve(pair.0.clone(), now);
                reserved.inspect_err(|_| attempts.by_address.give_back(&address))
            })
        };
        match begun {
            Ok(()) => Ok(Self {
                state: Arc::clone(state),
                pair,
                has_proved,
            }),
            Err(wait) => {
                state.metrics.throttled.fetch_add(1, Ordering::Relaxed);
                Err(ErrorResponse::later(wait))
            }
        }
    }

    /// It was right: by `operator`, where one has signed in.
    pub(super) fn was_right(self, operator: Option<&Operator>) {
        let attempts = &self.state.attempts;
        let (account, address) = &self.pair;
        if self.has_proved {
            attempts.by_pair.succeeded(&self.pair);
        } else {
            attempts.by_account.succeeded(account);
            attempts.by_address.give_back(address);
        }
        attempts.remember(self.pair.clone());
        for name in operator.iter().flat_map(|own| [&own.login, &own.email]) {
            if !name.is_empty() {
                attempts.remember((name.to_lowercase(), *address));
            }
        }
    }

    /// It was wrong.
    pub(super) fn was_wrong(self) {
        let refused = &self.state.metrics.refused;
        refused.fetch_add(1, Ordering::Relaxed);
    }

    /// It is not known whether it was right, or nothing was tried: that counts as no failure.
    pub(super) fn stays_unknown(self) {
        let attempts = &self.state.attempts;
        if self.has_proved {
            attempts.by_pair.give_back(&self.pair);
        } else {
            attempts.by_account.give_back(&self.pair.0);
            attempts.by_address.give_back(&self.pair.1);
        }
    }
}
