//! Seconds since 1970 as people read them: a date in UTC.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// `2027-02-05 19:33 UTC`; the number itself where no calendar has such a day.
pub fn date(seconds: u64) -> String {
    match timestamp(seconds) {
        Some(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        None => format!("{seconds} s after 1970"),
    }
}

/// The year of a moment, also of those that no calendar has.
pub fn year(seconds: u64) -> u64 {
    /// Seconds of a Gregorian year on average.
    const YEAR: u64 = 31_556_952;
    timestamp(seconds)
        .and_then(|at| u64::try_from(at.to_zoned(TimeZone::UTC).year()).ok())
        .unwrap_or_else(|| (seconds / YEAR).saturating_add(1970))
}

/// A day such as `2027-02-05`, which begins at midnight, or a time with its zone such as `2027-02-05T12:00Z` or
/// `2027-02-05 12:00 UTC`.
pub fn parse(text: &str) -> Option<u64> {
    let at: Timestamp = match text.strip_suffix(" UTC") {
        Some(time) => format!("{time}Z").parse().ok()?,
        // A library that reads a day out of a longer text would drop the time, and take eight digits for a day.
        None if text.len() == 10 && text.contains('-') => {
            text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp()
        }
        None => text.parse().ok()?,
    };
    u64::try_from(at.as_second()).ok()
}

fn timestamp(seconds: u64) -> Option<Timestamp> {
    i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_dates_and_dates_are_seconds() {
        assert_eq!(date(0), "1970-01-01 00:00 UTC");
        assert_eq!(date(1_803_662_461), "2027-02-26 17:21 UTC");
        assert_eq!(parse("2027-02-26"), Some(1_803_600_000));
        assert_eq!(parse("2027-02-26T17:21:01Z"), Some(1_803_662_461));
        for seconds in [1_803_662_460, 0, 4_000_000_020] {
            assert_eq!(parse(&date(seconds)), Some(seconds), "what is shown is read");
        }
        assert_eq!(parse("2027-02-26T17:21Z"), Some(1_803_662_460));
        assert_eq!(parse("2027-02-26T19:21+02:00"), Some(1_803_662_460));
        for text in [
            "20270226",
            "2027-02-26T17:21",
            "",
            "2027-02-30",
            "tomorrow",
            "2027-02-26 17:21",
            "1969-12-31",
            "1803662461",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn milliseconds_are_a_year_that_nobody_means() {
        assert_eq!(year(1_803_662_461), 2027);
        assert_eq!(year(1_803_662_461_000), 59_125);
        assert_eq!(date(u64::MAX), "18446744073709551615 s after 1970");
        assert!(year(u64::MAX) > 500_000_000_000);
    }
}
