//! 様式のフォルダー: the forms among a pack's files, and what is wrong with any of them.

use madoka_facts::Vocabulary;
use madoka_rules::PackFiles;

use crate::{Form, FormProblem, check_form, read_form};

/// Files of a pack that are forms.
const FOLDER: &str = "forms/";

/// `forms/dog/form.toml`
pub fn text_path(id: &str) -> String {
    format!("{FOLDER}{id}/form.toml")
}

/// Which form a file of a pack belongs to, if to any.
pub fn form_of(path: &str) -> Option<&str> {
    path.strip_prefix(FOLDER)?.split_once('/').map(|(id, _)| id)
}

/// Everything that keeps a form of these files from being printed (errors), and what to look at (mild).
pub fn check_forms(files: &PackFiles, words: &Vocabulary) -> Vec<FormProblem> {
    let forms = files.iter().filter_map(|(path, bytes)| {
        let id = form_of(path).filter(|id| *path == text_path(id))?;
        Some(read_form(id, &String::from_utf8_lossy(bytes)))
    });
    forms.flat_map(|form| form_problems(&form, files, words)).collect()
}

/// The same of one form that has been read.
pub fn form_problems(
    form: &Result<Form, Vec<FormProblem>>,
    files: &PackFiles,
    words: &Vocabulary,
) -> Vec<FormProblem> {
    match form {
        Ok(form) => check_form(form, words).into_iter().chain(missing(form, files)).collect(),
        Err(problems) => problems.clone(),
    }
}

/// Papers a form names and its folder has not.
fn missing(form: &Form, files: &PackFiles) -> impl Iterator<Item = FormProblem> {
    let lacks = |file: &&String| !files.contains_key(&format!("{FOLDER}{}/{file}", form.id));
    form.background.files().iter().filter(lacks).map(|file| FormProblem {
        file: format!("{}/form.toml", form.id),
        line: 1,
        field: String::new(),
        code: "F024",
        mild: false,
        message: format!("背景 {file} が、様式のフォルダーにありません。用紙を置き直してください。"),
    })
}
