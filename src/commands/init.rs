//! `hecha init DIR`: looks through a directory, recognises each sheet by its header, and writes a commented `hecha.toml`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::progress::Shown;
use super::{Printer, today};
use crate::cli::Init;
use crate::config::{self, FILE_NAME};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::ReadOptions;
use crate::ingest::inputs::{FileStatus, Inputs, Wanted};
use crate::normalize::{self, Context, SheetAccount, Tables};
use crate::pipeline::Progress;
use crate::schema::{Layout, Schemas};

/// A kind is said with doubt below this.
const SURE: f64 = 0.75;

pub fn run(args: &Init, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let dir = cwd.join(&args.dir);
    if !dir.is_dir() {
        return Err(Error::new(ErrorKind::Usage, "没有这个目录").at(dir.display().to_string()));
    }
    let target = cwd.join(FILE_NAME);
    if target.exists() && !args.force {
        return Err(Error::new(ErrorKind::Usage, format!("已有{FILE_NAME}"))
            .at(target.display().to_string())
            .remedy("要覆盖请加 --force；要另写请换一个目录运行")
            .meanwhile("没有改动任何文件"));
    }
    let mut files = Vec::new();
    collect(&dir, &mut files)?;
    let wanted: Vec<Wanted> = files
        .into_iter()
        .filter(|p| p != &target)
        .map(|path| Wanted {
            shown: relative(cwd, &path),
            path,
            source: 0,
            options: ReadOptions { second_reader: printer.program.clone(), ..ReadOptions::default() },
            returned: false,
            set_aside: None,
            kept: None,
        })
        .collect();
    let schemas = Schemas::load(None)?;
    let progress = Shown::new(printer);
    progress.stage("读取文件", Some(wanted.len()));
    let inputs = Inputs::read(&wanted, &|path| progress.step(path));
    progress.stage("识别", None);
    let tables = normalize::tables(&inputs, &[], &Context::new(&schemas, today()));
    progress.finish();

    let pattern = match relative(cwd, &dir).as_str() {
        "" | "." => "**/*".to_string(),
        dir => format!("{}/**/*", dir.trim_end_matches('/')),
    };
    let text = config::template(&sources(&pattern, &inputs, &tables));
    std::fs::write(&target, &text).map_err(|e| Error::io(ErrorKind::Output, "写不出配置文件", &target, &e))?;
    if printer.json {
        printer.print_json(&as_json(&inputs, &tables, &target))?;
    } else if !printer.quiet {
        printer.print(&as_text(&inputs, &tables, &target))?;
    }
    Ok(0)
}

/// All files below a directory, sorted; links to directories are not followed.
fn collect(dir: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |e: &std::io::Error| Error::io(ErrorKind::Input, "读不了目录", dir, e);
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| failed(&e))? {
        entries.push(entry.map_err(|e| failed(&e))?.path());
    }
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            collect(&path, out)?;
        } else if path.is_file() {
            out.push(path);
        }
    }
    Ok(())
}

fn relative(base: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> =
        relative.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).filter(|p| p != ".").collect();
    parts.join("/").replace("//", "/")
}

/// What is doubtful about a sheet, in Chinese.
fn doubts(account: &SheetAccount, tables: &Tables<'_>) -> Vec<String> {
    let title = |kind: usize| tables.schemas.all()[kind].title.clone();
    let mut out = Vec::new();
    match account.kind {
        Some(_) => {
            if let Some(rival) = account.rival {
                out.push(format!("也像“{}”", title(rival)));
            }
            if account.confidence < SURE {
                out.push("列名认得不全".to_string());
            }
            if !account.missing.is_empty() {
                out.push(format!("没有必填列：{}", account.missing.join("、")));
            }
            if !account.unknown.is_empty() {
                out.push(format!("不认识的列：{}", account.unknown.join("、")));
            }
        }
        None => match account.nearest {
            Some(near) => out.push(format!("没有认出；最接近“{}”，缺{}", title(near), account.missing.join("、"))),
            None => out.push("没有认出".to_string()),
        },
    }
    out
}

fn kind_id<'t>(account: &SheetAccount, tables: &'t Tables<'_>) -> Option<&'t str> {
    account.kind.map(|k| tables.schemas.all()[k].kind.as_str())
}

fn as_json(inputs: &Inputs, tables: &Tables<'_>, target: &Path) -> serde_json::Value {
    let files: Vec<_> = inputs
        .files
        .iter()
        .filter(|f| matches!(f.status, FileStatus::Read(_) | FileStatus::Unreadable(_)))
        .map(|f| {
            let sheets: Vec<_> = f
                .sheets
                .clone()
                .map(|i| {
                    let account = &tables.accounts[i];
                    json!({
                        "name": inputs.sheets[i].raw.name,
                        "kind": kind_id(account, tables),
                        "header_row": account.header_row,
                        "confidence": (account.confidence * 100.0).round() / 100.0,
                        "unsure": doubts(account, tables),
                    })
                })
                .collect();
            json!({ "path": f.path, "sheets": sheets })
        })
        .collect();
    json!({ "files": files, "config": target.display().to_string() })
}

fn as_text(inputs: &Inputs, tables: &Tables<'_>, target: &Path) -> String {
    let mut out = String::new();
    for file in &inputs.files {
        match &file.status {
            FileStatus::Unreadable(e) => {
                let _ = writeln!(out, "{} › 读不出：{}；{}", file.path, e.what, e.remedy);
                continue;
            }
            FileStatus::Ignored(why) => {
                let _ = writeln!(out, "{} › 忽略：{why}", file.path);
                continue;
            }
            FileStatus::Duplicate(first) => {
                let _ = writeln!(out, "{} › 与{first}内容相同", file.path);
                continue;
            }
            FileStatus::Read(_) => {}
        }
        for i in file.sheets.clone() {
            let account = &tables.accounts[i];
            if account.read == 0 {
                continue;
            }
            let sheet = &inputs.sheets[i].raw.name;
            let sheet = if sheet.is_empty() { "（文本）" } else { sheet };
            let kind = match account.kind {
                Some(k) => format!("{}（{}）", tables.schemas.all()[k].kind, tables.schemas.all()[k].title),
                None => "未识别".to_string(),
            };
            let header = match (account.layout, account.header_row) {
                (Some(Layout::Form), _) => "表单".to_string(),
                (_, Some(row)) => format!("第{row}行"),
                _ => "－".to_string(),
            };
            let doubts = doubts(account, tables);
            let sure = match (account.kind, doubts.is_empty()) {
                (None, _) => "－".to_string(),
                (Some(_), _) if account.rival.is_none() && account.confidence >= SURE => "有把握".to_string(),
                _ => "请核对".to_string(),
            };
            let _ = writeln!(out, "{} › {sheet} › {kind} › {header} › {sure}", file.path);
            for doubt in doubts {
                let _ = writeln!(out, "    {doubt}");
            }
        }
    }
    let _ = writeln!(out, "已写配置：{}", target.display());
    out.push_str("请核对其中的本级工会名称、政策文件、基准日，再运行：hecha check\n");
    out
}

/// The `[[source]]` of the directory, and each recognised file with its kind as comments to correct.
fn sources(pattern: &str, inputs: &Inputs, tables: &Tables<'_>) -> String {
    let mut out = format!("[[source]]\npath = {}\n\n", toml_text(pattern));
    out.push_str("# 认出的文件。认错的，去掉下面几行的 # 并改正kind：\n");
    for file in inputs.files.iter().filter(|f| matches!(f.status, FileStatus::Read(_))) {
        let mut kinds: Vec<&str> = file.sheets.clone().filter_map(|i| kind_id(&tables.accounts[i], tables)).collect();
        kinds.dedup();
        if let Some(kind) = kinds.first() {
            let more = if kinds.len() > 1 { format!("    # 各表：{}", kinds.join("、")) } else { String::new() };
            let _ = writeln!(out, "# [[source]]\n# path = {}\n# kind = \"{kind}\"{more}", toml_text(&file.path));
        }
    }
    out.push('\n');
    out
}

/// A TOML string; a line break in a file's name must not end the comment it stands in.
fn toml_text(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
}
