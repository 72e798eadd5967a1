//! Key scripts in, screen text and questions to the desk out: the console's pure core.

mod bunching;
mod bytes;
mod caller;
mod contrast;
mod cursor;
mod editing;
mod fields;
mod keys;
mod leaving;
mod lists;
mod looks;
mod own_fields;
mod record;
mod remains;
mod roles;
mod running;
mod searching;
mod session;
mod vanished;
