//! Extractors whose refusals are the wire's error shape, and whose limits come before parsing.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::edge;
use super::error::{Code, Error};
use super::json::parse;

/// What a body may weigh where no graph comes with it, bytes.
const SMALL: usize = 1 << 20;
/// What a body with a graph or run-time values may weigh, bytes.
const LARGE: usize = 4 << 20;
/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);

/// A required JSON body of at most 1 MiB.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A required JSON body that holds a graph: at most 4 MiB.
#[derive(Debug)]
pub struct GraphBody<T>(pub T);

/// A JSON body of at most 4 MiB that may be left out: no body is the default.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

/// Query parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

/// Path parameters.
#[derive(Debug)]
pub struct Segments<T>(pub T);

/// The presented bearer token, whatever it is worth.
#[derive(Debug)]
pub struct Bearer(pub Option<String>);

impl Bearer {
    /// The token of an operation that needs one.
    pub fn required(self) -> Result<String, Error> {
        self.0.ok_or_else(no_token)
    }
}

/// The address a request counts under.
#[derive(Debug)]
pub struct Client(pub IpAddr);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        parse(&read(request, SMALL).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for GraphBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        parse(&read(request, LARGE).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let bytes = read(request, LARGE).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            Ok(Self(T::default()))
        } else {
            parse(&bytes).map(Self)
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(params)| Self(params))
            .map_err(|refusal| Error::new(Code::InvalidQuery, refusal.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(segments)| Self(segments))
            .map_err(|refusal| Error::new(Code::InvalidId, refusal.body_text()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self(bearer(parts).map(str::to_owned)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self(edge::client_address(parts)))
    }
}

pub(super) fn no_token() -> Error {
    Error::new(Code::Unauthenticated, "sign in first: send Authorization: Bearer <token>")
}

/// The token of the `Authorization: Bearer` header.
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(http::header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

async fn read(request: Request, limit: usize) -> Result<Bytes, Error> {
    let too_large = || Error::new(Code::BodyTooLarge, format!("the body is larger than {} MiB", limit >> 20));
    let announced = request
        .headers()
        .get(http::header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let body = Limited::new(request.into_body(), limit);
    match tokio::time::timeout(ARRIVAL, body.collect()).await {
        Err(_) => Err(Error::new(Code::RequestTimeout, "the body did not arrive within 30 seconds")),
        Ok(Err(cause)) if cause.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Error::new(Code::MalformedBody, "the body ended before it was complete")),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body as RequestBody;
    use futures::StreamExt as _;
    use futures::stream;

    use super::*;

    type Chunk = Result<Vec<u8>, std::io::Error>;

    async fn refused(chunks: impl futures::Stream<Item = Chunk> + Send + 'static) -> Code {
        let request = Request::new(RequestBody::from_stream(chunks));
        read(request, SMALL).await.unwrap_err().code()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let begun = stream::iter([Ok(b"{".to_vec())]);
        assert_eq!(refused(begun.chain(stream::pending())).await, Code::RequestTimeout);
        // A byte now and then makes it no better.
        let trickle = stream::repeat_with(|| Ok(b" ".to_vec())).then(async |byte| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            byte
        });
        assert_eq!(refused(trickle).await, Code::RequestTimeout);
    }

    #[tokio::test]
    async fn a_body_that_has_no_end_is_read_up_to_the_limit() {
        let endless = stream::repeat_with(|| Ok(vec![b' '; 64 << 10]));
        assert_eq!(refused(endless).await, Code::BodyTooLarge);
        let just_right = Request::new(RequestBody::from(vec![b' '; SMALL]));
        assert_eq!(read(just_right, SMALL).await.unwrap().len(), SMALL);
    }

    #[tokio::test]
    async fn a_body_that_is_announced_as_too_large_is_not_read() {
        let unread = RequestBody::from_stream(stream::pending::<Chunk>());
        let request = Request::builder().header(http::header::CONTENT_LENGTH, SMALL + 1).body(unread);
        assert_eq!(read(request.unwrap(), SMALL).await.unwrap_err().code(), Code::BodyTooLarge);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_malformed() {
        let broken = stream::iter([Ok(b"{".to_vec()), Err(std::io::Error::other("gone"))]);
        assert_eq!(refused(broken).await, Code::MalformedBody);
    }
}
