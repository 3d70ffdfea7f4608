//! The server in a process of its own, and what the system says of it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use madoka_server::clock::SystemClock;
use madoka_server::config::Config;
use madoka_server::listen::Listening;
use madoka_server::server::Server;

pub(crate) const SERVER_AT: &str = "MADOKA_BENCH_SERVER";
const ON: &str = "MADOKA_BENCH_SERVER_ON";
const POSTGRES: &str = "MADOKA_BENCH_POSTGRES";
const PASSWORD: &str = "MADOKA_BENCH_POSTGRES_PASSWORD";

/// Ends with its owner.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    pub(crate) fn start(variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.envs(variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        Self(command.stdout(Stdio::null()).spawn().unwrap())
    }

    pub(crate) fn memory(&self) -> f64 {
        largest(self.0.id())
    }
}

/// The largest a process's memory ever was, in MiB.
pub(crate) fn largest(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

pub(crate) fn server(folder: &Path, address: SocketAddr, config: &Config) -> Process {
    let mut variables = vec![(SERVER_AT, folder.display().to_string()), (ON, address.to_string())];
    if let (Some(postgres), Some(password)) =
        (&config.storage.postgres, &config.storage.postgres_password_file)
    {
        variables.push((POSTGRES, postgres.clone()));
        variables.push((PASSWORD, password.display().to_string()));
    }
    Process::start(&variables)
}

/// What the process does.
pub(crate) fn serve(folder: &Path) {
    let mut config = Config::default();
    config.storage.postgres = std::env::var(POSTGRES).ok();
    config.storage.postgres_password_file = std::env::var(PASSWORD).ok().map(Into::into);
    let address: SocketAddr = std::env::var(ON).unwrap().parse().unwrap();
    let server = Server::open(folder, config, Arc::new(SystemClock)).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (listening, _stop) = Listening::on(&server, address).await.unwrap();
        listening.serve().await.unwrap();
    });
}
