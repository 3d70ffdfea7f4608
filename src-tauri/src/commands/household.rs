//! 読取: the household, who is the same person as whom, and which of two values holds.

use madoka_counter::household::MemberGiven;
use madoka_counter::visit::{SourceMark, Visit};
use tauri::State;

use super::{Desk, case_id};
use crate::problem::{Answer, refused};

#[tauri::command]
pub(crate) fn put_member(
    desk: State<'_, Desk>,
    case: &str,
    position: Option<u16>,
    given: MemberGiven,
) -> Answer<Visit> {
    desk.counter()?.put_member(case_id(case)?, position, &given).map_err(refused)
}

#[tauri::command]
pub(crate) fn same_person(
    desk: State<'_, Desk>,
    case: &str,
    one: &str,
    other: Option<&str>,
) -> Answer<Visit> {
    desk.counter()?.same_person(case_id(case)?, one, other).map_err(refused)
}

#[tauri::command]
pub(crate) fn settle(
    desk: State<'_, Desk>,
    case: &str,
    fact: &str,
    source: SourceMark,
    value: String,
) -> Answer<Visit> {
    desk.counter()?.settle(case_id(case)?, fact, source, &value).map_err(refused)
}

/// 同じ方の別の案件と違うことを決める
#[tauri::command]
pub(crate) fn settle_other(
    desk: State<'_, Desk>,
    case: &str,
    other: &str,
    fact: &str,
    theirs: bool,
) -> Answer<Visit> {
    desk.counter()?.settle_other(case_id(case)?, case_id(other)?, fact, theirs).map_err(refused)
}
