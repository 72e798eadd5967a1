//! The one choke point for text that comes from elsewhere: neutralises control, bidirectional and
//! invisible characters before they reach a terminal, a log or an export (`terminal.md` section 1).
