//! A paper of another hand than the city's: written in bytes here, in the styles other programs draw tables.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use madoka_forms::detect::{Area, Kind, detect};

const POINTS: f64 = 72.0 / 25.4;

/// How a program draws its tables.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent habits of programs")]
pub(crate) struct Style {
    /// Lines as thin filled rectangles (Word).
    pub(crate) filled: bool,
    /// Every line as many short dashes (Excel).
    pub(crate) dashed: bool,
    pub(crate) rotate: i64,
    /// The page lies in a larger sheet, cut by CropBox.
    pub(crate) cropped: bool,
    /// All in a form XObject.
    pub(crate) nested: bool,
}

/// x, y, width, height from the top left, and words at its left or in its middle.
type Cell = (f64, f64, f64, f64, &'static str);

const CELLS: &[Cell] = &[
    (20.0, 40.0, 25.0, 50.0, "届出人"),
    (45.0, 40.0, 25.0, 8.0, "ふりがな"),
    (70.0, 40.0, 60.0, 8.0, ""),
    (130.0, 40.0, 20.0, 20.0, "性別"),
    (150.0, 40.0, 30.0, 20.0, "男・女"),
    (45.0, 48.0, 25.0, 12.0, "氏　名"),
    (70.0, 48.0, 60.0, 12.0, ""),
    (45.0, 60.0, 25.0, 15.0, "現 住 所"),
    (70.0, 60.0, 110.0, 15.0, ""),
    (45.0, 75.0, 25.0, 15.0, "連絡先"),
    (70.0, 75.0, 110.0, 15.0, ""),
    (20.0, 100.0, 50.0, 12.0, "亡くなった方の氏名"),
    (70.0, 100.0, 110.0, 12.0, ""),
    (20.0, 112.0, 50.0, 12.0, "死亡年月日"),
    (70.0, 112.0, 110.0, 12.0, "令和　　　年　　　月　　　日"),
];

fn operations(style: &Style, height: f64, shift: f64) -> Vec<Operation> {
    let mut out = Vec::new();
    let at = |millimetres: f64| Object::Real((millimetres * POINTS) as f32);
    let up = |y: f64| Object::Real(((height - y) * POINTS) as f32);
    let mut line = |x0: f64, y0: f64, x1: f64, y1: f64| {
        let (x0, x1) = (x0 + shift, x1 + shift);
        // Dashes of 1.2 mm, 0.8 mm apart.
        let pieces = if style.dashed { (((x1 - x0) + (y1 - y0)) * 0.5).ceil() as i32 } else { 1 };
        for piece in 0..pieces {
            let part = |from: f64, to: f64, share: f64| {
                from + (to - from) * (f64::from(piece) + share) / f64::from(pieces)
            };
            let (share0, share1) = if style.dashed { (0.0, 0.6) } else { (0.0, 1.0) };
            let (ax, ay, bx, by) =
                (part(x0, x1, share0), part(y0, y1, share0), part(x0, x1, share1), part(y0, y1, share1));
            if style.filled {
                let (w, h) = ((bx - ax).max(0.2), (by - ay).max(0.2));
                out.push(Operation::new("re", vec![at(ax), up(ay + h), at(w), at(h)]));
                out.push(Operation::new("f", vec![]));
            } else {
                out.push(Operation::new("m", vec![at(ax), up(ay)]));
                out.push(Operation::new("l", vec![at(bx), up(by)]));
                out.push(Operation::new("S", vec![]));
            }
        }
    };
    for (x, y, w, h, _) in CELLS {
        line(*x, *y, x + w, *y);
        line(*x, y + h, x + w, y + h);
        line(*x, *y, *x, y + h);
        line(x + w, *y, x + w, y + h);
    }
    for (x, y, w, h, words) in CELLS.iter().filter(|cell| !cell.4.is_empty()) {
        let length = words.chars().count() as f64 * 10.0 / POINTS;
        let left = shift + if words.starts_with("令和") { x + 2.0 } else { x + (w - length) / 2.0 };
        out.push(Operation::new("BT", vec![]));
        out.push(Operation::new("Tf", vec!["F".into(), 10.into()]));
        out.push(Operation::new("Td", vec![at(left), up(y + h / 2.0 + 1.4)]));
        let bytes: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
        out.push(Operation::new("Tj", vec![Object::string_literal(bytes)]));
        out.push(Operation::new("ET", vec![]));
    }
    out
}

/// One A4 page; its font is not in the file, as old office programs left it.
pub(crate) fn paper(style: &Style) -> Vec<u8> {
    let mut pdf = Document::with_version("1.5");
    let pages = pdf.new_object_id();
    let descendant = pdf.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType0", "BaseFont" => "HeiseiMin-W3",
        "CIDSystemInfo" => dictionary! { "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Japan1"), "Supplement" => 2 },
        "DW" => 1000,
        "FontDescriptor" => dictionary! { "Type" => "FontDescriptor", "FontName" => "HeiseiMin-W3", "Flags" => 4 },
    });
    let font = pdf.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "HeiseiMin-W3-UniJIS-UCS2-H", "Encoding" => "UniJIS-UCS2-H",
        "DescendantFonts" => vec![descendant.into()],
    });
    let resources = dictionary! { "Font" => dictionary! { "F" => font } };
    let (width, height, margin) = (210.0, 297.0, if style.cropped { 30.0 } else { 0.0 });
    let mut drawn = Content { operations: operations(style, height + margin, margin) };
    let mut all = resources.clone();
    if style.nested {
        let form = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
                "BBox" => vec![0.into(), 0.into(), 1000.into(), 1000.into()],
            },
            drawn.encode().unwrap(),
        );
        let form = pdf.add_object(form);
        all = dictionary! { "XObject" => dictionary! { "P" => form } };
        drawn = Content { operations: vec![Operation::new("Do", vec!["P".into()])] };
    }
    let content = pdf.add_object(Stream::new(dictionary! {}, drawn.encode().unwrap()));
    let real = |millimetres: f64| Object::Real((millimetres * POINTS) as f32);
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => all, "Rotate" => style.rotate,
        "MediaBox" => vec![0.into(), 0.into(), real(width + 2.0 * margin), real(height + 2.0 * margin)],
    };
    if style.cropped {
        page.set("CropBox", vec![real(margin), real(margin), real(width + margin), real(height + margin)]);
    }
    let page = pdf.add_object(page);
    pdf.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

/// Ten levels of form XObjects, each drawing the next thirty times.
pub(crate) fn bomb() -> Vec<u8> {
    nested_file(|level| if level < 10 { b"/N Do ".repeat(30) } else { b"0 0 m 9 9 l S ".to_vec() })
}

/// A page beside streams that unpack to 200 MB, a thousand times their size.
pub(crate) fn inflated() -> Vec<u8> {
    let mut white = Stream::new(dictionary! {}, b" ".repeat(4 << 20));
    white.compress().unwrap();
    let mut pdf = Document::load_mem(&nested_file(|_| Vec::new())).unwrap();
    for _ in 0..50 {
        pdf.add_object(white.clone());
    }
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

fn nested_file(content: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut pdf = Document::with_version("1.5");
    let pages = pdf.new_object_id();
    let mut below: Option<lopdf::ObjectId> = None;
    for level in (1..=10).rev() {
        let mut dict = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
        };
        if let Some(below) = below {
            dict.set("Resources", dictionary! { "XObject" => dictionary! { "N" => below } });
        }
        below = Some(pdf.add_object(Stream::new(dict, content(level))));
    }
    let stream = pdf.add_object(Stream::new(dictionary! {}, content(0)));
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => stream,
        "Resources" => dictionary! { "XObject" => dictionary! { "N" => below.unwrap() } },
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    pdf.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

fn facts(pdf: &[u8]) -> BTreeMap<String, (String, Area)> {
    detect(pdf, None)
        .unwrap()
        .proposals
        .into_iter()
        .filter_map(|proposal| Some((proposal.value?, (proposal.kind.name().to_owned(), proposal.area))))
        .collect()
}

#[test]
fn 描き方が違っても同じ欄を見つける() {
    let styles = [
        Style::default(),
        Style { filled: true, ..Style::default() },
        Style { dashed: true, ..Style::default() },
        Style { nested: true, ..Style::default() },
        Style { cropped: true, ..Style::default() },
        Style { filled: true, cropped: true, nested: true, ..Style::default() },
    ];
    let wanted = [
        ("applicant.name_kana", "furigana", Area::new(70.0, 40.0, 60.0, 8.0)),
        ("applicant.name", "text", Area::new(70.0, 48.0, 60.0, 12.0)),
        ("applicant.address", "text", Area::new(70.0, 60.0, 110.0, 15.0)),
        ("applicant.phone", "text", Area::new(70.0, 75.0, 110.0, 15.0)),
        ("deceased.name", "text", Area::new(70.0, 100.0, 110.0, 12.0)),
    ];
    for style in styles {
        let found = facts(&paper(&style));
        for (value, kind, area) in wanted {
            let (known, place) =
                found.get(value).unwrap_or_else(|| panic!("{style:?}: no {value} in {found:#?}"));
            assert_eq!(known, kind, "{style:?} {value}");
            assert!(place.likeness(&area) > 0.8, "{style:?} {value}: {place:?}");
        }
        assert_eq!(found.get("applicant.sex").map(|(kind, _)| kind.as_str()), Some("choice"), "{style:?}");
        assert_eq!(found.get("case.death_date").map(|(kind, _)| kind.as_str()), Some("date"), "{style:?}");
    }
}

/// Turned by /Rotate, places are those of the page as a person sees it: wider than tall.
#[test]
fn 回転したページは見えるとおりの位置で答える() {
    let found = detect(&paper(&Style { rotate: 90, ..Style::default() }), None).unwrap();
    let (width, height) = found.pages[0];
    assert!((width - 297.0).abs() < 0.5 && (height - 210.0).abs() < 0.5);
    assert!(
        found
            .proposals
            .iter()
            .all(|proposal| proposal.area.right() <= width && proposal.area.bottom() <= height)
    );
}

#[test]
fn 刷り込みの令和は元号として書き出す() {
    let found = detect(&paper(&Style::default()), None).unwrap();
    let date =
        found.proposals.iter().find(|proposal| proposal.value.as_deref() == Some("case.death_date")).unwrap();
    let Kind::Date { printed, eras, .. } = &date.kind else { panic!("{:?}", date.kind) };
    assert_eq!((printed.as_deref(), eras.len()), (Some("reiwa"), 0));
}
