//! The site's own fields: seen by whoever reads users, managed by whoever may.

use super::{DeskError, Seat, seat};
use crate::{
    audit::{Event, Outcome},
    permission::Role,
    receipt::Receipt,
    user::{SeenField, SiteField},
};

impl Seat<'_, seat::UsersRead> {
    /// The fields that the operator sees, in their order.
    ///
    /// # Errors
    /// The directory's.
    pub async fn site_fields(self) -> Result<Vec<SiteField>, DeskError> {
        let seen = self.seen_fields().await?.into_iter();
        Ok(seen.map(|seen| seen.field).collect())
    }

    /// The same, and what the operator's role may do with each.
    ///
    /// # Errors
    /// The directory's.
    pub async fn seen_fields(&self) -> Result<Vec<SeenField>, DeskError> {
        self.read(self.directory().seen_fields(self.operator()).await)
    }
}

impl Seat<'_, seat::FieldsUpdate> {
    /// Every field, also those that the operator's role does not see.
    ///
    /// # Errors
    /// The directory's, and [`DeskError::Audit`].
    pub async fn fields(self) -> Result<Vec<SiteField>, DeskError> {
        let fields = self.read(self.directory().all_site_fields(self.operator()).await)?;
        self.record(self.event(Outcome::Done)).await?;
        Ok(fields)
    }

    /// Adds a field.
    ///
    /// # Errors
    /// [`DeskError::StepUp`], [`DeskError::Audit`] and the directory's.
    pub async fn add_field(self, field: &SiteField) -> Result<Receipt, DeskError> {
        self.put_field(field, None).await
    }

    /// Puts another definition in the place of the one of the same name, as it was `seen`. What users
    /// have stays as it is, whether it fits or not.
    ///
    /// # Errors
    /// As [`Seat::add_field`]; [`DirectoryError::DefinitionChanged`] where somebody else was faster.
    ///
    /// [`DirectoryError::DefinitionChanged`]: crate::directory::DirectoryError::DefinitionChanged
    pub async fn change_field(
        self,
        seen: &SiteField,
        field: &SiteField,
    ) -> Result<Receipt, DeskError> {
        self.put_field(field, Some(seen)).await
    }

    /// Moves a field to another place in their order, counted from 1.
    ///
    /// # Errors
    /// As [`Seat::add_field`].
    pub async fn move_field(self, name: &str, place: usize) -> Result<Receipt, DeskError> {
        self.step_up()?;
        let event = Event {
            detail: Some(format!("field {name} to place {place}")),
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            self.directory()
                .move_site_field(self.operator(), name, place, &intent)
                .await
        })
        .await
    }

    async fn put_field(
        self,
        field: &SiteField,
        seen: Option<&SiteField>,
    ) -> Result<Receipt, DeskError> {
        // Who sees what is a matter of rights.
        self.step_up()?;
        let event = Event {
            detail: Some(described(field)),
            ..self.event(Outcome::Intent)
        };
        self.write(event, async |intent| {
            self.directory()
                .put_site_field(self.operator(), field, seen, &intent)
                .await
        })
        .await
    }
}

/// The definition in a line, for the audit.
fn described(field: &SiteField) -> String {
    let roles = |what: &str, roles: &[Role]| {
        let words: Vec<_> = roles.iter().map(Role::word).collect();
        match words.as_slice() {
            [] => String::new(),
            words => format!("; {what} {}", words.join(", ")),
        }
    };
    let values: Vec<_> = field
        .values
        .iter()
        .map(|value| {
            let retired = if value.retired { " (retired)" } else { "" };
            format!("{}{retired}", value.value)
        })
        .collect();
    let values = match values.as_slice() {
        [] => String::new(),
        values => format!(": {}", values.join(", ")),
    };
    format!(
        "field {} ({}), {}{values}{}{}{}{}{}{}",
        field.name,
        field.title,
        field.kind.word(),
        roles("seen by", &field.seen_by),
        roles("edited by", &field.edited_by),
        roles("filled by", &field.filled_by),
        if field.searched { "; searched" } else { "" },
        if field.shown { "; shown in lists" } else { "" },
        if field.retired { "; retired" } else { "" }
    )
}
