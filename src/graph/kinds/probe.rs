//! `livenessProbe` and `readinessProbe` (engine.md 1.1).

use crate::graph::fields::{COUNT, Fields, Port};

#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) action: ProbeAction,
    pub(crate) initial_delay_seconds: i32,
    pub(crate) period_seconds: i32,
    pub(crate) timeout_seconds: Option<i32>,
    pub(crate) failure_threshold: Option<i32>,
    pub(crate) success_threshold: Option<i32>,
}

#[derive(Debug)]
pub(crate) enum ProbeAction {
    Exec(Vec<String>),
    Tcp(Port),
    Http { path: String, port: Port },
}

/// What an unset member becomes.
struct Defaults {
    path: &'static str,
    initial_delay_seconds: i32,
    period_seconds: i32,
}

impl Probe {
    pub(super) fn liveness(fields: &Fields, port: Option<i32>) -> Self {
        let defaults = Defaults { path: "/health", initial_delay_seconds: 30, period_seconds: 10 };
        let probe = Self::decode(fields, port, &defaults);
        if probe.success_threshold.is_some_and(|threshold| threshold > 1) {
            fields.invalid("successThreshold", "must be 1 for a liveness probe");
        }
        probe
    }

    pub(super) fn readiness(fields: &Fields, port: Option<i32>) -> Self {
        let defaults = Defaults { path: "/ready", initial_delay_seconds: 5, period_seconds: 5 };
        Self::decode(fields, port, &defaults)
    }

    fn decode(fields: &Fields, node_port: Option<i32>, defaults: &Defaults) -> Self {
        let count = |key| fields.int32(key, COUNT);
        Self {
            action: ProbeAction::decode(fields, node_port, defaults.path),
            initial_delay_seconds: count("initialDelaySeconds").unwrap_or(defaults.initial_delay_seconds),
            period_seconds: count("periodSeconds").unwrap_or(defaults.period_seconds),
            timeout_seconds: count("timeoutSeconds"),
            failure_threshold: count("failureThreshold"),
            success_threshold: count("successThreshold"),
        }
    }
}

impl ProbeAction {
    fn decode(fields: &Fields, node_port: Option<i32>, path: &str) -> Self {
        let command = fields.object("exec").map(|exec| exec.texts("command")).unwrap_or_default();
        if !command.is_empty() {
            return Self::Exec(command.into_iter().map(str::to_owned).collect());
        }
        if let Some(port) = fields.object("tcpSocket").and_then(|socket| socket.port("port")) {
            return Self::Tcp(port);
        }
        Self::Http {
            path: fields.text("path").unwrap_or(path).to_owned(),
            port: fields.port("port").unwrap_or(Port::Number(node_port.unwrap_or(8080))),
        }
    }
}
