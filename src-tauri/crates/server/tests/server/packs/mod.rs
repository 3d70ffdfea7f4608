//! 手続パック: from many hands through two signatures to every terminal.

mod city_key;
mod command;
mod drafts;
mod office;
mod program;
mod release;
mod terminals;
