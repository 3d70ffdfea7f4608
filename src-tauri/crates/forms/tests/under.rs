//! Papers as the world makes them: turned, cropped, packed, locked, broken. What lies beneath must look as before. Where
//! Debian's qpdf and poppler make and look at papers, only there.

#![cfg_attr(not(unix), expect(dead_code, reason = "what asks Debian's programs"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;

use lopdf::{Document, Object, Stream, dictionary};
use madoka_forms::under::{Background, Copied, UnderError, beneath};
use proptest::prelude::*;

/// A page nobody can mistake when it is turned: an L of two bars, a small square, and a word in a font not embedded.
fn paper() -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    let content = b"0 0 0 rg 60 60 20 600 re f 60 60 300 20 re f 400 700 50 50 re f BT /F1 40 Tf 120 400 Td (MADOKA) Tj ET";
    let content = document.add_object(Stream::new(dictionary! {}, content.to_vec()));
    let page =
        document.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content });
    // Everything else is inherited.
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The page on a new page of its own.
fn laid_under(bytes: &[u8]) -> Result<Vec<u8>, UnderError> {
    let background = Background::read(bytes)?;
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let mut copied = Copied::default();
    let mut kids = Vec::new();
    for at in 0..background.pages() {
        let (width, height) = background.size_mm(at)?;
        #[expect(clippy::cast_possible_truncation, reason = "a paper's size")]
        let points = |mm: f64| Object::Real((mm * 72.0 / 25.4) as f32);
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages,
            "MediaBox" => vec![0.into(), 0.into(), points(width), points(height)],
        });
        let form = background.place(at, &mut document, &mut copied)?;
        beneath(&mut document, page, form)?;
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).unwrap();
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    document.compress();
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    Ok(out)
}

fn run(program: &str, package: &str, arguments: &[&str], folder: &Path) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap_or_else(|error| {
        panic!("{program} を起動できません（{error}）。Debian パッケージ {package} を入れてください。")
    });
    // qpdf ends with 3 where it only warns.
    let fine = output.status.success() || (program == "qpdf" && output.status.code() == Some(3));
    assert!(fine, "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The first page in grey: width, height and pixels.
fn seen(pdf: &[u8], cropped: bool) -> (usize, usize, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.pdf"), pdf).unwrap();
    let mut arguments = vec!["-r", "50", "-gray", "-singlefile"];
    if cropped {
        arguments.push("-cropbox");
    }
    arguments.extend(["a.pdf", "a"]);
    run("pdftoppm", "poppler-utils", &arguments, folder.path());
    let picture = fs::read(folder.path().join("a.pgm")).unwrap();
    let mut words = picture.splitn(5, u8::is_ascii_whitespace);
    let number = |word: Option<&[u8]>| std::str::from_utf8(word.unwrap()).unwrap().parse::<usize>().unwrap();
    assert_eq!(words.next(), Some(&b"P5"[..]));
    let (width, height) = (number(words.next()), number(words.next()));
    words.next();
    (width, height, words.next().unwrap().to_vec())
}

/// Both pictures are the same but for the edges of letters.
fn looks_the_same(original: &[u8], ours: &[u8], what: &str) {
    let (width, height, one) = seen(original, true);
    let (ours_width, ours_height, other) = seen(ours, true);
    assert!(
        width.abs_diff(ours_width) <= 1 && height.abs_diff(ours_height) <= 1,
        "{what}: {width}x{height} {ours_width}x{ours_height}"
    );
    assert!(one.iter().any(|grey| *grey < 50), "{what}: nothing to see");
    let mut apart = 0;
    for y in 0..height.min(ours_height) {
        for x in 0..width.min(ours_width) {
            let grey = |picture: &[u8], width: usize| picture.get(y * width + x).copied().unwrap_or(255);
            apart += usize::from(grey(&one, width).abs_diff(grey(&other, ours_width)) > 100);
        }
    }
    assert!(apart * 400 < width * height, "{what}: {apart} of {} dots differ", width * height);
}

fn variant(arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.pdf"), paper()).unwrap();
    let mut all: Vec<&str> = arguments.to_vec();
    all.extend(["in.pdf", "out.pdf"]);
    run("qpdf", "qpdf", &all, folder.path());
    fs::read(folder.path().join("out.pdf")).unwrap()
}

fn changed(change: impl FnOnce(&mut lopdf::Dictionary)) -> Vec<u8> {
    let mut document = Document::load_mem(&paper()).unwrap();
    let page = document.page_iter().next().unwrap();
    change(document.get_dictionary_mut(page).unwrap());
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
#[cfg(unix)]
fn どう作られた様式も_元の見た目のまま下に敷かれる() {
    let box_of = |sides: [i64; 4]| Object::Array(sides.into_iter().map(Object::Integer).collect());
    let mut papers = vec![
        ("そのまま", paper()),
        ("オブジェクトストリーム", variant(&["--object-streams=generate"])),
        ("ウェブ用に並べ替え", variant(&["--linearize", "--object-streams=generate"])),
        ("編集だけ禁止", variant(&["--encrypt", "", "owner", "256", "--modify=none", "--"])),
        (
            "古い暗号で印刷禁止",
            variant(&["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--print=none", "--"]),
        ),
        ("中央だけ見せる", changed(|page| page.set("CropBox", box_of([40, 40, 480, 760])))),
        ("枠が原点にない", changed(|page| page.set("MediaBox", box_of([30, 20, 580, 800])))),
        ("裏返しの枠", changed(|page| page.set("MediaBox", box_of([595, 842, 0, 0])))),
    ];
    for turn in [90, 180, 270, -90, 450] {
        papers.push(("回転", changed(|page| page.set("Rotate", turn))));
        papers.push((
            "回転して切抜き",
            changed(|page| {
                page.set("Rotate", turn);
                page.set("CropBox", box_of([40, 40, 480, 700]));
            }),
        ));
    }
    for (what, bytes) in papers {
        let ours = laid_under(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        looks_the_same(&bytes, &ours, what);
    }
}

#[test]
fn 回転した様式の大きさは見たとおり() {
    let background = Background::read(&changed(|page| page.set("Rotate", 90))).unwrap();
    let (width, height) = background.size_mm(0).unwrap();
    assert!((width - 297.04).abs() < 0.1 && (height - 209.9).abs() < 0.1, "{width} {height}");
    // Only what lies on the paper can be seen of it (ISO 32000-1 §14.11.2).
    let outside =
        changed(|page| page.set("CropBox", vec![(-100).into(), 50.into(), 500.into(), 5000.into()]));
    let (width, height) = Background::read(&outside).unwrap().size_mm(0).unwrap();
    assert!((width - 176.4).abs() < 0.1 && (height - 279.4).abs() < 0.1, "{width} {height}");
    let doubled = Background::read(&changed(|page| page.set("UserUnit", 2))).unwrap();
    assert!((doubled.size_mm(0).unwrap().0 - 419.8).abs() < 0.2);
}

#[test]
#[cfg(unix)]
fn パスワードの要るものと壊れたものは言葉で断る() {
    let locked = variant(&["--encrypt", "secret", "owner", "256", "--"]);
    assert_eq!(Background::read(&locked).unwrap_err(), UnderError::Locked);
    for broken in [&b""[..], b"%PDF-1.7", b"<html></html>", &[0; 4096]] {
        assert_eq!(Background::read(broken).unwrap_err(), UnderError::Broken);
    }
    assert_eq!(Background::read(&vec![b' '; 40 << 20]).unwrap_err(), UnderError::TooLarge);
    let background = Background::read(&paper()).unwrap();
    let mut document = Document::with_version("1.5");
    assert_eq!(background.place(1, &mut document, &mut Copied::default()), Err(UnderError::NoPage(2)));
}

#[test]
fn 自分を指す様式でも終わる() {
    let mut document = Document::load_mem(&paper()).unwrap();
    let page = document.page_iter().next().unwrap();
    let resources = document.new_object_id();
    let inside = dictionary! { "XObject" => dictionary! { "X" => Object::Reference(resources) }, "Me" => Object::Reference(resources) };
    document.objects.insert(resources, Object::Dictionary(inside));
    let dictionary = document.get_dictionary_mut(page).unwrap();
    dictionary.set("Resources", Object::Reference(resources));
    dictionary.set("Parent", Object::Reference(page));
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let _ = laid_under(&bytes);
}

#[test]
fn 二枚の様式は書体を分け合う() {
    let mut document = Document::load_mem(&paper()).unwrap();
    let first = document.page_iter().next().unwrap();
    let copy = document.get_dictionary(first).unwrap().clone();
    let second = document.add_object(Object::Dictionary(copy));
    let tree = document.get_dictionary(first).unwrap().get(b"Parent").unwrap().as_reference().unwrap();
    let tree = document.get_dictionary_mut(tree).unwrap();
    tree.set("Kids", vec![first.into(), second.into()]);
    tree.set("Count", 2);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let out = Document::load_mem(&laid_under(&bytes).unwrap()).unwrap();
    let is_font = |object: &&Object| object.as_dict().is_ok_and(|dict| dict.get(b"BaseFont").is_ok());
    assert_eq!(out.objects.values().filter(is_font).count(), 1);
    assert_eq!(out.get_pages().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn どこが壊れていても_落ちずに断るか敷く(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<Option<prop::sample::Index>>()) {
        let mut bytes = paper();
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            *bytes.get_mut(at).unwrap() = byte;
        }
        let _ = laid_under(&bytes);
    }
}
