//! The papers an officer looks at now: one case's, in memory only, gone with the next case.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use madoka_casework::CaseId;

use super::{PapersView, Pressed};

/// What the 書類 screen shows, and the pictures of it that were drawn so far.
#[derive(Default)]
pub struct Preview(Mutex<Shown>);

#[derive(Default)]
struct Shown {
    case: Option<CaseId>,
    pressed: Option<Arc<Pressed>>,
    /// By page and width. A page that looks the same after a correction is not drawn again.
    pictures: HashMap<(String, u32), Arc<str>>,
    bytes: usize,
}

/// Pictures are kept up to this; then all are drawn anew.
const MOST_BYTES: usize = 96 << 20;

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Preview(…)")
    }
}

impl Preview {
    /// These papers are looked at from now on.
    pub fn show(&self, case: CaseId, pressed: Pressed) -> PapersView {
        let view = pressed.view.clone();
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.case != Some(case) {
            *shown = Shown { case: Some(case), ..Shown::default() };
        }
        shown.pressed = Some(Arc::new(pressed));
        view
    }

    /// Nothing is looked at any more.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Shown::default();
    }

    /// A page so many dots wide, as the address of a picture. `None` where it is no longer a page of what is shown.
    pub fn picture(&self, key: &str, width: u32) -> Option<Arc<str>> {
        let (pressed, case) = {
            let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = shown.pictures.get(&(key.to_owned(), width)) {
                return Some(Arc::clone(known));
            }
            (Arc::clone(shown.pressed.as_ref()?), shown.case)
        };
        let png = pressed.picture(key, width)?;
        let picture: Arc<str> = format!("data:image/png;base64,{}", STANDARD.encode(png)).into();
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Another case may have come meanwhile; its pictures are kept apart.
        if shown.case == case {
            if shown.bytes + picture.len() > MOST_BYTES {
                shown.pictures.clear();
                shown.bytes = 0;
            }
            shown.bytes += picture.len();
            shown.pictures.insert((key.to_owned(), width), Arc::clone(&picture));
        }
        Some(picture)
    }
}
