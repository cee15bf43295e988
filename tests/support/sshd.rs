//! An SSH server of this user on loopback, with a host key of its own, that knows the keys it is told of.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::fs;
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::ports::free_port;

/// The server, until the test ends.
pub struct Sshd {
    pub port: u16,
    folder: PathBuf,
    child: Child,
}

impl Sshd {
    /// Starts one whose files are in `folder`. Paths that are not absolute begin in `home`.
    pub fn start(folder: &Path, home: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let port = free_port();
        keygen(&folder.join("host"), "");
        // As root it separates its privileges, and wants a folder for that which a service would have made.
        if rustix::process::geteuid().is_root() {
            fs::create_dir_all("/run/sshd").expect("a folder");
        }
        let path = folder.display();
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {path}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
             AuthorizedKeysFile {path}/authorized\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin yes\nForceCommand cd {} && exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
            home.display()
        );
        fs::write(folder.join("config"), config).expect("a file");
        fs::write(folder.join("authorized"), "").expect("a file");
        let log = fs::File::create(folder.join("log")).expect("a file");
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(folder.join("config")).stdin(Stdio::null()).stderr(log);
        let child = command.spawn().expect("needs the Debian package openssh-server: run tests/run.sh");
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "sshd answers: {:?}", fs::read_to_string(folder.join("log")));
            thread::sleep(Duration::from_millis(20));
        }
        Self { port, folder: folder.to_owned(), child }
    }

    /// Makes a key with this passphrase that may log in.
    pub fn key(&self, path: &Path, passphrase: &str) {
        keygen(path, passphrase);
        let public = fs::read_to_string(path.with_extension("pub")).expect("a public key");
        let authorized = self.folder.join("authorized");
        let known = fs::read_to_string(&authorized).expect("a file");
        fs::write(authorized, known + &public).expect("a file");
    }

    /// The line of `known_hosts` for it.
    pub fn known(&self) -> String {
        let public = fs::read_to_string(self.folder.join("host.pub")).expect("a public key");
        format!("[127.0.0.1]:{} {public}", self.port)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a key pair.
pub fn keygen(path: &Path, passphrase: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-C", "test", "-N", passphrase, "-f"]).arg(path);
    assert!(command.status().expect("ssh-keygen runs").success());
}

/// The name of the user that runs the tests.
pub fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// An agent with one key, until the test ends.
pub struct Agent {
    pub socket: PathBuf,
    child: Child,
}

impl Agent {
    /// Starts one that holds this key.
    pub fn with(key: &Path, folder: &Path) -> Self {
        let socket = folder.join("agent");
        let mut command = Command::new("ssh-agent");
        let child =
            command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).spawn().expect("ssh-agent runs");
        let end = Instant::now() + Duration::from_secs(30);
        while UnixStream::connect(&socket).is_err() {
            assert!(Instant::now() < end, "the agent listens");
            thread::sleep(Duration::from_millis(20));
        }
        let added = Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &socket).status();
        assert!(added.expect("ssh-add runs").success());
        Self { socket, child }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
