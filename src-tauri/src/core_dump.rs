//! What lies in memory is written nowhere: when a process of the window dies, no picture of its memory is left behind.

/// For this process and all that it starts: the web view holds what the officer sees.
pub(crate) fn forbid() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering a limit is always allowed.
        let _allowed = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}
