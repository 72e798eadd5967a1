//! File, environment and flags become a [`Config`].
