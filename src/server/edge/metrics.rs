//! Prometheus metrics under the reference's names, so that dashboards carry over.

use http::{Method, StatusCode};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The server's own metrics.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
    streams: IntGaugeVec,
}

impl Metrics {
    /// A registry with every metric at zero.
    pub fn new() -> Result<Self, prometheus::Error> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new("http_requests_total", "Requests answered."),
                &["method", "path", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new(
                    "http_request_duration_seconds",
                    "Time to answer; streams are not counted.",
                )
                .buckets(BUCKETS.to_vec()),
                &["method", "path"],
            )?,
            in_flight: IntGauge::new("http_requests_in_flight", "Requests being answered now.")?,
            streams: IntGaugeVec::new(Opts::new("orchcli_stream_clients", "Open streams."), &["kind"])?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.durations.clone()))?;
        metrics.registry.register(Box::new(metrics.in_flight.clone()))?;
        metrics.registry.register(Box::new(metrics.streams.clone()))?;
        Ok(metrics)
    }

    /// Requests being answered; `inc` on arrival, `dec` when the answer's head is ready.
    pub fn in_flight(&self) -> &IntGauge {
        &self.in_flight
    }

    /// Counts a stream as open for as long as the answer is held; `kind` is what the stream is about.
    pub fn reader(&self, kind: &str) -> Reader {
        let open = self.streams.with_label_values(&[kind]);
        open.inc();
        Reader(open)
    }

    /// Counts an answered request; `seconds` is `None` for streams, whose length says nothing about the server.
    pub fn answered(&self, method: &Method, path: &str, status: StatusCode, seconds: Option<f64>) {
        self.requests.with_label_values(&[method.as_str(), path, status.as_str()]).inc();
        if let Some(seconds) = seconds {
            self.durations.with_label_values(&[method.as_str(), path]).observe(seconds);
        }
    }

    /// The exposition format, version 0.0.4.
    pub fn expose(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// One open stream.
#[derive(Debug)]
pub struct Reader(IntGauge);

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.dec();
    }
}
