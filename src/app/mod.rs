//! What is injected: database, clock, chance, doorbell, signer, configuration.
//!
//! Owns the table of [`limits`]. Everything an operation needs from outside is a field of [`App`].

mod alarm;
mod door;
mod ending;
mod floods;
mod hashes;
pub mod limits;
mod presence;
mod receipts;
mod shared_key;
mod signer;
mod tickets;
mod workshop;
mod sockets;

use std::sync::Arc;

use crate::{
    base::{Chance, Clock},
    config::Config,
    confined::Reader,
    db::{Db, Group},
    journal::Bell,
};

pub use alarm::{Alarm, Disagreement};
pub use door::{DEVICES_TOLD_APART, Door, Knock, Knocks};
pub use ending::{Ending, Stay};
pub use floods::Floods;
pub use hashes::{Asker, Busy, Hashes, Memory};
pub use limits::{Address, Limit, Limits, TooMany};
pub use presence::Presence;
pub use receipts::{Receipt, Receipts};
pub use shared_key::SharedKey;
pub use signer::{KeyError, Signer, key_id};
pub use sockets::{Place, Sockets};
pub use tickets::Ticket;
pub use workshop::Workshop;

/// What every operation is given.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The group commit of answers.
    pub answers: Group,
    /// The clock that decides.
    pub clock: Clock,
    /// Whether the wall clock disagrees with it; in memory only.
    pub alarm: Alarm,
    /// Answers that have arrived and are not settled; in memory only.
    pub receipts: Receipts,
    /// Where codes, ids and seeds are drawn.
    pub chance: Chance,
    /// Tells followers that a journal has grown.
    pub bell: Bell,
    /// Which attempts gave a sign of life, and when; in memory only.
    pub presence: Presence,
    /// How often an address may try; in memory only.
    pub limits: Limits,
    /// What comes in floods, for the log; in memory only.
    pub floods: Floods,
    /// The hashes of passwords that are being made.
    pub hashes: Hashes,
    /// What was refused at doors and is not written down; in memory, for a second.
    pub door: Door,
    /// What servers on this database sign for each other with.
    pub shared_key: SharedKey,
    /// The sockets that are open; in memory only.
    pub sockets: Sockets,
    /// Where what takes long is done.
    pub workshop: Workshop,
    /// The end of this process.
    pub ending: Ending,
    /// Reads what people send, in processes of their own.
    pub reader: Reader,
    /// Holds the issuing key.
    pub signer: Arc<Signer>,
    /// The settings in force.
    pub config: Arc<Config>,
}

impl App {
    /// Brings the injected parts together. Starts the task of the group commit.
    pub fn new(config: Config, db: Db, clock: Clock, chance: Chance, signer: Signer) -> Self {
        Self {
            answers: Group::start(db.clone()),
            db,
            clock,
            alarm: Alarm::default(),
            receipts: Receipts::default(),
            chance,
            bell: Bell::default(),
            presence: Presence::default(),
            limits: Limits::default(),
            floods: Floods::default(),
            hashes: Hashes::default(),
            door: Door::default(),
            shared_key: SharedKey::default(),
            sockets: Sockets::default(),
            workshop: Workshop::default(),
            ending: Ending::default(),
            reader: Reader::default(),
            signer: Arc::new(signer),
            config: Arc::new(config),
        }
    }

    /// Has what people send read by `reader`, where this process is not Jurat's own program.
    #[must_use]
    pub fn reading_by(self, reader: Reader) -> Self {
        Self { reader, ..self }
    }
}
