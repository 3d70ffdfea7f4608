//! The terminal's encrypted database: cases, packs, settings, audit.
