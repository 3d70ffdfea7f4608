//! Passwords: argon2id in the PHC text form, so that the cost may rise without anybody's password changing.

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use madoka_casework::StaffId;
use madoka_text::Secret;
use zeroize::{Zeroize as _, Zeroizing};

use crate::problem::ServerError;
use crate::storage::StorageError;

/// NIST SP 800-63B-4: length counts, not the kinds of letters.
const LEAST: usize = 12;
/// Longer is no password but an attack on the hash.
pub const MOST: usize = 256;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub rounds: u32,
}

impl Cost {
    /// OWASP's first choice for argon2id: 19 MiB, 2 rounds, 1 lane; the same as on the terminal.
    pub const USUAL: Self = Self { memory_kib: 19 * 1024, rounds: 2 };
    /// For tests only: what is tested is not the cost.
    pub const LEAST: Self = Self { memory_kib: 8, rounds: 1 };
}

/// Where one secret at a time is hashed. Given to each in turn, for what many threads take for it the allocator keeps.
static ROOM: Mutex<Vec<Block>> = Mutex::new(Vec::new());

/// Fills `out` from the secret. Takes tens of milliseconds: not on a thread that answers requests.
pub(crate) fn stretch(
    secret: &Secret,
    salt: &[u8],
    cost: Cost,
    out: &mut [u8; 32],
) -> Result<(), StorageError> {
    let wrong = |_| StorageError::Internal("argon2");
    let params = Params::new(cost.memory_kib, cost.rounds, 1, Some(32)).map_err(wrong)?;
    let blocks = params.block_count();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut room = ROOM.lock().unwrap_or_else(PoisonError::into_inner);
    room.resize(blocks, Block::default());
    let done =
        argon2.hash_password_into_with_memory(secret.expose().as_bytes(), salt, out, room.as_mut_slice());
    room.iter_mut().zeroize();
    done.map_err(wrong)
}

fn digest(password: &Secret, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, StorageError> {
    let mut out = Zeroizing::new([0; 32]);
    stretch(password, salt, cost, &mut out)?;
    Ok(out)
}

/// `$argon2id$v=19$m=…,t=…,p=1$salt$hash`. Takes tens of milliseconds: not on a thread that answers requests.
pub fn hash(password: &Secret, cost: Cost) -> Result<String, StorageError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| StorageError::Internal("randomness"))?;
    let digest = digest(password, &salt, cost)?;
    Ok(format!(
        "$argon2id$v=19$m={},t={},p=1${}${}",
        cost.memory_kib,
        cost.rounds,
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(digest.as_slice())
    ))
}

/// Whether the password is the one that was hashed. A text that is no hash matches nothing.
pub fn verify(password: &Secret, hash: &str) -> Result<bool, StorageError> {
    let Some((cost, salt, known)) = parts(hash) else { return Ok(false) };
    let given = digest(password, &salt, cost)?;
    let different = given.iter().zip(&known).fold(0, |difference, (a, b)| difference | (a ^ b));
    Ok(different == 0)
}

fn parts(hash: &str) -> Option<(Cost, Vec<u8>, [u8; 32])> {
    let mut parts = hash.strip_prefix("$argon2id$v=19$")?.split('$');
    let (cost, salt, known) = (parts.next()?, parts.next()?, parts.next()?);
    let mut cost = cost.split(',');
    let memory_kib = cost.next()?.strip_prefix("m=")?.parse().ok()?;
    let rounds = cost.next()?.strip_prefix("t=")?.parse().ok()?;
    let known = STANDARD_NO_PAD.decode(known).ok()?.try_into().ok()?;
    Some((Cost { memory_kib, rounds }, STANDARD_NO_PAD.decode(salt).ok()?, known))
}

/// Refuses a new password that is short, endless, or the person's own number.
pub fn good(password: &Secret, staff: &StaffId) -> Result<(), ServerError> {
    let length = password.expose().chars().count();
    let own = password.expose().to_lowercase().contains(&staff.as_str().to_lowercase());
    let mut kinds: Vec<char> = password.expose().chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if length < LEAST || password.expose().len() > MOST || own || kinds.len() < 4 {
        return Err(ServerError::WeakPassword { least: LEAST, most: MOST });
    }
    Ok(())
}

/// A first password, to be told once and changed at once: 16 letters that are not mistaken for one another.
pub fn random() -> Result<Secret, StorageError> {
    Ok(Secret::new(letters(16)?))
}

/// Random letters of Crockford's alphabet, 5 bits each.
pub fn letters(count: usize) -> Result<String, StorageError> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = Zeroizing::new(vec![0_u8; count]);
    getrandom::fill(&mut bytes).map_err(|_| StorageError::Internal("randomness"))?;
    Ok(bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31))).map(|b| char::from(*b)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn パスワードは正しいものだけが合う() {
        let right = Secret::new("まどべのはなはきいろい".to_owned());
        let hashed = hash(&right, Cost::LEAST).unwrap();
        assert!(verify(&right, &hashed).unwrap());
        assert!(!verify(&Secret::new("まどべのはなはあかい".to_owned()), &hashed).unwrap());
        for end in 0..hashed.len() {
            if let Some(part) = hashed.get(..end) {
                assert!(!verify(&right, part).unwrap(), "{part}");
            }
        }
        assert_ne!(hash(&right, Cost::LEAST).unwrap(), hashed, "salted");
    }

    #[test]
    fn 弱いパスワードは断る() {
        let staff = StaffId::parse("yamada01").unwrap();
        for weak in ["short", "aaaaaaaaaaaaaaaaaaaa", "Yamada01-yamada01", &"長い".repeat(200)] {
            assert!(good(&Secret::new(weak.to_owned()), &staff).is_err(), "{weak}");
        }
        assert!(good(&Secret::new("みなとのあさはしずかだ。".to_owned()), &staff).is_ok());
        assert!(good(&random().unwrap(), &staff).is_ok());
    }
}
