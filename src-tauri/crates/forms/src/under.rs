//! The city's own paper beneath our values: a page of any PDF, placed untouched as a Form XObject.
//!
//! The page is never parsed and written anew (ISO 32000-1 §8.10: a form is a content stream of its own): its content,
//! fonts and pictures are copied as they are, and a matrix turns and shifts it to where a person sees it (/Rotate,
//! /CropBox, /UserUnit). Fonts that are not embedded stay so, and the viewer chooses as it would for the original.

use std::collections::BTreeMap;
use std::fmt;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};

/// A paper form has a few pages. Whoever gives us a book gave us the wrong file.
const MOST_PAGES: usize = 60;
const MOST_BYTES: usize = 32 << 20;
/// What one stream may unpack to: a scanned A3 page at 600 dpi in grey is 70 MB, but such pictures are copied packed.
const MOST_UNPACKED: usize = 48 << 20;
const MOST_OBJECTS: usize = 200_000;
/// Deeper than any real page tree; a hostile one goes round in circles.
const DEEP: usize = 40;
/// Objects inside objects: recursion of ours is bounded by it.
const NESTED: usize = 60;

/// Why a PDF cannot be a background.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnderError {
    #[error("この PDF は開くのにパスワードが要ります。パスワードのない PDF に保存し直してください")]
    Locked,
    #[error("PDF として読めません。元のファイルから PDF を作り直してください")]
    Broken,
    #[error("様式の PDF が大きすぎます（{MOST_PAGES}ページ、32MBまで）。1つの様式だけの PDF にしてください")]
    TooLarge,
    #[error("{0}ページ目がありません")]
    NoPage(usize),
}

/// A PDF whose pages can lie beneath ours.
pub struct Background {
    document: Document,
    pages: Vec<ObjectId>,
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Background({} pages)", self.pages.len())
    }
}

/// What was copied from one background into one document already, so that its pages share fonts and pictures.
#[derive(Debug, Default)]
pub struct Copied {
    objects: BTreeMap<ObjectId, ObjectId>,
    pages: BTreeMap<usize, ObjectId>,
}

/// A page as a person sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sight {
    /// Left, bottom, right, top of what is shown, in the page's own units.
    shown: [f32; 4],
    /// Quarter turns clockwise.
    turns: i64,
    /// Points a unit.
    unit: f32,
}

impl Background {
    /// Reads a PDF. What is locked only against changing or printing opens; what asks for a password does not.
    pub fn read(bytes: &[u8]) -> Result<Self, UnderError> {
        if bytes.len() > MOST_BYTES {
            return Err(UnderError::TooLarge);
        }
        let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
        let mut document =
            Document::load_mem_with_options(bytes, options).map_err(|error| refusal(&error))?;
        if document.is_encrypted() {
            document.decrypt("").map_err(|_| UnderError::Locked)?;
        }
        if document.objects.len() > MOST_OBJECTS {
            return Err(UnderError::TooLarge);
        }
        let pages: Vec<ObjectId> = document.page_iter().take(MOST_PAGES + 1).collect();
        match pages.len() {
            0 => Err(UnderError::Broken),
            number if number > MOST_PAGES => Err(UnderError::TooLarge),
            _ => Ok(Self { document, pages }),
        }
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Width and height of a page (from 0) as a person sees it, in millimetres.
    pub fn size_mm(&self, page: usize) -> Result<(f64, f64), UnderError> {
        let (width, height) = self.sight(self.page(page)?).size();
        let millimetres = |points: f32| f64::from(points) * 25.4 / 72.0;
        Ok((millimetres(width), millimetres(height)))
    }

    /// Copies a page (from 0) into a document. The object is a form whose lower left corner, as seen, is at the origin.
    pub fn place(
        &self,
        page: usize,
        into: &mut Document,
        copied: &mut Copied,
    ) -> Result<ObjectId, UnderError> {
        if let Some(known) = copied.pages.get(&page) {
            return Ok(*known);
        }
        let id = self.page(page)?;
        let sight = self.sight(id);
        let content =
            self.document.get_page_content_with_limit(id, MOST_UNPACKED).map_err(|_| UnderError::Broken)?;
        let resources = self.inherited(id, b"Resources").cloned();
        let mut hand = Copier { from: &self.document, into, copied, waiting: Vec::new() };
        let resources = match resources {
            Some(resources) => hand.object(&resources, 0),
            None => Object::Dictionary(Dictionary::new()),
        };
        let group = self.document.get_dictionary(id).ok().and_then(|page| page.get(b"Group").ok()).cloned();
        let group = group.map(|group| hand.object(&group, 0));
        hand.finish()?;
        let mut form = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "FormType" => 1,
            "BBox" => reals(&sight.shown),
            "Matrix" => reals(&sight.matrix()),
            "Resources" => resources,
        };
        if let Some(group) = group {
            form.set("Group", group);
        }
        let form = into.add_object(Stream::new(form, content));
        copied.pages.insert(page, form);
        Ok(form)
    }

    fn page(&self, page: usize) -> Result<ObjectId, UnderError> {
        self.pages.get(page).copied().ok_or(UnderError::NoPage(page + 1))
    }

    /// An attribute of a page or of what it hangs on (ISO 32000-1 §7.7.3.4).
    fn inherited(&self, page: ObjectId, key: &[u8]) -> Option<&Object> {
        let mut node = page;
        for _ in 0..DEEP {
            let dictionary = self.document.get_dictionary(node).ok()?;
            if let Ok(found) = dictionary.get_deref(key, &self.document) {
                return Some(found);
            }
            node = dictionary.get(b"Parent").and_then(Object::as_reference).ok()?;
        }
        None
    }

    fn rectangle(&self, page: ObjectId, key: &[u8]) -> Option<[f32; 4]> {
        let sides = self.inherited(page, key)?.as_array().ok()?;
        let number = |object: &Object| {
            let object = self.document.dereference(object).map_or(object, |(_, object)| object);
            object.as_float().ok().filter(|number| number.is_finite())
        };
        let sides: Vec<f32> = sides.iter().filter_map(number).collect();
        let [x0, y0, x1, y1] = sides.try_into().ok()?;
        let rectangle = [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)];
        let [left, bottom, right, top] = rectangle;
        (right - left >= 1.0 && top - bottom >= 1.0).then_some(rectangle)
    }

    fn sight(&self, page: ObjectId) -> Sight {
        /// A4, for a page that does not say (a broken one; viewers guess too).
        const A4: [f32; 4] = [0.0, 0.0, 595.276, 841.89];
        let media = self.rectangle(page, b"MediaBox").unwrap_or(A4);
        let crop = self.rectangle(page, b"CropBox").unwrap_or(media);
        let [left, bottom, right, top] = media;
        let inner = [crop[0].max(left), crop[1].max(bottom), crop[2].min(right), crop[3].min(top)];
        let shown = if inner[2] > inner[0] && inner[3] > inner[1] { inner } else { media };
        let degrees = self.inherited(page, b"Rotate").and_then(|object| object.as_i64().ok()).unwrap_or(0);
        let unit = self.document.get_dictionary(page).ok().and_then(|page| page.get(b"UserUnit").ok());
        let unit = unit.and_then(|unit| unit.as_float().ok()).filter(|unit| *unit > 0.0 && *unit < 100.0);
        Sight { shown, turns: degrees.div_euclid(90).rem_euclid(4), unit: unit.unwrap_or(1.0) }
    }
}

impl Sight {
    fn size(&self) -> (f32, f32) {
        let [left, bottom, right, top] = self.shown;
        let (width, height) = ((right - left) * self.unit, (top - bottom) * self.unit);
        if self.turns % 2 == 0 { (width, height) } else { (height, width) }
    }

    /// From the page's own coordinates to ours: turned clockwise, then moved to the origin.
    fn matrix(&self) -> [f32; 6] {
        let [left, bottom, right, top] = self.shown;
        let matrix = match self.turns {
            1 => [0.0, -1.0, 1.0, 0.0, -bottom, right],
            2 => [-1.0, 0.0, 0.0, -1.0, right, top],
            3 => [0.0, 1.0, -1.0, 0.0, top, -left],
            _ => [1.0, 0.0, 0.0, 1.0, -left, -bottom],
        };
        matrix.map(|number| number * self.unit)
    }
}

fn reals(numbers: &[f32]) -> Object {
    Object::Array(numbers.iter().copied().map(Object::Real).collect())
}

fn refusal(error: &lopdf::Error) -> UnderError {
    match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => UnderError::Locked,
        lopdf::Error::Decompress(_) => UnderError::TooLarge,
        _ => UnderError::Broken,
    }
}

/// Copies what is reachable, and nothing else.
struct Copier<'a> {
    from: &'a Document,
    into: &'a mut Document,
    copied: &'a mut Copied,
    waiting: Vec<(ObjectId, ObjectId)>,
}

impl Copier<'_> {
    fn reference(&mut self, old: ObjectId) -> Object {
        if let Some(new) = self.copied.objects.get(&old) {
            return Object::Reference(*new);
        }
        if !self.from.objects.contains_key(&old) {
            return Object::Null;
        }
        let new = self.into.new_object_id();
        self.copied.objects.insert(old, new);
        self.waiting.push((old, new));
        Object::Reference(new)
    }

    fn object(&mut self, object: &Object, depth: usize) -> Object {
        if depth > NESTED {
            return Object::Null;
        }
        match object {
            Object::Reference(id) => self.reference(*id),
            Object::Array(items) => {
                Object::Array(items.iter().map(|item| self.object(item, depth + 1)).collect())
            }
            Object::Dictionary(dictionary) => Object::Dictionary(self.dictionary(dictionary, depth)),
            Object::Stream(stream) => {
                let mut copy = stream.clone();
                copy.dict = self.dictionary(&stream.dict, depth);
                Object::Stream(copy)
            }
            plain => plain.clone(),
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary, depth: usize) -> Dictionary {
        let mut copy = Dictionary::new();
        for (key, value) in dictionary {
            // These lead back to the whole document.
            if matches!(key.as_slice(), b"Parent" | b"StructParent" | b"StructParents" | b"P") {
                continue;
            }
            copy.set(key.clone(), self.object(value, depth + 1));
        }
        copy
    }

    fn finish(mut self) -> Result<(), UnderError> {
        while let Some((old, new)) = self.waiting.pop() {
            if self.copied.objects.len() > MOST_OBJECTS {
                return Err(UnderError::TooLarge);
            }
            let object = self.from.objects.get(&old).cloned().unwrap_or(Object::Null);
            let copy = self.object(&object, 0);
            self.into.objects.insert(new, copy);
        }
        Ok(())
    }
}

/// Puts a placed form beneath what a page of the document already holds.
pub fn beneath(document: &mut Document, page: ObjectId, form: ObjectId) -> Result<(), UnderError> {
    const NAME: &str = "Under";
    let broken = |_| UnderError::Broken;
    let first = document.add_object(Stream::new(Dictionary::new(), format!("q /{NAME} Do Q\n").into_bytes()));
    let dictionary = document.get_dictionary(page).map_err(broken)?;
    let mut contents = vec![Object::Reference(first)];
    match dictionary.get(b"Contents") {
        Ok(Object::Array(before)) => contents.extend(before.iter().cloned()),
        Ok(before) => contents.push(before.clone()),
        Err(_) => {}
    }
    // Written out on the page itself: resources may be shared with pages that have no form.
    let mut resources = match dictionary.get_deref(b"Resources", document) {
        Ok(Object::Dictionary(resources)) => resources.clone(),
        _ => Dictionary::new(),
    };
    let mut forms = match resources.get_deref(b"XObject", document) {
        Ok(Object::Dictionary(forms)) => forms.clone(),
        _ => Dictionary::new(),
    };
    forms.set(NAME, Object::Reference(form));
    resources.set("XObject", Object::Dictionary(forms));
    let dictionary = document.get_dictionary_mut(page).map_err(broken)?;
    dictionary.set("Contents", Object::Array(contents));
    dictionary.set("Resources", Object::Dictionary(resources));
    Ok(())
}
