//! Commands and answers, and the small repairs every card may ask for.

use zeroize::{Zeroize, Zeroizing};

use crate::transport::{Cancel, LONGEST_ANSWER, Transport, TransportError};
use crate::{ApduCount, CardError, Tries};

/// A card that dribbles its bytes one by one is ended: the longest honest read (the faces, 16 bytes at a time) takes under
/// a thousand.
const MOST_COMMANDS: u32 = 2_000;

/// 状態 (SW1 SW2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Status(pub(crate) u16);

impl Status {
    pub(crate) const OK: Self = Self(0x9000);
    pub(crate) const END_OF_FILE: Self = Self(0x6282);
    pub(crate) const WRONG_LENGTH: Self = Self(0x6700);
    pub(crate) const NOT_FOUND: Self = Self(0x6A82);
    pub(crate) const OUTSIDE: Self = Self(0x6B00);
    /// The first command after a cold power-up answered this on one measured card.
    const NOT_AWAKE: Self = Self(0x6F00);

    pub(crate) const fn is_ok(self) -> bool {
        self.0 == Self::OK.0
    }

    const fn high(self) -> u8 {
        self.0.to_be_bytes()[0]
    }

    const fn low(self) -> u8 {
        self.0.to_be_bytes()[1]
    }
}

/// How much to ask back.
#[derive(Clone, Copy)]
pub(crate) enum Expect {
    Nothing,
    /// Up to 256 bytes; 0 means 256.
    Short(u8),
    /// Up to 65,536 bytes, in extended form.
    Extended,
}

/// One command. The data is borrowed, so secrets are not copied about.
#[derive(Clone, Copy)]
pub(crate) struct Command<'a> {
    pub(crate) header: [u8; 4],
    pub(crate) data: &'a [u8],
    pub(crate) expect: Expect,
}

impl<'a> Command<'a> {
    pub(crate) const fn select_application(aid: &'a [u8]) -> Self {
        Self { header: [0x00, 0xA4, 0x04, 0x0C], data: aid, expect: Expect::Nothing }
    }

    pub(crate) const fn select_file(id: &'a [u8; 2]) -> Self {
        Self { header: [0x00, 0xA4, 0x02, 0x0C], data: id, expect: Expect::Nothing }
    }

    pub(crate) const fn select_master_file() -> Self {
        Self { header: [0x00, 0xA4, 0x00, 0x00], data: &[0x3F, 0x00], expect: Expect::Nothing }
    }

    /// A VERIFY without data: asks how many tries remain and costs none.
    pub(crate) const fn ask_tries(reference: u8) -> Self {
        Self { header: [0x00, 0x20, 0x00, reference], data: &[], expect: Expect::Nothing }
    }

    pub(crate) const fn verify(reference: u8, secret: &'a [u8]) -> Self {
        Self { header: [0x00, 0x20, 0x00, reference], data: secret, expect: Expect::Nothing }
    }

    fn write(&self, out: &mut Zeroizing<Vec<u8>>) {
        wipe(out);
        out.extend_from_slice(&self.header);
        let long = matches!(self.expect, Expect::Extended) || self.data.len() > 255;
        if !self.data.is_empty() {
            let length = u16::try_from(self.data.len()).unwrap_or(u16::MAX);
            if long {
                out.push(0);
                out.extend_from_slice(&length.to_be_bytes());
            } else {
                out.push(length.to_be_bytes()[1]);
            }
            out.extend_from_slice(self.data);
        }
        match self.expect {
            Expect::Nothing => {}
            Expect::Short(length) => out.push(length),
            Expect::Extended if self.data.is_empty() => out.extend_from_slice(&[0, 0, 0]),
            Expect::Extended => out.extend_from_slice(&[0, 0]),
        }
    }
}

/// A card that is there and answers: counts, repairs, checks plausibility.
pub(crate) struct Chip<'t> {
    transport: &'t mut dyn Transport,
    cancel: Cancel,
    command: Zeroizing<Vec<u8>>,
    answer: Zeroizing<Vec<u8>>,
    pub(crate) count: ApduCount,
    /// Some readers refuse 256 bytes at once; then we ask for less for the rest of the read.
    chunk: u8,
}

/// What a card may hold in one file; offsets have 15 bits.
const LARGEST_FILE: usize = 0x7FFF;

impl<'t> Chip<'t> {
    pub(crate) fn new(transport: &'t mut dyn Transport, cancel: &Cancel) -> Self {
        Self {
            transport,
            cancel: cancel.clone(),
            // Room from the start: a buffer that grows leaves its former self behind, unwiped.
            command: Zeroizing::new(Vec::with_capacity(300)),
            answer: Zeroizing::new(Vec::with_capacity(300)),
            count: ApduCount::default(),
            chunk: 0,
        }
    }

    /// One exchange, nothing repaired.
    fn exchange(&mut self, command: &Command<'_>) -> Result<Status, CardError> {
        if self.cancel.is_cancelled() {
            return Err(CardError::Cancelled);
        }
        if self.count.commands >= MOST_COMMANDS {
            return Err(CardError::Malformed { part: "応答" });
        }
        command.write(&mut self.command);
        self.count.commands += 1;
        self.transport.transmit(&self.command, &mut self.answer).map_err(lost)?;
        // Under two bytes there is no status word: the card left in the middle (measured with vpcd).
        let at = self.answer.len().checked_sub(2).ok_or(CardError::Removed)?;
        let status = match self.answer.get(at..) {
            Some(&[high, low]) => Status(u16::from_be_bytes([high, low])),
            _ => return Err(CardError::Removed),
        };
        // A status word begins with 6 or 9; anything else is an answer cut off on the way.
        if !matches!(status.high() >> 4, 6 | 9) {
            return Err(CardError::Removed);
        }
        self.answer.truncate(at);
        // Headers and status words only: data may be a secret or a person's.
        tracing::trace!(apdu = ?command.header, status = status.0, "apdu");
        Ok(status)
    }

    /// Sends; fetches the rest (61xx), repeats with the right length (6Cxx). What came back stays in `answer`.
    pub(crate) fn send(&mut self, command: &Command<'_>) -> Result<Status, CardError> {
        let mut status = self.exchange(command)?;
        if status.high() == 0x6C && !matches!(command.expect, Expect::Nothing) {
            status = self.exchange(&Command { expect: Expect::Short(status.low()), ..*command })?;
        }
        if status.high() != 0x61 {
            return Ok(status);
        }
        let mut whole = Zeroizing::new(Vec::new());
        append(&mut whole, &self.answer);
        while status.high() == 0x61 {
            let rest =
                Command { header: [0x00, 0xC0, 0x00, 0x00], data: &[], expect: Expect::Short(status.low()) };
            status = self.exchange(&rest)?;
            if self.answer.is_empty() || whole.len() + self.answer.len() > LONGEST_ANSWER {
                break;
            }
            append(&mut whole, &self.answer);
        }
        std::mem::swap(&mut self.answer, &mut whole);
        Ok(status)
    }

    pub(crate) fn answer(&self) -> &[u8] {
        &self.answer
    }

    /// The first command of a read may find the card not yet awake; it is the only one sent twice.
    pub(crate) fn select(&mut self, aid: &[u8]) -> Result<bool, CardError> {
        let command = Command::select_application(aid);
        let first = self.count.commands == 0;
        let mut status = self.send(&command)?;
        if first && status == Status::NOT_AWAKE {
            status = self.send(&command)?;
        }
        match status {
            Status::OK => Ok(true),
            status if matches!(status.0, 0x6A81 | 0x6A82 | 0x6A86 | 0x6A00 | 0x6999 | 0x6D00 | 0x6E00) => {
                Ok(false)
            }
            status => Err(CardError::Refused { part: "アプリケーション", status: status.0 }),
        }
    }

    /// Selects a file of the selected application; `false` where there is none.
    pub(crate) fn select_file(&mut self, id: u16, part: &'static str) -> Result<bool, CardError> {
        match self.send(&Command::select_file(&id.to_be_bytes()))? {
            Status::OK => Ok(true),
            Status::NOT_FOUND => Ok(false),
            status => Err(CardError::Refused { part, status: status.0 }),
        }
    }

    /// How many tries remain; costs none.
    pub(crate) fn tries(&mut self, reference: u8) -> Result<Tries, CardError> {
        Ok(match self.send(&Command::ask_tries(reference))?.0 {
            0x63C0 | 0x6983 | 0x6984 => Tries::Blocked,
            status @ 0x63C1..=0x63CF => Tries::Left(status.to_be_bytes()[1] & 0x0F),
            0x6300 => Tries::Unlimited,
            _ => Tries::Unknown,
        })
    }

    /// Reads the selected file from its beginning. `length` tells from what is there already how long it is, or that it
    /// cannot be told yet; without it the file is read to its end.
    pub(crate) fn read_file(
        &mut self,
        part: &'static str,
        length: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Zeroizing<Vec<u8>>, CardError> {
        let mut file = Zeroizing::new(Vec::new());
        loop {
            let wanted = length(&file).unwrap_or(LARGEST_FILE).min(LARGEST_FILE);
            let missing = wanted.saturating_sub(file.len());
            if missing == 0 {
                file.truncate(wanted);
                return Ok(file);
            }
            let status = self.read_chunk(file.len(), missing)?;
            match status {
                Status::OK | Status::END_OF_FILE if self.answer.is_empty() => return Ok(file),
                Status::OK | Status::END_OF_FILE => {
                    if file.len() + self.answer.len() > LARGEST_FILE {
                        return Err(CardError::Malformed { part });
                    }
                    append(&mut file, &self.answer);
                    if status == Status::END_OF_FILE {
                        return Ok(file);
                    }
                }
                Status::OUTSIDE if !file.is_empty() => return Ok(file),
                status => return Err(CardError::Refused { part, status: status.0 }),
            }
        }
    }

    /// One READ BINARY at an offset; less at once where the reader or the card refuses more.
    fn read_chunk(&mut self, offset: usize, missing: usize) -> Result<Status, CardError> {
        let [high, low] = u16::try_from(offset).unwrap_or(u16::MAX).to_be_bytes();
        loop {
            let most = if self.chunk == 0 { 256 } else { usize::from(self.chunk) };
            let expect = u8::try_from(missing.min(most)).unwrap_or(0);
            let command =
                Command { header: [0x00, 0xB0, high, low], data: &[], expect: Expect::Short(expect) };
            self.count.chunks += 1;
            let before = self.count.commands;
            let status = self.send(&command)?;
            // What the reader made us ask again carried data too.
            self.count.chunks += self.count.commands - before - 1;
            let smaller = match self.chunk {
                0 => 0x80,
                0x80 => 0x40,
                _ => 0x20,
            };
            if status == Status::WRONG_LENGTH && self.chunk != smaller && missing > usize::from(smaller) {
                self.chunk = smaller;
                continue;
            }
            return Ok(status);
        }
    }

    /// READ RECORD by number out of a short file id.
    pub(crate) fn read_record(&mut self, short_id: u8, record: u8) -> Result<Status, CardError> {
        self.count.chunks += 1;
        let header = [0x00, 0xB2, record, short_id << 3 | 4];
        self.send(&Command { header, data: &[], expect: Expect::Short(0) })
    }
}

/// Empties a buffer without leaving what was in it.
pub(crate) fn wipe(buffer: &mut Zeroizing<Vec<u8>>) {
    buffer.as_mut_slice().zeroize();
    buffer.clear();
}

/// `extend_from_slice` for what must not be left behind when the buffer moves to a larger place.
pub(crate) fn append(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let needed = buffer.len() + bytes.len();
    if needed > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.next_power_of_two()));
        larger.extend_from_slice(buffer);
        std::mem::swap(buffer, &mut larger);
    }
    buffer.extend_from_slice(bytes);
}

fn lost(error: TransportError) -> CardError {
    match error {
        TransportError::Removed => CardError::Removed,
        TransportError::NoReader => CardError::NoReader,
        TransportError::NoService => CardError::NoService,
        TransportError::InUse => CardError::InUse,
        TransportError::Cancelled => CardError::Cancelled,
        TransportError::Driver(name) => CardError::Driver(name),
    }
}
