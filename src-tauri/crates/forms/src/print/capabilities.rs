//! What a printer can do, and how it is right now.

use ipp::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::{Paper, PrintError, Reason, Severity, Sides, Ticket};

/// Asked for by name: an answer with everything is a hundred times longer.
pub(super) const ASKED: &[&str] = &[
    "printer-name",
    "printer-info",
    "printer-make-and-model",
    "printer-location",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "media-supported",
    "media-ready",
    "media-source-supported",
    "sides-supported",
    "copies-supported",
    "print-scaling-supported",
    "job-creation-attributes-supported",
    "operations-supported",
];

/// RFC 8011 §5.4.15
const CREATE_JOB: i32 = 5;
const SEND_DOCUMENT: i32 = 6;

/// What a printer or queue can do, in the parts a counter needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    pub name: String,
    pub model: String,
    pub location: String,
    pub formats: Vec<String>,
    /// By their PWG names; [`Capabilities::papers`] are those we know.
    pub media: Vec<String>,
    /// What lies in the trays now; empty where the printer does not say.
    pub ready: Vec<String>,
    pub trays: Vec<String>,
    pub sides: Vec<Sides>,
    pub most_copies: u32,
    /// It can be told to print at true size. A form that is shrunk by 4 % misses its boxes.
    pub true_size: bool,
    /// Create-Job and Send-Document.
    pub two_steps: bool,
    pub condition: Condition,
}

/// How a printer is right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    pub state: PrinterState,
    pub accepting: bool,
    /// The worst first.
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    Idle,
    Printing,
    Stopped,
    Unknown,
}

impl Condition {
    pub(super) fn read(attributes: &Attributes<'_>) -> Self {
        let mut reasons: Vec<Reason> =
            attributes.words("printer-state-reasons").iter().filter_map(|word| Reason::of(word)).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.severity));
        reasons.truncate(20);
        Self {
            state: match attributes.number("printer-state") {
                Some(3) => PrinterState::Idle,
                Some(4) => PrinterState::Printing,
                Some(5) => PrinterState::Stopped,
                _ => PrinterState::Unknown,
            },
            accepting: attributes.yes("printer-is-accepting-jobs").unwrap_or(true),
            reasons,
        }
    }

    /// What keeps paper from coming out, if anything does.
    pub fn hindrance(&self) -> Option<&Reason> {
        self.reasons.first().filter(|reason| reason.severity == Severity::Error)
    }
}

impl Capabilities {
    /// From the bytes of a printer's answer to Get-Printer-Attributes.
    pub fn of_answer(bytes: &[u8]) -> Result<Self, PrintError> {
        super::transport::parse(bytes.to_vec()).map(|answer| Self::read(&answer))
    }

    pub(super) fn read(answer: &IppRequestResponse) -> Self {
        let attributes = Attributes::of(answer, DelimiterTag::PrinterAttributes);
        let text = |name| attributes.word(name).unwrap_or_default().chars().take(200).collect::<String>();
        let offered = attributes.words("sides-supported");
        let sides = [Sides::One, Sides::LongEdge, Sides::ShortEdge];
        let operations = attributes.numbers("operations-supported");
        let copies = attributes.most("copies-supported").and_then(|most| u32::try_from(most).ok());
        Self {
            name: [text("printer-info"), text("printer-name")]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            model: text("printer-make-and-model"),
            location: text("printer-location"),
            formats: attributes.words("document-format-supported"),
            media: attributes.words("media-supported"),
            ready: attributes.words("media-ready"),
            trays: attributes.words("media-source-supported"),
            sides: sides
                .into_iter()
                .filter(|sides| *sides == Sides::One || offered.iter().any(|word| word == sides.keyword()))
                .collect(),
            most_copies: copies.unwrap_or(1).max(1),
            // Some list the attribute (PWG 5100.13 §5.6.4) and forget its values.
            true_size: attributes.words("print-scaling-supported").iter().any(|word| word == "none")
                || attributes
                    .words("job-creation-attributes-supported")
                    .iter()
                    .any(|word| word == "print-scaling"),
            two_steps: operations.contains(&CREATE_JOB) && operations.contains(&SEND_DOCUMENT),
            condition: Condition::read(&attributes),
        }
    }

    /// The papers of ours it can take.
    pub fn papers(&self) -> impl Iterator<Item = Paper> {
        [Paper::A3, Paper::A4, Paper::A5, Paper::A6, Paper::B4, Paper::B5, Paper::Hagaki]
            .into_iter()
            .filter(|paper| self.media.iter().any(|word| word == paper.keyword()))
    }

    /// Whether a job would come out as it should. A printer accepts nearly everything and cancels it afterwards.
    pub fn check(&self, ticket: &Ticket) -> Result<(), PrintError> {
        if !self.condition.accepting {
            return Err(PrintError::NotAccepting);
        }
        if !self.formats.iter().any(|format| format == "application/pdf") {
            return Err(PrintError::NotForPdf);
        }
        // A printer that names no media at all is asked to try; one that names others is not.
        if !self.media.is_empty() && !self.papers().any(|paper| paper == ticket.paper) {
            return Err(PrintError::Paper { paper: ticket.paper.label() });
        }
        if !self.sides.contains(&ticket.sides) {
            return Err(PrintError::Sides);
        }
        if let Some(tray) = &ticket.tray
            && !self.trays.contains(tray)
        {
            return Err(PrintError::Tray { tray: tray.clone() });
        }
        if ticket.copies > self.most_copies {
            return Err(PrintError::Copies { most: self.most_copies });
        }
        Ok(())
    }

    /// The paper is in none of its trays, as far as it says: it will ask for it.
    pub fn lacks(&self, paper: Paper) -> bool {
        !self.ready.is_empty() && !self.ready.iter().any(|word| word == paper.keyword())
    }
}
