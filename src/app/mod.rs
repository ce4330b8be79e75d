//! What is injected: database, clock, chance, doorbell, signer, configuration.
