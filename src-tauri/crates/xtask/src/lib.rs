//! What `cargo xtask` shares with the end-to-end tests: a display for a machine without one.
//!
//! ```no_run
//! let display = xtask::xvfb::Xvfb::start("1366x768").unwrap();
//! println!("{}", display.name());
//! ```

pub mod step;
pub mod xvfb;
