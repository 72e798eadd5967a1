//! The console: pure inside, impure at one edge.
//!
//! [`app`] holds the core: a message in, effects out, a drawing of the model. [`runtime`] is the
//! only place that awaits, reads a clock or holds a channel; [`terminal`] the only one that knows
//! the terminal.

pub mod app;
pub mod effect;
pub mod keymap;
pub mod screens;
pub mod theme;
pub mod widgets;
