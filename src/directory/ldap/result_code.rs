//! Result codes that matter here (RFC 4511, appendix A).

pub(super) const SUCCESS: u32 = 0;
pub(super) const OPERATIONS_ERROR: u32 = 1;
pub(super) const PROTOCOL_ERROR: u32 = 2;
pub(super) const TIME_LIMIT: u32 = 3;
pub(super) const SIZE_LIMIT: u32 = 4;
pub(super) const STRONGER_AUTH: u32 = 8;
pub(super) const REFERRAL: u32 = 10;
pub(super) const ADMIN_LIMIT: u32 = 11;
pub(super) const COMPARE_FALSE: u32 = 5;
pub(super) const COMPARE_TRUE: u32 = 6;
pub(super) const CRITICAL_EXTENSION: u32 = 12;
pub(super) const CONFIDENTIALITY: u32 = 13;
pub(super) const NO_SUCH_ATTRIBUTE: u32 = 16;
pub(super) const CONSTRAINT: u32 = 19;
pub(super) const VALUE_EXISTS: u32 = 20;
pub(super) const NO_SUCH_OBJECT: u32 = 32;
pub(super) const INVALID_CREDENTIALS: u32 = 49;
pub(super) const NO_RIGHT: u32 = 50;
pub(super) const BUSY: u32 = 51;
pub(super) const UNAVAILABLE: u32 = 52;
pub(super) const UNWILLING: u32 = 53;
pub(super) const ASSERTION_FAILED: u32 = 122;
