//! The `Authorization` header of a signed request, and its time.

use axum::http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use jiff::{Span, Timestamp, civil::DateTime, fmt::strtime, tz::TimeZone};

use crate::{
    iam::refusal::{CLOCK_SKEW_MINUTES, Refusal},
    template::REGION,
};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How each scope ends.
const END: &str = "aws4_request";
/// `20240131T235959Z`.
const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// What the header says, in the order of the header.
#[derive(Debug, Clone, Copy)]
pub struct Authorization<'a> {
    pub access_key: &'a str,
    /// Day, region, service and `aws4_request`, as they stand in the text that is signed.
    pub scope: &'a str,
    pub date: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    end: &'a str,
    /// Lower-case names, separated by semicolons.
    pub signed_headers: &'a str,
    pub signature: &'a str,
    /// `X-Amz-Date` as it was sent.
    pub amz_date: &'a str,
    pub time: Timestamp,
}

impl<'a> Authorization<'a> {
    pub fn of(headers: &'a HeaderMap) -> Result<Self, Refusal> {
        let text = text(headers, AUTHORIZATION.as_str()).ok_or(Refusal::Unsigned)?;
        let rest = text.strip_prefix(ALGORITHM).ok_or(Refusal::Unsigned)?;
        let part = |name: &str| {
            let parts = rest.split(',').map(str::trim);
            parts.filter_map(|part| part.split_once('=')).find(|(key, _)| *key == name)
        };
        let value = |name, missing| part(name).map(|(_, value)| value).ok_or(missing);
        let credential = value("Credential", WITHOUT_CREDENTIAL)?;
        let (access_key, scope) = credential.split_once('/').ok_or(WITHOUT_CREDENTIAL)?;
        let mut scopes = scope.splitn(4, '/');
        let mut next = || scopes.next().ok_or(WITHOUT_CREDENTIAL);
        let (date, region, service, end) = (next()?, next()?, next()?, next()?);
        let amz_date = self::text(headers, "x-amz-date").ok_or(WITHOUT_DATE)?;
        let authorization = Self {
            access_key,
            scope,
            date,
            region,
            service,
            end,
            signed_headers: value("SignedHeaders", WITHOUT_HEADERS)?,
            signature: value("Signature", WITHOUT_SIGNATURE)?,
            amz_date,
            time: parse(amz_date).ok_or(WITHOUT_DATE)?,
        };
        authorization.check_signed_headers(headers)?;
        Ok(authorization)
    }

    pub fn check_scope(&self, service: &str) -> Result<(), Refusal> {
        let day = self.amz_date.get(..8).unwrap_or_default();
        if [self.date, self.region, self.service, self.end] == [day, REGION, service, END] {
            return Ok(());
        }
        Err(Refusal::WrongScope(format!("{day}/{REGION}/{service}/{END}")))
    }

    pub fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        let skew = Span::new().minutes(CLOCK_SKEW_MINUTES);
        let (earliest, latest) = (now - skew, now + skew);
        let signed = self.amz_date.to_owned();
        if self.time < earliest {
            return Err(Refusal::Expired { signed, limit: format(earliest), now: format(now) });
        }
        if self.time > latest {
            return Err(Refusal::NotYetCurrent { signed, limit: format(latest), now: format(now) });
        }
        Ok(())
    }

    /// What a header says that is not signed, anybody may have written.
    fn check_signed_headers(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_signed = |name: &str| self.signed_headers.split(';').any(|signed| signed == name);
        let mut must_be = headers.keys().map(HeaderName::as_str).filter(|name| {
            *name == "host" || (name.starts_with("x-amz-") && *name != "x-amz-user-agent")
        });
        if is_signed("host") && must_be.all(is_signed) {
            Ok(())
        } else {
            Err(Refusal::Incomplete("'Host' and all 'X-Amz-' headers must be signed."))
        }
    }
}

const WITHOUT_CREDENTIAL: Refusal =
    Refusal::Incomplete("Authorization header requires a complete 'Credential' parameter.");
const WITHOUT_HEADERS: Refusal =
    Refusal::Incomplete("Authorization header requires 'SignedHeaders' parameter.");
const WITHOUT_SIGNATURE: Refusal =
    Refusal::Incomplete("Authorization header requires 'Signature' parameter.");
const WITHOUT_DATE: Refusal =
    Refusal::Incomplete("Authorization header requires existence of a valid 'X-Amz-Date' header.");

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// By hand, for it is done for each call: a format that is interpreted takes three times as long.
fn parse(amz_date: &str) -> Option<Timestamp> {
    let (date, time) = amz_date.strip_suffix('Z')?.split_once('T')?;
    if (date.len(), time.len()) != (8, 6) {
        return None;
    }
    let two = |text: &str, at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let year = date.get(..4)?.parse().ok()?;
    let (month, day) = (two(date, 4)?, two(date, 6)?);
    let (hour, minute, second) = (two(time, 0)?, two(time, 2)?, two(time, 4)?);
    let time = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

fn format(time: Timestamp) -> String {
    strtime::format(TIME_FORMAT, time).unwrap_or_default()
}
