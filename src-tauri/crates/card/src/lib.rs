//! Card readers over PC/SC, the interface every card reader driver of Windows and Linux offers.
//!
//! Today this floor only tells which readers are there; it reads no card yet.
//!
//! ```no_run
//! use madoka_card::Readers;
//!
//! match madoka_card::readers() {
//!     Readers::NoService => println!("PC/SC のサービスが動いていません"),
//!     Readers::Found(names) => println!("{} 台", names.len()),
//! }
//! ```

use std::ffi::CStr;

/// What the PC/SC service answers when asked for its readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readers {
    /// The service (`pcscd`, the Windows Smart Card service) does not run or does not answer.
    NoService,
    /// The readers by the names their drivers give; empty when none is plugged in.
    Found(Vec<String>),
}

/// Asks the service which readers are plugged in now.
pub fn readers() -> Readers {
    let Ok(context) = pcsc::Context::establish(pcsc::Scope::User) else { return Readers::NoService };
    match context.list_readers_owned() {
        Ok(names) => Readers::Found(names.iter().map(|name| printable(name)).collect()),
        // Windows stops its service when the last reader is pulled out.
        Err(pcsc::Error::NoReadersAvailable) => Readers::Found(Vec::new()),
        Err(_) => Readers::NoService,
    }
}

/// Driver names are bytes of any kind; the screen gets text.
fn printable(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}
