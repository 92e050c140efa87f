use std::sync::Arc;

/// Something to do later, from a palette, a key or a toast.
///
/// A leptos `Callback` belongs to the scope that made it and is gone when that scope runs again or its page is left;
/// palettes and toasts outlive both, so a command owns its closure.
#[derive(Clone)]
pub struct Command(Arc<dyn Fn() + Send + Sync>);

impl Command {
    /// A command that runs the closure.
    pub fn new(run: impl Fn() + Send + Sync + 'static) -> Self {
        Command(Arc::new(run))
    }

    /// Does it.
    pub fn run(&self) {
        (self.0)();
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Command")
    }
}

impl<F: Fn() + Send + Sync + 'static> From<F> for Command {
    fn from(run: F) -> Self {
        Command::new(run)
    }
}
