//! Proxies for builds: those of Docker's configuration, else those of the environment (cli.md 2.9).

use super::Error;
use super::config_file::ConfigFile;
use super::discover::Environment;

/// Build arguments that Docker knows without an `ARG`: name and value, in upper and lower case.
pub fn build_args(environment: &Environment) -> Result<Vec<(String, String)>, Error> {
    let file =
        environment.docker_folder().map(|folder| ConfigFile::read(&folder)).transpose()?.unwrap_or_default();
    let written = file.proxies.get("default").cloned().unwrap_or_default();
    let pairs = [
        ("HTTP_PROXY", written.http_proxy),
        ("HTTPS_PROXY", written.https_proxy),
        ("FTP_PROXY", written.ftp_proxy),
        ("ALL_PROXY", written.all_proxy),
        ("NO_PROXY", written.no_proxy),
    ];
    let mut args = Vec::new();
    for (name, written) in pairs {
        let lower = name.to_lowercase();
        let found = || environment.get(name).or_else(|| environment.get(&lower)).map(str::to_owned);
        if let Some(value) = written.filter(|value| !value.is_empty()).or_else(found) {
            args.push((lower, value.clone()));
            args.push((name.to_owned(), value));
        }
    }
    Ok(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_beats_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let config = r#"{"proxies": {"default": {"httpProxy": "http://p:1"}}}"#;
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let path = folder.path().to_str().unwrap();
        let environment =
            Environment::from([("DOCKER_CONFIG", path), ("HTTP_PROXY", "http://q:2"), ("no_proxy", "x")]);
        let args = build_args(&environment).unwrap();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let http = [("http_proxy", "http://p:1"), ("HTTP_PROXY", "http://p:1")];
        assert_eq!(args, [&http[..], &[("no_proxy", "x"), ("NO_PROXY", "x")]].concat());
    }
}
