//! Users behind somebody's SCIM 2.0 API (RFC 7643, RFC 7644): the client side.
