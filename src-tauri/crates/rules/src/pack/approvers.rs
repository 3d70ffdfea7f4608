//! 承認者の鍵: the keys a city's terminals believe, as the city's own key says.
//!
//! Approvers come and go. Terminals follow the list without anybody visiting them, and never back to an older one.

use serde_json::{Value as Json, json};

use super::sign::{CityKey, PublicKey, Refusal, SigningKey, message};

/// The keys of a city's approvers, signed with the city's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvers {
    pub city_code: String,
    /// Rises with every change of the list.
    pub number: u64,
    pub keys: Vec<PublicKey>,
    signature: String,
}

/// More approvers than any city has.
const MOST: usize = 200;

impl Approvers {
    pub fn new(city_code: &str, number: u64, keys: Vec<PublicKey>, city: &SigningKey) -> Self {
        let signature = city.sign(&message("approvers", &Self::body(city_code, number, &keys)));
        Self { city_code: city_code.to_owned(), number, keys, signature }
    }

    fn body(city_code: &str, number: u64, keys: &[PublicKey]) -> Json {
        let keys: Vec<String> = keys.iter().map(PublicKey::to_base64).collect();
        json!({ "city": city_code, "keys": keys, "number": number })
    }

    pub fn to_text(&self) -> String {
        let body = Self::body(&self.city_code, self.number, &self.keys);
        json!({ "body": body, "signature": self.signature }).to_string()
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        let body = json.get("body")?;
        let keys = body.get("keys")?.as_array().filter(|keys| keys.len() <= MOST)?;
        Some(Self {
            city_code: body.get("city")?.as_str()?.to_owned(),
            number: body.get("number")?.as_u64()?,
            keys: keys.iter().map(|key| PublicKey::from_base64(key.as_str()?)).collect::<Option<_>>()?,
            signature: json.get("signature")?.as_str()?.to_owned(),
        })
    }
}

impl CityKey {
    /// Whether a list of approvers is this city's, signed with its present key, and not older than the one in use.
    pub fn believes(&self, list: &Approvers, in_use: Option<u64>) -> Result<(), Refusal> {
        if list.city_code != self.city_code {
            return Err(Refusal::OtherCity);
        }
        if in_use.is_some_and(|number| list.number < number) {
            return Err(Refusal::OldApprovers);
        }
        let body = Approvers::body(&list.city_code, list.number, &list.keys);
        if self.key.verifies(&message("approvers", &body), &list.signature) {
            Ok(())
        } else {
            Err(Refusal::ForgedApprovers)
        }
    }
}
