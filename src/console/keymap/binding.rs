//! What a row of the key table is made of: where it is alive, which keys, and what they mean.

use crokey::KeyCombination;

/// Where a binding is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// A text field has the focus: plain characters belong to it.
    Text,
    /// A switch has the focus.
    Toggle,
    /// A choice of several words has the focus.
    Choice,
    /// A field with a page of its own has the focus.
    Opener,
    /// A form with fields.
    Form,
    /// A screen that can be left.
    Page,
    /// A screen without fields: plain letters may be keys.
    Plain,
    /// The sign-in form.
    SignIn,
    /// The set-up form.
    SetUp,
    /// The roster of the first start.
    Roster,
    /// The menu.
    Menu,
    /// The list of users.
    Users,
    /// The choice of a ready-made list.
    Lists,
    /// Several users are being selected.
    Selecting,
    /// Where to write what is shown.
    Export,
    /// An act for several users, before it begins.
    Bulk,
    /// The same, while it runs.
    BulkRunning,
    /// The same, when it is over.
    BulkOver,
    /// Enter was pressed on the list, and there is nobody.
    Nobody,
    /// One user and the password form.
    Edit,
    /// The same, of a user who is disabled.
    Disabled,
    /// Who is calling.
    Caller,
    /// The receipt of a write.
    Receipt,
    /// The audit.
    Audit,
    /// Changes without an outcome.
    Unfinished,
    /// The list of roles.
    Roles,
    /// The form of a role.
    Role,
    /// A role that is to go.
    RemoveRole,
    /// The list of the site's own fields.
    Fields,
    /// The form of a field.
    Field,
    /// The values of a drop-down list.
    FieldValues,
    /// Who sees, edits and must fill a field.
    FieldRoles,
    /// The form for a new user.
    AddUser,
    /// The operator's own password.
    MyPassword,
    /// The lock.
    Locked,
    /// A question with yes and no.
    Confirm,
    /// The list of keys.
    Help,
    /// The operator's password is asked once more.
    StepUp,
}

impl Scope {
    /// The heading in help and documentation.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Text => "In a text field",
            Self::Toggle => "On a switch",
            Self::Choice => "On a choice",
            Self::Opener => "On a field with a page of its own",
            Self::Form => "In a form",
            Self::Page => "On every screen but the first",
            Self::Plain => "Where there is no text field",
            Self::SignIn => "Sign in",
            Self::SetUp => "Set up",
            Self::Roster => "Roster of the first start",
            Self::Menu => "Menu",
            Self::Users => "Users",
            Self::Lists => "Users: ready-made lists",
            Self::Selecting => "Users: select several",
            Self::Export => "Users: export",
            Self::Bulk => "Several users: the plan",
            Self::BulkRunning => "Several users: while it runs",
            Self::BulkOver => "Several users: what was done",
            Self::Nobody => "Nobody found",
            Self::Edit => "Edit a user",
            Self::Disabled => "Edit a user who is disabled",
            Self::Caller => "Who is calling",
            Self::Receipt => "Receipt",
            Self::Audit => "Audit",
            Self::Unfinished => "Unfinished changes",
            Self::Roles => "Roles",
            Self::Role => "A role",
            Self::RemoveRole => "Remove a role",
            Self::Fields => "Fields",
            Self::Field => "A field",
            Self::FieldValues => "A field: values of the list",
            Self::FieldRoles => "A field: who sees, edits and must fill it",
            Self::AddUser => "Add a user",
            Self::MyPassword => "My password",
            Self::Locked => "Locked",
            Self::Confirm => "A question",
            Self::Help => "Help",
            Self::StepUp => "Your password, once more",
        }
    }

    /// In the order of the documentation.
    pub const ALL: [Self; 39] = [
        Self::Global,
        Self::Page,
        Self::Plain,
        Self::Form,
        Self::Text,
        Self::Toggle,
        Self::Choice,
        Self::Opener,
        Self::SetUp,
        Self::Roster,
        Self::SignIn,
        Self::Menu,
        Self::Users,
        Self::Lists,
        Self::Selecting,
        Self::Bulk,
        Self::BulkRunning,
        Self::BulkOver,
        Self::Export,
        Self::Nobody,
        Self::Edit,
        Self::Disabled,
        Self::Caller,
        Self::Receipt,
        Self::Audit,
        Self::Unfinished,
        Self::Roles,
        Self::Role,
        Self::RemoveRole,
        Self::Fields,
        Self::Field,
        Self::FieldValues,
        Self::FieldRoles,
        Self::AddUser,
        Self::MyPassword,
        Self::Confirm,
        Self::StepUp,
        Self::Locked,
        Self::Help,
    ];
}

/// What the operator wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The obvious thing: open, save, sign in.
    Accept,
    /// Back, cancel, dismiss.
    Back,
    /// End the program.
    Quit,
    /// Which keys are there?
    Help,
    /// Paint the screen afresh.
    Repaint,
    /// A key that would suspend or kill: told that it does not.
    Suspend,
    /// Next field.
    NextField,
    /// Previous field.
    PreviousField,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// To the next section.
    NextSection,
    /// To the section before.
    PreviousSection,
    /// Turn a switch.
    Toggle,
    /// The next word of a choice.
    NextChoice,
    /// The word before.
    PreviousChoice,
    /// Open the list of users.
    OpenUsers,
    /// Search for what may have been meant.
    TakeSuggestion,
    /// Open the ready-made lists.
    OpenLists,
    /// List in the next order.
    NextOrder,
    /// Begin to select several users.
    SelectSeveral,
    /// Select the user of the row, or not.
    Mark,
    /// Select everybody who matches.
    MarkAll,
    /// Unlock those who are selected.
    UnlockSelected,
    /// Enable those who are selected.
    EnableSelected,
    /// Disable those who are selected.
    DisableSelected,
    /// Set fields of those who are selected.
    SetSelected,
    /// Reset the passwords of those who are selected.
    ResetSelected,
    /// Write what is shown to a file.
    Export,
    /// Find the next caller.
    NextCaller,
    /// Open the form for a new user.
    OpenAddUser,
    /// Open the audit.
    OpenAudit,
    /// Open the changes without an outcome.
    OpenUnfinished,
    /// Open the roles.
    OpenRoles,
    /// Open the site's own fields.
    OpenFields,
    /// Make a new one.
    New,
    /// Take it away, or out of use.
    Remove,
    /// One place up in the order.
    MoveUp,
    /// One place down in the order.
    MoveDown,
    /// Open the page of the field that has the focus.
    OpenPart,
    /// The role sees the field, or not.
    TickSees,
    /// The role edits the field, or not.
    TickEdits,
    /// The role must fill the field, or not.
    TickFills,
    /// Confirm that the recoveries were seen.
    RecoveriesSeen,
    /// Open the operator's own password.
    OpenMyPassword,
    /// Lock the session.
    Lock,
    /// End the session.
    SignOut,
    /// Draw a password.
    Generate,
    /// Draw one of the other shape.
    GenerateOther,
    /// Show or mask the password.
    Reveal,
    /// Only unlock.
    UnlockOnly,
    /// Enable the account.
    Enable,
    /// Say how it was made sure who is calling.
    OpenCaller,
    /// A caller could not show who they are.
    RefuseCaller,
    /// Show other records.
    NextFilter,
    /// Show only what was done to this user, or to everybody again.
    OnlyThisUser,
    /// Verify the audit chain.
    Verify,
    /// The user has read the password back.
    ReadBack,
    /// Try the new password at the directory.
    TryPassword,
    /// Show the directory's own text behind a refusal.
    OwnText,
    /// Yes to a question.
    Yes,
    /// No to a question.
    No,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Which keys, the one to show first.
    pub keys: &'static [KeyCombination],
    /// What.
    pub action: Action,
    /// The word in the footer.
    pub label: &'static str,
    /// 0: not in the footer; otherwise the higher, the longer it stays when room runs out.
    pub priority: u8,
    /// What it does, for help and documentation.
    pub about: &'static str,
}
