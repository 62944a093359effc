//! Thin binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    let cwd = std::env::current_dir().unwrap_or_else(|_| ".".into());
    let code = match hecha::cli::parse(std::env::args_os()) {
        Ok(Ok(cli)) => hecha::commands::execute(cli, &cwd, &mut std::io::stdout().lock()),
        Ok(Err(text)) => {
            print!("{text}");
            Ok(0)
        }
        Err(error) => Err(error),
    };
    ExitCode::from(code.unwrap_or_else(|error| {
        eprintln!("{error}");
        error.exit_code()
    }))
}
