//! `hecha help`, `hecha completions` and `hecha man`: what the program says of its own command line, all made from the one
//! declaration in [`crate::cli`].

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Printer;
use super::topics::{self, Topic};
use crate::cli::{Cli, CompletionsArgs, HelpArgs, ManArgs};
use crate::error::{Error, ErrorKind, Result, nearest};

/// PowerShell 5.1 takes a script without this mark for one in the system's code page.
const BOM: &str = "\u{feff}";

/// Prints what `hecha COMMAND --help` prints, or the text of a topic.
///
/// # Errors
/// [`ErrorKind::Usage`] for a command or topic that there is not.
pub fn help(args: &HelpArgs, printer: &mut Printer<'_>) -> Result<u8> {
    let mut program = built();
    if let [name] = &args.command[..]
        && let Some(topic) = Topic::find(name)
    {
        printer.print(&topic.text())?;
        return Ok(0);
    }
    let mut text = find(&mut program, &args.command)?.render_help().to_string();
    if args.command.is_empty() {
        text.push('\n');
        text.push_str(&topics::list());
    }
    printer.print(&text)?;
    Ok(0)
}

/// Prints the completion script of a shell.
///
/// # Errors
/// [`ErrorKind::Output`] where it cannot be printed.
pub fn completions(args: &CompletionsArgs, printer: &mut Printer<'_>) -> Result<u8> {
    let mut script = Vec::new();
    let shell = Shell::from(args.shell);
    clap_complete::generate(shell, &mut shown(Cli::command()), "hecha", &mut script);
    let script = String::from_utf8_lossy(&script);
    let mark = if shell == Shell::PowerShell { BOM } else { "" };
    printer.print(&format!("{mark}{script}"))?;
    Ok(0)
}

/// Prints a man page (roff), or writes the pages of all commands into a directory.
///
/// # Errors
/// [`ErrorKind::Usage`] for a command that there is not, [`ErrorKind::Output`] where a page cannot be written. A page that
/// stands there already is written over.
pub fn man(args: &ManArgs, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let mut program = shown(built());
    let Some(dir) = &args.out else {
        let page = page(find(&mut program, &args.command)?, &args.command)?;
        printer.print(&String::from_utf8_lossy(&page))?;
        return Ok(0);
    };
    let dir = cwd.join(dir);
    let failed = |path: &Path, e: &std::io::Error| Error::io(ErrorKind::Output, "写不出手册页", path, e);
    std::fs::create_dir_all(&dir).map_err(|e| failed(&dir, &e))?;
    let mut pages = vec![(String::from("hecha"), page(&program, &[])?)];
    for command in program.get_subcommands() {
        let name = command.get_name().to_owned();
        pages.push((format!("hecha-{name}"), page(command, std::slice::from_ref(&name))?));
    }
    for (name, page) in &pages {
        let path = dir.join(format!("{name}.1"));
        std::fs::write(&path, page).map_err(|e| failed(&path, &e))?;
    }
    printer.print(&format!("写出手册页{}个：{}\n", pages.len(), dir.display()))?;
    Ok(0)
}

/// The declaration with the common options in every command.
fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Without the commands that the program keeps to itself: neither a shell nor a manual offers them.
fn shown(command: Command) -> Command {
    let kept: Vec<Command> = command.get_subcommands().filter(|c| !c.is_hide_set()).cloned().collect();
    let mut bare = Command::new("hecha").version(env!("CARGO_PKG_VERSION"));
    if let Some(about) = command.get_about() {
        bare = bare.about(about.clone());
    }
    if let Some(after) = command.get_after_help() {
        bare = bare.after_help(after.clone());
    }
    let options: Vec<_> = command.get_arguments().cloned().collect();
    bare.disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .args(options)
        .subcommands(kept)
}

fn find<'a>(program: &'a mut Command, names: &[String]) -> Result<&'a mut Command> {
    let mut at = program;
    for name in names {
        let shown: Vec<&str> = at.get_subcommands().filter(|c| !c.is_hide_set()).map(Command::get_name).collect();
        let there = shown.contains(&name.as_str());
        let topics = topics::TOPICS.iter().flat_map(|t| [t.name, t.latin]);
        let near = nearest(name, shown.into_iter().chain(topics))
            .map(|near| format!("是不是 hecha help {near}；"))
            .unwrap_or_default();
        let unknown = || {
            Error::new(ErrorKind::Usage, format!("没有命令或专题“{name}”"))
                .remedy(format!("{near}全部命令见 hecha help"))
        };
        at = at.find_subcommand_mut(name).filter(|_| there).ok_or_else(unknown)?;
    }
    Ok(at)
}

fn page(command: &Command, path: &[String]) -> Result<Vec<u8>> {
    let title = std::iter::once("hecha").chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
    let mut page = Vec::new();
    Man::new(command.clone())
        .title(title)
        .manual("核查手册")
        .render(&mut page)
        .map_err(|e| Error::io(ErrorKind::Output, "写不出手册页", Path::new("标准输出"), &e))?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::ShellName;

    fn printed(run: impl FnOnce(&mut Printer<'_>) -> Result<u8>) -> Result<String> {
        let mut out = Vec::new();
        let mut printer = Printer { out: &mut out, program: None, json: false, quiet: false, verbose: 0 };
        run(&mut printer)?;
        Ok(String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn every_shell_learns_the_commands_but_not_the_hidden_one() {
        for shell in [ShellName::Bash, ShellName::Zsh, ShellName::Fish, ShellName::Powershell, ShellName::Elvish] {
            let script = printed(|p| completions(&CompletionsArgs { shell }, p)).expect("a script");
            assert!(script.contains("collect") && script.contains("whatif"), "{shell:?}");
            assert!(!script.contains("second-reader"), "{shell:?}");
            assert_eq!(script.starts_with(BOM), shell == ShellName::Powershell, "{shell:?}");
        }
    }

    #[test]
    fn help_of_a_command_is_its_own_help() {
        let by_option = crate::cli::parse(["hecha", "history", "prune", "--help"]).expect("help").expect_err("text");
        let command = vec![String::from("history"), String::from("prune")];
        assert_eq!(printed(|p| help(&HelpArgs { command }, p)).expect("help"), by_option);
    }

    #[test]
    fn an_unknown_command_names_the_nearest() {
        let error = printed(|p| help(&HelpArgs { command: vec!["colect".into()] }, p)).expect_err("unknown");
        assert!(error.to_string().contains("hecha help collect"), "{error}");
        let hidden = printed(|p| help(&HelpArgs { command: vec!["second-reader".into()] }, p));
        assert!(hidden.is_err());
    }

    #[test]
    fn every_command_has_a_page() {
        let dir = tempfile::tempdir().expect("a directory");
        let args = ManArgs { command: Vec::new(), out: Some("man".into()) };
        printed(|p| man(&args, dir.path(), p)).expect("pages");
        for command in built().get_subcommands().filter(|c| !c.is_hide_set()) {
            let path = dir.path().join(format!("man/hecha-{}.1", command.get_name()));
            let page = std::fs::read_to_string(&path).expect("a page");
            // roff takes a bare hyphen for a place to break the line.
            let about = command.get_about().expect("about").to_string().replace('-', "\\-");
            assert!(page.contains(".TH") && page.contains(&about), "{path:?}");
        }
        assert!(dir.path().join("man/hecha.1").is_file());
        assert!(!dir.path().join("man/hecha-second-reader.1").exists());
    }
}
