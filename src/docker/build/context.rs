//! The context of a build by the classic builder: its files as a stream of tar.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bytes::Bytes;
use futures::Stream;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::files::{Entry, Files, IGNORE_FILE, named};
use super::recipe::Dockerfile;
use crate::archive::{self, Access};

/// How much of the stream waits for its reader, in pieces of [`PIECE`] bytes.
const WAITING: usize = 4;
const PIECE: usize = 64 * 1024;

/// A context that was looked at, ready to be sent.
#[derive(Debug)]
pub struct Context {
    files: Files,
    /// Path of the Dockerfile in the context.
    pub dockerfile: String,
    /// Files that are not in the folder, or not as they are sent.
    extra: Vec<(String, Vec<u8>)>,
}

impl Context {
    /// Looks at a folder and its Dockerfile. What is wrong is told as a sentence.
    pub fn open(folder: &Path, dockerfile: &Dockerfile) -> Result<Self, String> {
        let files = Files::look(folder, dockerfile, false)?;
        let mut extra = Vec::new();
        let dockerfile = match &files.dockerfile_path {
            Some(path) => path.clone(),
            // A Dockerfile that is not in the folder travels under a name of its own. It is not for `COPY .`, and neither
            // is an ignore file that was made for it.
            None => {
                let name = hidden_name(&files.dockerfile);
                extra.push((name.clone(), files.dockerfile.clone()));
                let made = if files.ignore_text.is_some() { "" } else { ".dockerignore\n" };
                let text = files.ignore_text.as_deref().unwrap_or_default();
                extra.push((IGNORE_FILE.to_owned(), format!("{text}\n{made}{name}\n").into_bytes()));
                name
            }
        };
        Ok(Self { files, dockerfile, extra })
    }

    /// Packs it on a thread of its own. The handle says how that ended.
    pub fn send(
        self,
    ) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, JoinHandle<io::Result<()>>) {
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let failed = sender.clone();
        let packing = tokio::task::spawn_blocking(move || {
            let packed = self.pack(Pieces(sender));
            if packed.is_err() {
                // Without it the engine would build from half a context.
                let _ = failed.blocking_send(Err(io::ErrorKind::InvalidData.into()));
            }
            packed
        });
        (futures::stream::poll_fn(move |cx| receiver.poll_recv(cx)), packing)
    }

    fn pack(&self, to: Pieces) -> io::Result<()> {
        let mut tar = tar::Builder::new(BufWriter::with_capacity(PIECE, to));
        tar.follow_symlinks(false);
        // The Dockerfile and the ignore file always go: the builder reads them.
        let needed = [self.dockerfile.as_str(), IGNORE_FILE];
        self.files.walk(&needed, &mut |entry| {
            if self.extra.iter().any(|(extra, _)| *extra == entry.path) {
                return Ok(());
            }
            append(&mut tar, &entry).map_err(|error| named(&entry.full, &error))
        })?;
        for (name, content) in &self.extra {
            archive::put(&mut tar, name, content, Access::of_root(0o644))?;
        }
        tar.into_inner()?.flush()
    }
}

fn append(tar: &mut tar::Builder<impl Write>, entry: &Entry) -> io::Result<()> {
    let Entry { path, full, metadata } = entry;
    let mut header = tar::Header::new_gnu();
    header.set_metadata(metadata);
    // Whoever builds is not who the files belong to in the image.
    header.set_uid(0);
    header.set_gid(0);
    if metadata.is_symlink() {
        header.set_size(0);
        return tar.append_link(&mut header, path, fs::read_link(full)?);
    }
    if metadata.is_dir() {
        return tar.append_data(&mut header, path, io::empty());
    }
    tar.append_data(&mut header, path, fs::File::open(full)?)
}

/// The same Dockerfile has the same name, so that the builder's cache holds.
fn hidden_name(content: &[u8]) -> String {
    format!(".dockerfile.{}", &hex::encode(Sha256::digest(content))[..16])
}

/// Hands on what is written, piece by piece.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        self.0.blocking_send(Ok(piece)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    async fn sent(context: Context) -> Vec<(String, Vec<u8>)> {
        let (stream, packing) = context.send();
        let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
        packing.await.unwrap().unwrap();
        let bytes = pieces.concat();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            assert_eq!((entry.header().uid().unwrap(), entry.header().gid().unwrap()), (0, 0));
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            found.push((entry.path().unwrap().display().to_string(), bytes));
        }
        found
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn names(sent: &[(String, Vec<u8>)]) -> Vec<&str> {
        sent.iter().map(|(name, _)| name.trim_end_matches('/')).collect()
    }

    #[tokio::test]
    async fn what_is_ignored_stays_at_home_but_never_the_dockerfile() {
        let folder = folder(&[
            ("Dockerfile", "FROM scratch"),
            (".dockerignore", "*\n!src/keep\n"),
            ("src/keep/a", "a"),
            ("src/b", "b"),
            ("target/x", "x"),
        ]);
        let context = Context::open(folder.path(), &Dockerfile::Path("Dockerfile".to_owned())).unwrap();
        let sent = sent(context).await;
        assert_eq!(names(&sent), [".dockerignore", "Dockerfile", "src/keep", "src/keep/a"]);
    }

    #[tokio::test]
    async fn a_dockerfile_of_elsewhere_and_an_inline_one_travel_hidden() {
        let elsewhere = folder(&[("Dockerfile.x", "FROM x")]);
        let path = elsewhere.path().join("Dockerfile.x").display().to_string();
        for dockerfile in [Dockerfile::Path(path), Dockerfile::Inline("FROM x".to_owned())] {
            let folder = folder(&[("a", "a")]);
            let context = Context::open(folder.path(), &dockerfile).unwrap();
            let name = context.dockerfile.clone();
            let sent = sent(context).await;
            assert_eq!(names(&sent), ["a", name.as_str(), ".dockerignore"]);
            assert_eq!(sent[1].1, b"FROM x");
            assert_eq!(String::from_utf8_lossy(&sent[2].1), format!("\n.dockerignore\n{name}\n"));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn links_are_sent_as_links_and_sockets_not_at_all() {
        let folder = folder(&[("Dockerfile", "FROM x")]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        let context = Context::open(folder.path(), &Dockerfile::Path("Dockerfile".to_owned())).unwrap();
        let sent = sent(context).await;
        assert_eq!(names(&sent), ["Dockerfile", "link"]);
        assert!(sent[1].1.is_empty());
    }

    #[test]
    fn a_missing_folder_and_a_missing_dockerfile_are_named() {
        let folder = folder(&[("a", "a")]);
        let dockerfile = Dockerfile::Path("Dockerfile".to_owned());
        assert!(Context::open(folder.path(), &dockerfile).unwrap_err().contains("no Dockerfile"));
        let missing = folder.path().join("missing");
        assert!(Context::open(&missing, &dockerfile).unwrap_err().contains("not a folder"));
    }
}
