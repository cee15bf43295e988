//! Small files put into tar archives.

use std::io::{self, Write};

/// Whose a file is, and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// The permission bits.
    pub mode: u32,
    /// The number of its user.
    pub owner: u64,
    /// The number of its group.
    pub group: u64,
}

impl Access {
    /// Of root.
    pub const fn of_root(mode: u32) -> Self {
        Self { mode, owner: 0, group: 0 }
    }
}

/// Puts a file with this content into an archive. Its time is 1970: the same content is the same archive.
pub fn put(tar: &mut tar::Builder<impl Write>, path: &str, content: &[u8], access: Access) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(access.mode);
    header.set_uid(access.owner);
    header.set_gid(access.group);
    header.set_mtime(0);
    tar.append_data(&mut header, path, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_out_as_it_was_put_in() {
        let mut tar = tar::Builder::new(Vec::new());
        put(&mut tar, "a/b.txt", b"text", Access { mode: 0o640, owner: 7, group: 8 }).unwrap();
        let bytes = tar.into_inner().unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entry = archive.entries().unwrap().next().unwrap().unwrap();
        let header = entry.header();
        assert_eq!((header.mode().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (0o640, 7, 8));
        assert_eq!((entry.size(), entry.path().unwrap().to_str()), (4, Some("a/b.txt")));
    }
}
