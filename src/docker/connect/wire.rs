//! HTTP over the connections to one engine.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use bollard::BollardRequest;
use bytes::Bytes;
use futures::Stream;
use http::Response;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::{Builder, Client, Error};
use hyper_util::rt::TokioExecutor;

use super::dial::Dial;
use super::ssh::Said;
use super::tls;
use crate::docker::{Address, Endpoint};

/// How long a connection may take, TLS included (cli.md 8.1).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What bollard sends.
type Body = Either<Full<Bytes>, StreamBody<Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>>>;

/// The client of one engine. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Wire {
    client: Kind,
    said: Said,
    base: String,
}

#[derive(Debug, Clone)]
enum Kind {
    Plain(Client<TimeoutConnector<Dial>, Body>),
    Tls(Client<TimeoutConnector<HttpsConnector<Dial>>, Body>),
}

impl Wire {
    /// For this engine; nothing is sent yet. What is wrong with its certificates is told as a sentence.
    pub fn new(endpoint: &Endpoint) -> Result<Self, String> {
        let said = Said::default();
        let dial = Dial { address: endpoint.address.clone(), said: said.clone() };
        let mut builder = Client::builder(TokioExecutor::new());
        // An engine that was restarted leaves dead connections behind; only a slow handshake makes up for that.
        if !matches!(endpoint.address, Address::Ssh { .. }) {
            builder.pool_max_idle_per_host(0);
        }
        let tls = matches!(endpoint.address, Address::Tcp { .. }).then_some(endpoint.tls.as_ref()).flatten();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base = format!("{scheme}://{}", endpoint.address.authority(tls.is_some()));
        let client = match tls {
            None => Kind::Plain(timed(&builder, dial)),
            Some(folder) => {
                let https = HttpsConnectorBuilder::new().with_tls_config(tls::config(folder)?).https_only();
                Kind::Tls(timed(&builder, https.enable_http1().wrap_connector(dial)))
            }
        };
        Ok(Self { client, said, base })
    }

    /// What every URL begins with.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What `ssh` complained about.
    pub fn said(&self) -> Option<String> {
        self.said.words()
    }

    /// Sends a request; the answer's body may come later.
    pub async fn request(&self, request: BollardRequest) -> Result<Response<Incoming>, Error> {
        match &self.client {
            Kind::Plain(client) => client.request(request).await,
            Kind::Tls(client) => client.request(request).await,
        }
    }
}

fn timed<C>(builder: &Builder, connector: C) -> Client<TimeoutConnector<C>, Body>
where
    C: tower::Service<http::Uri> + Clone + Send,
    C::Response: hyper::rt::Read + hyper::rt::Write + Send + Unpin,
    C::Future: Send + 'static,
    C::Error: Into<tower::BoxError>,
    TimeoutConnector<C>: hyper_util::client::legacy::connect::Connect + Clone,
{
    let mut connector = TimeoutConnector::new(connector);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    builder.build(connector)
}
