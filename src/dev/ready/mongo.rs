//! `hello` over MongoDB's wire protocol: one message there, one back; no driver is needed to greet.

use bson::{Document, doc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// `OP_MSG`.
const MESSAGE: i32 = 2013;
/// Length of the header of a message.
const HEADER: usize = 16;
/// Longest answer that is read.
const LONGEST: usize = 64 * 1024;
/// Flags and the kind of the one section.
const BEFORE_BODY: usize = 5;

/// Whether a server greets back.
pub(super) async fn greets(host: &str, port: u16) -> Option<bool> {
    let mut stream = TcpStream::connect((host, port)).await.ok()?;
    stream.write_all(&message(&doc! {"hello": 1, "$db": "admin"})?).await.ok()?;
    let mut header = [0; HEADER];
    stream.read_exact(&mut header).await.ok()?;
    let length = usize::try_from(i32::from_le_bytes(*header.first_chunk()?)).ok()?;
    if length > LONGEST || header[12..] != MESSAGE.to_le_bytes() {
        return Some(false);
    }
    let mut body = vec![0; length.checked_sub(HEADER)?];
    stream.read_exact(&mut body).await.ok()?;
    let answer = Document::from_reader(body.get(BEFORE_BODY..)?).ok()?;
    let ok = answer.get("ok")?;
    Some(ok.as_f64() == Some(1.0) || ok.as_i32() == Some(1) || ok.as_i64() == Some(1))
}

fn message(body: &Document) -> Option<Vec<u8>> {
    let body = body.to_vec().ok()?;
    let length = i32::try_from(HEADER + BEFORE_BODY + body.len()).ok()?;
    let mut message = Vec::new();
    // Length, id, the id that is answered, what it is; no flags; a section of kind 0.
    for number in [length, 1, 0, MESSAGE, 0] {
        message.extend_from_slice(&number.to_le_bytes());
    }
    message.push(0);
    message.extend_from_slice(&body);
    Some(message)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A server that reads one message and answers another.
    async fn server(answer: Document) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut length = [0; 4];
            stream.read_exact(&mut length).await.unwrap();
            let mut rest = vec![0; usize::try_from(i32::from_le_bytes(length)).unwrap() - 4];
            stream.read_exact(&mut rest).await.unwrap();
            let asked = Document::from_reader(&rest[HEADER - 4 + BEFORE_BODY..]).unwrap();
            assert_eq!(asked.get_i32("hello").unwrap(), 1);
            stream.write_all(&message(&answer).unwrap()).await.unwrap();
        });
        port
    }

    #[tokio::test]
    async fn a_server_that_is_well_greets_back() {
        let well = server(doc! {"isWritablePrimary": true, "ok": 1.0}).await;
        assert_eq!(greets("127.0.0.1", well).await, Some(true));
        let unwell = server(doc! {"ok": 0.0, "errmsg": "not yet"}).await;
        assert_eq!(greets("127.0.0.1", unwell).await, Some(false));
    }
}
