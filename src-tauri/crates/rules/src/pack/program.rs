//! まどかの新しい版: which package the city's terminals put in, signed by an approver and by the city as a pack is.
//!
//! What it holds is told by its hash. Where it comes from, and how it is put in, is not this floor's business.

use std::fmt;

use serde_json::{Value as Json, json};

use super::sign::{PublicKey, Refusal, Role, SigningKey, Trust, message, signed};

/// `0.2.0`: newer is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProgramVersion([u32; 3]);

impl ProgramVersion {
    /// Three numbers without leading zeros, and nothing else: it becomes part of a file's name.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| {
            let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            (plain && (number == "0" || !number.starts_with('0'))).then(|| number.parse().ok())?
        });
        let version = Self([numbers.next()??, numbers.next()??, numbers.next()??]);
        numbers.next().is_none().then_some(version)
    }
}

impl fmt::Display for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// A package that the city wants on its terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub city_code: String,
    pub version: ProgramVersion,
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub hash: String,
    /// Role, key, signature.
    signatures: Vec<(String, String, String)>,
}

impl Program {
    pub fn new(city_code: &str, version: ProgramVersion, bytes: u64, hash: &str) -> Self {
        Self {
            city_code: city_code.to_owned(),
            version,
            bytes,
            hash: hash.to_owned(),
            signatures: Vec::new(),
        }
    }

    /// Adds a signature in place of an older one of the same role.
    pub fn sign(&mut self, role: Role, key: &SigningKey) {
        self.signatures.retain(|(other, ..)| other != role.word());
        let signature = key.sign(&self.message(role));
        self.signatures.push((role.word().to_owned(), key.public().id().to_string(), signature));
    }

    /// Refuses what is not this city's, or not signed as it must be.
    pub fn check(&self, trust: &Trust) -> Result<(), Refusal> {
        if self.city_code != trust.city.city_code {
            return Err(Refusal::OtherCity);
        }
        let by = |role, label, keys: &[PublicKey]| {
            signed(&self.signatures, role, label, keys, &self.message(role))
        };
        by(Role::Approver, "承認者", &trust.approvers)?;
        by(Role::City, "市", std::slice::from_ref(&trust.city.key))
    }

    fn body(&self) -> Json {
        json!({
            "bytes": self.bytes, "city": self.city_code, "hash": self.hash, "program": "madoka",
            "version": self.version.to_string(),
        })
    }

    fn message(&self, role: Role) -> Vec<u8> {
        message(&format!("program/{}", role.word()), &self.body())
    }

    pub fn to_text(&self) -> String {
        json!({ "body": self.body(), "signatures": self.signatures }).to_string()
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        let body = json.get("body")?;
        let word = |name: &str| body.get(name)?.as_str().map(str::to_owned);
        let hash =
            word("hash").filter(|hash| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let signatures = json.get("signatures")?.as_array().filter(|all| all.len() <= 4)?;
        Some(Self {
            city_code: word("city")?,
            version: ProgramVersion::parse(&word("version")?)?,
            bytes: body.get("bytes")?.as_u64()?,
            hash,
            signatures: serde_json::from_value(Json::Array(signatures.clone())).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::CityKey;
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_secret(&[seed; 32])
    }

    fn trust() -> Trust {
        let city = CityKey { city_code: "999999".to_owned(), key: key(1).public(), number: 1 };
        Trust { city, approvers: vec![key(2).public()] }
    }

    fn released() -> Program {
        let version = ProgramVersion::parse("0.2.0").expect("three numbers");
        let mut program = Program::new("999999", version, 20, &"ab".repeat(32));
        program.sign(Role::Approver, &key(2));
        program.sign(Role::City, &key(1));
        program
    }

    #[test]
    fn 承認者と市の署名がそろった版だけを受け取る() {
        let program = Program::from_text(&released().to_text()).expect("as written");
        assert_eq!(program, released());
        assert_eq!(program.check(&trust()), Ok(()));

        let mut other = released();
        other.city_code = "888888".to_owned();
        assert_eq!(other.check(&trust()), Err(Refusal::OtherCity));
        for change in [
            |program: &mut Program| program.bytes += 1,
            |program: &mut Program| program.hash = "cd".repeat(32),
            |program: &mut Program| program.version.0[2] += 1,
        ] {
            let mut altered = released();
            change(&mut altered);
            assert_eq!(altered.check(&trust()), Err(Refusal::Altered));
        }
        let mut half = released();
        half.signatures.pop();
        assert_eq!(half.check(&trust()), Err(Refusal::Unsigned("市")));
        // The city's own key is no approver.
        let mut alone = released();
        alone.sign(Role::Approver, &key(1));
        assert_eq!(alone.check(&trust()), Err(Refusal::UnknownKey("承認者")));
        // A signature of one role is none of the other.
        let mut moved = released();
        moved.signatures[1].2 = moved.signatures[0].2.clone();
        assert_eq!(moved.check(&trust()), Err(Refusal::Altered));
    }

    #[test]
    fn 版の番号は三つの数だけで_大きいほうが新しい() {
        let version = ProgramVersion::parse;
        assert!(version("0.10.0") > version("0.9.9"));
        assert_eq!(version("1.2.3").map(|version| version.to_string()).as_deref(), Some("1.2.3"));
        for wrong in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "1..3",
            "01.2.3",
            "1.2.3 ",
            "+1.2.3",
            "../1.2.3",
            "1.2.4294967296",
        ] {
            assert_eq!(version(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn 何を読んでも落ちない(text in "\\PC{0,200}") {
            let _ = Program::from_text(&text);
        }
    }

    #[test]
    fn どこで切れても受け取らない() {
        let text = released().to_text();
        for at in 0..text.len() {
            assert_eq!(Program::from_text(&text[..at]), None, "{at}");
        }
    }
}
