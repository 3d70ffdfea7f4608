//! Asking the city's server in the name of whoever works here: a department's queue, a sheet, an answer, a reminder.

use madoka_casework::InquiryId;
use madoka_sync::wire::inquiries::{Line, NewReply, Sheet, Which};

use crate::CounterError;
use crate::office::Link;

/// 照会・回答 at the server. It needs no counter: the window works on meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Departments<'a>(pub &'a Link);

impl Departments<'_> {
    /// What the offices of whoever works here are asked.
    pub fn queue(self, answered: bool) -> Result<Vec<Line>, CounterError> {
        let (line, session) = (self.0.line(), self.0.session()?);
        let which = Which { answered, ..Which::default() };
        Ok(line.wait(line.client().inquiries(&session, &which))?)
    }

    pub fn sheet(self, id: InquiryId) -> Result<Sheet, CounterError> {
        let (line, session) = (self.0.line(), self.0.session()?);
        Ok(line.wait(line.client().inquiry(&session, id))?)
    }

    pub fn reply(self, id: InquiryId, reply: &NewReply) -> Result<Sheet, CounterError> {
        let (line, session) = (self.0.line(), self.0.session()?);
        Ok(line.wait(line.client().reply(&session, id, reply))?)
    }

    /// 催促, by the counter that asked.
    pub fn remind(self, id: InquiryId) -> Result<Line, CounterError> {
        let (line, session) = (self.0.line(), self.0.session()?);
        Ok(line.wait(line.client().remind(&session, id))?)
    }
}
