//! A server of this program, looked after: started again when it ends by itself or on request (cli.md 3.2).

use std::io;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, sleep};

use super::news::{News, Order, Waiter};
use super::program::Ends;
use super::server::stop;
use super::{Places, Restarts, Server};
use crate::dev::record::Record;

/// How often it is looked at.
const PACE: Duration = Duration::from_millis(500);

/// Looks after a server that was started, until it is told to stop. One that is to stay is left to itself then.
pub async fn tend(
    server: Server,
    mut record: Record,
    places: Places,
    mut orders: Receiver<Order>,
    news: Sender<News>,
) -> io::Result<()> {
    let service = || server.service.as_str().to_owned();
    let (mut ends, begun, rules) = (Ends::default(), Instant::now(), Restarts::default());
    // Given up, it is looked at no more.
    let mut watched = true;
    loop {
        let told = tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Restart(waiter)) => {
                    ends.forget();
                    stop(&record, &places).await;
                    again(&server, &places, &mut record, waiter).await
                }
                Some(Order::Rebuild(waiter)) => {
                    answer(waiter, Err("there is nothing to build".to_owned()));
                    continue;
                }
                Some(Order::Stop) | None => {
                    if server.stays {
                        return leave(record, &places);
                    }
                    stop(&record, &places).await;
                    tell(&news, News::Stopped(service())).await;
                    return Ok(());
                }
            },
            () = sleep(PACE), if watched => {
                if record.is_alive() {
                    continue;
                }
                match ends.another(begun.elapsed(), &rules) {
                    Some(pause) => {
                        tell(&news, News::Ended(service(), "no word".to_owned(), pause)).await;
                        sleep(pause).await;
                        again(&server, &places, &mut record, None).await
                    }
                    None => News::Failed(service(), "it ended too often".to_owned()),
                }
            }
        };
        watched = !matches!(told, News::Failed(..));
        tell(&news, told).await;
    }
}

/// Nobody looks after it any more.
pub(super) fn leave(record: Record, places: &Places) -> io::Result<()> {
    if record.is_alive() { Record { supervisor: None, ..record }.write(&places.run) } else { Ok(()) }
}

async fn again(server: &Server, places: &Places, record: &mut Record, waiter: Waiter) -> News {
    let service = server.service.as_str().to_owned();
    let begun = Instant::now();
    match server.start(places).await {
        Ok(started) => {
            *record = started;
            answer(waiter, Ok(()));
            News::Ready(service, begun.elapsed())
        }
        Err(error) => {
            let why = error.to_string();
            answer(waiter, Err(why.clone()));
            News::Failed(service, why)
        }
    }
}

fn answer(waiter: Waiter, how: Result<(), String>) {
    if let Some(waiter) = waiter {
        // Who left needs no answer.
        let _ = waiter.send(how);
    }
}

async fn tell(news: &Sender<News>, told: News) {
    // With nobody left to listen the order to stop is on its way.
    let _ = news.send(told).await;
}
