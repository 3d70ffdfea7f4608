//! 様式の編集: papers are read, drawn and tried away from the counter, which is borrowed only to take in what was done.

use madoka_counter::supervisor::{
    DeskView, FormAnswer, FormEdit, FormFact, FormPicture, FormReplaced, FormSample, FormView, FormsCheck,
    FormsView, NewPaper, PaperReader,
};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use super::{Desk, blocking};
use crate::problem::{Answer, refused};

/// 様式の一覧
#[tauri::command]
pub(crate) async fn draft_forms(desk: State<'_, Desk>) -> Answer<FormsView> {
    blocking(|| desk.counter()?.draft_forms().map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_form(desk: State<'_, Desk>, form: String) -> Answer<FormView> {
    blocking(|| desk.counter()?.draft_form(&form).map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_form_facts(desk: State<'_, Desk>) -> Answer<Vec<FormFact>> {
    desk.counter()?.draft_form_facts().map_err(refused)
}

#[tauri::command]
pub(crate) async fn draft_form_edit(
    desk: State<'_, Desk>,
    form: String,
    edits: Vec<FormEdit>,
    why: String,
) -> Answer<FormAnswer> {
    blocking(|| desk.counter()?.draft_form_edit(&form, &edits, &why).map_err(refused))
}

#[tauri::command]
pub(crate) async fn draft_form_remove(desk: State<'_, Desk>, form: String, why: String) -> Answer<DeskView> {
    blocking(|| desk.counter()?.draft_form_remove(&form, &why).map_err(refused))
}

/// A page (from 0) as a picture, with values of a length on it or without.
#[tauri::command]
pub(crate) async fn draft_form_picture(
    desk: State<'_, Desk>,
    form: String,
    page: usize,
    width: u32,
    sample: FormSample,
) -> Answer<FormPicture> {
    let job = desk.counter()?.draft_form_paper(&form).map_err(refused)?;
    blocking(|| job.picture(page, width, sample).map_err(refused))
}

/// 様式を加える: the paper is the body of the call; the headers name the file and why, percent-encoded.
#[tauri::command]
pub(crate) async fn draft_form_add(desk: State<'_, Desk>, request: Request<'_>) -> Answer<FormAnswer> {
    let (file, why) = (header(&request, "file"), header(&request, "why"));
    let paper = blocking(|| NewPaper::read(body(&request), Some(&mut PaperReader::default())));
    let paper = paper.map_err(refused)?;
    blocking(|| desk.counter()?.draft_form_add(paper, &file, &why).map_err(refused))
}

/// 用紙を差し替える
#[tauri::command]
pub(crate) async fn draft_form_replace(desk: State<'_, Desk>, request: Request<'_>) -> Answer<FormReplaced> {
    let (form, why) = (header(&request, "form"), header(&request, "why"));
    let job = desk.counter()?.draft_form_paper(&form).map_err(refused)?;
    let new = blocking(|| job.replacement(body(&request), Some(&mut PaperReader::default())));
    let new = new.map_err(refused)?;
    blocking(|| desk.counter()?.draft_form_replace(&form, new, &why).map_err(refused))
}

/// 様式をまとめて確かめる
#[tauri::command]
pub(crate) async fn draft_forms_check(desk: State<'_, Desk>) -> Answer<FormsCheck> {
    let job = desk.counter()?.draft_forms_to_check().map_err(refused)?;
    Ok(blocking(|| job.run()))
}

fn body(request: &Request<'_>) -> Vec<u8> {
    match request.body() {
        InvokeBody::Raw(bytes) => bytes.clone(),
        InvokeBody::Json(_) => Vec::new(),
    }
}

/// Headers carry ASCII alone; the screen encodes what is not.
fn header(request: &Request<'_>, name: &str) -> String {
    let raw = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => {
                let digits = [*high, *low];
                std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            }
            _ => None,
        };
        if let Some(byte) = code {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
