//! 白紙の様式: a form with its paper, read once and used for every case.

use std::collections::BTreeMap;
use std::fmt;

use crate::draw::{Background, picture};
use crate::error::FillError;
use madoka_template::{self as template, Form, Kind, Paper};

/// A form ready to be filled. Making one reads and checks its background; keep it.
pub struct Blank {
    pub(crate) form: Form,
    pub(crate) pages: Vec<(Background, usize, Paper)>,
    pub(crate) pictures: BTreeMap<String, lopdf::Stream>,
}

impl fmt::Debug for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blank({}, {} pages)", self.form.id, self.pages.len())
    }
}

/// Millimetres by which a background may differ from the paper it says it is.
const SAME_PAPER: f64 = 2.5;

impl Blank {
    /// `file` gives the content of a file of the form's folder.
    pub fn new(form: Form, file: impl Fn(&str) -> Option<Vec<u8>>) -> Result<Self, FillError> {
        let called = || form.name.clone();
        let read = |name: &str| {
            file(name).ok_or_else(|| FillError::NoBackground { form: called(), file: name.to_owned() })
        };
        let mut pages = Vec::new();
        match &form.background {
            template::Background::Pdf(name) => {
                let background = Background::pdf(&form.name, name, &read(name)?)?;
                let count = u16::try_from(background.pages()).unwrap_or(u16::MAX);
                let wanted = form.pages.clone().unwrap_or_else(|| (1..=count).collect());
                for page in wanted {
                    let index = usize::from(page).saturating_sub(1);
                    let paper = background.paper(index).ok_or_else(|| FillError::NoPage {
                        form: called(),
                        file: name.clone(),
                        page,
                    })?;
                    pages.push((background.clone(), index, paper));
                }
            }
            template::Background::Pictures(names) => {
                for name in names {
                    let paper = form.paper.unwrap_or(Paper::A4);
                    pages.push((Background::picture(&form.name, name, &read(name)?, paper)?, 0, paper));
                }
            }
        }
        if let (Some(wanted), Some((_, _, found))) = (form.paper, pages.first())
            && ((wanted.width - found.width).abs() > SAME_PAPER
                || (wanted.height - found.height).abs() > SAME_PAPER)
        {
            let found = format!("{:.0}×{:.0}mm", found.width, found.height);
            return Err(FillError::OtherPaper { form: called(), found });
        }
        if let Some(field) = form.fields.iter().find(|field| usize::from(field.page) > pages.len()) {
            let field_name = field.called().to_owned();
            return Err(FillError::NoFieldPage { form: called(), field: field_name, page: field.page });
        }
        let mut pictures = BTreeMap::new();
        for field in &form.fields {
            if let Kind::Picture { file: Some(name), .. } = &field.kind {
                let wrong = || FillError::NotPicture { form: called(), file: name.clone() };
                pictures.insert(name.clone(), picture(&read(name)?).ok_or_else(wrong)?);
            }
        }
        Ok(Self { form, pages, pictures })
    }

    pub const fn form(&self) -> &Form {
        &self.form
    }

    /// The paper's pages.
    pub fn papers(&self) -> impl Iterator<Item = Paper> {
        self.pages.iter().map(|(_, _, paper)| *paper)
    }
}
