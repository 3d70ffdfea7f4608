//! Filling, seen from outside: the words, glyphs and places on the paper that comes out.

mod accuracy;
mod office;
mod rare;
mod sample;
