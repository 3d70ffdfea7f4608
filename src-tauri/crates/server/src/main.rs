//! `madokad`

fn main() {}
