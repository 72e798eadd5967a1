//! The table.

use halligan::permission::{
    Permission::{
        AuditRead, FieldsUpdate, RolesUpdate, TokensUpdate, UsersCreate, UsersDelete,
        UsersForceLogout, UsersRead, UsersUpdate, UsersUpdateStatus,
    },
    Permissions,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Find,
    Open,
    Rename,
    Transfer,
    Limit,
    DefineField,
    MoveField,
    Disable,
    ChangeAll,
    SetPassword,
    TakePasswordAway,
    Unlock,
    Check,
    AddVisitor,
    AddColleague,
    GiveRole,
    SignOut,
    Remove,
    Import,
    ListTokens,
    MakeToken,
    RevokeToken,
    ListRoles,
    AddRole,
    ChangeRole,
    RemoveRole,
    ListAudit,
    VerifyAudit,
    ExportAudit,
    ExportUsers,
    CheckStore,
    MendStore,
}

impl Act {
    pub const ALL: [Self; 32] = [
        Self::Find,
        Self::Open,
        Self::Rename,
        Self::Transfer,
        Self::Limit,
        Self::DefineField,
        Self::MoveField,
        Self::Disable,
        Self::ChangeAll,
        Self::SetPassword,
        Self::TakePasswordAway,
        Self::Unlock,
        Self::Check,
        Self::AddVisitor,
        Self::AddColleague,
        Self::GiveRole,
        Self::SignOut,
        Self::Remove,
        Self::Import,
        Self::ListTokens,
        Self::MakeToken,
        Self::RevokeToken,
        Self::ListRoles,
        Self::AddRole,
        Self::ChangeRole,
        Self::RemoveRole,
        Self::ListAudit,
        Self::VerifyAudit,
        Self::ExportAudit,
        Self::ExportUsers,
        Self::CheckStore,
        Self::MendStore,
    ];

    /// The permissions without any of which it is refused.
    pub fn wants(self) -> Permissions {
        let list: &[_] = match self {
            Self::Find | Self::Open | Self::ExportUsers | Self::CheckStore => &[UsersRead],
            Self::Rename
            | Self::Transfer
            | Self::SetPassword
            | Self::TakePasswordAway
            | Self::Unlock
            | Self::Check => &[UsersUpdate],
            // An end of the account that is over disables it.
            Self::Disable | Self::Limit => &[UsersUpdateStatus],
            // Name, status and a viewer's role at once: refused whole without any of them.
            Self::ChangeAll => &[UsersUpdate, UsersUpdateStatus, RolesUpdate, UsersRead],
            Self::AddVisitor | Self::Import | Self::MendStore => &[UsersCreate],
            // A role is given only by who holds what is in it: here a viewer's.
            Self::AddColleague => &[UsersCreate, RolesUpdate, UsersRead],
            // The site's role of the test holds Users - Read too.
            Self::GiveRole | Self::AddRole | Self::ChangeRole | Self::RemoveRole => {
                &[RolesUpdate, UsersRead]
            }
            Self::ListRoles => &[RolesUpdate],
            Self::SignOut => &[UsersForceLogout],
            Self::Remove => &[UsersDelete],
            Self::DefineField | Self::MoveField => &[FieldsUpdate],
            Self::ListTokens | Self::RevokeToken => &[TokensUpdate],
            // The token is to hold Users - Read.
            Self::MakeToken => &[TokensUpdate, UsersRead],
            Self::ListAudit | Self::VerifyAudit | Self::ExportAudit => &[AuditRead],
        };
        list.iter().copied().collect()
    }

    /// Does it leave everything as it was?
    pub const fn only_reads(self) -> bool {
        matches!(
            self,
            Self::Find
                | Self::Open
                | Self::Check
                | Self::ListTokens
                | Self::ListRoles
                | Self::ListAudit
                | Self::VerifyAudit
                | Self::ExportAudit
                | Self::ExportUsers
                | Self::CheckStore
        )
    }
}
