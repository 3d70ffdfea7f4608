//! A card in a reader, for as long as bytes flow: connected for us alone, in one transaction, and left without power.
//!
//! Drivers may hang for ever in the middle of a command, and PC/SC has no time-out and no way to stop one. So everything
//! that touches the card happens on a thread of its own, which tells of each command it sends; when it has been silent
//! for too long, whoever waits gets an answer and the thread is left to end when its driver does.

use std::ffi::{CStr, CString};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use pcsc::{Context, Disposition, Protocols, ShareMode, State, Transaction};
use zeroize::{Zeroize, Zeroizing};

use crate::CardError;
use crate::apdu::{append, wipe};
use crate::place::Placed;
use crate::read::wipe_stack;
use crate::readers::service;
use crate::transport::{Cancel, LONGEST_ANSWER, Transport, TransportError};

/// How long another program may hold the card before we say so.
const SHARING: Duration = Duration::from_secs(3);
/// How soon a cancelled read is left.
const LOOK_UP: Duration = Duration::from_millis(100);

enum Told<T> {
    Sending,
    Done(Result<T, CardError>),
}

/// Runs `work` with the card that was placed, and no other.
pub(crate) fn with_card<T: Send + 'static>(
    placed: &Placed,
    cancel: &Cancel,
    work: impl FnOnce(&mut dyn Transport) -> Result<T, CardError> + Send + 'static,
) -> Result<T, CardError> {
    let (tell, told) = mpsc::channel();
    let (of_thread, stop) = (placed.clone(), cancel.clone());
    let spawned = thread::Builder::new().name("madoka-card".to_owned()).spawn(move || {
        let done = session(&of_thread, &stop, &tell, work);
        wipe_stack();
        // Nobody waits any more if we were silent for too long.
        let _ = tell.send(Told::Done(done));
    });
    spawned.map_err(|error| CardError::Driver(error.kind().to_string()))?;
    let mut last = Instant::now();
    loop {
        match told.recv_timeout(LOOK_UP) {
            Ok(Told::Sending) => last = Instant::now(),
            Ok(Told::Done(done)) => return done,
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => return Err(CardError::Cancelled),
            Err(RecvTimeoutError::Timeout) if last.elapsed() > placed.patience => {
                // If the driver wakes up, the thread must not go on with the card.
                cancel.cancel();
                return Err(CardError::Hung);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CardError::Driver("読取りが止まりました".to_owned()));
            }
        }
    }
}

fn session<T>(
    placed: &Placed,
    cancel: &Cancel,
    tell: &mpsc::Sender<Told<T>>,
    work: impl FnOnce(&mut dyn Transport) -> Result<T, CardError>,
) -> Result<T, CardError> {
    let context = service().map_err(connecting)?;
    let reader = CString::new(placed.reader.as_str()).map_err(|_| CardError::NoReader)?;
    same_card(&context, &reader, placed)?;
    let mut card = connect(&context, &reader, cancel, tell)?;
    // The card may have been swapped while another program had it.
    let worked = same_card(&context, &reader, placed).and_then(|()| {
        let transaction = card.transaction().map_err(connecting)?;
        let mut link = Link {
            transaction: &transaction,
            cancel,
            told: || {
                let _ = tell.send(Told::Sending);
            },
            buffer: Zeroizing::new(vec![0; LONGEST_ANSWER]),
        };
        let worked = work(&mut link);
        drop(link);
        // The power goes off with the connection, which is ours alone until then; a transaction that fails to power off a
        // card that has just left confuses pcscd 1.9.9.
        let _ = transaction.end(Disposition::LeaveCard);
        worked
    });
    // Power off: what was opened closes, whatever the card keeps over a reset.
    let _ = card.disconnect(Disposition::UnpowerCard);
    worked
}

/// A card is there, and (if we know which one was placed) it is still that one: a reader counts what comes and goes.
fn same_card(context: &Context, reader: &CStr, placed: &Placed) -> Result<(), CardError> {
    let mut states = [pcsc::ReaderState::new(reader, State::UNAWARE)];
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(pcsc::Error::Timeout) => {}
        Err(error) => return Err(connecting(error)),
    }
    let [state] = &states;
    let now = state.event_state();
    if now.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE) {
        return Err(CardError::NoReader);
    }
    if !now.contains(State::PRESENT) {
        return Err(CardError::NoCard);
    }
    match placed.count {
        Some(count) if count != state.event_count() => Err(CardError::Swapped),
        _ => Ok(()),
    }
}

/// For us alone: a card that was opened is open to every program.
fn connect<T>(
    context: &Context,
    reader: &CStr,
    cancel: &Cancel,
    tell: &mpsc::Sender<Told<T>>,
) -> Result<pcsc::Card, CardError> {
    let since = Instant::now();
    loop {
        match context.connect(reader, ShareMode::Exclusive, Protocols::ANY) {
            Ok(card) => return Ok(card),
            Err(pcsc::Error::SharingViolation) if since.elapsed() < SHARING && !cancel.is_cancelled() => {
                let _ = tell.send(Told::Sending);
                thread::sleep(LOOK_UP);
            }
            Err(error) => return Err(connecting(error)),
        }
    }
}

fn connecting(error: pcsc::Error) -> CardError {
    use pcsc::Error as E;
    match error {
        E::NoService | E::ServiceStopped | E::InvalidHandle | E::CommError | E::Shutdown => {
            CardError::NoService
        }
        E::NoReadersAvailable | E::UnknownReader | E::ReaderUnavailable => CardError::NoReader,
        E::NoSmartcard | E::RemovedCard => CardError::NoCard,
        E::UnresponsiveCard | E::UnpoweredCard | E::ResetCard | E::NotTransacted => CardError::Removed,
        E::SharingViolation => CardError::InUse,
        E::Cancelled | E::CancelledByUser => CardError::Cancelled,
        error => CardError::Driver(format!("{error:?}")),
    }
}

struct Link<'a, F: FnMut()> {
    transaction: &'a Transaction<'a>,
    cancel: &'a Cancel,
    told: F,
    buffer: Zeroizing<Vec<u8>>,
}

impl<F: FnMut()> Transport for Link<'_, F> {
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        if self.cancel.is_cancelled() {
            return Err(TransportError::Cancelled);
        }
        (self.told)();
        wipe(answer);
        let received = match self.transaction.transmit(command, &mut self.buffer) {
            Ok(received) => {
                append(answer, received);
                received.len()
            }
            Err(error) => return Err(losing(error)),
        };
        if let Some(used) = self.buffer.get_mut(..received) {
            used.zeroize();
        }
        Ok(())
    }
}

/// Any of these ends the read. After a reset or a reconnect it may be another person's card.
fn losing(error: pcsc::Error) -> TransportError {
    use pcsc::Error as E;
    match error {
        E::RemovedCard
        | E::NoSmartcard
        | E::ResetCard
        | E::NotTransacted
        | E::UnpoweredCard
        | E::UnresponsiveCard => TransportError::Removed,
        E::NoService | E::ServiceStopped | E::InvalidHandle | E::CommError | E::Shutdown => {
            TransportError::NoService
        }
        E::ReaderUnavailable | E::UnknownReader | E::NoReadersAvailable => TransportError::NoReader,
        E::SharingViolation => TransportError::InUse,
        E::Cancelled | E::CancelledByUser => TransportError::Cancelled,
        error => TransportError::Driver(format!("{error:?}")),
    }
}
