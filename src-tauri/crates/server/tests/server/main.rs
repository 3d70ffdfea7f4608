//! The server as terminals, officers, administrators and attackers meet it.

mod access;
mod cities;
mod command;
mod hostile;
mod keep;
mod people;
mod storage;
mod terminals;
