//! A registry that wants a login.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a broken harness fails the test")]
#![allow(missing_docs)]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use crate::ports::free_port;

/// Runs as long as this value.
pub struct LoginRegistry {
    /// Such as `127.0.0.1:5001`.
    pub address: String,
    user: String,
    password: String,
    process: Child,
    _folder: TempDir,
}

impl LoginRegistry {
    pub fn start(user: &str, password: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("127.0.0.1:{}", free_port());
        let hash = bcrypt::hash(password, 5).expect("a hash");
        fs::write(folder.path().join("htpasswd"), format!("{user}:{hash}\n")).expect("a file");
        let path = folder.path().display();
        let settings = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {path}/data}}}}\nhttp: {{addr: \"{address}\"}}\n\
             auth: {{htpasswd: {{realm: test, path: {path}/htpasswd}}}}\nlog: {{level: error}}\n"
        );
        let file = folder.path().join("registry.yml");
        fs::write(&file, settings).expect("a file");
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("docker-registry runs");
        let mut registry =
            Self { address, user: user.to_owned(), password: password.to_owned(), process, _folder: folder };
        while std::net::TcpStream::connect(&registry.address).is_err() {
            assert_eq!(registry.process.try_wait().expect("a program"), None, "it ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        registry
    }

    /// A `config.json` with this login, in a folder of its own.
    pub fn config(&self, user: &str, password: &str) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let auth = STANDARD.encode(format!("{user}:{password}"));
        let text = format!(r#"{{"auths": {{"{}": {{"auth": "{auth}"}}}}}}"#, self.address);
        fs::write(folder.path().join("config.json"), text).expect("a file");
        folder
    }

    pub fn push(&self, image: &str) {
        let config = self.config(&self.user, &self.password);
        let output = Command::new("docker")
            .args(["push", image])
            .env("DOCKER_CONFIG", config.path())
            .env("DOCKER_HOST", crate::engine::host())
            .output()
            .expect("docker runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for LoginRegistry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
