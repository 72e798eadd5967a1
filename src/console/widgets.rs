//! Parts that screens are made of. A screen builds [`Page`] lines out of them; nothing here knows
//! a key code, a clock or the desk.

pub mod checklist;
pub mod chrome;
pub mod field;
pub mod form;
pub mod modal;
pub mod page;
pub mod secret_input;
pub mod toast;

pub use field::{AnyField, ChoiceField, OpenerField, SecretField, TextField, ToggleField};
pub(crate) use form::form;
pub use form::{Fault, Form, Part};
pub use modal::{Modal, Question};
pub use page::{Page, cut, row, wrap};
pub use secret_input::SecretInput;
pub use toast::{About, Toasts, Tone};
