//! `madokad`, the small server inside LGWAN.
