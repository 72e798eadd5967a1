//! The desk's rules over the real embedded store: who may, what the policy says, what is recorded.

mod audit;
mod caller;
mod finding;
mod guesses;
mod kinds;
mod one_act;
mod outcome;
mod permissions;
mod reach;
mod reset;
mod rights;
mod roles;
mod sign_in;
