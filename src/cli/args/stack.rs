//! Flags that go before what is set for a project (cli.md 3.3, 4.3).

use serde_json::Value;

use crate::dev::ports::Further;
use crate::dev::settings::{Mode, Overrides, Service};

/// What a command sets for this run alone.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Stack options")]
pub struct StackFlags {
    /// Run the stack in this mode [default: that of orchcli.yaml, else by the checkouts there are]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub mode: Option<Mode>,
    /// Another port for a service on this machine
    #[arg(long, value_name = "SERVICE=PORT", value_parser = port)]
    pub port: Vec<(String, u16)>,
    /// Tag of the images of Core and the UI
    #[arg(long, value_name = "TAG", value_parser = tag)]
    pub image_tag: Option<String>,
    /// Where this run puts further ports of services.
    #[arg(skip)]
    pub further: Further,
}

impl StackFlags {
    /// The same by key of the settings.
    pub fn overrides(&self) -> Overrides {
        let mut overrides = Overrides::default();
        for (service, port) in &self.port {
            if Service::ALL.iter().any(|known| known.as_str() == service) {
                overrides.set(&format!("services.{service}.port"), *port);
            }
        }
        for service in [Service::Core, Service::Ui] {
            if let Some(tag) = &self.image_tag {
                overrides.set(&format!("services.{}.tag", service.as_str()), Value::from(tag.as_str()));
            }
        }
        overrides
    }
}

fn mode(text: &str) -> Result<Mode, String> {
    text.parse().map_err(|error: crate::dev::settings::UnknownMode| error.to_string())
}

/// `core=3100`. Which services there are is known later.
pub fn port(text: &str) -> Result<(String, u16), String> {
    let (name, port) = text.split_once('=').ok_or("use the form core=3100")?;
    if name.is_empty() {
        return Err("use the form core=3100".to_owned());
    }
    match port.parse() {
        Ok(port @ 1..) => Ok((name.to_owned(), port)),
        Ok(0) | Err(_) => Err(format!("{} is no port from 1 to 65535", port.escape_debug())),
    }
}

/// What may follow the colon of an image.
fn tag(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let good =
        !text.is_empty() && text.len() <= 128 && text.bytes().all(fits) && !text.starts_with(['.', '-']);
    if good { Ok(text.to_owned()) } else { Err("a tag has letters, digits, _ . and -".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_port_or_tag_is_refused() {
        assert_eq!(port("core=3100"), Ok(("core".to_owned(), 3100)));
        for text in ["core", "core=0", "core=70000", "=1"] {
            assert!(port(text).is_err(), "{text}");
        }
        assert!(tag("v1.2-rc").is_ok() && tag("a:b").is_err() && tag("-x").is_err() && tag("").is_err());
    }
}
