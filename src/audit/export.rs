//! JSON Lines (lossless) and CSV (safe to open in a spreadsheet).
