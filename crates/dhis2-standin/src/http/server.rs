//! The listener: a thread per connection, all ended with the server.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::Handler;
use super::connection::serve;

/// A server on loopback that stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    open: OpenStreams,
    listener: Option<JoinHandle<()>>,
}

type OpenStreams = Arc<Mutex<Vec<(u64, TcpStream)>>>;

impl Server {
    /// Listens on a port of 127.0.0.1; 0 takes a free one.
    pub(crate) fn start(port: u16, handler: Arc<dyn Handler>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let open = OpenStreams::default();
        let accepting = {
            let (stopped, open) = (Arc::clone(&stopped), Arc::clone(&open));
            thread::spawn(move || accept(&listener, &handler, &stopped, &open))
        };
        Ok(Self {
            address,
            stopped,
            open,
            listener: Some(accepting),
        })
    }

    /// The port listened on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Closes every connection and the listener.
    pub(crate) fn stop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The listener waits in accept: one connection more wakes it up.
        TcpStream::connect(self.address).ok();
        for (_, stream) in self
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            stream.shutdown(Shutdown::Both).ok();
        }
        if let Some(listener) = self.listener.take() {
            listener.join().ok();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(
    listener: &TcpListener,
    handler: &Arc<dyn Handler>,
    stopped: &Arc<AtomicBool>,
    open: &OpenStreams,
) {
    let count = AtomicU64::new(0);
    for stream in listener.incoming() {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(twin) = stream.try_clone() else {
            continue;
        };
        let number = count.fetch_add(1, Ordering::Relaxed);
        open.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((number, twin));
        let (handler, open) = (Arc::clone(handler), Arc::clone(open));
        thread::spawn(move || {
            let _open = Registered { open, number };
            serve(stream, handler.as_ref()).ok();
        });
    }
}

/// A connection on the list of open ones; it is closed and taken off when its thread ends.
struct Registered {
    open: OpenStreams,
    number: u64,
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(number, stream)| {
            let own = *number == self.number;
            if own {
                stream.shutdown(Shutdown::Both).ok();
            }
            !own
        });
    }
}
