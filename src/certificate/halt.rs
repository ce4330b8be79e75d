//! Places between two steps of issuing where a test may kill the program.

/// Stands still for good when `JURAT_HALT_AFTER` names this step. Nothing in a release build.
pub async fn after(step: &str) {
    if cfg!(debug_assertions) && std::env::var("JURAT_HALT_AFTER").is_ok_and(|at| at == step) {
        tracing::warn!("standing still after {step}");
        std::future::pending::<()>().await;
    }
}
