//! Text into lines: Japanese line breaking (JIS X 4051 in its plain parts), readings above their kanji.

use super::canvas::{Mark, POINT, Shade};
use super::faces::Faces;

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) points: f32,
    pub(super) bold: bool,
    pub(super) shade: Shade,
}

impl Style {
    pub(super) const fn plain(points: f32) -> Self {
        Self { points, bold: false, shade: 0.0 }
    }

    pub(super) const fn bold(points: f32) -> Self {
        Self { points, bold: true, shade: 0.0 }
    }

    pub(super) const fn shade(mut self, shade: Shade) -> Self {
        self.shade = shade;
        self
    }

    pub(super) fn mm(self) -> f32 {
        self.points * POINT
    }
}

/// How lines are made: where they may break, and whether readings go above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Between most letters.
    Japanese,
    /// At spaces, with readings in （ ） set above their kanji.
    Spaced,
    /// At spaces.
    Latin,
}

/// A piece that is never broken.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    base: String,
    reading: Option<String>,
    /// In millimetres.
    width: f32,
}

/// One line: pieces from its left edge on.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TextLine {
    pieces: Vec<Piece>,
    pub(super) width: f32,
}

/// A reading's size beside its kanji's.
const READING: f32 = 0.55;

/// Not at the start of a line.
const NOT_FIRST: &str = "、。，．・：；？！）」』】〕］｝〉》”’ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〜～%％円年月日時分件枚階番";
/// Not at the end of a line.
const NOT_LAST: &str = "（「『【〔［｛〈《“‘";

pub(super) fn lines(
    faces: &Faces<'_>,
    text: &str,
    style: Style,
    script: Script,
    width: f32,
) -> Vec<TextLine> {
    let pieces = pieces(faces, text, style, script);
    let lines = filled(&pieces, script, width);
    // A last line of one or two letters looks like a slip: the same number of lines is filled more evenly.
    let lonely = lines.len() > 1 && lines.last().is_some_and(|line| line.width < style.mm() * 4.0);
    if lonely {
        let narrower = filled(&pieces, script, width - style.mm() * 4.0);
        if narrower.len() == lines.len() {
            return narrower;
        }
    }
    lines
}

fn filled(pieces: &[Piece], script: Script, width: f32) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut line: Vec<Piece> = Vec::new();
    for piece in pieces {
        if line.is_empty() && is_space(piece) {
            continue;
        }
        let taken: f32 = line.iter().map(|piece| piece.width).sum();
        if !line.is_empty() && taken + piece.width > width && !is_space(piece) {
            let rest = split(&mut line, piece, script);
            lines.push(close(std::mem::replace(&mut line, rest)));
        }
        line.push(piece.clone());
    }
    if !line.is_empty() {
        lines.push(close(line));
    }
    lines
}

/// Cuts a full line at the last place where it may be cut, before `next`; answers what goes to the next line.
fn split(line: &mut Vec<Piece>, next: &Piece, script: Script) -> Vec<Piece> {
    for at in (1..=line.len()).rev() {
        let Some(before) = line.get(at - 1) else { break };
        let after = line.get(at).unwrap_or(next);
        if may_break(before, after, script) {
            return line.split_off(at);
        }
    }
    // One word longer than the line: cut where it is.
    Vec::new()
}

fn may_break(before: &Piece, after: &Piece, script: Script) -> bool {
    if is_space(before) || is_space(after) {
        return true;
    }
    if script != Script::Japanese {
        return false;
    }
    let last = before.base.chars().last();
    let first = after.base.chars().next();
    !last.is_some_and(|last| NOT_LAST.contains(last)) && !first.is_some_and(|first| NOT_FIRST.contains(first))
}

fn close(mut pieces: Vec<Piece>) -> TextLine {
    while pieces.last().is_some_and(is_space) {
        pieces.pop();
    }
    let width = pieces.iter().map(|piece| piece.width).sum();
    TextLine { pieces, width }
}

fn pieces(faces: &Faces<'_>, text: &str, style: Style, script: Script) -> Vec<Piece> {
    let em = style.mm();
    let make = |base: String, reading: Option<String>| {
        let own = faces.width(&base, style.bold) * em;
        let above = reading.as_deref().map_or(0.0, |reading| faces.width(reading, false) * em * READING);
        Piece { width: own.max(above), base, reading }
    };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if script == Script::Spaced
            && let Some((base, reading, after)) = with_reading(rest)
        {
            pieces.push(make(base.to_owned(), Some(reading.to_owned())));
            rest = after;
            continue;
        }
        let end = if first == ' ' || first == '\u{3000}' || first == '\n' {
            first.len_utf8()
        } else if is_word(first) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else {
            // A letter with the selectors that belong to it.
            let mut letters = rest.char_indices().skip(1);
            letters
                .find(|(_, letter)| !matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'))
                .map_or(rest.len(), |(at, _)| at)
        };
        let (base, after) = rest.split_at(end);
        let base = if first == '\n' { " " } else { base };
        pieces.push(make(base.to_owned(), None));
        rest = after;
    }
    pieces
}

fn is_space(piece: &Piece) -> bool {
    matches!(piece.base.as_str(), " " | "\u{3000}")
}

/// Latin words and numbers stay whole.
const fn is_word(letter: char) -> bool {
    matches!(letter, '0'..='9' | 'A'..='Z' | 'a'..='z' | '-' | '.' | ',' | '\'' | '’' | '/' | ':' | '(' | ')' | '"' | ';' | '–')
}

const fn is_kanji(letter: char) -> bool {
    matches!(letter, '々' | '〆' | 'ヶ' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{E0100}'..='\u{E01EF}')
}

const fn is_kana(letter: char) -> bool {
    matches!(letter, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '・')
}

/// 「窓口（まどぐち）…」 at the start: the kanji, their reading, and what follows.
fn with_reading(text: &str) -> Option<(&str, &str, &str)> {
    let kanji = text.find(|letter| !is_kanji(letter))?;
    let (base, after) = text.split_at(kanji);
    let inside = after.strip_prefix('（')?;
    let end = inside.find('）')?;
    let (reading, after) = inside.split_at(end);
    let whole = !base.is_empty() && !reading.is_empty() && reading.chars().all(is_kana);
    whole.then(|| (base, reading, after.strip_prefix('）').unwrap_or(after)))
}

/// The height of a line, with room for readings where there are any in the script.
pub(super) fn leading(style: Style, script: Script) -> f32 {
    let lines = match script {
        Script::Japanese => 1.5,
        Script::Spaced => 1.95,
        Script::Latin => 1.36,
    };
    style.mm() * lines
}

/// Puts a line on the paper, its baseline at `y`.
pub(super) fn set(faces: &Faces<'_>, line: &TextLine, style: Style, x: f32, y: f32, marks: &mut Vec<Mark>) {
    let text = |x: f32, y: f32, points: f32, bold: bool, text: &str| Mark::Text {
        x,
        y,
        points,
        shade: style.shade,
        glyphs: faces.glyphs(text, bold),
    };
    let mut at = x;
    let mut plain = String::new();
    let mut plain_from = x;
    for piece in &line.pieces {
        if let Some(reading) = &piece.reading {
            if !plain.is_empty() {
                marks.push(text(plain_from, y, style.points, style.bold, &plain));
                plain.clear();
            }
            let own = faces.width(&piece.base, style.bold) * style.mm();
            let above = faces.width(reading, false) * style.mm() * READING;
            marks.push(text(at + (piece.width - own) / 2.0, y, style.points, style.bold, &piece.base));
            let small = style.points * READING;
            marks.push(text(at + (piece.width - above) / 2.0, y - style.mm() * 1.0, small, false, reading));
            at += piece.width;
            plain_from = at;
        } else {
            plain.push_str(&piece.base);
            at += piece.width;
        }
    }
    if !plain.is_empty() {
        marks.push(text(plain_from, y, style.points, style.bold, &plain));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::Fonts;

    static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::system);

    fn broken(text: &str, script: Script, width: f32) -> Vec<String> {
        let faces = Faces::of(&FONTS).unwrap();
        lines(&faces, text, Style::plain(12.0), script, width)
            .iter()
            .map(|line| line.pieces.iter().map(|piece| piece.base.as_str()).collect())
            .collect()
    }

    #[test]
    fn 行頭に句読点を_行末に始めかっこを置かない() {
        // Narrower than a word and its mark there is no good place at all.
        for width in 24..60_u8 {
            for line in broken(
                "世帯主（亡くなった方）が変わったら、14日以内に「届出」をします。",
                Script::Japanese,
                f32::from(width),
            ) {
                assert!(
                    !NOT_FIRST.contains(line.chars().next().unwrap()) || line.chars().count() == 1,
                    "{line}"
                );
                assert!(!NOT_LAST.contains(line.chars().last().unwrap()), "{line}");
            }
        }
    }

    #[test]
    fn 文字は一つも失われず_数と英語の語は切れない() {
        let text = "2027年（令和9年）1月31日までに 300 円 Citizens' Affairs";
        let lines = broken(text, Script::Japanese, 30.0);
        let joined: String = lines.concat();
        assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        assert!(lines.iter().any(|line| line.contains("2027年")));
    }

    #[test]
    fn 読みがなは漢字の上に上がる() {
        assert_eq!(with_reading("窓口（まどぐち）で"), Some(("窓口", "まどぐち", "で")));
        assert_eq!(with_reading("母子（保健）"), None);
        assert_eq!(with_reading("まど（まど）"), None);
        assert_eq!(
            broken("市民課（しみんか） おくやみ コーナー", Script::Spaced, 200.0),
            ["市民課 おくやみ コーナー"]
        );
    }

    #[test]
    fn どんなに狭くても終わる() {
        assert_eq!(broken("ABCDEFGHIJKLMNOPQRSTUVWXYZ", Script::Latin, 1.0).len(), 1);
        assert!(broken("、、、（（（。。。", Script::Japanese, 1.0).len() <= 9);
        assert!(broken("", Script::Latin, 1.0).is_empty());
    }
}
