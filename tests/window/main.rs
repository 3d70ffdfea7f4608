//! The real window, driven through WebDriver.

mod connections;
mod display;
mod flows;
mod interruptions;
mod keyboard;
mod office;
mod papers;
mod practice;
mod reading;
mod reception;
mod resident;
mod self_check;
mod shell;
mod supervisor;
mod visit;
