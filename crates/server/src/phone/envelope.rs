//! An envelope: a header that the phone signed, and the body it names by a salted digest. Reading one says what it is, or why it
//! is put aside.

use domain::day::Day;
use domain::id::{DeviceId, RecordId, VisitId};
use domain::means::{Category, Creditor, CreditorKind, Form, Line, Means};
use domain::money::Money;
use domain::options::Way;
use domain::record::Told;
use domain::visit::{Circumstances, Doorstep, Met};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::clock::Said;

/// The newest form of a record; older ones are taken as well.
const FORM: u32 = 1;

/// As it travels.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct Envelope {
    /// The signed text.
    pub(super) header: String,
    /// Its signature, in base 64.
    pub(super) signature: String,
    /// 16 bytes of chance, in base 64, that go before the body when its digest is taken.
    pub(super) salt: String,
    /// What was recorded.
    pub(super) body: String,
}

/// What a header says.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) form: u32,
    pub(super) record: RecordId,
    pub(super) device: DeviceId,
    pub(super) sequence: u64,
    pub(super) previous: String,
    pub(super) visit: VisitId,
    pub(super) kind: String,
    #[serde(flatten)]
    pub(super) time: Said,
    body: String,
    #[serde(default)]
    pub(super) doubts: Vec<String>,
}

/// The body of each kind of record.
#[derive(Deserialize)]
struct ArrivalBody {
    lease: Option<String>,
}

#[derive(Deserialize)]
struct DoorstepBody {
    met: Met,
    #[serde(default)]
    identity_verified: bool,
    circumstances: Option<Circumstances>,
    #[serde(default)]
    asked_to_leave: bool,
    #[serde(default)]
    distress: bool,
    #[serde(default)]
    debt_told_to_other: bool,
    #[serde(default)]
    words: String,
}

#[derive(Deserialize)]
struct PromiseBody {
    amount_minor: i64,
    due_on: Day,
}

#[derive(Deserialize)]
struct MeansBody {
    income: Vec<LineBody>,
    outgoings: Vec<LineBody>,
    #[serde(default)]
    other_debts_minor: i64,
    household: u32,
    /// Other creditors one by one; phones of before did not ask.
    #[serde(default)]
    creditors: Vec<CreditorBody>,
}

/// Another creditor: what is owed in all, or for those that come first what is paid a month.
#[derive(Deserialize)]
struct CreditorBody {
    kind: CreditorKind,
    #[serde(default)]
    owed_minor: i64,
    #[serde(default)]
    a_month_minor: i64,
}

/// A line of means; no amount is "I do not know".
#[derive(Deserialize)]
struct LineBody {
    category: Category,
    amount_minor: Option<i64>,
}

#[derive(Deserialize)]
struct PlanBody {
    way: Way,
    a_month_minor: i64,
    total_minor: i64,
    /// SHA-256 of the picture of the signature.
    signature: Option<String>,
    #[serde(default)]
    signed_name: String,
}

#[derive(Deserialize)]
struct MoneyBody {
    amount_minor: i64,
}

/// What a body says: what is told, the lease of an arrival, words that are kept as a note of their own, and the signature of a
/// plan.
pub(super) struct Content {
    pub(super) told: Told,
    pub(super) lease: Option<String>,
    pub(super) words: String,
    pub(super) signature: Option<String>,
}

impl Envelope {
    /// SHA-256 of the signed text, 64 hexadecimal digits: the record's hash.
    pub(super) fn hash(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(&self.header))
    }

    /// What the header says; none if it cannot be read.
    pub(super) fn header(&self) -> Option<Header> {
        serde_json::from_str(&self.header).ok()
    }

    /// The salt, if it is one.
    pub(super) fn salt(&self) -> Option<[u8; 16]> {
        data_encoding::BASE64.decode(self.salt.as_bytes()).ok()?.try_into().ok()
    }

    /// The signature, in hexadecimal digits as the log keeps it.
    pub(super) fn signature_hex(&self) -> String {
        data_encoding::BASE64
            .decode(self.signature.as_bytes())
            .map(|bytes| data_encoding::HEXLOWER.encode(&bytes))
            .unwrap_or_default()
    }

    /// The reason for which it is put aside; none if it is what this phone signed, whole.
    pub(super) fn fault(&self, header: &Header, key: &[u8; 32]) -> Option<&'static str> {
        let signature = data_encoding::BASE64.decode(self.signature.as_bytes()).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let key = VerifyingKey::from_bytes(key).ok();
        let is_signed = key.zip(signature).is_some_and(|(key, it)| key.verify_strict(self.header.as_bytes(), &it).is_ok());
        if !is_signed {
            return Some("RECORD-SIGNATURE");
        }
        let digest = self.salt().map(|salt| Sha256::new().chain_update(salt).chain_update(&self.body).finalize());
        if digest.is_none_or(|digest| data_encoding::HEXLOWER.encode(&digest) != header.body) {
            return Some("RECORD-BODY");
        }
        if header.form == 0 || header.form > FORM {
            return Some("RECORD-FORM");
        }
        None
    }

    /// What the body says; none if it is not of the kind that the header says. Means come with what the house counts for what is not known.
    pub(super) fn content(&self, header: &Header, team: u16, form: &Form) -> Option<Content> {
        let (mut lease, mut words, mut signature) = (None, String::new(), None);
        let told = match header.kind.as_str() {
            "arrival" => {
                lease = serde_json::from_str::<ArrivalBody>(&self.body).ok()?.lease;
                Told::Arrival { team }
            }
            "doorstep" => {
                let body: DoorstepBody = serde_json::from_str(&self.body).ok()?;
                words = body.words.chars().take(4_000).collect();
                Told::Doorstep(Doorstep {
                    met: body.met,
                    identity_verified: body.identity_verified,
                    debt_told_to_other: body.debt_told_to_other,
                    circumstances: body.circumstances,
                    asked_to_leave: body.asked_to_leave,
                    distress: body.distress,
                    words: None,
                })
            }
            "promise" => {
                let body: PromiseBody = serde_json::from_str(&self.body).ok()?;
                Told::Promise { amount: Money::from_minor(body.amount_minor), due_on: body.due_on }
            }
            "means" => Told::Means(form.complete(means(serde_json::from_str(&self.body).ok()?))),
            "plan" => {
                let body: PlanBody = serde_json::from_str(&self.body).ok()?;
                let named = body.signature.filter(|name| name.len() == 64 && name.bytes().all(|it| it.is_ascii_hexdigit()));
                signature = named.map(|name| serde_json::json!({ "sha256": name, "name": body.signed_name }).to_string());
                let shown = (Money::from_minor(body.a_month_minor), Money::from_minor(body.total_minor));
                Told::Plan { way: body.way, shown, signed: None }
            }
            "money" => {
                Told::Money { amount: Money::from_minor(serde_json::from_str::<MoneyBody>(&self.body).ok()?.amount_minor) }
            }
            "departure" => Told::Departure,
            _ => return None,
        };
        Some(Content { told, lease, words, signature })
    }
}

fn means(body: MeansBody) -> Means {
    let lines = |lines: Vec<LineBody>| {
        let line = |it: LineBody| Line { category: it.category, amount: it.amount_minor.map(Money::from_minor) };
        lines.into_iter().map(line).collect()
    };
    let (income, outgoings) = (lines(body.income), lines(body.outgoings));
    let other_debts = Money::from_minor(body.other_debts_minor);
    let creditor = |it: CreditorBody| Creditor {
        kind: it.kind,
        owed: Money::from_minor(it.owed_minor),
        a_month: Money::from_minor(it.a_month_minor),
    };
    let creditors = body.creditors.into_iter().map(creditor).collect();
    Means { income, outgoings, other_debts, household: body.household, creditors, ..Means::default() }
}
