//! The console: pure inside, impure at one edge.
