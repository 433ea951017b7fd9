//! `meldroute serve`: the service itself.

use super::readiness::lacking;
use super::{journal, say};
use crate::app::rounds::BETWEEN_ROUNDS;
use crate::config::{Config, StartError, open};
use crate::web::Web;
use crate::web::server::{Sides, start};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use tokio::task::JoinSet;

/// Starts the service and ends when it is told to stop.
pub(super) fn run(config: &Path) -> Result<(), StartError> {
    let config = Config::load(config)?;
    journal::start(&config.log);
    let (app, web) = open(&config)?;
    let missing = app.store().read(|db| lacking(&config, db, app.now()));
    drop(app);
    let missing = missing.map_err(|error| StartError::unexpected(&error))?;
    let listeners = listeners(&config)?;
    tracing::debug!(version = env!("CARGO_PKG_VERSION"), "serving");
    say::line(match missing.as_slice() {
        [] => "Klaar voor echte signalen.".to_owned(),
        missing => format!("Let op: nog niet voor echte signalen. Eerst moet er zijn: {}.", missing.join("; ")),
    });
    for (listener, sides) in &listeners {
        let whose = match sides {
            Sides::Public => "openbare pagina's",
            Sides::Staff => "pagina's voor medewerkers",
            Sides::Both => "openbare pagina's en pagina's voor medewerkers",
        };
        if let Ok(address) = listener.local_addr() {
            say::line(format!("http://{address} ({whose})"));
        }
    }
    until_stopped(web, listeners, config.listen.workers)
}

fn listeners(config: &Config) -> Result<Vec<(TcpListener, Sides)>, StartError> {
    let listen = &config.listen;
    if listen.public == listen.staff {
        return Ok(vec![(bind(listen.public)?, Sides::Both)]);
    }
    Ok(vec![(bind(listen.public)?, Sides::Public), (bind(listen.staff)?, Sides::Staff)])
}

/// Takes an address.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| {
        StartError::new(
            format!("Het adres {address} is niet te openen: {error}."),
            "Op dit adres zouden de pagina's staan. Waarschijnlijk draait er al iets, of is het adres niet van deze \
             machine.",
            "Kies een andere poort, of stop wat er draait.",
        )
    })
}

/// Serves until SIGTERM or SIGINT; running requests are finished first, and what was queued is written. The rounds of
/// the clocks of keeping begin and end with it.
pub(super) fn until_stopped(web: Web, listeners: Vec<(TcpListener, Sides)>, workers: usize) -> Result<(), StartError> {
    let store = web.app.store().clone();
    let app = web.app.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::unexpected(&error))?;
    let ended = runtime.block_on(async move {
        let mut servers = JoinSet::new();
        for server in start(web, listeners, workers)? {
            servers.spawn(server);
        }
        let rounds = tokio::spawn(app.keep_rounds(BETWEEN_ROUNDS));
        while let Some(ended) = servers.join_next().await {
            ended.map_err(std::io::Error::other)??;
        }
        rounds.abort();
        // Waited for, so that nothing of it holds the store any more.
        drop(rounds.await);
        Ok::<(), std::io::Error>(())
    });
    drop(runtime);
    store.close();
    ended.map_err(|error| StartError::unexpected(&error))
}
