//! What the service says about itself while somebody listens: every line of every level, of all tests of this process.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, filter};

static LISTENERS: AtomicUsize = AtomicUsize::new(0);
static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Somebody who listens, until it is dropped.
pub struct Listener(());

/// Listens from here on.
pub fn listen() -> Listener {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Ear);
        let heard = lines.with_filter(filter::dynamic_filter_fn(|_, _| LISTENERS.load(Ordering::SeqCst) > 0));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(heard)).unwrap();
    });
    LISTENERS.fetch_add(1, Ordering::SeqCst);
    Listener(())
}

impl Listener {
    /// What was said until now.
    pub fn heard(&self) -> Vec<u8> {
        SAID.lock().unwrap().clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        SAID.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
