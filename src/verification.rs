//! Who is calling: by which methods that is made sure, and how strictly a site wants it before an act.
//!
//! A help desk that resets a password for whoever asks is the easiest way in (CISA and FBI AA23-320A;
//! HHS HC3, April 2024). What a caller knows - a name, an employee number, a date of birth - is no
//! method here, and the answers of a caller are never recorded.

mod unverified;

pub use unverified::{Suspicion, Unverified};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kind::AccountKind;

/// How it was made sure who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The number on record in the directory was called; never one that the caller gives.
    CallBack,
    /// The person stood here, with a badge.
    InPerson,
    /// The person was seen live, with a badge.
    VideoBadge,
    /// A second operator vouches, and confirms it with the own password.
    Supervisor,
    /// A known voice over the radio, with its unit; only together with another method.
    RadioUnit,
}

impl Method {
    /// Every method, in the order in which it is offered.
    pub const ALL: [Self; 5] = [
        Self::CallBack,
        Self::InPerson,
        Self::VideoBadge,
        Self::Supervisor,
        Self::RadioUnit,
    ];

    /// The word of the configuration, of commands and records: `call-back`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CallBack => "call-back",
            Self::InPerson => "in-person",
            Self::VideoBadge => "video-badge",
            Self::Supervisor => "supervisor",
            Self::RadioUnit => "radio-unit",
        }
    }

    /// The method of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|method| method.word().eq_ignore_ascii_case(word.trim()))
    }

    /// What it is, for a list: `call back to the number on record`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CallBack => "call back to the number on record",
            Self::InPerson => "in person, with badge",
            Self::VideoBadge => "live video, with badge",
            Self::Supervisor => "a supervisor on shift vouches",
            Self::RadioUnit => "radio unit, together with another",
        }
    }

    /// Does it hold where an attacker may have prepared: an operator's account, a number that was
    /// changed lately, a caller who was refused before?
    pub const fn is_strong(self) -> bool {
        match self {
            Self::InPerson | Self::Supervisor => true,
            Self::CallBack | Self::VideoBadge | Self::RadioUnit => false,
        }
    }
}

/// How strictly a site wants to know who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// Nothing is asked.
    #[default]
    Off,
    /// It is asked, and may be passed over; that it was is recorded.
    Asked,
    /// Without it the act is refused.
    Required,
}

/// An act before which it may be asked who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A password is set or taken away.
    Reset,
    /// A lock is taken off.
    Unlock,
    /// An account is enabled, or valid again.
    Enable,
    /// The address or phone changes by which the person is reached.
    Contact,
}

/// What the site wants. The field names are the keys of `[verification]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Before a password is set.
    pub reset: Strictness,
    /// Before a lock is taken off.
    pub unlock: Strictness,
    /// Before an account is enabled.
    pub enable: Strictness,
    /// Before address or phone are changed.
    pub contact: Strictness,
    /// At least so strictly before any of them for accounts that hold a permission.
    pub operators: Strictness,
    /// At least so strictly for accounts of these kinds.
    pub kinds: BTreeMap<AccountKind, Strictness>,
    /// Which methods count here.
    pub methods: Vec<Method>,
    /// Must a ticket or incident number be given?
    pub ticket_required: bool,
    /// A verification holds for so many minutes.
    pub window_min: u32,
    /// After a refused caller only a strong method counts for so many minutes.
    pub cool_down_min: u32,
    /// After a change of address or phone only a strong method counts for so many days.
    pub changed_days: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            reset: Strictness::Off,
            unlock: Strictness::Off,
            enable: Strictness::Off,
            contact: Strictness::Off,
            operators: Strictness::Off,
            kinds: BTreeMap::new(),
            methods: Method::ALL.to_vec(),
            ticket_required: true,
            window_min: 15,
            cool_down_min: 60,
            changed_days: 7,
        }
    }
}

impl Rules {
    /// How strictly before these acts on such an account; nothing is asked before no act.
    pub fn strictness(
        &self,
        acts: &[Act],
        kind: Option<AccountKind>,
        is_operator: bool,
    ) -> Strictness {
        if acts.is_empty() {
            return Strictness::Off;
        }
        let of_acts = acts.iter().map(|act| match act {
            Act::Reset => self.reset,
            Act::Unlock => self.unlock,
            Act::Enable => self.enable,
            Act::Contact => self.contact,
        });
        let of_kind = kind.and_then(|kind| self.kinds.get(&kind).copied());
        let of_operators = is_operator.then_some(self.operators);
        of_acts
            .chain(of_kind)
            .chain(of_operators)
            .max()
            .unwrap_or_default()
    }

    /// Is nothing ever asked?
    pub fn is_off(&self) -> bool {
        let all = [
            self.reset,
            self.unlock,
            self.enable,
            self.contact,
            self.operators,
        ];
        let mut all = all.into_iter().chain(self.kinds.values().copied());
        all.all(|one| one == Strictness::Off)
    }

    /// What is wrong with the rules, as a sentence.
    pub fn fault(&self) -> Option<&'static str> {
        if self.is_off() {
            return None;
        }
        if !self
            .methods
            .iter()
            .any(|method| *method != Method::RadioUnit)
        {
            return Some("methods must name one that stands alone: radio-unit needs another");
        }
        if !self.methods.iter().any(|method| method.is_strong()) {
            return Some(
                "methods must name in-person or supervisor: after a refused caller or a changed \
                 number nothing else counts",
            );
        }
        (self.window_min == 0)
            .then_some("window_min must be 1 or more: a verification has to hold until Save")
    }
}

#[cfg(test)]
mod tests;
