//! Paper forms (様式): templates, filling, bundles, guide sheets, printing and finding fields.

pub mod detect;
pub mod guide;
pub mod print;
pub mod under;

mod draw;
mod error;
pub mod fill;
mod geometry;
mod preview;
mod template;

pub use draw::Fonts;
pub use error::FillError;
pub use geometry::{POINTS, Paper, Rect};
pub use preview::{PagePicture, page_picture, preview};
pub use template::*;
