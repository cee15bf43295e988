//! One request passed on, and its answer passed back as it comes (RFC 9110, 7.6).

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Request, StatusCode};
use hyper::client::conn::http1;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long it may take until somebody takes the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// What is between two ends of one connection only, beside what `Connection` names.
const BETWEEN_TWO: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Nobody takes the connection.
    #[error("{0}")]
    Connect(#[from] io::Error),
    /// Nobody took it in time.
    #[error("it took no connection within {} s", CONNECT.as_secs())]
    Late,
    /// It broke.
    #[error("{0}")]
    Broken(#[from] hyper::Error),
    /// It speaks another protocol, and nobody asked for that.
    #[error("it speaks another protocol, which nobody asked for")]
    Unasked,
}

impl Error {
    /// The answer in place of the one there is none of: a sentence for people, and for programs in the shape of the API.
    pub(super) fn answer(&self, name: &str, to: &str) -> Response {
        tracing::debug!("{name} does not answer at {to}: {self}");
        let what = match self {
            Self::Connect(_) | Self::Late => "does not answer",
            Self::Broken(_) | Self::Unasked => "broke off its answer",
        };
        let text = format!("{name} {what} at {to}: {self}; orchcli status and orchcli logs tell more");
        (StatusCode::BAD_GATEWAY, axum::Json(json!({"error": text, "code": "bad_gateway"}))).into_response()
    }
}

/// Passes a request on to `host:port`, on a connection of its own. Bodies go through as they come, in both directions;
/// where both ends agree to speak another protocol, everything does.
pub(super) async fn forward(
    to: &str,
    mut request: Request<Body>,
    peer: Option<IpAddr>,
) -> Result<Response, Error> {
    let stream = timeout(CONNECT, TcpStream::connect(to)).await.map_err(|_| Error::Late)??;
    // Small answers must not wait for more to say.
    let _ = stream.set_nodelay(true);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    let ours = protocol(request.headers()).is_some().then(|| hyper::upgrade::on(&mut request));
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    pass(request.headers_mut());
    if is_chunked {
        // Without a word on its length a body of some methods would be none.
        request.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    introduce(&mut request, to, peer);
    let mut answer = sender.send_request(request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let ours = ours.ok_or(Error::Unasked)?;
        tokio::spawn(join(ours, hyper::upgrade::on(&mut answer)));
    }
    pass(answer.headers_mut());
    Ok(answer.map(Body::new))
}

/// Takes out what is between two ends of one connection, but the wish to speak another protocol.
fn pass(headers: &mut HeaderMap) {
    let protocol = protocol(headers).cloned();
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&BETWEEN_TWO) {
        headers.remove(name);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, protocol);
    }
}

/// The other protocol that is wished for.
fn protocol(headers: &HeaderMap) -> Option<&HeaderValue> {
    let names = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let wishes =
        names.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("upgrade"));
    headers.get(header::UPGRADE).filter(|_| wishes)
}

/// Tells who asks, and for which host.
fn introduce<B>(request: &mut Request<B>, to: &str, peer: Option<IpAddr>) {
    let headers = request.headers_mut();
    // HTTP/1.0 names none.
    let host = headers.get(header::HOST).cloned().or_else(|| to.parse().ok());
    if let Some(host) = host {
        headers.entry(FORWARDED_HOST).or_insert_with(|| host.clone());
        headers.entry(header::HOST).or_insert(host);
    }
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
    if let Some(peer) = peer.and_then(|peer| peer.to_string().parse().ok()) {
        headers.append(FORWARDED_FOR, peer);
    }
    *request.version_mut() = http::Version::HTTP_11;
}

/// Passes on everything that either end says, until both have ended.
async fn join(ours: OnUpgrade, theirs: OnUpgrade) {
    let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) else { return };
    // An end that breaks off is an end.
    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn what_is_between_two_ends_is_not_passed_on() {
        let mut passed = headers(&[
            ("connection", "close, x-mine"),
            ("x-mine", "1"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("authorization", "Bearer x"),
        ]);
        pass(&mut passed);
        assert_eq!(passed, headers(&[("authorization", "Bearer x")]));
    }

    #[test]
    fn the_wish_for_another_protocol_is_passed_on() {
        let mut passed = headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "websocket")]);
        pass(&mut passed);
        assert_eq!(passed, headers(&[("connection", "upgrade"), ("upgrade", "websocket")]));
    }

    #[test]
    fn who_asked_and_for_what_is_told_behind() {
        let mut request = Request::get("/").header("x-forwarded-for", "10.0.0.1").body(()).unwrap();
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("localhost:3001"));
        introduce(&mut request, "127.0.0.1:3000", Some([127, 0, 0, 1].into()));
        let told: Vec<_> = request.headers().get_all(FORWARDED_FOR).iter().collect();
        assert_eq!(told, ["10.0.0.1", "127.0.0.1"]);
        assert_eq!(
            (&request.headers()[FORWARDED_HOST], &request.headers()[header::HOST]),
            (&"localhost:3001".parse().unwrap(), &"localhost:3001".parse().unwrap())
        );
    }
}
