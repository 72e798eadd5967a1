//! The tables of attributes.

use super::{
    Attribute,
    Kind::{Boolean, Complex, DateTime, Integer, Reference, String},
    Mutability::{ReadOnly, ReadWrite, WriteOnly},
    Returned::{Always, Default, Never, Request},
    Uniqueness,
};
use crate::{permission::Role, user::AccountKind};

const PLAIN: Attribute = Attribute {
    name: "",
    description: "",
    kind: String,
    multi_valued: false,
    required: false,
    case_exact: false,
    mutability: ReadWrite,
    returned: Default,
    uniqueness: Uniqueness::None,
    canonical: &[],
    sub: &[],
};

const READ_ONLY: Attribute = Attribute {
    mutability: ReadOnly,
    ..PLAIN
};

/// What only the server writes, returned only when it is asked for by name: it changes without a
/// write, and strict clients compare an extension that they wrote with what they read.
const STATE: Attribute = Attribute {
    returned: Request,
    ..READ_ONLY
};

/// Attributes of a user: the common ones of RFC 7643 section 3.1 and those of section 4.1 that
/// the store keeps.
pub const USER: &[Attribute] = &[
    Attribute {
        name: "schemas",
        description: "URNs of the schemas that the resource follows",
        kind: Reference,
        multi_valued: true,
        required: true,
        case_exact: true,
        returned: Always,
        ..PLAIN
    },
    Attribute {
        name: "id",
        description: "Immutable handle given by this server",
        case_exact: true,
        returned: Always,
        uniqueness: Uniqueness::Server,
        ..READ_ONLY
    },
    Attribute {
        name: "externalId",
        description: "Handle given by the provisioning client",
        case_exact: true,
        ..PLAIN
    },
    Attribute {
        name: "meta",
        description: "Kind, times, address and version of the resource",
        kind: Complex,
        sub: &[
            Attribute {
                name: "resourceType",
                description: "User",
                case_exact: true,
                ..READ_ONLY
            },
            Attribute {
                name: "created",
                description: "When the user was added",
                kind: DateTime,
                ..READ_ONLY
            },
            Attribute {
                name: "lastModified",
                description: "When the user was last changed",
                kind: DateTime,
                ..READ_ONLY
            },
            Attribute {
                name: "location",
                description: "Address of the resource",
                kind: Reference,
                case_exact: true,
                ..READ_ONLY
            },
            Attribute {
                name: "version",
                description: "ETag of what was read",
                case_exact: true,
                ..READ_ONLY
            },
        ],
        ..READ_ONLY
    },
    Attribute {
        name: "userName",
        description: "The ID people know: badge, employee or customer number",
        required: true,
        uniqueness: Uniqueness::Server,
        ..PLAIN
    },
    Attribute {
        name: "name",
        description: "The parts of the name. The userName when a request leaves it out",
        kind: Complex,
        required: true,
        sub: &[
            Attribute {
                name: "formatted",
                description: "Given and family name, put together by the server",
                returned: Request,
                ..READ_ONLY
            },
            Attribute {
                name: "familyName",
                description: "Family name, or the whole name of apparatus and businesses",
                required: true,
                ..PLAIN
            },
            Attribute {
                name: "givenName",
                description: "Given name; none for apparatus",
                ..PLAIN
            },
        ],
        ..PLAIN
    },
    Attribute {
        name: "displayName",
        description: "Name to show; given and family name where no client has set another, none where a client has emptied it",
        ..PLAIN
    },
    Attribute {
        name: "emails",
        description: "The one address that the user signs in with",
        kind: Complex,
        multi_valued: true,
        sub: &[
            Attribute {
                name: "value",
                description: "The address",
                required: true,
                uniqueness: Uniqueness::Server,
                ..PLAIN
            },
            Attribute {
                name: "type",
                description: "work; another type is kept as work",
                canonical: &["work"],
                ..PLAIN
            },
            Attribute {
                name: "primary",
                description: "true unless a client says otherwise; there is one address",
                kind: Boolean,
                ..PLAIN
            },
        ],
        ..PLAIN
    },
    Attribute {
        name: "title",
        description: "The job title or rank",
        ..PLAIN
    },
    Attribute {
        name: "phoneNumbers",
        description: "The one phone number at work",
        kind: Complex,
        multi_valued: true,
        sub: &[
            Attribute {
                name: "value",
                description: "The number as people write it",
                required: true,
                ..PLAIN
            },
            Attribute {
                name: "type",
                description: "work; numbers of other types are not kept",
                canonical: &["work"],
                ..PLAIN
            },
        ],
        ..PLAIN
    },
    Attribute {
        name: "active",
        description: "False: disabled by an administrator. True when a POST leaves it out; a PUT that does leaves it as it is",
        kind: Boolean,
        required: true,
        ..PLAIN
    },
    Attribute {
        name: "password",
        description: "The password; judged by the profile in force and stored hashed",
        case_exact: true,
        mutability: WriteOnly,
        returned: Never,
        ..PLAIN
    },
];

const KINDS: &[&str] = &[
    AccountKind::ALL[0].word(),
    AccountKind::ALL[1].word(),
    AccountKind::ALL[2].word(),
    AccountKind::ALL[3].word(),
];

const ROLES: &[&str] = &[
    Role::WORDS[0],
    Role::WORDS[1],
    Role::WORDS[2],
    Role::WORDS[3],
    Role::WORDS[4],
];

/// Attributes of the enterprise extension that are kept.
pub const ENTERPRISE: &[Attribute] = &[Attribute {
    name: "division",
    description: "The station or office where the user works",
    ..PLAIN
}];

/// Attributes of our extension: what resetting a password needs to know and SCIM lacks.
pub const EXTENSION: &[Attribute] = &[
    Attribute {
        name: "kind",
        description: "Whom the account belongs to. staff when a POST leaves it out; a PUT that does leaves it as it is",
        required: true,
        canonical: KINDS,
        ..PLAIN
    },
    Attribute {
        name: "role",
        description: "What the user may do at the desk; changing it needs Roles - Update. none when a POST leaves it out; a PUT that does leaves it as it is",
        required: true,
        canonical: ROLES,
        ..PLAIN
    },
    Attribute {
        name: "validFrom",
        description: "From when on the account is valid; changing it needs Users - Update Status. A PUT that leaves it out leaves it as it is, null takes it away",
        kind: DateTime,
        ..PLAIN
    },
    Attribute {
        name: "validUntil",
        description: "Until when the account is valid; as validFrom",
        kind: DateTime,
        ..PLAIN
    },
    Attribute {
        name: "permissions",
        description: "The permissions that the role carries, by title",
        multi_valued: true,
        case_exact: true,
        ..STATE
    },
    Attribute {
        name: "verdict",
        description: "The one reason that stands between the user and a sign-in, in words",
        ..STATE
    },
    Attribute {
        name: "signIn",
        description: "Whether the user can sign in now",
        kind: Complex,
        sub: &[
            Attribute {
                name: "can",
                description: "yes, no or not_known",
                ..READ_ONLY
            },
            Attribute {
                name: "sentence",
                description: "The same as a sentence, times in UTC",
                ..READ_ONLY
            },
            Attribute {
                name: "until",
                description: "Until when; without it neither password nor account has an end",
                kind: DateTime,
                ..READ_ONLY
            },
            Attribute {
                name: "remedy",
                description: "The act that would let the user in",
                ..READ_ONLY
            },
        ],
        ..STATE
    },
    Attribute {
        name: "lock",
        description: "The lock that is in force",
        kind: Complex,
        sub: &[
            Attribute {
                name: "locked",
                description: "The account is locked now",
                kind: Boolean,
                ..READ_ONLY
            },
            Attribute {
                name: "since",
                description: "When it was locked",
                kind: DateTime,
                ..READ_ONLY
            },
            Attribute {
                name: "failures",
                description: "Failed sign-ins that led to it",
                kind: Integer,
                ..READ_ONLY
            },
            Attribute {
                name: "until",
                description: "When it opens by itself; without it an administrator unlocks",
                kind: DateTime,
                ..READ_ONLY
            },
        ],
        ..STATE
    },
    Attribute {
        name: "mustChange",
        description: "The user must choose a new password at the next sign-in",
        kind: Boolean,
        ..STATE
    },
    Attribute {
        name: "lastSignIn",
        description: "The last successful sign-in; absent means never",
        kind: DateTime,
        ..STATE
    },
    Attribute {
        name: "passwordSet",
        description: "False for an account without a password",
        kind: Boolean,
        ..STATE
    },
    Attribute {
        name: "passwordChanged",
        description: "When the password was last set or changed",
        kind: DateTime,
        ..STATE
    },
    Attribute {
        name: "passwordExpires",
        description: "When the password stops working",
        kind: DateTime,
        ..STATE
    },
    Attribute {
        name: "ignored",
        description: "Attributes that the request gave and that are not kept; only in the answer to a write",
        multi_valued: true,
        ..READ_ONLY
    },
    Attribute {
        name: "policy",
        description: "Name of the profile in force; its parameters are at /.policy",
        ..STATE
    },
    Attribute {
        name: "unlock",
        description: "True beside a password: take a lock off in the same action",
        kind: Boolean,
        mutability: WriteOnly,
        returned: Never,
        ..PLAIN
    },
    Attribute {
        name: "reason",
        description: "Reason, ticket or incident number of this request, kept in the audit",
        mutability: WriteOnly,
        returned: Never,
        ..PLAIN
    },
];
