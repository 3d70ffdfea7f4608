//! 事前入力: the page a resident opens at home, from its questions to what the counter reads.

mod city;
mod codes;
mod planner;
