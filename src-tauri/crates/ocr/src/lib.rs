//! Pictures of identity documents to facts, right or flagged.
