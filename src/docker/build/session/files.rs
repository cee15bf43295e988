//! Files for a build, as BuildKit wants them (`fsutil`): what there is, then those that it does not have yet.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use bollard_buildkit_proto::fsutil::types::packet::PacketType;
use bollard_buildkit_proto::fsutil::types::{Packet, Stat};
use bollard_buildkit_proto::moby::filesync::v1::file_sync_server::FileSync;
use futures::StreamExt;
use futures::stream::{BoxStream, Empty};
use tokio::sync::mpsc;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming};

use super::Fault;
use crate::docker::build::files::{Entry, Files, IGNORE_FILE, named};

/// The name under which BuildKit asks for the Dockerfile.
pub const DOCKERFILE: &str = "Dockerfile";

/// How many packets wait for the engine.
const WAITING: usize = 16;
/// Bytes of a file in one packet.
const PIECE: usize = 32 * 1024;

/// The folder and the Dockerfile of a build.
pub struct Sent {
    /// The files.
    pub files: Arc<Files>,
    /// What went wrong with them.
    pub fault: Fault,
}

/// What BuildKit asks for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The Dockerfile, which is handed over whatever its name and place are.
    Dockerfile,
    /// The files of the folder.
    Context,
    /// The ignore file alone. What it says is done here: what is ignored does not leave this machine.
    IgnoreFile,
}

/// The content of what was told of, by the number it has by its place.
enum Content {
    File(PathBuf),
    Text(Vec<u8>),
    None,
}

type Packets = mpsc::Sender<Result<Packet, Status>>;

#[tonic::async_trait]
impl FileSync for Sent {
    type DiffCopyStream = BoxStream<'static, Result<Packet, Status>>;
    type TarStreamStream = Empty<Result<Packet, Status>>;

    async fn diff_copy(
        &self,
        request: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::DiffCopyStream>, Status> {
        let wanted = wanted(request.metadata())?;
        let (packets, mut receiver) = mpsc::channel(WAITING);
        let (files, fault) = (Arc::clone(&self.files), Arc::clone(&self.fault));
        let asked = request.into_inner();
        tokio::spawn(async move {
            let sender = packets.clone();
            let listed = tokio::task::spawn_blocking(move || list(&files, wanted, &sender)).await;
            let ended = match listed {
                Ok(Ok(contents)) => send_what_is_asked(asked, contents, &packets).await,
                Ok(Err(error)) => Err(error),
                Err(error) => Err(io::Error::other(error)),
            };
            if let Err(error) = ended
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                let words = error.to_string();
                super::keep(&fault, &words);
                // The engine may be gone, which is how it ended then.
                let _ = packets.send(Err(Status::internal(words))).await;
            }
        });
        Ok(Response::new(futures::stream::poll_fn(move |cx| receiver.poll_recv(cx)).boxed()))
    }

    async fn tar_stream(
        &self,
        _: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::TarStreamStream>, Status> {
        Err(Status::unimplemented("ask for the difference"))
    }
}

fn wanted(metadata: &MetadataMap) -> Result<Wanted, Status> {
    let text = |value: &tonic::metadata::MetadataValue<_>| value.to_str().unwrap_or_default().to_owned();
    let name = metadata.get("dir-name").map(text).unwrap_or_default();
    let mut paths = metadata.get_all("followpaths").iter().map(text).peekable();
    match name.as_str() {
        "dockerfile" => Ok(Wanted::Dockerfile),
        "context" if paths.peek().is_some() && paths.all(|path| path == IGNORE_FILE) => {
            Ok(Wanted::IgnoreFile)
        }
        "context" => Ok(Wanted::Context),
        other => Err(Status::not_found(format!("there is no folder {}", other.escape_debug()))),
    }
}

/// Tells of all there is, folders before what is in them, and keeps where the content of each is.
fn list(files: &Files, wanted: Wanted, packets: &Packets) -> io::Result<Vec<Content>> {
    let mut told = Told { packets, contents: Vec::new(), folders: Vec::new() };
    match wanted {
        Wanted::IgnoreFile => {
            if let Some(entry) = files.top(IGNORE_FILE) {
                told.tell_entry(files.root(), entry)?;
            }
        }
        Wanted::Dockerfile => {
            let size = i64::try_from(files.dockerfile.len()).unwrap_or(i64::MAX);
            let stat = Stat { path: DOCKERFILE.to_owned(), mode: 0o644, size, ..Stat::default() };
            told.tell(stat, Content::Text(files.dockerfile.clone()))?;
        }
        Wanted::Context => files.walk(&[], &mut |entry| told.tell_entry(files.root(), entry))?,
    }
    let contents = told.contents;
    let end = Packet { r#type: PacketType::PacketStat.into(), ..Packet::default() };
    packets.blocking_send(Ok(end)).map_err(|_| io::ErrorKind::BrokenPipe)?;
    Ok(contents)
}

struct Told<'p> {
    packets: &'p Packets,
    contents: Vec<Content>,
    /// The folders that lead to the last one.
    folders: Vec<String>,
}

impl Told<'_> {
    /// Tells of a file; of the folders that lead to it first, if they are left out themselves.
    fn tell_entry(&mut self, root: &std::path::Path, entry: Entry) -> io::Result<()> {
        let Entry { path, full, metadata } = entry;
        self.folders
            .retain(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')));
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            if !self.folders.iter().any(|known| known == folder) {
                let full = root.join(folder);
                let metadata = fs::symlink_metadata(&full).map_err(|error| named(&full, &error))?;
                self.tell(stat(folder, &metadata), Content::None)?;
                self.folders.push(folder.to_owned());
            }
        }
        let mut stat = stat(&path, &metadata);
        let content = if metadata.is_dir() {
            self.folders.push(path);
            Content::None
        } else if metadata.is_symlink() {
            let target = fs::read_link(&full).map_err(|error| named(&full, &error))?;
            let unreadable =
                || io::Error::new(io::ErrorKind::InvalidData, "it leads to what is not UTF-8 text");
            let target = target.to_str().ok_or_else(|| named(&full, &unreadable()))?;
            target.clone_into(&mut stat.linkname);
            Content::None
        } else {
            Content::File(full)
        };
        self.tell(stat, content)
    }

    fn tell(&mut self, stat: Stat, content: Content) -> io::Result<()> {
        self.contents.push(content);
        let packet = Packet { r#type: PacketType::PacketStat.into(), stat: Some(stat), ..Packet::default() };
        self.packets.blocking_send(Ok(packet)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// What a file is, in Go's terms. Whoever builds is not who it belongs to in the image: that is root.
fn stat(path: &str, metadata: &Metadata) -> Stat {
    const FOLDER: u32 = 1 << 31;
    const LINK: u32 = 1 << 27;
    let kind = match (metadata.is_dir(), metadata.is_symlink()) {
        (true, _) => FOLDER,
        (false, true) => LINK,
        (false, false) => 0,
    };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Stat {
        path: path.to_owned(),
        mode: kind | permissions(metadata),
        size: if kind == 0 { i64::try_from(metadata.len()).unwrap_or(i64::MAX) } else { 0 },
        mod_time: modified.and_then(|time| i64::try_from(time.as_nanos()).ok()).unwrap_or(0),
        ..Stat::default()
    }
}

#[cfg(unix)]
fn permissions(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    const OWNERS: [(u32, u32); 3] = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)];
    let mode = metadata.permissions().mode();
    let special = OWNERS.iter().filter(|(bit, _)| mode & bit != 0).map(|(_, go)| go);
    special.fold(mode & 0o777, |mode, go| mode | go)
}

#[cfg(not(unix))]
fn permissions(_: &Metadata) -> u32 {
    0o755
}

async fn send_what_is_asked(
    mut asked: Streaming<Packet>,
    contents: Vec<Content>,
    packets: &Packets,
) -> io::Result<()> {
    while let Some(packet) = asked.message().await.map_err(|_| io::ErrorKind::BrokenPipe)? {
        match packet.r#type() {
            PacketType::PacketReq => {
                let number = usize::try_from(packet.id).unwrap_or(usize::MAX);
                let unknown = || io::Error::other("the engine asks for a file that there is not");
                let sender = packets.clone();
                let id = packet.id;
                match contents.get(number).ok_or_else(unknown)? {
                    Content::None => return Err(unknown()),
                    Content::Text(text) => {
                        let text = text.clone();
                        tokio::task::spawn_blocking(move || send(id, text.as_slice(), &sender)).await??;
                    }
                    Content::File(path) => {
                        let path = path.clone();
                        let sent = tokio::task::spawn_blocking(move || {
                            let file = fs::File::open(&path).map_err(|error| named(&path, &error))?;
                            send(id, file, &sender)
                        });
                        sent.await??;
                    }
                }
            }
            PacketType::PacketFin => {
                let end = Packet { r#type: PacketType::PacketFin.into(), ..Packet::default() };
                return packets.send(Ok(end)).await.map_err(|_| io::ErrorKind::BrokenPipe.into());
            }
            // The build fails, and its error says why.
            PacketType::PacketErr => return Ok(()),
            PacketType::PacketStat | PacketType::PacketData => {}
        }
    }
    Ok(())
}

/// Sends a content in pieces; an empty one ends it.
fn send(id: u32, mut content: impl Read, packets: &Packets) -> io::Result<()> {
    loop {
        let mut data = Vec::with_capacity(PIECE);
        let count = (&mut content).take(PIECE as u64).read_to_end(&mut data)?;
        let packet = Packet { r#type: PacketType::PacketData.into(), id, data, ..Packet::default() };
        packets.blocking_send(Ok(packet)).map_err(|_| io::ErrorKind::BrokenPipe)?;
        if count == 0 {
            return Ok(());
        }
    }
}
