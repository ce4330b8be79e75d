//! A way to a server that can fall silent: nothing passes, and nobody is told.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

/// Passes bytes on to a server and back, while it does.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    way: Arc<Way>,
    _runtime: Runtime,
}

struct Way {
    /// Whether new connections are led nowhere.
    closed: AtomicBool,
    /// Connections that were made in an earlier age are dead: they stay open, and nothing passes.
    age: AtomicU64,
    /// The commit after these words is led on, and nothing comes back.
    trap: Mutex<Option<&'static str>>,
}

impl Proxy {
    /// Leads to `server`.
    pub fn to(server: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let way = Arc::new(Way {
            closed: AtomicBool::new(false),
            age: AtomicU64::new(0),
            trap: Mutex::default(),
        });
        runtime.spawn(lead(listener, server.to_owned(), way.clone()));
        Self { address, way, _runtime: runtime }
    }

    /// All connections die without a word; new ones are good.
    pub fn kill_silently(&self) {
        self.way.age.fetch_add(1, Ordering::SeqCst);
    }

    /// All connections die without a word, and new ones are taken and led nowhere.
    pub fn fall_silent(&self) {
        self.way.closed.store(true, Ordering::SeqCst);
        self.kill_silently();
    }

    /// All connections die without a word over the next commit of a transaction in which these words
    /// are sent: it reaches the server, and what it says of it does not come back.
    pub fn die_over_the_commit_of(&self, words: &'static str) {
        *self.way.trap.lock().unwrap() = Some(words);
    }

    /// New connections are good again; the dead stay dead.
    pub fn answer_again(&self) {
        self.way.age.fetch_add(1, Ordering::SeqCst);
        self.way.closed.store(false, Ordering::SeqCst);
    }
}

async fn lead(listener: TcpListener, server: String, way: Arc<Way>) {
    let mut led_nowhere = Vec::new();
    while let Ok((near, _)) = listener.accept().await {
        if way.closed.load(Ordering::SeqCst) {
            led_nowhere.push(near);
            continue;
        }
        let far = TcpStream::connect(&server).await.unwrap();
        let (from_near, to_near) = near.into_split();
        let (from_far, to_far) = far.into_split();
        tokio::spawn(pass(from_near, to_far, way.clone()));
        tokio::spawn(pass(from_far, to_near, way.clone()));
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    way: Arc<Way>,
) {
    let born = way.age.load(Ordering::SeqCst);
    let mut bytes = vec![0; 16 * 1024];
    let mut sprung = false;
    loop {
        let read = from.read(&mut bytes).await;
        if way.age.load(Ordering::SeqCst) != born {
            // neither side hears anything of the other for as long as the tests run
            std::future::pending::<()>().await;
        }
        let said =
            read.as_ref().map_or("".into(), |&count| String::from_utf8_lossy(&bytes[..count]));
        let trap = *way.trap.lock().unwrap();
        sprung |= trap.is_some_and(|words| said.contains(words));
        if sprung && said.contains("COMMIT") {
            *way.trap.lock().unwrap() = None;
            way.age.fetch_add(1, Ordering::SeqCst);
        }
        match read {
            Ok(0) | Err(_) => return,
            Ok(count) if to.write_all(&bytes[..count]).await.is_err() => return,
            Ok(_) => {}
        }
    }
}
