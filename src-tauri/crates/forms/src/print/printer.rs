//! One printer, spoken to by IPP.

use std::collections::BTreeMap;
use std::time::Duration;

use ipp::attribute::IppAttributeName;
use ipp::model::{IppVersion, Operation};
use ipp::prelude::*;
use ipp::value::{IppKeyword, IppName};

use super::attributes::Attributes;
use super::capabilities::{ASKED, Capabilities, Condition};
use super::job::{JobNumber, JobReport};
use super::{PrintError, PrinterUri, Ticket, transport};

/// How long a printer may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For an answer to a question.
    pub answer: Duration,
    /// For taking a whole document: a small printer takes pages only as fast as it prints them.
    pub document: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(10), document: Duration::from_mins(2) }
    }
}

/// A printer, or a queue of the print service: the same protocol.
#[derive(Debug, Clone)]
pub struct Printer {
    uri: PrinterUri,
    patience: Patience,
}

const USER: &str = "madoka";

impl Printer {
    pub fn new(uri: PrinterUri) -> Self {
        Self { uri, patience: Patience::default() }
    }

    #[must_use]
    pub const fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    pub const fn uri(&self) -> &PrinterUri {
        &self.uri
    }

    pub fn capabilities(&self) -> Result<Capabilities, PrintError> {
        let mut request = self.request(Operation::GetPrinterAttributes)?;
        wanted(&mut request, ASKED)?;
        Ok(Capabilities::read(&self.ask(request)?))
    }

    pub fn condition(&self) -> Result<Condition, PrintError> {
        let mut request = self.request(Operation::GetPrinterAttributes)?;
        wanted(&mut request, &["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"])?;
        let answer = self.ask(request)?;
        Ok(Condition::read(&Attributes::of(&answer, DelimiterTag::PrinterAttributes)))
    }

    /// Makes a job without its document. Nothing can be printed yet.
    pub fn create(&self, ticket: &Ticket, can: &Capabilities) -> Result<JobNumber, PrintError> {
        can.check(ticket)?;
        let request = self.job_request(Operation::CreateJob, ticket, can)?;
        number(&self.ask(request)?)
    }

    /// Gives a job its document. After an error the job may or may not be printing: ask [`Printer::job`].
    pub fn send(&self, job: JobNumber, pdf: Vec<u8>) -> Result<(), PrintError> {
        let mut request = self.request(Operation::SendDocument)?;
        about(&mut request, job);
        user(&mut request)?;
        format(&mut request)?;
        add(&mut request, "last-document", IppValue::Boolean(true))?;
        *request.payload_mut() = IppPayload::new(std::io::Cursor::new(is_pdf(pdf)?));
        self.ask_within(request, self.patience.document).map(|_| ())
    }

    /// Both at once, for printers that know nothing else.
    pub fn print(&self, ticket: &Ticket, can: &Capabilities, pdf: Vec<u8>) -> Result<JobNumber, PrintError> {
        can.check(ticket)?;
        let mut request = self.job_request(Operation::PrintJob, ticket, can)?;
        *request.payload_mut() = IppPayload::new(std::io::Cursor::new(is_pdf(pdf)?));
        number(&self.ask_within(request, self.patience.document)?)
    }

    /// How a job is. `None`: the printer does not know it (any more).
    pub fn job(&self, job: JobNumber) -> Result<Option<JobReport>, PrintError> {
        let mut request = self.request(Operation::GetJobAttributes)?;
        about(&mut request, job);
        user(&mut request)?;
        let wanted_here = [
            "job-state",
            "job-state-reasons",
            "job-printer-state-reasons",
            "job-impressions-completed",
            "number-of-documents",
        ];
        wanted(&mut request, &wanted_here)?;
        match self.ask(request) {
            Ok(answer) => Ok(Some(JobReport::read(&answer))),
            Err(PrintError::NoSuchPrinter) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks the printer to drop a job. Whether it did, [`Printer::job`] says.
    pub fn cancel(&self, job: JobNumber) -> Result<(), PrintError> {
        let mut request = self.request(Operation::CancelJob)?;
        about(&mut request, job);
        user(&mut request)?;
        match self.ask(request) {
            // Over already, or forgotten: the job's own state is the answer.
            Ok(_) | Err(PrintError::NoSuchPrinter | PrintError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The job of this name, among all the printer remembers.
    pub fn find(&self, name: &str) -> Result<Option<JobNumber>, PrintError> {
        for which in ["not-completed", "completed"] {
            let mut request = self.request(Operation::GetJobs)?;
            user(&mut request)?;
            add(&mut request, "which-jobs", IppValue::Keyword(keyword(which)?))?;
            wanted(&mut request, &["job-id", "job-name"])?;
            let answer = self.ask(request)?;
            let found = answer.attributes().groups_of(DelimiterTag::JobAttributes).find_map(|group| {
                let job = Attributes::group(group);
                (job.word("job-name") == Some(name)).then(|| job.number("job-id")).flatten()
            });
            if let Some(found) = found {
                return Ok(Some(JobNumber(found)));
            }
        }
        Ok(None)
    }

    fn request(&self, operation: Operation) -> Result<IppRequestResponse, PrintError> {
        IppRequestResponse::new(IppVersion::v1_1(), operation, Some(self.uri.uri()?)).map_err(unsayable)
    }

    fn job_request(
        &self,
        operation: Operation,
        ticket: &Ticket,
        can: &Capabilities,
    ) -> Result<IppRequestResponse, PrintError> {
        let mut request = self.request(operation)?;
        user(&mut request)?;
        add(&mut request, "job-name", IppValue::NameWithoutLanguage(name(&ticket.name)?))?;
        // "Refuse rather than print otherwise". What is asked for is only what the printer said it can do, but for
        // the true size, which many obey without saying so: those may ignore it, and must not refuse the job for it.
        add(&mut request, "ipp-attribute-fidelity", IppValue::Boolean(can.true_size))?;
        if operation == Operation::PrintJob {
            format(&mut request)?;
        }
        for (word, value) in job_template(ticket, can)? {
            request
                .attributes_mut()
                .add(DelimiterTag::JobAttributes, IppAttribute::with_name(word, value).map_err(unsayable)?);
        }
        Ok(request)
    }

    fn ask(&self, request: IppRequestResponse) -> Result<IppRequestResponse, PrintError> {
        self.ask_within(request, self.patience.answer)
    }

    fn ask_within(
        &self,
        request: IppRequestResponse,
        patience: Duration,
    ) -> Result<IppRequestResponse, PrintError> {
        let answer = transport::ask(&self.uri.uri()?, request, patience)?;
        match answer.header().status_code() {
            status if status.is_success() => Ok(answer),
            StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => Err(PrintError::NoSuchPrinter),
            StatusCode::ClientErrorDocumentFormatNotSupported => Err(PrintError::NotForPdf),
            StatusCode::ServerErrorNotAcceptingJobs => Err(PrintError::NotAccepting),
            StatusCode::ServerErrorBusy | StatusCode::ServerErrorTemporaryError => Err(PrintError::Silent),
            status => Err(PrintError::Refused { status: status.to_string() }),
        }
    }
}

/// How to print, in the printer's words.
fn job_template(ticket: &Ticket, can: &Capabilities) -> Result<Vec<(&'static str, IppValue)>, PrintError> {
    let mut template = Vec::new();
    // `media` and `media-col` must not be sent together (PWG 5100.7 §6.3).
    if let Some(tray) = &ticket.tray {
        let (x, y) = ticket.paper.millimetres();
        let hundredths = |mm: u32| IppValue::Integer(i32::try_from(mm * 100).unwrap_or(i32::MAX));
        let size =
            BTreeMap::from([(name("x-dimension")?, hundredths(x)), (name("y-dimension")?, hundredths(y))]);
        let collection = BTreeMap::from([
            (name("media-size")?, IppValue::Collection(size)),
            (name("media-source")?, IppValue::Keyword(keyword(tray)?)),
        ]);
        template.push(("media-col", IppValue::Collection(collection)));
    } else {
        // The usual paper of many printers is Letter.
        template.push(("media", IppValue::Keyword(keyword(ticket.paper.keyword())?)));
    }
    if can.sides.len() > 1 {
        template.push(("sides", IppValue::Keyword(keyword(ticket.sides.keyword())?)));
    }
    if can.most_copies > 1 {
        template.push(("copies", IppValue::Integer(i32::try_from(ticket.copies).unwrap_or(1))));
    }
    template.push(("print-scaling", IppValue::Keyword(keyword("none")?)));
    Ok(template)
}

fn number(answer: &IppRequestResponse) -> Result<JobNumber, PrintError> {
    Attributes::of(answer, DelimiterTag::JobAttributes)
        .number("job-id")
        .map(JobNumber)
        .ok_or(PrintError::Garbled)
}

fn about(request: &mut IppRequestResponse, job: JobNumber) {
    request.attributes_mut().add(
        DelimiterTag::OperationAttributes,
        IppAttribute::new(IppAttributeName::JOB_ID, IppValue::Integer(job.0)),
    );
}

fn user(request: &mut IppRequestResponse) -> Result<(), PrintError> {
    add(request, "requesting-user-name", IppValue::NameWithoutLanguage(name(USER)?))
}

fn format(request: &mut IppRequestResponse) -> Result<(), PrintError> {
    let pdf = "application/pdf".try_into().map_err(unsayable)?;
    add(request, "document-format", IppValue::MimeMediaType(pdf))
}

fn wanted(request: &mut IppRequestResponse, names: &[&str]) -> Result<(), PrintError> {
    let names = names.iter().map(|word| keyword(word).map(IppValue::Keyword)).collect::<Result<_, _>>()?;
    add(request, "requested-attributes", IppValue::Array(names))
}

fn add(request: &mut IppRequestResponse, word: &str, value: IppValue) -> Result<(), PrintError> {
    let attribute = IppAttribute::with_name(word, value).map_err(unsayable)?;
    request.attributes_mut().add(DelimiterTag::OperationAttributes, attribute);
    Ok(())
}

fn keyword(word: &str) -> Result<IppKeyword, PrintError> {
    word.try_into().map_err(unsayable)
}

fn name(word: &str) -> Result<IppName, PrintError> {
    word.try_into().map_err(unsayable)
}

fn unsayable(_: ipp::parser::IppParseError) -> PrintError {
    PrintError::Refused { status: "設定の名前が長すぎます".to_owned() }
}

fn is_pdf(bytes: Vec<u8>) -> Result<Vec<u8>, PrintError> {
    if bytes.starts_with(b"%PDF-") { Ok(bytes) } else { Err(PrintError::NotPdf) }
}
