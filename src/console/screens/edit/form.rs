//! The fields of a record, section by section.

use crate::{
    console::{
        screens::own_fields::OwnFields,
        widgets::{
            AnyField, ChoiceField, Form, Part as _, SecretField, TextField, ToggleField, form,
        },
    },
    user::AccountKind,
};

/// A part of the record that is shown at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// A new password.
    Password,
    /// Who it is.
    Details,
    /// Whether and when the account lets somebody in.
    Status,
    /// What the account may do at the desk.
    Access,
    /// What was done to it.
    History,
}

impl Section {
    /// In the order in which they are gone through.
    pub const ALL: [Self; 5] = [
        Self::Password,
        Self::Details,
        Self::Status,
        Self::Access,
        Self::History,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Password => "Password",
            Self::Details => "Details",
            Self::Status => "Status",
            Self::Access => "Access",
            Self::History => "History",
        }
    }

    /// Counted from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The one behind it, and behind the last the first.
    pub fn next(self) -> Self {
        self.after(1)
    }

    /// The one before it, and before the first the last.
    pub fn previous(self) -> Self {
        self.after(Self::ALL.len() - 1)
    }

    fn after(self, by: usize) -> Self {
        let place = (self as usize + by) % Self::ALL.len();
        Self::ALL.get(place).copied().unwrap_or(self)
    }
}

form! {
    /// A new password, and what goes with it.
    pub struct PasswordForm {
        /// The new password.
        password: SecretField = SecretField::new("New password"),
        /// A change at the next sign-in.
        must_change: ToggleField = ToggleField::new("Must change", true),
        /// Take a lock off too.
        unlock: ToggleField = ToggleField::new("Unlock too", false),
    }
}

form! {
    /// Who it is.
    pub struct DetailsForm {
        /// The ID people know.
        login: TextField = TextField::new("ID"),
        /// Given name.
        given_name: TextField = TextField::new("Given name"),
        /// Family name.
        family_name: TextField = TextField::new("Family name"),
        /// The name to show.
        display_name: TextField = TextField::new("Display name"),
        /// Address.
        email: TextField = TextField::new("Email"),
        /// Phone number.
        phone: TextField = TextField::new("Phone"),
        /// Kind of the account.
        kind: ChoiceField = ChoiceField::new("Kind", AccountKind::ALL.map(AccountKind::word)),
        /// Station or office.
        station: TextField = TextField::new("Station"),
        /// Job title or rank.
        job_title: TextField = TextField::new("Job title"),
        /// The fields of the site's own.
        own: OwnFields = OwnFields::default(),
    }
}

form! {
    /// Whether and when the account lets somebody in.
    pub struct StatusForm {
        /// Enabled or disabled.
        active: ToggleField = ToggleField::new("Active", true),
        /// Take the lock off.
        unlock: ToggleField = ToggleField::new("Unlock", false),
        /// From when on it is valid.
        valid_from: TextField = TextField::new("Valid from"),
        /// Until when it is valid.
        valid_until: TextField = TextField::new("Valid until"),
        /// Another password must be chosen at the next sign-in.
        must_change: ToggleField = ToggleField::new("Must change", false),
        /// The ID, typed by whoever removes the account.
        remove: TextField = TextField::new("Remove"),
    }
}

form! {
    /// What the account may do at the desk.
    pub struct AccessForm {
        /// The role.
        role: ChoiceField = ChoiceField::new("Role", [""; 1]),
        /// End the sessions and tokens.
        end_sessions: ToggleField = ToggleField::new("End sessions", false),
    }
}

form! {
    /// What of the history is shown.
    pub struct HistoryForm {
        /// Which records.
        show: ChoiceField = ChoiceField::new("Show", ["everything", "changes", "sign-ins"]),
    }
}

form! {
    /// The whole record. The reason or ticket belongs to every section in which something can be changed.
    pub struct RecordForm {
        /// A new password.
        password: PasswordForm = PasswordForm::new(),
        /// Who it is.
        details: DetailsForm = DetailsForm::new(),
        /// Whether and when the account lets somebody in.
        status: StatusForm = StatusForm::new(),
        /// What the account may do.
        access: AccessForm = AccessForm::new(),
        /// What of the history is shown.
        history: HistoryForm = HistoryForm::new(),
        /// The reason or ticket.
        reason: TextField = TextField::new("Reason/ticket"),
    }
}

impl RecordForm {
    /// The fields of a section.
    pub fn of(&self, section: Section) -> Vec<&dyn AnyField> {
        let mut fields = Vec::new();
        match section {
            Section::Password => self.password.add_to(&mut fields),
            Section::Details => self.details.add_to(&mut fields),
            Section::Status => self.status.add_to(&mut fields),
            Section::Access => self.access.add_to(&mut fields),
            Section::History => self.history.add_to(&mut fields),
        }
        if section != Section::History {
            fields.push(&self.reason);
        }
        fields
    }

    fn of_mut(&mut self, section: Section) -> Vec<&mut dyn AnyField> {
        let mut fields = Vec::new();
        match section {
            Section::Password => self.password.add_mut_to(&mut fields),
            Section::Details => self.details.add_mut_to(&mut fields),
            Section::Status => self.status.add_mut_to(&mut fields),
            Section::Access => self.access.add_mut_to(&mut fields),
            Section::History => self.history.add_mut_to(&mut fields),
        }
        if section != Section::History {
            fields.push(&mut self.reason);
        }
        fields
    }

    /// Moves the focus within a section; false where the section ends there.
    pub fn step_within(&mut self, section: Section, forward: bool) -> bool {
        let fields = self.of_mut(section);
        let from = fields.iter().position(|field| field.is_focused());
        let mut places: Vec<usize> = (0..fields.len()).collect();
        if !forward {
            places.reverse();
        }
        let beyond = |place: &usize| match from {
            Some(from) if forward => *place > from,
            Some(from) => *place < from,
            None => true,
        };
        let to = places
            .into_iter()
            .filter(beyond)
            .find(|place| fields.get(*place).is_some_and(|field| field.is_visible()));
        let Some(to) = to else {
            return false;
        };
        self.blur();
        if let Some(field) = self.of_mut(section).into_iter().nth(to) {
            field.set_focused(true);
        }
        true
    }

    /// Moves the focus into a section, to its first field or to its last.
    pub fn enter(&mut self, section: Section, at_first: bool) {
        self.blur();
        self.step_within(section, at_first);
    }

    /// Does a section hold something that was not there at first? What a switch of the password form
    /// says counts only with a password.
    pub fn is_changed(&self, section: Section) -> bool {
        match section {
            Section::Password => self.password.password.is_dirty(),
            Section::Details => self.details.is_dirty(),
            Section::Status => self.status.is_dirty(),
            Section::Access => self.access.is_dirty(),
            Section::History => false,
        }
    }
}
