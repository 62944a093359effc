//! `hecha generate`: synthetic exports with planted mistakes, and the list of what was planted.

use std::path::Path;

use serde_json::json;

use super::Printer;
use crate::cli::Generate;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::profile;
use crate::synth::write::{Format, write_all};
use crate::synth::{Plant, Request, plantable_under, to_csv, world_under};

pub fn run(args: &Generate, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let dir = cwd.join(&args.out);
    let taken = dir.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(Error::new(ErrorKind::Usage, "输出目录里已有文件")
            .at(dir.display().to_string())
            .remedy("换一个空目录，以免与旧文件混在一起"));
    }
    let profile = profile::load(&args.profile, None)?;
    if !profile.is_valid_on(args.as_of) {
        let (id, from) = (&profile.id, profile.document.valid_from);
        let until = profile.document.valid_to.map_or_else(|| "起".to_string(), |to| format!("至{to}"));
        return Err(Error::new(ErrorKind::Usage, format!("基准日{}不在政策“{id}”的有效期内", args.as_of))
            .remedy(format!("用 --as-of 写一个{from}{until}的日期")));
    }
    let request = Request {
        households: args.households,
        units: args.units,
        seed: args.seed,
        mess: args.mess,
        plant: plant(&args.plant, &profile.id)?,
        as_of: args.as_of,
    };
    let formats = formats(args.formats.as_deref())?;
    let world = world_under(&request, &profile.id);
    let failed = |e: &std::io::Error| Error::io(ErrorKind::Output, "写不出文件", &dir, e);
    std::fs::create_dir_all(&dir).map_err(|e| failed(&e))?;
    let written = write_all(&world.exports(), &dir, args.mess, args.seed, &formats).map_err(|e| failed(&e))?;
    let expected = world.expected();
    let texts = [("hecha.toml", world.config_text()), ("expected_findings.csv", to_csv(&expected))];
    for (name, text) in texts {
        std::fs::write(dir.join(name), text).map_err(|e| failed(&e))?;
    }
    if printer.json {
        printer
            .print_json(&json!({ "out": dir.display().to_string(), "files": written, "expected": expected.len() }))?;
    } else if !printer.quiet {
        printer.print(&format!(
            "已生成{}户：{}个文件，埋入后应有疑点{}条\n  来源：{}\n  应有疑点：{}\n  运行：hecha run --config {}\n",
            args.households,
            written.len(),
            expected.len(),
            dir.join("inbox").display(),
            dir.join("expected_findings.csv").display(),
            dir.join("hecha.toml").display()
        ))?;
    }
    Ok(0)
}

fn plant(text: &str, profile: &str) -> Result<Plant> {
    match text.trim() {
        "none" | "" => Ok(Plant::None),
        "all" => Ok(Plant::All),
        codes => {
            let known = plantable_under(profile);
            let codes: Vec<String> = codes.split([',', '，']).map(|c| c.trim().to_uppercase()).collect();
            match codes.iter().find(|c| !known.contains(&c.as_str())) {
                None => Ok(Plant::Codes(codes)),
                Some(wrong) => {
                    let mut error = Error::new(ErrorKind::Usage, format!("不能埋入“{wrong}”"));
                    if let Some(near) = nearest(wrong, known.iter().copied()) {
                        error = error.remedy(format!("是不是“{near}”？"));
                    }
                    Err(error.remedy(format!("可埋入：{}", known.join("、"))))
                }
            }
        }
    }
}

fn formats(text: Option<&str>) -> Result<Vec<Format>> {
    let Some(text) = text else { return Ok(Format::ALL.to_vec()) };
    text.split([',', '，'])
        .map(|name| {
            name.trim().parse().map_err(|_| {
                let names: Vec<&str> = Format::ALL.iter().map(|f| f.as_str()).collect();
                Error::new(ErrorKind::Usage, format!("没有格式“{}”", name.trim()))
                    .remedy(format!("可写：{}", names.join("、")))
            })
        })
        .collect()
}
