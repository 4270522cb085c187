//! The time of day, as people at this desk read it.

use std::time::SystemTime;

/// A time of day in the local time zone, as `14:05:09`.
pub fn clock(time: SystemTime) -> String {
    match jiff::Timestamp::try_from(time) {
        Ok(time) => jiff::ZonedDateTime::new(time, jiff::tz::TimeZone::system())
            .strftime("%H:%M:%S")
            .to_string(),
        Err(_) => "an unknown time".to_owned(),
    }
}
