//! One request, over a connection of its own and past every proxy.

use bytes::Bytes;
use http_body_util::Empty;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The status that is answered.
pub(super) async fn status(host: &str, port: u16, path: &str) -> Option<u16> {
    let stream = TcpStream::connect((host, port)).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let driver = tokio::spawn(connection);
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let request = hyper::Request::get(path)
        .header(hyper::header::HOST, authority)
        .header(hyper::header::USER_AGENT, "orchcli")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let answer = sender.send_request(request).await.ok();
    driver.abort();
    answer.map(|answer| answer.status().as_u16())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::dev::ready::{answers, question};

    async fn server(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        port
    }

    #[tokio::test]
    async fn core_must_answer_well_and_the_ui_must_not_fail() {
        let good = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        let absent = server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
        let broken = server("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n").await;
        assert_eq!(status("127.0.0.1", absent, "/").await, Some(404));
        for (service, port, ready) in
            [("core", good, true), ("core", absent, false), ("ui", absent, true), ("ui", broken, false)]
        {
            assert_eq!(answers(question(service).unwrap(), "127.0.0.1", port).await, ready, "{service}");
        }
    }
}
