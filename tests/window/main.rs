//! The real window, driven through WebDriver.

mod connections;
mod display;
mod keyboard;
mod office;
mod reception;
mod resident;
mod self_check;
mod shell;
mod visit;
