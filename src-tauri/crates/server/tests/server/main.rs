//! The server as terminals meet it.

mod people;
mod storage;
