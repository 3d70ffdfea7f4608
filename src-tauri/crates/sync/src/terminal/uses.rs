//! What a terminal asks the server beside its cases: 予約, 照会, 宛名・資格. One function a use; each is of a person who signed in.

use madoka_casework::InquiryId;
use serde_json::json;

use super::{Ask, Client, Session, SyncError};
use crate::wire::bookings::{self, Act, Booking, BookingId, Days, NewBooking, Plan, Week};
use crate::wire::inquiries::{self, Line, NewReply, Sheet};
use crate::wire::register::{self, Found, Look, Looked, Search};

/// 予約
impl Client {
    pub async fn booking_plans(&self, by: &Session) -> Result<Vec<Plan>, SyncError> {
        self.ask(Ask::get(bookings::PLANS).by(Some(by))).await
    }

    pub async fn booking_week(&self, by: &Session, which: &bookings::Which) -> Result<Week, SyncError> {
        self.ask(Ask::post(bookings::WEEK).by(Some(by)).json(which)?).await
    }

    pub async fn bookings(&self, by: &Session, days: &Days) -> Result<Vec<bookings::Row>, SyncError> {
        self.ask(Ask::post(bookings::LIST).by(Some(by)).json(days)?).await
    }

    pub async fn book(&self, by: &Session, new: &NewBooking) -> Result<Booking, SyncError> {
        self.ask(Ask::post(bookings::NEW).by(Some(by)).json(new)?).await
    }

    pub async fn booking(&self, by: &Session, id: BookingId) -> Result<Booking, SyncError> {
        self.ask(Ask::get(&bookings::ONE.replace("{id}", &id.to_string())).by(Some(by))).await
    }

    pub async fn change_booking(&self, by: &Session, id: BookingId, act: &Act) -> Result<Booking, SyncError> {
        let path = bookings::ACT.replace("{id}", &id.to_string());
        self.ask(Ask::post(&path).by(Some(by)).json(act)?).await
    }
}

/// 照会・回答
impl Client {
    pub async fn inquiries(&self, by: &Session, which: &inquiries::Which) -> Result<Vec<Line>, SyncError> {
        self.ask(Ask::post(inquiries::QUEUE).by(Some(by)).json(which)?).await
    }

    pub async fn inquiry(&self, by: &Session, id: InquiryId) -> Result<Sheet, SyncError> {
        self.ask(Ask::get(&inquiries::SHEET.replace("{id}", &id.to_string())).by(Some(by))).await
    }

    pub async fn reply(&self, by: &Session, id: InquiryId, reply: &NewReply) -> Result<Sheet, SyncError> {
        let path = inquiries::REPLY.replace("{id}", &id.to_string());
        self.ask(Ask::post(&path).by(Some(by)).json(reply)?).await
    }

    pub async fn remind(&self, by: &Session, id: InquiryId) -> Result<Line, SyncError> {
        let path = inquiries::REMIND.replace("{id}", &id.to_string());
        self.ask(Ask::post(&path).by(Some(by)).json(&json!({}))?).await
    }
}

/// 宛名・資格
impl Client {
    pub async fn search_residents(&self, by: &Session, search: &Search) -> Result<Found, SyncError> {
        self.ask(Ask::post(register::SEARCH).by(Some(by)).json(search)?).await
    }

    pub async fn look_up_resident(&self, by: &Session, look: &Look) -> Result<Looked, SyncError> {
        self.ask(Ask::post(register::LOOK).by(Some(by)).json(look)?).await
    }
}
