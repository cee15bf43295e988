//! The first question to an engine: which API, on which system, with which builder.

use std::time::Duration;

use bollard::{ClientVersion, body_full};
use bytes::Bytes;
use http::{HeaderMap, Request};

use super::connect::Wire;
use super::error::{Error, Why};
use super::{Address, Endpoint};

/// The oldest API that is spoken: Engine 20.10 (cli.md 7.2).
const OLDEST: ClientVersion = ClientVersion { major_version: 1, minor_version: 41 };
/// Longest wait for the answer; `ssh` signs in meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_SSH: Duration = Duration::from_secs(30);

/// What an engine says of itself.
#[derive(Debug, Clone)]
pub struct Ping {
    /// The newest API it speaks.
    pub api: ClientVersion,
    /// Whether it builds by BuildKit.
    pub build_kit: bool,
}

/// Asks the engine, and refuses one that will not do.
pub async fn ping(wire: &Wire, endpoint: &Endpoint) -> Result<Ping, Error> {
    let named = || endpoint.address.to_string();
    let unreachable = |why| Error::Unreachable { endpoint: named(), why };
    let request = Request::get(format!("{}/_ping", wire.base())).body(body_full(Bytes::new()));
    let request = request.map_err(|error| unreachable(Why::Other(error.to_string())))?;
    let ssh = matches!(endpoint.address, Address::Ssh { .. });
    let patience = if ssh { PATIENCE_SSH } else { PATIENCE };
    let answer = match tokio::time::timeout(patience, wire.request(request)).await {
        Err(_) => return Err(unreachable(Why::Slow)),
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            let why = match Why::of(&error) {
                // The end of ssh is seen first, its words a moment later.
                Why::Other(words) if ssh => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Why::Other(wire.said().unwrap_or(words))
                }
                why => why,
            };
            return Err(match why {
                Why::Denied => Error::Denied { endpoint: named() },
                why => unreachable(why),
            });
        }
    };
    let headers = answer.headers();
    let os = text(headers, "OSType");
    let api = text(headers, "Api-Version").and_then(version);
    let (true, Some(api)) = (answer.status().is_success(), api) else {
        return Err(unreachable(Why::NoEngine(answer.status().as_u16())));
    };
    if api < OLDEST {
        return Err(Error::TooOld { endpoint: named(), api: api.to_string(), oldest: OLDEST.to_string() });
    }
    match os {
        Some(os) if os != "linux" => Err(Error::WrongSystem { endpoint: named(), os: os.to_owned() }),
        Some(_) | None => Ok(Ping { api, build_kit: text(headers, "Builder-Version") == Some("2") }),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn version(text: &str) -> Option<ClientVersion> {
    let (major, minor) = text.split_once('.')?;
    Some(ClientVersion { major_version: major.parse().ok()?, minor_version: minor.parse().ok()? })
}
