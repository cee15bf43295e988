//! Takes the port, or says who has it (cli.md 3.3.1).

use std::io::ErrorKind;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::ports::Protocol;
use crate::dev::ports::process::{self, Holder};
use crate::redact;

/// Listens on `host` and `port`.
pub async fn listen(host: &str, port: u16) -> Result<TcpListener, Failure> {
    let error = match TcpListener::bind((host, port)).await {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    Err(match error.kind() {
        ErrorKind::AddrInUse => busy(port),
        ErrorKind::PermissionDenied => {
            let message = format!("this user may not listen on port {port}");
            Failure::new(ExitCode::Failed, Code::Internal, message)
                .because(&error)
                .hint("use a port from 1024, such as --port 3000, or grant the right to use low ports")
        }
        _ => {
            let message = format!("cannot listen on {host}");
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, message)
                .because(&error)
                .hint("use an address of this machine, such as --host 127.0.0.1 or --host 0.0.0.0")
        }
    })
}

fn busy(port: u16) -> Failure {
    let holder = process::of(port, Protocol::Tcp);
    let details = match &holder {
        Holder::Process { pid, name, command, .. } => {
            json!({"pid": pid, "name": name, "command": redact::text(command)})
        }
        Holder::AnotherUser | Holder::Unknown => Value::Null,
    };
    Failure::new(ExitCode::Conflict, Code::PortBusy, format!("port {port} is used by {holder}"))
        .hint("stop it, or use another port: --port N; --port 0 takes any free one")
        .details(json!({"port": port, "holder": details}))
}
