//! Halligan: a keyboard-only console with which an administrator finds a user and resets the
//! password.
//!
//! Three front ends, one set of rules: the [`console`], the [`cli`] and the [`server`] all go through
//! the [`desk`], which asks a [`directory`] and writes the [`audit`].

pub mod audit;
pub mod cli;
pub mod config;
pub mod console;
pub mod desk;
pub mod directory;
pub mod file;
pub mod kind;
pub mod operator;
pub mod password;
pub mod permission;
pub mod population;
pub mod process;
pub mod receipt;
pub mod roster;
pub mod scim;
pub mod server;
pub mod source;
pub mod store;
pub mod text;
pub mod user;
pub mod verification;

/// Zeroes whatever is freed. Crates that we hand a password to (zxcvbn, serde, the terminal's cells)
/// copy pieces of it; none of them outlives its use.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
