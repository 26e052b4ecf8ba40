//! stub
use crate::day::Day;
use crate::id::PersonId;
use crate::moment::Timestamp;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {}
#[derive(Debug)]
pub struct Permit {
    _p: (),
}
impl Permit {
    pub fn spend(self, _p: PersonId, _c: Channel, _at: Timestamp) -> Result<Finding, Refusal> {
        Ok(Finding {})
    }
}
#[derive(Clone, Debug)]
pub struct Law {}
impl Law {
    pub fn complaint_due_on(&self, d: Day) -> Day {
        d.plus_days(15)
    }
}
#[derive(Clone, Debug)]
pub struct Calendar {}
impl Calendar {
    pub fn plus_business_days(&self, d: Day, n: u32) -> Day {
        d.plus_days(n as i32)
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Visit,
    Call,
    Sms,
    Letter,
}
impl Channel {
    pub const fn name(self) -> &'static str {
        "visit"
    }
}
