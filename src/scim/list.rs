//! Queries and their answers (RFC 7644 section 3.4, RFC 9865).

use serde::{Deserialize, Serialize};

use super::Object;

/// Schema URN of a list.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Schema URN of a search by POST.
pub const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// A page of resources.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse {
    /// [`LIST_URN`].
    #[serde(default)]
    pub schemas: Vec<String>,
    /// How many match in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_results: Option<u64>,
    /// Place of the first row, from 1; absent in a cursor's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_index: Option<u64>,
    /// Rows in this page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items_per_page: Option<u64>,
    /// Cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The rows. Servers leave it out when there are none.
    #[serde(rename = "Resources", default)]
    pub resources: Vec<Object>,
}

/// What to look for: the parameters of a GET, or the body of a POST to `.search`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SearchRequest {
    /// [`SEARCH_URN`] in a body.
    pub schemas: Vec<String>,
    /// Attributes wanted.
    pub attributes: Vec<String>,
    /// Attributes not wanted.
    pub excluded_attributes: Vec<String>,
    /// Filter as written.
    pub filter: Option<String>,
    /// Attribute to sort by.
    pub sort_by: Option<String>,
    /// `ascending` or `descending`.
    pub sort_order: Option<String>,
    /// Place of the first row, from 1; less counts as 1.
    pub start_index: Option<i64>,
    /// Rows wanted; less than 0 counts as 0.
    pub count: Option<i64>,
    /// Cursor of the page; empty for the first.
    pub cursor: Option<String>,
}
