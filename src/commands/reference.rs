//! The rule catalogue as one Markdown page, from the declarations: `hecha rules --markdown`, kept in `src/rules/CATALOGUE.md`.

use std::fmt::Write;

use super::rules::{in_words, parameter, preset};
use crate::profile::Profile;
use crate::rules::{Param, Rule};
use crate::schema::Schemas;

/// Families of rules by the letters of their codes, in the order of the page.
const FAMILIES: [(&str, &str); 8] = [
    ("ID", "证件与基础信息"),
    ("JD", "建档"),
    ("YZ", "一致性（纸质 = 电子 = 实际）"),
    ("FF", "发放"),
    ("TK", "解困脱困与退档"),
    ("BF", "帮扶责任"),
    ("JZ", "进展"),
    ("BD", "部门比对"),
];

const HEAD: &str = "# 规则目录

本页由程序从各条规则的声明生成，请勿手改。重新生成：`UPDATE_REFERENCE=1 cargo test reference`；带自己的部门名单：`hecha rules --markdown`。

每个对象的结论有四种：不适用、合规、疑点、无法判定。疑点未经核实，先入户核实再处理。示例是在示例户（`src/rules/example.rs`）上的改动和应得的结论，也是这条规则的测试；写法：`efile.sex=女` 改第一行的一格，`emember#2.sex=女` 改第二行，`-civil` 去掉一类来源，`+paper 列=值` 加一行，`@as_of=日期`、`@profile=政策`、`@[rule.代码] 参数=值` 换基准日、政策和参数。
";

/// The whole page: `rules` under each of the papers.
pub fn markdown(rules: &[&Rule], profiles: &[Profile], schemas: &Schemas) -> String {
    let mut out = HEAD.to_string();
    let mut families: Vec<(&str, &str)> = FAMILIES.to_vec();
    for rule in rules {
        if !families.iter().any(|(letters, _)| rule.code.starts_with(letters)) {
            families.push((&rule.code[..2], ""));
        }
    }
    let of = |letters: &'_ str| {
        let mut own: Vec<&Rule> = rules.iter().copied().filter(|r| r.code.starts_with(letters)).collect();
        own.sort_by_key(|r| r.code);
        own
    };
    out.push_str("\n| 代码 | 疑点 | 程度 | 类别 | 规范 |\n| --- | --- | --- | --- | --- |\n");
    for rule in families.iter().flat_map(|(letters, _)| of(letters)) {
        let (class, norm) = (rule.class.chinese(), rule.norm.chinese());
        let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.title);
        let _ = writeln!(out, "| [{}](#{anchor}) | {} | {} | {class} | {norm} |", rule.code, rule.title, rule.severity);
    }
    for (letters, title) in &families {
        let own = of(letters);
        if !own.is_empty() {
            let _ = write!(out, "\n## {letters} {title}\n");
            own.iter().for_each(|rule| section(&mut out, rule, profiles, schemas));
        }
    }
    out
}

fn section(out: &mut String, rule: &Rule, profiles: &[Profile], schemas: &Schemas) {
    let _ = write!(
        out,
        "\n### {} {}\n\n{} · {} · {} · 看{}\n",
        rule.code,
        rule.title,
        rule.severity,
        rule.class.chinese(),
        rule.norm.chinese(),
        rule.subject
    );
    for line in rule.manual.lines().skip(1).map(str::trim).filter(|l| !l.is_empty()) {
        let line = line.strip_prefix("## ").map_or_else(|| format!("{line}\n"), |heading| format!("\n**{heading}** "));
        out.push_str(&line);
    }
    let _ = write!(out, "\n**处理** {}\n\n**依据**\n\n", rule.advice);
    for profile in profiles {
        if let Some(citation) = profile.citation(rule.clause) {
            let _ = writeln!(out, "- `{}`：{citation}", profile.id);
        }
    }
    let _ = writeln!(out, "- 通用：{}", rule.general_basis);
    if rule.only_where_bound {
        let bound: Vec<String> =
            profiles.iter().filter(|p| p.runs(rule.code, true)).map(|p| format!("`{}`", p.id)).collect();
        let bound = if bound.is_empty() { "（无）".to_string() } else { bound.join("、") };
        let _ = write!(out, "\n**启用** 只在这些政策下运行：{bound}；其他政策下要在配置里启用。\n");
    }
    let title =
        |kind: &&str| schemas.get(kind).map_or_else(|| (*kind).to_string(), |s| format!("{}（`{kind}`）", s.title));
    let groups: Vec<String> = rule.sources.iter().map(|g| g.iter().map(title).collect::<Vec<_>>().join("或")).collect();
    let sources = if groups.is_empty() { "任何来源".to_string() } else { groups.join("、") };
    let _ = write!(out, "\n**来源** {sources}\n");
    if !rule.params.is_empty() {
        out.push_str("\n**参数**\n\n| 名称 | 单位 | 默认 | 各政策 |\n| --- | --- | --- | --- |\n");
        for param in rule.params {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} |",
                param.name,
                param.unit,
                in_words(&preset(param)),
                by_profile(rule, param, profiles)
            );
        }
    }
    out.push_str("\n**示例**\n\n| 结论 | 在示例户上的改动 |\n| --- | --- |\n");
    for case in rule.cases {
        let given = if case.given.is_empty() { "（不改动）".to_string() } else { format!("`{}`", case.given) };
        let _ = writeln!(out, "| {} | {given} |", case.verdict.chinese());
    }
}

/// Values the papers give: `chengdu-2019：2019-07-30`.
fn by_profile(rule: &Rule, param: &Param, profiles: &[Profile]) -> String {
    let given = profiles.iter().filter_map(|profile| {
        profile.parameter(rule.code, param.name).map(|set| format!("`{}`：{}", profile.id, in_words(&parameter(set))))
    });
    let given: Vec<String> = given.collect();
    if given.is_empty() { "—".to_string() } else { given.join("；") }
}
