//! A value lands where the template says, measured on the rendered page by two renderers.

use std::process::Command;

use madoka_forms::page_picture;

use crate::office::{a_form, fill};

const DPI: f64 = 300.0;

/// The box around everything dark in a part of a grey page, in millimetres.
fn ink(pixels: &[u8], width: usize, from: (f64, f64), to: (f64, f64)) -> Option<[f64; 4]> {
    let dot = 25.4 / DPI;
    let at = |mm: f64| (mm / dot) as usize;
    let mut found: Option<[usize; 4]> = None;
    for y in at(from.1)..at(to.1) {
        for x in at(from.0)..at(to.0) {
            if pixels.get(y * width + x).is_some_and(|grey| *grey < 128) {
                let [left, top, right, bottom] = found.unwrap_or([x, y, x, y]);
                found = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
            }
        }
    }
    found.map(|[left, top, right, bottom]| {
        [left as f64 * dot, top as f64 * dot, (right + 1) as f64 * dot, (bottom + 1) as f64 * dot]
    })
}

fn grey_by_hayro(pdf: &[u8]) -> (Vec<u8>, usize) {
    let picture = page_picture(pdf, 0, DPI).unwrap();
    (picture.pixels.chunks_exact(4).map(|pixel| pixel[1]).collect(), picture.width as usize)
}

fn grey_by_poppler(pdf: &[u8]) -> (Vec<u8>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("a.pdf"), folder.path().join("a"));
    std::fs::write(&file, pdf).unwrap();
    let mut run = Command::new("pdftoppm");
    let done = run.args(["-r", "300", "-gray", "-singlefile"]).arg(&file).arg(&out).status().unwrap();
    assert!(done.success());
    let bytes = std::fs::read(folder.path().join("a.pgm")).unwrap();
    let mut words = bytes.split(u8::is_ascii_whitespace).skip(1);
    let mut number = || std::str::from_utf8(words.next().unwrap()).unwrap().parse::<usize>().unwrap();
    let (width, height) = (number(), number());
    (bytes[bytes.len() - width * height..].to_vec(), width)
}

/// A filled square (`mark = "fill"`) is 70 % of its box, so its edges are known to the thousandth.
#[test]
fn 値は指定の位置から_0_3ミリ以内に印字される() {
    let places = [(20.0, 30.0), (180.0, 30.0), (20.0, 260.0), (180.0, 260.0), (101.3, 148.7)];
    let fields: String = places
        .iter()
        .enumerate()
        .map(|(at, (x, y))| {
            format!("[[field]]\nid='m{at}'\nkind='mark'\nmark='fill'\nat=[{x:?},{y:?},10.0,10.0]\n")
        })
        .collect();
    let blank = a_form(&fields);
    let pdf = fill(&blank, r#"{"facts":{}}"#).pdf;
    for (name, (pixels, width)) in [("hayro", grey_by_hayro(&pdf)), ("poppler", grey_by_poppler(&pdf))] {
        for (x, y) in places {
            let found = ink(&pixels, width, (x - 3.0, y - 3.0), (x + 13.0, y + 13.0)).expect(name);
            let wanted = [x + 1.5, y + 1.5, x + 8.5, y + 8.5];
            for (found, wanted) in found.into_iter().zip(wanted) {
                assert!((found - wanted).abs() < 0.3, "{name}: {found} instead of {wanted}");
            }
        }
    }
}

/// 「■」 and 「口」 centred in their boxes stand in the middle.
#[test]
fn 中央ぞろえの字は枠の中央に立つ() {
    let blank = a_form("[[field]]\nid='n'\nat=[100.0,100.0,20.0,12.0]\ntext='国'\nalign='center'\nsize=20");
    let pdf = fill(&blank, r#"{"facts":{}}"#).pdf;
    for (name, (pixels, width)) in [("hayro", grey_by_hayro(&pdf)), ("poppler", grey_by_poppler(&pdf))] {
        let [left, top, right, bottom] = ink(&pixels, width, (95.0, 95.0), (125.0, 117.0)).expect(name);
        assert!((f64::midpoint(left, right) - 110.0).abs() < 0.3, "{name} {left} {right}");
        assert!((f64::midpoint(top, bottom) - 106.0).abs() < 0.4, "{name} {top} {bottom}");
    }
}
