//! The attributes of our resources: one table that filters, patches, projections and `/Schemas`
//! all read (RFC 7643 sections 2.2, 4.1 and 7).

mod not_kept;
mod tables;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{AttributePath, Object, ScimError, ScimType, member};

pub use not_kept::not_kept;
pub use tables::{ENTERPRISE, EXTENSION, USER};

/// URN of the core user schema.
pub const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// URN of the enterprise extension (RFC 7643 section 4.3), of which `division` is kept.
pub const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// URN of our extension; `docs/scim-extension.md` describes it.
pub const EXTENSION_URN: &str = "urn:halligan:params:scim:schemas:extension:1.0:User";
/// URN of the extension that holds the site's own fields, by their names.
pub const SITE_URN: &str = "urn:halligan:params:scim:schemas:extension:site:1.0:User";
/// URN of a schema resource.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// A schema that a user follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSchema {
    /// The core schema, whose attributes stand in the resource itself.
    Core,
    /// Our extension.
    Desk,
    /// The enterprise extension.
    Enterprise,
}

impl UserSchema {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Core, Self::Desk, Self::Enterprise];
    /// Those whose attributes stand in a resource under the URN.
    pub const EXTENSIONS: [Self; 2] = [Self::Desk, Self::Enterprise];

    /// Its URN.
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Core => USER_URN,
            Self::Desk => EXTENSION_URN,
            Self::Enterprise => ENTERPRISE_URN,
        }
    }

    /// The schema of a URN in any letters.
    pub fn of_urn(urn: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|schema| schema.urn().eq_ignore_ascii_case(urn))
    }

    /// Where its attributes stand in a resource, if any do.
    pub fn part_of(self, resource: &Object) -> Option<&Object> {
        match self {
            Self::Core => Some(resource),
            Self::Desk | Self::Enterprise => {
                member(resource, self.urn()).and_then(Value::as_object)
            }
        }
    }

    /// Its attributes, as far as they are kept.
    pub const fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::Core => USER,
            Self::Desk => EXTENSION,
            Self::Enterprise => ENTERPRISE,
        }
    }
}

/// The type of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// JSON string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// RFC 3339 date and time.
    DateTime,
    /// The address of a resource.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

/// Who may write an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Only the server; a client's value is passed over on POST and PUT and refused on PATCH.
    ReadOnly,
    /// Clients too.
    ReadWrite,
    /// Clients, and nobody reads it.
    WriteOnly,
}

/// When an attribute is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// Always.
    Always,
    /// Never.
    Never,
    /// Unless it is left out by name.
    Default,
    /// Only when it is asked for by name.
    Request,
}

/// Among whom a value is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// Not at all.
    None,
    /// Among the users of this server.
    Server,
}

/// One attribute or sub-attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// Name, in the RFC's letters.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Type of its value.
    pub kind: Kind,
    /// A list of values.
    pub multi_valued: bool,
    /// A resource cannot be without it.
    pub required: bool,
    /// Letters' case counts when values are compared.
    pub case_exact: bool,
    /// Who writes it.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// Where it is unique.
    pub uniqueness: Uniqueness,
    /// The values that are possible; empty means any.
    pub canonical: &'static [&'static str],
    /// Sub-attributes of a complex one.
    pub sub: &'static [Attribute],
}

impl Serialize for Attribute {
    /// The attribute as RFC 7643 section 7 describes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.name)?;
        map.serialize_entry("type", &self.kind)?;
        map.serialize_entry("multiValued", &self.multi_valued)?;
        map.serialize_entry("description", self.description)?;
        map.serialize_entry("required", &self.required)?;
        if !self.canonical.is_empty() {
            map.serialize_entry("canonicalValues", self.canonical)?;
        }
        map.serialize_entry("caseExact", &self.case_exact)?;
        map.serialize_entry("mutability", &self.mutability)?;
        map.serialize_entry("returned", &self.returned)?;
        map.serialize_entry("uniqueness", &self.uniqueness)?;
        if self.kind == Kind::Reference {
            map.serialize_entry("referenceTypes", &["uri"])?;
        }
        if !self.sub.is_empty() {
            map.serialize_entry("subAttributes", self.sub)?;
        }
        map.end()
    }
}

impl Attribute {
    /// The sub-attribute `name`, in any case.
    pub fn sub_attribute(&self, name: &str) -> Option<&'static Self> {
        find(self.sub, name)
    }
}

fn find(list: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    list.iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// An attribute that a path names, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Resolved {
    /// The schema in which the attribute stands.
    pub schema: UserSchema,
    /// The attribute itself.
    pub attribute: &'static Attribute,
    /// The sub-attribute that the path names.
    pub sub: Option<&'static Attribute>,
}

impl Resolved {
    /// The attribute whose value the path ends in. A bare `emails` ends in `emails.value`
    /// (RFC 7644 section 3.4.2.2: the default sub-attribute).
    pub fn leaf(&self) -> &'static Attribute {
        self.sub.unwrap_or_else(|| {
            if self.attribute.kind == Kind::Complex {
                self.attribute
                    .sub_attribute("value")
                    .unwrap_or(self.attribute)
            } else {
                self.attribute
            }
        })
    }

    /// `name.familyName`, `emails.value`, `lock.locked`: the key of the leaf.
    pub fn key(&self) -> String {
        let leaf = self.leaf();
        if std::ptr::eq(leaf, self.attribute) {
            leaf.name.to_owned()
        } else {
            format!("{}.{}", self.attribute.name, leaf.name)
        }
    }
}

/// Finds what `path` names among the attributes of a user.
///
/// # Errors
/// `scim_type` with a sentence that names the attribute.
pub fn resolve(path: &AttributePath, scim_type: ScimType) -> Result<Resolved, ScimError> {
    let unknown = || ScimError::bad(scim_type, format!("users have no attribute {path}"));
    let schema = match path.urn.as_deref() {
        None => UserSchema::Core,
        Some(urn) => UserSchema::of_urn(urn).ok_or_else(unknown)?,
    };
    let attribute = find(schema.attributes(), &path.name).ok_or_else(unknown)?;
    let sub = match &path.sub {
        Some(name) => Some(attribute.sub_attribute(name).ok_or_else(unknown)?),
        None => None,
    };
    Ok(Resolved {
        schema,
        attribute,
        sub,
    })
}
