//! `hecha schedule`: the files by which the system runs hecha every night; `--install` puts them in place for the user.
//!
//! systemd.service(5), systemd.timer(5): a path is quoted and `%`, `$`, `\`, `"` in it are escaped. crontab(5): `%` ends a
//! command unless it is escaped. Task Scheduler: schema 1.2, UTF-16, as `schtasks /create /xml` reads it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::NaiveTime;
use serde_json::json;

use super::Printer;
use crate::cli::{ScheduleArgs, ScheduleKind};
use crate::config;
use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// Name of the units and of the task.
const NAME: &str = "hecha";
const DIRECTORY: &str = "计划任务";

/// What is run, and when.
#[derive(Debug)]
struct Night {
    program: PathBuf,
    config: PathBuf,
    at: NaiveTime,
    /// Open severe findings end a run with 1.
    findings_exit: bool,
    /// polars sizes its own pool.
    threads: Option<usize>,
}

/// A file that is written, and what to do with it.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    note: String,
}

pub fn run(args: &ScheduleArgs, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let path = config::locate(args.config.as_deref(), cwd)?;
    let loaded = crate::plan::load(&path)?;
    let path = path.canonicalize().map_err(|e| Error::io(ErrorKind::Config, "找不到配置文件", &path, &e))?;
    let program = std::env::current_exe()
        .map_err(|e| Error::io(ErrorKind::Output, "不知道本程序在哪里", Path::new("hecha"), &e))?;
    let night = Night {
        program,
        config: path,
        at: args.at,
        findings_exit: loaded.config.run.findings_exit,
        threads: loaded.config.run.threads,
    };
    night.is_plain()?;
    let kinds = match &args.kind[..] {
        [] if cfg!(windows) => vec![ScheduleKind::Windows],
        [] if args.install && has("systemctl") => vec![ScheduleKind::Systemd],
        [] if args.install => vec![ScheduleKind::Cron],
        [] => vec![ScheduleKind::Systemd, ScheduleKind::Cron],
        asked => asked.to_vec(),
    };
    let dir = args.out.as_ref().map_or_else(|| loaded.config.base.join(DIRECTORY), |out| cwd.join(out));
    private::create_dir_all(&dir).map_err(|e| Error::io(ErrorKind::Output, "建不了目录", &dir, &e))?;
    let mut written = Vec::new();
    for kind in kinds {
        let files = match kind {
            ScheduleKind::Systemd => {
                vec![("hecha.service", night.service(false).into_bytes()), ("hecha.timer", night.timer().into_bytes())]
            }
            ScheduleKind::Cron => vec![("hecha.cron", night.cron().into_bytes())],
            ScheduleKind::Windows => vec![("hecha任务.xml", utf16(&night.task()))],
        };
        for (name, bytes) in files {
            written.push(write(&dir.join(name), &bytes, args.force, kind)?);
        }
        if args.install {
            let said = night.install(kind, &dir)?;
            written.push(Written { path: PathBuf::new(), note: said });
        } else if let Some(fault) = verify(kind, &dir) {
            written.push(Written { path: PathBuf::new(), note: format!("systemd-analyze 说：{fault}") });
        }
    }
    if printer.json {
        let files: Vec<_> = written.iter().filter(|w| !w.path.as_os_str().is_empty()).map(|w| &w.path).collect();
        let notes: Vec<_> = written.iter().map(|w| &w.note).collect();
        printer.print_json(&json!({ "files": files, "notes": notes, "installed": args.install }))?;
    } else {
        let mut text = String::new();
        for one in &written {
            if !one.path.as_os_str().is_empty() {
                let _ = writeln!(text, "已写出：{}", one.path.display());
            }
            if !one.note.is_empty() && (one.path.as_os_str().is_empty() || !args.install) {
                let _ = writeln!(text, "  {}", one.note);
            }
        }
        printer.print(&text)?;
    }
    Ok(0)
}

fn write(path: &Path, bytes: &[u8], force: bool, kind: ScheduleKind) -> Result<Written> {
    if path.exists() {
        if std::fs::read(path).is_ok_and(|there| there == bytes) {
            return Ok(Written { path: path.to_owned(), note: how(kind, path) });
        }
        if !force {
            return Err(Error::new(ErrorKind::Usage, "文件已经有了，内容不同")
                .at(path.display().to_string())
                .remedy("加 --force 覆盖，或用 --out 写到别处")
                .meanwhile("没有改动它"));
        }
        std::fs::remove_file(path).map_err(|e| Error::io(ErrorKind::Output, "改不了文件", path, &e))?;
    }
    private::write(path, bytes).map_err(|e| Error::io(ErrorKind::Output, "写不了文件", path, &e))?;
    Ok(Written { path: path.to_owned(), note: how(kind, path) })
}

/// What a person does with a file.
fn how(kind: ScheduleKind, path: &Path) -> String {
    let shown = path.display();
    match kind {
        ScheduleKind::Systemd if path.extension().is_some_and(|e| e == "service") => String::new(),
        ScheduleKind::Systemd => "两个文件放到 /etc/systemd/system/ 后运行 systemctl enable --now hecha.timer；只为自己用的，改用 hecha schedule --install".into(),
        ScheduleKind::Cron => format!("运行 crontab -e，把 {shown} 里的一行加进去；或 hecha schedule --for cron --install"),
        ScheduleKind::Windows => format!("在命令提示符里运行 schtasks /create /tn {NAME} /xml \"{shown}\"；或 hecha schedule --for windows --install"),
    }
}

impl Night {
    /// Paths without what no unit file, cron line or task can hold.
    fn is_plain(&self) -> Result<()> {
        for path in [&self.program, &self.config] {
            let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
            if text.is_none() {
                return Err(Error::new(ErrorKind::Usage, "路径里有换行等控制字符，写不进计划任务")
                    .at(path.to_string_lossy().escape_debug().to_string())
                    .remedy("把程序和配置文件移到名称正常的目录"));
            }
        }
        Ok(())
    }

    fn base(&self) -> &Path {
        self.config.parent().unwrap_or(Path::new("/"))
    }

    /// `for_user`: of the user's own manager, which knows whose it is.
    fn service(&self, for_user: bool) -> String {
        let mut out = String::from("[Unit]\nDescription=hecha 困难职工帮扶数据核查\n\n[Service]\nType=oneshot\n");
        if !for_user && let Some(user) = user() {
            let _ = writeln!(out, "User={user}");
        }
        let directory = self.base().to_string_lossy().replace('%', "%%");
        let _ = writeln!(out, "WorkingDirectory={directory}");
        let quoted = |path: &Path| {
            let text = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", text.replace('%', "%%").replace('$', "$$"))
        };
        let _ = writeln!(out, "ExecStart={} run --config {}", quoted(&self.program), quoted(&self.config));
        if self.findings_exit {
            out.push_str("# 1：做完了，有严重疑点，不是故障\nSuccessExitStatus=1\n");
        }
        if let Some(threads) = self.threads {
            let _ = writeln!(out, "Environment=POLARS_MAX_THREADS={threads}");
        }
        out.push_str("UMask=0077\nNice=10\n");
        out
    }

    fn timer(&self) -> String {
        let at = self.at.format("%H:%M");
        format!(
            "[Unit]\nDescription=每晚运行 hecha\n\n[Timer]\nOnCalendar=*-*-* {at}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
    }

    fn cron(&self) -> String {
        let quoted = |path: &Path| format!("'{}'", path.to_string_lossy().replace('\'', r"'\''")).replace('%', r"\%");
        let threads = self.threads.map_or(String::new(), |n| format!("POLARS_MAX_THREADS={n} "));
        format!(
            "{} cd {} && umask 077 && {threads}{} run --config {} -q\n",
            self.at.format("%-M %-H * * *"),
            quoted(self.base()),
            quoted(&self.program),
            quoted(&self.config)
        )
    }

    fn task(&self) -> String {
        let escaped =
            |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let program = self.program.to_string_lossy();
        let run = format!("run --config \"{}\" -q", self.config.to_string_lossy());
        let (command, arguments) = match self.threads {
            None => (program.into_owned(), run),
            Some(n) => ("cmd.exe".to_string(), format!("/d /c \"set POLARS_MAX_THREADS={n}&& \"{program}\" {run}\"")),
        };
        format!(
            r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>hecha 困难职工帮扶数据核查，每晚一次</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2020-01-01T{}:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>
    <Priority>7</Priority>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{}</Command>
      <Arguments>{}</Arguments>
      <WorkingDirectory>{}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#,
            self.at.format("%H:%M"),
            escaped(&command),
            escaped(&arguments),
            escaped(&self.base().to_string_lossy())
        )
        .replace('\n', "\r\n")
    }

    /// Puts the files in place for the user; what was done, in Chinese.
    fn install(&self, kind: ScheduleKind, dir: &Path) -> Result<String> {
        match kind {
            ScheduleKind::Systemd => self.install_units(),
            ScheduleKind::Cron => self.install_line(),
            ScheduleKind::Windows => {
                let xml = dir.join("hecha任务.xml").display().to_string();
                called("schtasks", &["/create", "/f", "/tn", NAME, "/xml", &xml], None)?;
                Ok(format!(
                    "已装入任务计划程序：{NAME}，每天{}；schtasks /query /tn {NAME} 可看",
                    self.at.format("%H:%M")
                ))
            }
        }
    }

    fn install_units(&self) -> Result<String> {
        let home = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
        let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
        let Some(home) = home else {
            return Err(Error::new(ErrorKind::Output, "不知道用户的目录（没有 HOME）").remedy("设置 HOME 后再运行"));
        };
        let dir = home.join("systemd/user");
        std::fs::create_dir_all(&dir).map_err(|e| Error::io(ErrorKind::Output, "建不了目录", &dir, &e))?;
        for (name, text) in [("hecha.service", self.service(true)), ("hecha.timer", self.timer())] {
            let path = dir.join(name);
            std::fs::write(&path, text).map_err(|e| Error::io(ErrorKind::Output, "写不了文件", &path, &e))?;
        }
        called("systemctl", &["--user", "daemon-reload"], None)?;
        called("systemctl", &["--user", "enable", "--now", "hecha.timer"], None)?;
        let user = user().unwrap_or_default();
        Ok(format!(
            "已装到 {}，每天{}运行；不登录也要运行的，再运行一次：loginctl enable-linger {user}",
            dir.display(),
            self.at.format("%H:%M")
        ))
    }

    fn install_line(&self) -> Result<String> {
        /// By it the line is found again.
        const MARK: &str = "# hecha 每晚运行";
        let former = Command::new("crontab").arg("-l").stderr(Stdio::null()).output();
        let former = former.map_err(|e| Error::io(ErrorKind::Output, "用不了 crontab", Path::new("crontab"), &e))?;
        // No crontab yet is a failure with nothing on standard output.
        let former = String::from_utf8_lossy(&former.stdout).into_owned();
        let mut lines: Vec<&str> = Vec::new();
        let mut of_mine = false;
        for line in former.lines() {
            if of_mine || line == MARK {
                of_mine = line == MARK;
            } else {
                lines.push(line);
            }
        }
        let mut text = lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = write!(text, "{MARK}\n{}", self.cron());
        called("crontab", &["-"], Some(&text))?;
        Ok(format!("已写进 crontab，每天{}运行；crontab -l 可看", self.at.format("%H:%M")))
    }
}

/// Runs a tool of the system; its own words are told where it fails.
fn called(program: &str, arguments: &[&str], input: Option<&str>) -> Result<()> {
    let cannot = |e: &std::io::Error| Error::io(ErrorKind::Output, format!("用不了 {program}"), Path::new(program), e);
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let started =
        Command::new(program).args(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|e| cannot(&e))?;
    if let (Some(mut pipe), Some(text)) = (child.stdin.take(), input) {
        std::io::Write::write_all(&mut pipe, text.as_bytes()).map_err(|e| cannot(&e))?;
    }
    let ended = child.wait_with_output().map_err(|e| cannot(&e))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_string();
    Err(Error::new(ErrorKind::Output, format!("{program} {} 没有成功", arguments.join(" ")))
        .found(if said.is_empty() { "没有说明原因".to_string() } else { said })
        .remedy("文件已经写好，按上面的说明手工装上")
        .meanwhile("没有装上计划任务"))
}

/// A program of this name lies on the path.
fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// What systemd's own check finds wrong; None where nothing is, or where it is not there.
fn verify(kind: ScheduleKind, dir: &Path) -> Option<String> {
    if kind != ScheduleKind::Systemd || !has("systemd-analyze") {
        return None;
    }
    let files = ["hecha.service", "hecha.timer"].map(|name| dir.join(name));
    let ended = Command::new("systemd-analyze").args(["--system", "verify"]).args(files).output().ok()?;
    let said =
        String::from_utf8_lossy(&ended.stderr).lines().filter(|l| l.contains("hecha.")).collect::<Vec<_>>().join("；");
    (!ended.status.success() && !said.is_empty()).then_some(said)
}

/// Who runs this, for the unit of the system's manager.
fn user() -> Option<String> {
    let named = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok();
    let named = named.or_else(|| {
        let said = Command::new("id").arg("-un").stderr(Stdio::null()).output().ok()?;
        String::from_utf8(said.stdout).ok().map(|name| name.trim().to_string())
    });
    named.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-@".contains(c)))
}

/// Little-endian with a mark, as Windows writes it.
fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night() -> Night {
        Night {
            program: "/opt/核 查/50%/he\"cha".into(),
            config: "/srv/工会 '甲'/$HOME/hecha.toml".into(),
            at: NaiveTime::from_hms_opt(2, 5, 0).unwrap(),
            findings_exit: true,
            threads: Some(2),
        }
    }

    #[test]
    fn names_are_escaped_for_each_reader() {
        let n = night();
        let service = n.service(true);
        assert!(
            service.contains(
                "ExecStart=\"/opt/核 查/50%%/he\\\"cha\" run --config \"/srv/工会 '甲'/$$HOME/hecha.toml\"\n"
            ),
            "{service}"
        );
        assert!(service.contains("WorkingDirectory=/srv/工会 '甲'/$HOME\n") && !service.contains("User="));
        assert!(service.contains("SuccessExitStatus=1\n") && service.contains("Environment=POLARS_MAX_THREADS=2\n"));
        assert!(n.timer().contains("OnCalendar=*-*-* 02:05:00\n"));
        let cron = n.cron();
        assert!(cron.starts_with("5 2 * * * cd '/srv/工会 '\\''甲'\\''/$HOME' && umask 077 && POLARS_MAX_THREADS=2 '/opt/核 查/50\\%/he\"cha' run"), "{cron}");
        let task = n.task();
        assert!(task.contains("&amp;&amp; &quot;/opt/核 查/50%/he&quot;cha&quot; run --config"), "{task}");
        assert!(task.contains("<StartBoundary>2020-01-01T02:05:00</StartBoundary>\r\n"));
        assert_eq!(&utf16("<")[..], [0xFF, 0xFE, b'<', 0]);
        let quiet = Night { findings_exit: false, threads: None, ..night() };
        assert!(!quiet.service(false).contains("SuccessExitStatus"));
        assert!(!quiet.task().contains("cmd.exe"));
    }

    #[test]
    fn a_line_break_in_a_path_is_refused() {
        let broken = Night { config: "/srv/a\nb/hecha.toml".into(), ..night() };
        assert_eq!(broken.is_plain().unwrap_err().exit_code(), 2);
    }
}
