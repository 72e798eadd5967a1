//! What is known of a user besides ID, names and address, and what of it is to change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{SiteValue, phone};
use crate::text;

/// Longest display name, station or job title, in characters.
const LONGEST: usize = 256;
/// Longest phone number, in characters.
const LONGEST_PHONE: usize = 64;

/// What a directory keeps of a user for people to read. Empty is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The name to show, where it is another than given and family name together.
    pub display_name: String,
    /// The phone number at work, as people write it.
    pub phone: String,
    /// The station or office where the user works.
    pub station: String,
    /// The job title or rank.
    pub job_title: String,
    /// What stands in the fields of the site's own, in their order; an empty one is left out.
    pub fields: Vec<SiteValue>,
}

/// One of the [`Details`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// [`Details::display_name`].
    DisplayName,
    /// [`Details::phone`].
    Phone,
    /// [`Details::station`].
    Station,
    /// [`Details::job_title`].
    JobTitle,
}

impl Detail {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::DisplayName,
        Self::Phone,
        Self::Station,
        Self::JobTitle,
    ];

    /// The name within a sentence: "display name".
    pub const fn words(self) -> &'static str {
        match self {
            Self::DisplayName => "display name",
            Self::Phone => "phone",
            Self::Station => "station",
            Self::JobTitle => "job title",
        }
    }

    /// The name in JSON and in rosters: `display_name`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::DisplayName => "display_name",
            Self::Phone => "phone",
            Self::Station => "station",
            Self::JobTitle => "job_title",
        }
    }

    /// `text` as it can be kept: trimmed, as NFC.
    ///
    /// # Errors
    /// A sentence that names the detail, for what nobody could read, dial or tell apart.
    pub fn checked(self, text: &str) -> Result<String, String> {
        let longest = match self {
            Self::Phone => LONGEST_PHONE,
            Self::DisplayName | Self::Station | Self::JobTitle => LONGEST,
        };
        let text = text::one_line(&format!("the {}", self.words()), text, longest)?;
        match self {
            Self::Phone if !text.is_empty() => phone::checked(text),
            Self::DisplayName | Self::Phone | Self::Station | Self::JobTitle => Ok(text),
        }
    }
}

impl Details {
    /// One of them.
    pub fn of(&self, detail: Detail) -> &str {
        match detail {
            Detail::DisplayName => &self.display_name,
            Detail::Phone => &self.phone,
            Detail::Station => &self.station,
            Detail::JobTitle => &self.job_title,
        }
    }

    /// One of them, to be changed.
    pub const fn of_mut(&mut self, detail: Detail) -> &mut String {
        match detail {
            Detail::DisplayName => &mut self.display_name,
            Detail::Phone => &mut self.phone,
            Detail::Station => &mut self.station,
            Detail::JobTitle => &mut self.job_title,
        }
    }

    /// What stands in a field of the site's own; empty where nothing does.
    pub fn field(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .map_or("", |field| field.value.as_str())
    }

    /// A display name that only repeats `name`, given and family name as one, is none.
    pub fn drop_repeated_name(&mut self, name: &str) {
        if self.display_name == name {
            self.display_name.clear();
        }
    }

    /// As they can be kept; the site's own fields are judged by their definitions.
    ///
    /// # Errors
    /// The first that cannot, and a sentence.
    pub fn checked(&self) -> Result<Self, (Detail, String)> {
        let mut checked = self.clone();
        for detail in Detail::ALL {
            let text = checked.of_mut(detail);
            *text = detail
                .checked(text)
                .map_err(|sentence| (detail, sentence))?;
        }
        Ok(checked)
    }
}

/// What of the [`Details`] is to change; what is absent stays, and empty takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetailsChange {
    /// Another [`Details::display_name`].
    pub display_name: Option<String>,
    /// Another [`Details::phone`].
    pub phone: Option<String>,
    /// Another [`Details::station`].
    pub station: Option<String>,
    /// Another [`Details::job_title`].
    pub job_title: Option<String>,
    /// Other values of the site's own fields, by their names.
    pub fields: BTreeMap<String, String>,
}

impl DetailsChange {
    /// Nothing is to change.
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty()
            && self.display_name.is_none()
            && self.phone.is_none()
            && self.station.is_none()
            && self.job_title.is_none()
    }

    /// What is to become of one of them.
    pub fn of(&self, detail: Detail) -> Option<&str> {
        match detail {
            Detail::DisplayName => self.display_name.as_deref(),
            Detail::Phone => self.phone.as_deref(),
            Detail::Station => self.station.as_deref(),
            Detail::JobTitle => self.job_title.as_deref(),
        }
    }

    /// What is to become of one of them, to be set.
    pub const fn of_mut(&mut self, detail: Detail) -> &mut Option<String> {
        match detail {
            Detail::DisplayName => &mut self.display_name,
            Detail::Phone => &mut self.phone,
            Detail::Station => &mut self.station,
            Detail::JobTitle => &mut self.job_title,
        }
    }

    /// As it can be kept; the site's own fields are judged by their definitions.
    ///
    /// # Errors
    /// The first that cannot, and a sentence.
    pub fn checked(&self) -> Result<Self, (Detail, String)> {
        let mut checked = self.clone();
        for detail in Detail::ALL {
            if let Some(text) = checked.of_mut(detail) {
                *text = detail
                    .checked(text)
                    .map_err(|sentence| (detail, sentence))?;
            }
        }
        Ok(checked)
    }

    /// What makes `wanted` of `old`; what `wanted` does not say stays.
    pub fn between(old: &Details, wanted: &Self) -> Self {
        let mut change = Self::default();
        let others = wanted.fields.iter();
        change.fields = others
            .filter(|(name, new)| old.field(name) != new.as_str())
            .map(|(name, new)| (name.clone(), new.clone()))
            .collect();
        for detail in Detail::ALL {
            *change.of_mut(detail) = wanted
                .of(detail)
                .filter(|new| *new != old.of(detail))
                .map(ToOwned::to_owned);
        }
        change
    }

    /// `old` with the change made.
    #[must_use]
    pub fn applied_to(&self, old: &Details) -> Details {
        let mut new = old.clone();
        for (name, text) in &self.fields {
            if new.field(name) == text {
                continue;
            }
            let is_it = |field: &SiteValue| field.name.eq_ignore_ascii_case(name);
            match new.fields.iter().position(is_it) {
                Some(at) if text.is_empty() => {
                    new.fields.remove(at);
                }
                Some(at) => text.clone_into(&mut new.fields[at].value),
                None => new.fields.push(SiteValue::given(name, text)),
            }
        }
        for detail in Detail::ALL {
            if let Some(text) = self.of(detail) {
                text.clone_into(new.of_mut(detail));
            }
        }
        new
    }
}

impl From<Details> for DetailsChange {
    /// Everything as it stands there.
    fn from(details: Details) -> Self {
        Self {
            display_name: Some(details.display_name),
            phone: Some(details.phone),
            station: Some(details.station),
            job_title: Some(details.job_title),
            fields: details
                .fields
                .into_iter()
                .map(|field| (field.name, field.value))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Detail, Details, DetailsChange};

    #[test]
    fn a_phone_is_kept_as_people_write_it() {
        for phone in [
            "",
            "911",
            "+1 (303) 555-0142",
            "303.555.0142 x17",
            "303 555 0142 ext. 4",
            "+49 30/1234567",
        ] {
            assert_eq!(Detail::Phone.checked(phone).as_deref(), Ok(phone));
        }
    }

    #[test]
    fn a_phone_that_nobody_can_dial_is_refused_with_the_reason() {
        for (phone, why) in [
            ("12", "the phone has fewer than 3 digits"),
            ("x1234", "the phone has fewer than 3 digits"),
            ("call me", "the phone holds 'c', which no phone number has"),
            (
                "303 555 0142 x1a",
                "the phone holds 'a', which no phone number has",
            ),
            ("303\u{7}5550142", "the phone holds a control character"),
        ] {
            assert_eq!(Detail::Phone.checked(phone), Err(why.to_owned()), "{phone}");
        }
        let long = "1".repeat(65);
        assert!(Detail::Phone.checked(&long).is_err());
        assert!(Detail::Phone.checked(&long[..64]).is_ok());
    }

    #[test]
    fn a_detail_is_trimmed_and_neither_endless_nor_unreadable() {
        for detail in [Detail::DisplayName, Detail::Station, Detail::JobTitle] {
            assert_eq!(detail.checked(" Station 7 ").as_deref(), Ok("Station 7"));
            assert!(detail.checked("a\nb").is_err());
            assert!(detail.checked(&"a".repeat(256)).is_ok());
            assert!(detail.checked(&"a".repeat(257)).is_err());
        }
        let wrong = Details {
            station: "7\u{1b}".into(),
            ..Details::default()
        };
        let (which, _) = wrong.checked().unwrap_err();
        assert_eq!(which, Detail::Station);
    }

    #[test]
    fn a_change_of_details_holds_only_what_differs_and_makes_what_was_wanted() {
        let old = Details {
            phone: "911".into(),
            station: "7".into(),
            ..Details::default()
        };
        let wanted = DetailsChange {
            phone: Some("911".into()),
            station: Some(String::new()),
            job_title: Some("Captain".into()),
            display_name: None,
            ..DetailsChange::default()
        };
        let change = DetailsChange::between(&old, &wanted);
        assert_eq!(change.phone, None);
        assert_eq!(change.station.as_deref(), Some(""));
        let new = change.applied_to(&old);
        assert_eq!((new.phone.as_str(), new.station.as_str()), ("911", ""));
        assert_eq!(new.job_title, "Captain");
        assert!(DetailsChange::between(&new, &new.clone().into()).is_nothing());
    }
}
