//! A mirror of the folders where Node.js and Go are downloaded, on loopback: archives of small scripts.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use sha2::{Digest, Sha256};

/// This machine, as Node.js and as Go call it.
pub fn machine() -> (&'static str, &'static str) {
    if cfg!(target_arch = "aarch64") { ("linux-arm64", "linux-arm64") } else { ("linux-x64", "linux-amd64") }
}

/// A server of files, until the test ends.
pub struct Mirror {
    pub url: String,
    files: Arc<Mutex<HashMap<String, Served>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
enum Served {
    Whole(Vec<u8>),
    /// The connection is closed in the middle.
    Half(Vec<u8>),
    Moved(String),
}

impl Mirror {
    /// One with nothing in it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mirror = Self { url, files: Arc::default(), asked: Arc::default() };
        let (files, asked) = (Arc::clone(&mirror.files), Arc::clone(&mirror.asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (files, asked) = (Arc::clone(&files), Arc::clone(&asked));
                thread::spawn(move || serve(stream, &files, &asked));
            }
        });
        mirror
    }

    /// Serves these bytes there.
    pub fn put(&self, path: &str, content: impl Into<Vec<u8>>) {
        self.files.lock().expect("no panic").insert(path.to_owned(), Served::Whole(content.into()));
    }

    /// Sends whoever asks there elsewhere.
    pub fn moved(&self, path: &str, to: &str) {
        self.files.lock().expect("no panic").insert(path.to_owned(), Served::Moved(to.to_owned()));
    }

    /// Closes the connection in the middle of what is there.
    pub fn cut(&self, path: &str) {
        let mut files = self.files.lock().expect("no panic");
        if let Some(Served::Whole(content)) = files.get(path).cloned() {
            files.insert(path.to_owned(), Served::Half(content));
        }
    }

    /// How often something was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().expect("no panic").iter().filter(|asked| *asked == path).count()
    }

    /// A release of Node.js whose programs are these scripts; gives the path of its archive.
    pub fn node(&self, version: &str, npm: &str) -> String {
        let name = format!("node-v{version}-{}", machine().0);
        let content = archive(&name, &[("node", &format!("#!/bin/sh\necho v{version}\n")), ("npm", npm)]);
        let sums = format!("{}  {name}.tar.gz\n{}  other\n", sum(&content), sum(b""));
        self.put(&format!("/v{version}/SHASUMS256.txt"), sums);
        let path = format!("/v{version}/{name}.tar.gz");
        self.put(&path, content);
        path
    }

    /// The list of the releases of Node.js.
    pub fn node_list(&self, versions: &[&str]) {
        let list = versions.iter().map(|version| {
            serde_json::json!({"version": format!("v{version}"), "files": [machine().0], "lts": "Name"})
        });
        self.put("/index.json", list.collect::<serde_json::Value>().to_string());
    }

    /// A release of Go, alone in the list; gives the path of its archive.
    pub fn go(&self, version: &str) -> String {
        let file = format!("go{version}.{}.tar.gz", machine().1);
        let script =
            format!("#!/bin/sh\n[ \"$1\" = version ] && echo go version go{version} linux/amd64\nexit 0\n");
        let content = archive("go", &[("go", &script)]);
        let list = serde_json::json!([{
            "version": format!("go{version}"), "stable": true,
            "files": [{"filename": file, "sha256": sum(&content)}],
        }]);
        self.put("/?mode=json&include=all", list.to_string());
        self.put(&format!("/{file}"), content);
        format!("/{file}")
    }
}

/// The SHA-256 in hexadecimal.
pub fn sum(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// An archive of one folder with programs in `bin`.
pub fn archive(folder: &str, programs: &[(&str, &str)]) -> Vec<u8> {
    let compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(compressed);
    for (name, script) in programs {
        let mut header = tar::Header::new_gnu();
        header.set_size(script.len() as u64);
        header.set_mode(0o755);
        let path = format!("{folder}/bin/{name}");
        // Written past the library, which refuses what leaves the folder.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, script.as_bytes()).expect("an entry");
    }
    builder.into_inner().expect("an archive").finish().expect("an archive")
}

fn serve(
    mut stream: TcpStream,
    files: &Mutex<HashMap<String, Served>>,
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line).ok()?;
    }
    asked.lock().expect("no panic").push(path.clone());
    let served = files.lock().expect("no panic").get(&path).cloned();
    let close = "Connection: close\r\n";
    match served {
        Some(Served::Whole(content)) => {
            write!(stream, "HTTP/1.1 200 OK\r\n{close}Content-Length: {}\r\n\r\n", content.len()).ok()?;
            stream.write_all(&content).ok()
        }
        Some(Served::Half(content)) => {
            write!(stream, "HTTP/1.1 200 OK\r\n{close}Content-Length: {}\r\n\r\n", content.len()).ok()?;
            stream.write_all(&content[..content.len() / 2]).ok()
        }
        Some(Served::Moved(to)) => {
            write!(stream, "HTTP/1.1 302 Found\r\n{close}Location: {to}\r\nContent-Length: 0\r\n\r\n").ok()
        }
        None => write!(stream, "HTTP/1.1 404 Not Found\r\n{close}Content-Length: 0\r\n\r\n").ok(),
    }
}
