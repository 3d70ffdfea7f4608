//! What a page shows, whatever it came from: rules, letters and nothing else. Millimetres from the top left corner of the page as a
//! person sees it.

/// A rectangle in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Area {
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    pub fn of_corners(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self { x: x0.min(x1), y: y0.min(y1), w: (x1 - x0).abs(), h: (y1 - y0).abs() }
    }

    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub fn centre_x(&self) -> f64 {
        self.x + self.w / 2.0
    }

    pub fn centre_y(&self) -> f64 {
        self.y + self.h / 2.0
    }

    pub fn size(&self) -> f64 {
        self.w * self.h
    }

    /// Whether the point lies inside, the edge included.
    pub fn holds(&self, x: f64, y: f64) -> bool {
        x >= self.x && x <= self.right() && y >= self.y && y <= self.bottom()
    }

    /// Whether `other` lies inside, give or take `slack`.
    pub fn encloses(&self, other: &Self, slack: f64) -> bool {
        other.x >= self.x - slack
            && other.y >= self.y - slack
            && other.right() <= self.right() + slack
            && other.bottom() <= self.bottom() + slack
    }

    pub fn overlap_x(&self, other: &Self) -> f64 {
        (self.right().min(other.right()) - self.x.max(other.x)).max(0.0)
    }

    pub fn overlap_y(&self, other: &Self) -> f64 {
        (self.bottom().min(other.bottom()) - self.y.max(other.y)).max(0.0)
    }

    pub fn overlap(&self, other: &Self) -> f64 {
        self.overlap_x(other) * self.overlap_y(other)
    }

    /// Common area by area of either (IoU).
    pub fn likeness(&self, other: &Self) -> f64 {
        let common = self.overlap(other);
        let all = self.size() + other.size() - common;
        if all > 0.0 { common / all } else { 0.0 }
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::of_corners(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    #[must_use]
    /// Smaller by `by` on every side, never inside out.
    pub fn inset(&self, by: f64) -> Self {
        let (dx, dy) = (by.min(self.w / 2.0), by.min(self.h / 2.0));
        Self { x: self.x + dx, y: self.y + dy, w: self.w - 2.0 * dx, h: self.h - 2.0 * dy }
    }

    pub fn union_of<'a>(areas: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        areas.into_iter().copied().reduce(|one, other| one.union(&other))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Across,
    Down,
}

/// A ruled line (罫線), level or upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    pub direction: Direction,
    /// y of a level line, x of an upright one.
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

impl Rule {
    pub fn length(&self) -> f64 {
        self.to - self.from
    }
}

/// One printed letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub letter: char,
    pub area: Area,
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub width: f64,
    pub height: f64,
    pub rules: Vec<Rule>,
    pub letters: Vec<Letter>,
    /// Small rings drawn for seals, and other closed shapes that are no rectangles.
    pub rings: Vec<Area>,
    /// Came from a picture: places are less sure, words are read by OCR.
    pub scanned: bool,
}

/// Joins pieces of one line: dashes drawn one by one, cells that each draw their own border, thick lines drawn twice.
pub(super) fn joined(mut rules: Vec<Rule>, beside: f64, gap: f64) -> Vec<Rule> {
    rules.retain(|rule| {
        rule.at.is_finite() && rule.from.is_finite() && rule.to.is_finite() && rule.from <= rule.to
    });
    // Lines within `beside` of each other are one line's pieces if they touch lengthwise.
    rules.sort_by(|a, b| {
        a.direction.cmp(&b.direction).then(a.at.total_cmp(&b.at)).then(a.from.total_cmp(&b.from))
    });
    let mut out: Vec<Rule> = Vec::new();
    let mut band: Vec<Rule> = Vec::new();
    let flush = |band: &mut Vec<Rule>, out: &mut Vec<Rule>| {
        band.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut current: Option<(Rule, f64)> = None;
        for rule in band.drain(..) {
            match &mut current {
                Some((open, weight)) if rule.from <= open.to + gap => {
                    let own = rule.length().max(0.1);
                    open.at = (open.at * *weight + rule.at * own) / (*weight + own);
                    *weight += own;
                    open.to = open.to.max(rule.to);
                }
                _ => {
                    out.extend(current.take().map(|(rule, _)| rule));
                    current = Some((rule, rule.length().max(0.1)));
                }
            }
        }
        out.extend(current.map(|(rule, _)| rule));
    };
    for rule in rules {
        let apart = band
            .first()
            .is_some_and(|first| first.direction != rule.direction || rule.at - first.at > beside);
        if apart {
            flush(&mut band, &mut out);
        }
        band.push(rule);
    }
    flush(&mut band, &mut out);
    out
}
