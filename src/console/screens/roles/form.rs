//! The fields of a role: what it permits, and over which accounts.

use crate::{
    console::{
        screens::Cx,
        widgets::{Form as _, TextField, ToggleField, form},
    },
    desk::RoleChange,
    kind::AccountKind,
    permission::{Kinds, Permission, Permissions, Reach, SiteRole},
};

/// Between the stations in their field: a name may have commas and blanks in it.
const BETWEEN: char = ';';

form! {
    /// A role.
    pub(super) struct RoleForm {
        /// Its name.
        name: TextField = TextField::new("Name"),
        /// A switch for each permission, in listed order.
        permissions: Vec<ToggleField> =
            Permission::ALL.map(|one| ToggleField::new(one.title(), false)).into(),
        /// A switch for each kind of accounts, in listed order; none is every kind.
        kinds: Vec<ToggleField> =
            AccountKind::ALL.map(|kind| ToggleField::new(capital(kind.word()), false)).into(),
        /// Stations; none is every station.
        stations: TextField = TextField::new("Stations"),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn stations_text(reach: &Reach) -> String {
    let stations = reach.stations.as_deref().unwrap_or_default();
    stations.join(&format!("{BETWEEN} "))
}

impl RoleForm {
    /// Fills in what was read. What was changed by hand stays; where that and what was read have both
    /// changed, a sentence says so.
    pub(super) fn fill(&mut self, role: &SiteRole) -> Vec<String> {
        let mut met: Vec<String> = self.name.rebase(&role.name).into_iter().collect();
        for (permission, field) in Permission::ALL.into_iter().zip(&mut self.permissions) {
            met.extend(field.rebase(role.permissions.holds(permission)));
        }
        for (kind, field) in AccountKind::ALL.into_iter().zip(&mut self.kinds) {
            let is_in = role.reach.kinds.is_some_and(|kinds| kinds.holds(kind));
            met.extend(field.rebase(is_in));
        }
        met.extend(self.stations.rebase(&stations_text(&role.reach)));
        met
    }

    /// A new role reaches as far as whoever makes it, until something else is chosen.
    pub(super) fn begin_within(&mut self, reach: &Reach) {
        for (kind, field) in AccountKind::ALL.into_iter().zip(&mut self.kinds) {
            field.begin_with(reach.kinds.is_some_and(|kinds| kinds.holds(kind)));
        }
        self.stations.begin_with(&stations_text(reach));
    }

    /// Greys what the operator cannot give: nobody gives what they do not have.
    pub(super) fn grey_beyond_own(&mut self, cx: &Cx<'_>) {
        let (own, reach) = cx.operator.map_or_else(
            || (Permissions::NONE, Reach::EVERYWHERE),
            |operator| (operator.permissions, operator.reach.clone()),
        );
        for (permission, field) in Permission::ALL.into_iter().zip(&mut self.permissions) {
            field.fixed = (!own.holds(permission)).then(|| "you do not hold it".to_owned());
        }
        for (kind, field) in AccountKind::ALL.into_iter().zip(&mut self.kinds) {
            let within = reach.kinds.is_none_or(|kinds| kinds.holds(kind));
            field.fixed = (!within).then(|| "your role does not reach them".to_owned());
        }
    }

    /// Nothing can be changed; why stands above the form.
    pub(super) fn grey_all(&mut self) {
        for field in [&mut self.name, &mut self.stations] {
            field.fixed = Some(String::new());
        }
        for field in self.permissions.iter_mut().chain(&mut self.kinds) {
            field.fixed = Some(String::new());
        }
    }

    /// What is wanted, as a role of this number.
    pub(super) fn wanted(&self, number: u32) -> SiteRole {
        let permissions = Permission::ALL.into_iter().zip(&self.permissions);
        let kinds: Kinds = AccountKind::ALL
            .into_iter()
            .zip(&self.kinds)
            .filter_map(|(kind, field)| field.is_on().then_some(kind))
            .collect();
        let stations: Vec<String> = self
            .stations
            .value()
            .split(BETWEEN)
            .map(|station| station.trim().to_owned())
            .filter(|station| !station.is_empty())
            .collect();
        SiteRole {
            number,
            name: self.name.trimmed(),
            permissions: permissions
                .filter_map(|(permission, field)| field.is_on().then_some(permission))
                .collect(),
            reach: Reach {
                kinds: (!kinds.is_empty()).then_some(kinds),
                stations: (!stations.is_empty()).then_some(stations),
            },
        }
    }

    /// What of a role is to change; what was not touched stays as the desk has it.
    pub(super) fn change(&self, was: &SiteRole) -> RoleChange {
        let wanted = self.wanted(was.number);
        RoleChange {
            name: (wanted.name != was.name).then_some(wanted.name),
            permissions: (wanted.permissions != was.permissions).then_some(wanted.permissions),
            reach: (wanted.reach != was.reach).then_some(wanted.reach),
        }
    }

    /// The name is wrong.
    pub(super) fn refuse_name(&mut self, why: &str) {
        self.refuse(|form| &mut form.name, why);
    }
}
