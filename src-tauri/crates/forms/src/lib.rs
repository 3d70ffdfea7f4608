//! Paper forms (様式): templates, filling, bundles, guide sheets, printing and finding fields.

pub mod guide;
pub mod print;
