//! A stand-in for a checkout of the UI, with nothing to install.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::fs;
use std::path::Path;

/// It answers only when its line was seen, so that the one comes before the other.
const SERVER: &str = "
const fs = require('fs');
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
const server = require('http').createServer((_, answer) => answer.end());
console.log('ui compiles');
const look = setInterval(() => {
  if (!fs.readFileSync('../.orchcli/logs/ui.log', 'utf8').includes('ui compiles')) return;
  clearInterval(look);
  server.listen(port, '127.0.0.1');
}, 10);
";

/// Writes it into `ui` of a project.
pub fn write(project: &Path) {
    let lock = r#"{"name": "ui", "lockfileVersion": 3, "packages": {"": {}}}"#;
    for (file, text) in [
        ("package.json", r#"{"name": "ui", "scripts": {"dev": "node server.js"}}"#),
        ("package-lock.json", lock),
        ("server.js", SERVER),
        ("node_modules/.package-lock.json", "{}"),
    ] {
        let path = project.join("ui").join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}
