//! The pack's own list of its forms: `[[form]] id = "…" name = "…"`.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::SketchError;
use super::change::{Given, put};
use super::sketch::{Sketch, text as said};

/// The list with this form under this name; without it, without a name.
pub fn declare(text: &str, id: &str, name: Option<&str>) -> Result<String, SketchError> {
    let Sketch { mut doc } = Sketch::read(text)?;
    let all = forms(&mut doc)?;
    match name {
        None => all.retain(|form| said(form, "id") != id),
        Some(name) => {
            let name = Given::Text(name.to_owned());
            if let Some(known) = all.iter_mut().find(|form| said(form, "id") == id) {
                put(known, "name", Some(&name));
            } else {
                let mut form = Table::new();
                form.decor_mut().set_prefix("\n");
                put(&mut form, "id", Some(&Given::Text(id.to_owned())));
                put(&mut form, "name", Some(&name));
                all.push(form);
            }
        }
    }
    Ok(doc.to_string())
}

fn forms(doc: &mut DocumentMut) -> Result<&mut ArrayOfTables, SketchError> {
    let item = doc.entry("form").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    item.as_array_of_tables_mut().ok_or_else(|| SketchError::Broken("form".to_owned()))
}
