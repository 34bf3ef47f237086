//! The texts that a scenario is made of, to be taken where its files are not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What was read for a scenario, each as UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    pub scenario: String,
    pub request: Option<String>,
    /// By name, as the scenario names them.
    pub data: BTreeMap<String, String>,
}

impl Texts {
    /// The SHA-256 of each in hexadecimal digits, by what it is.
    pub fn digests(&self) -> BTreeMap<String, String> {
        let request = self.request.iter();
        let own = request.map(|text| ("the request".to_owned(), text));
        let data = self.data.iter().map(|(name, text)| (name.clone(), text));
        let all = own.chain(data);
        let all = all.chain([("the scenario".to_owned(), &self.scenario)]);
        all.map(|(name, text)| (name, digest(text))).collect()
    }
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
