//! `madokad`

fn main() -> std::process::ExitCode {
    madoka_server::cli::main()
}
