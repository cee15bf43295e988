//! The services that one `dev` runs on this machine: each has somebody who looks after it, takes orders and tells what
//! happens (cli.md 3.2).

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::news::{News, Order};

/// News that may wait for whoever shows them.
const QUEUE: usize = 1024;
/// Orders that may wait for whoever carries them out.
const ORDERS: usize = 8;

/// Those who look after services, and what they tell.
#[derive(Debug)]
pub struct Session {
    orders: Vec<(String, Sender<Order>)>,
    work: JoinSet<io::Result<()>>,
    told: Sender<News>,
    news: Receiver<News>,
}

/// Whom orders are given. Clones give them to the same.
#[derive(Debug, Clone)]
pub struct Orders(Arc<Vec<(String, Sender<Order>)>>);

impl Default for Session {
    fn default() -> Self {
        let (told, news) = mpsc::channel(QUEUE);
        Self { orders: Vec::new(), work: JoinSet::new(), told, news }
    }
}

impl Session {
    /// Has a service looked after: `work` is given the orders for it, and whom it tells.
    pub fn add<F>(&mut self, service: &str, work: impl FnOnce(Receiver<Order>, Sender<News>) -> F)
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let (order, orders) = mpsc::channel(ORDERS);
        self.orders.push((service.to_owned(), order));
        self.work.spawn(work(orders, self.told.clone()));
    }

    /// Whom orders are given.
    pub fn orders(&self) -> Orders {
        Orders(Arc::new(self.orders.clone()))
    }

    /// What happens next; nothing when everybody has ended and all is told. An error is that a log cannot be written.
    pub async fn next(&mut self) -> io::Result<Option<News>> {
        loop {
            tokio::select! {
                biased;
                Some(news) = self.news.recv() => return Ok(Some(news)),
                ended = self.work.join_next() => match ended {
                    Some(Ok(Err(error))) => return Err(error),
                    Some(Ok(Ok(())) | Err(_)) => {}
                    // What was told before the end is told first.
                    None => return Ok(self.news.try_recv().ok()),
                },
            }
        }
    }
}

impl Orders {
    /// The services.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(service, _)| service.as_str())
    }

    /// Gives an order to those who look after a service, or to all.
    pub async fn give(&self, service: Option<&str>, order: impl Fn() -> Order) {
        for (name, orders) in self.0.iter() {
            if service.is_none_or(|service| service == name) {
                // Who has ended needs no order.
                let _ = orders.send(order()).await;
            }
        }
    }

    /// Gives an order and waits until it is carried out; why it was not, in words.
    pub async fn carried_out(
        &self,
        service: &str,
        order: impl FnOnce(oneshot::Sender<Result<(), String>>) -> Order,
    ) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        let Some((_, orders)) = self.0.iter().find(|(name, _)| name == service) else {
            return Err(format!("{service} does not run here"));
        };
        let gone = || format!("{service} has ended");
        orders.send(order(answer)).await.map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}
