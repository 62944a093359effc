//! The command line as typed; what it means is decided in [`crate::plan`] and the commands.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::styling::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind as ClapKind};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::error::{Error, ErrorKind, nearest};

const HELP: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// 困难职工帮扶数据核查比对：读懂真实表格，按身份证号比对，逐单位出疑点清单
#[derive(Debug, Parser)]
#[command(
    name = "hecha",
    version,
    help_template = HELP,
    styles = Styles::plain(),
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    override_usage = "hecha <命令> [选项]",
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "退出码：0 完成；1 完成，有严重疑点；2 用法或配置有误；3 有来源读不出（其余已完成）；4 另一次运行未结束；5 失败，未发布结果"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Common {
    /// 结果的格式：text 给人看，json 给程序读
    #[arg(
        long,
        global = true,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "通用选项"
    )]
    pub format: OutputFormat,
    /// 只报错误
    #[arg(short, long, global = true, help_heading = "通用选项")]
    pub quiet: bool,
    /// 多说一些（各步用时、各文件情况）
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "通用选项")]
    pub verbose: u8,
    /// 日志每行一个JSON对象（时间、级别、内容），写到标准错误
    #[arg(long, global = true, help_heading = "通用选项")]
    pub log_json: bool,
    /// 并行线程数；不写则用全部处理器
    #[arg(long, global = true, value_name = "个数", help_heading = "通用选项", value_parser = threads)]
    pub threads: Option<usize>,
    /// 显示帮助
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "通用选项")]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "通用选项")]
    version: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 查看目录，认出每个文件是什么表，写出hecha.toml
    #[command(help_template = HELP, override_usage = "hecha init <目录> [选项]")]
    Init(Init),
    /// 只读取和识别来源，不核查：认出了什么、每行去向、哪些格读不出
    #[command(help_template = HELP, override_usage = "hecha check [选项]")]
    Check(Check),
    /// 完整核查，逐单位出工作簿
    #[command(help_template = HELP, override_usage = "hecha run [选项]")]
    Run(Run),
    /// 回头看：两次运行之间新增、消失、重现、变化的疑点，按单位和规则
    #[command(help_template = HELP, override_usage = "hecha diff <运行> <运行> [选项]")]
    Diff(DiffArgs),
    /// 历次运行的趋势；清理过期的记录
    #[command(help_template = HELP, override_usage = "hecha history [选项]\n      hecha history prune --keep 10y", subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    History(HistoryArgs),
    /// 一屏看完：最近一次运行是何时、怎样结束的，还有多少未办结、逾期，什么没有到；退出码给监控用
    #[command(help_template = HELP, override_usage = "hecha status [选项]", after_help = "退出码：0 最近一次运行不太久且齐全；1 同上，有严重疑点未办结或有逾期；3 有来源没有到或读不出；5 没有运行过或太久没有运行")]
    Status(StatusArgs),
    /// 到期提醒：走访、核查、回访、公示、按级别脱困、答应的整改各在哪一天到期，按单位和联系人
    #[command(help_template = HELP, override_usage = "hecha due [--within 30d] [选项]")]
    Due(DueArgs),
    /// 名册和统计：在档、返困、兜底、常态化、帮扶清单、资金、月度变动，一份工作簿
    #[command(help_template = HELP, override_usage = "hecha lists [选项]")]
    Lists(ListsArgs),
    /// 文书：入户调查表、脱困申请表、公示、退档通知书、回访记录单、联系卡、整改通知书和报告、签收单
    #[command(help_template = HELP, override_usage = "hecha forms <种类>… [选项]")]
    Forms(FormsArgs),
    /// 督查抽样：按层抽取单位和户，写出名单、核查表、单位画像和督查报告草稿
    #[command(help_template = HELP, override_usage = "hecha sample [选项]")]
    Sample(SampleArgs),
    /// 核对名单：请别的部门核对家庭经济状况的人员名单，明文或加盐的令牌；对方交回的按号码或令牌读入
    #[command(help_template = HELP, override_usage = "hecha exchange [--unit 单位] [--tokens] [--out 文件]")]
    Exchange(ExchangeArgs),
    /// 写出每晚运行要用的文件：systemd 服务和定时器、cron 行、Windows 任务计划
    #[command(help_template = HELP, override_usage = "hecha schedule [选项]")]
    Schedule(ScheduleArgs),
    /// 收回各单位交回的工作簿和入户调查表，写出批注和更正清单
    #[command(help_template = HELP, override_usage = "hecha collect <文件或目录>… [选项]")]
    Collect(Collect),
    /// 已收的答复：列出、撤回、退回重核；交回的调查表也是
    #[command(help_template = HELP, override_usage = "hecha answers [选项]\n      hecha answers withdraw <疑点编号或调查表>…\n      hecha answers reopen <疑点编号>… --why 理由", subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Answers(AnswersArgs),
    /// 规则目录，或一条规则的依据、参数和示例
    #[command(help_template = HELP, override_usage = "hecha rules [代码]")]
    Rules(Rules),
    /// 一条疑点的来龙去脉：原始各行、如何规范、如何匹配、比对结果和依据
    #[command(help_template = HELP, override_usage = "hecha explain <疑点编号> [选项]")]
    Explain(Explain),
    /// 自检：在内存里的一份来源中埋入各类已知错误再核查，看每条规则查不查得出，不写文件
    #[command(help_template = HELP, override_usage = "hecha canary [选项]")]
    Canary(Canary),
    /// 假如改了标准或参数：同一批文件按改动前后各核查一次，比较疑点、户数和金额，不写文件
    #[command(name = "whatif", help_template = HELP, override_usage = "hecha whatif --set 键=值 [选项]")]
    WhatIf(WhatIf),
    /// 来源类别；输出空白模板或JSON Schema
    #[command(help_template = HELP, override_usage = "hecha schema [类别] [选项]")]
    Schema(SchemaArgs),
    /// 一个命令或专题的帮助：退出码、配置、来源、答复、每晚、隐私
    #[command(help_template = HELP, override_usage = "hecha help [命令或专题]…")]
    Help(HelpArgs),
    /// 命令补全脚本，写到标准输出
    #[command(help_template = HELP, override_usage = "hecha completions <外壳>")]
    Completions(CompletionsArgs),
    /// 手册页（man），一个命令的写到标准输出，或全部写到目录
    #[command(help_template = HELP, override_usage = "hecha man [命令]…\n      hecha man --out <目录>")]
    Man(ManArgs),
    /// 程序自用：在单独的进程里用备用读法读一个工作簿，字节从标准输入来
    #[command(name = "second-reader", hide = true, help_template = HELP, override_usage = "hecha second-reader <字节数>")]
    SecondReader(SecondReader),
    /// 生成虚构的来源文件，可带已知错误及其清单
    #[command(help_template = HELP, override_usage = "hecha generate --out <目录> [选项]")]
    Generate(Generate),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Init {
    /// 放表格的目录
    #[arg(value_name = "目录")]
    pub dir: PathBuf,
    /// 覆盖已有的hecha.toml
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct HelpArgs {
    /// 命令，可带下一级（history prune），或专题；不写则为全部命令和专题
    #[arg(value_name = "命令或专题")]
    pub command: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct CompletionsArgs {
    /// bash、zsh、fish、powershell、elvish
    #[arg(value_name = "外壳", hide_possible_values = true)]
    pub shell: ShellName,
}

/// The shells that completions are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

impl From<ShellName> for clap_complete::Shell {
    fn from(name: ShellName) -> Self {
        match name {
            ShellName::Bash => Self::Bash,
            ShellName::Zsh => Self::Zsh,
            ShellName::Fish => Self::Fish,
            ShellName::Powershell => Self::PowerShell,
            ShellName::Elvish => Self::Elvish,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct ManArgs {
    /// 命令，可带下一级；不写则为总页
    #[arg(value_name = "命令", conflicts_with = "out")]
    pub command: Vec<String>,
    /// 把所有命令的手册页写到这个目录
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SecondReader {
    /// 本进程可用的内存
    #[arg(value_name = "字节数")]
    pub memory: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Explain {
    /// 疑点编号，如 YZ301-ABCDEFGHIJ（见疑点清单的“编号”）
    #[arg(value_name = "疑点编号")]
    pub finding: String,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 核查基准日；不写则用配置的，再不然用今天
    #[arg(long, value_name = "日期")]
    pub as_of: Option<NaiveDate>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Check {
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 核查基准日，如2019-08-20
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// 每个工作簿再用备用读法读一遍，逐格对照，说出两种读法不同的格
    #[arg(long)]
    pub verify: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Run {
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 核查基准日，如2019-08-20；不写则按配置，再不写为今天
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// 只核查此单位及其下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只运行此规则，可写多次
    #[arg(long, value_name = "代码")]
    pub rule: Vec<String>,
    /// 输出目录
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    /// 只写哪些输出：tables（findings.csv、manifest.json）
    #[arg(long, value_name = "范围", hide_possible_values = true)]
    pub only: Option<Only>,
    /// 先自检；有规则查不出埋入的错误时不写结果，以5退出
    #[arg(long)]
    pub canary: bool,
    /// 只核查，不写任何文件
    #[arg(long)]
    pub dry_run: bool,
    /// 不读不写状态数据库：不与以往比较，疑点都算新增
    #[arg(long)]
    pub no_history: bool,
    /// 本次列出的疑点从今天起算下发（配置 [history] hand_out = "explicit" 时用）
    #[arg(long)]
    pub hand_out: bool,
    /// 来源已确认齐全：比上次少了一成以上的也不算没有到齐
    #[arg(long)]
    pub complete: bool,
    /// 一行数据也没有读到，也照样发布（确实是空的开头才用）
    #[arg(long)]
    pub allow_empty: bool,
    /// 基准日在今天之后或早于最近一次运行也照做；结果不改动 latest
    #[arg(long)]
    pub backdate: bool,
    /// 有严重疑点、或有来源这次没有到时也以0退出；读不出的文件、整个没有内容的文件夹仍以3退出
    #[arg(long)]
    pub exit_zero: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct StatusArgs {
    /// 多久没有运行算太久，如36h、3d；不写则按配置，再不写为36小时
    #[arg(long, value_name = "时间")]
    pub max_age: Option<String>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
}

/// What papers are made from after a run: its sources, read anew.
#[derive(Debug, Args)]
pub struct AgainArgs {
    /// 基准日；不写则为最近一次运行的
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct DueArgs {
    /// 从基准日起看多久，如30d、6m
    #[arg(long, value_name = "时间", default_value = "30d")]
    pub within: String,
    /// 只看这个单位，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只看这个帮扶联系人，可写多次
    #[arg(long, value_name = "姓名")]
    pub helper: Vec<String>,
    /// 另写一份工作簿
    #[arg(long, value_name = "文件.xlsx")]
    pub workbook: Option<PathBuf>,
    #[command(flatten)]
    pub again: AgainArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct ExchangeArgs {
    /// 只列这个单位和它的下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只写身份证号的令牌（HMAC-SHA256），不写姓名号码；盐在配置 [exchange] salt_env 所写的环境变量里
    #[arg(long)]
    pub tokens: bool,
    /// 写到这个 .xlsx 或 .csv；不写则为当前目录的“核对名单_基准日.xlsx”
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub again: AgainArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct ListsArgs {
    /// 只看这个单位和它的下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 疑似应建未建：近12个月个人负担医疗费从多少元起列；不写则为12个月低保标准
    #[arg(long, value_name = "元")]
    pub own_share: Option<String>,
    /// 写到这个文件；不写则为当前目录的“名册统计_基准日.xlsx”
    #[arg(long, value_name = "文件.xlsx")]
    pub workbook: Option<PathBuf>,
    #[command(flatten)]
    pub again: AgainArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct FormsArgs {
    /// 种类或附件号，如 脱困公示、附件3；不写则列出种类
    #[arg(value_name = "种类")]
    pub kinds: Vec<String>,
    /// 只打印这个单位和它的下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只打印这些户
    #[arg(long, value_name = "档案号", num_args = 1..)]
    pub household: Vec<String>,
    /// 全部户或单位
    #[arg(long)]
    pub all: bool,
    /// 列出这种文书的模板能用的占位符
    #[arg(long, value_name = "种类")]
    pub fields: Option<String>,
    /// 自己的模板放在这个目录，文件名与种类同名；不写则用配置里的 [forms] dir
    #[arg(long, value_name = "目录")]
    pub templates: Option<PathBuf>,
    /// 写到这个目录；不写则为当前目录的“文书_基准日”
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub again: AgainArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct SampleArgs {
    /// 每个被查工会抽几个基层单位
    #[arg(long, value_name = "个数", default_value_t = 2, value_parser = count)]
    pub units: usize,
    /// 每个单位抽几户
    #[arg(long, value_name = "户数", default_value_t = 20, value_parser = count)]
    pub households: usize,
    /// 种子：同一种子抽出同样的户；不写则为基准日，如20190820
    #[arg(long, value_name = "数")]
    pub seed: Option<u64>,
    /// 只查这个单位和它的下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 写到这个目录；不写则为当前目录的“抽样_基准日”
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub again: AgainArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct ScheduleArgs {
    /// 几点运行
    #[arg(long, value_name = "时:分", default_value = "02:30", value_parser = hour)]
    pub at: chrono::NaiveTime,
    /// 给哪种计划任务：systemd、cron、windows；不写则按本机
    #[arg(long = "for", value_name = "种类", hide_possible_values = true)]
    pub kind: Vec<ScheduleKind>,
    /// 文件写到这个目录；不写则为配置文件旁的“计划任务”
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    /// 直接为当前用户装好
    #[arg(long)]
    pub install: bool,
    /// 覆盖已有的文件
    #[arg(long)]
    pub force: bool,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
}

/// What starts a program every night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScheduleKind {
    Systemd,
    Cron,
    Windows,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct DiffArgs {
    /// 先一次：基准日（2019-08-20）、run_id，或“最近”
    #[arg(value_name = "运行")]
    pub from: String,
    /// 后一次
    #[arg(value_name = "运行")]
    pub to: String,
    /// 只看这个单位，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只看这条规则，可写多次
    #[arg(long, value_name = "代码")]
    pub rule: Vec<String>,
    /// 另写一份工作簿
    #[arg(long, value_name = "文件.xlsx")]
    pub workbook: Option<PathBuf>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct HistoryArgs {
    #[command(subcommand)]
    pub command: Option<HistoryCommand>,
    /// 只看这个单位
    #[arg(long, value_name = "单位")]
    pub unit: Option<String>,
    /// 只看这条规则
    #[arg(long, value_name = "代码")]
    pub rule: Option<String>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// 清理超过保留期限的运行记录和结果目录；最近一次的、90天内下发的结果和核实结论（是同一人、不是同一人）不清理
    #[command(help_template = HELP, override_usage = "hecha history prune --keep 10y")]
    Prune(Prune),
    /// 删去一次运行的记录（按错了日期的）；它的结果目录不动
    #[command(help_template = HELP, override_usage = "hecha history forget <运行>")]
    Forget(Forget),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Forget {
    /// 基准日（2019-08-20）或 run_id
    #[arg(value_name = "运行")]
    pub run: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Prune {
    /// 保留多久：10y（年）、18m（月）、90d（天）
    #[arg(long, value_name = "期限")]
    pub keep: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    Tables,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct AnswersArgs {
    #[command(subcommand)]
    pub command: Option<AnswersCommand>,
    /// 只列这个单位的
    #[arg(long, value_name = "名称")]
    pub unit: Option<String>,
    /// 只列这条规则的
    #[arg(long, value_name = "代码")]
    pub rule: Option<String>,
    /// 连已撤回、已被代替的也列出
    #[arg(long)]
    pub all: bool,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件", global = true)]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum AnswersCommand {
    /// 撤回：这些答复（或调查表）当作没有收到过，原文件可以再交
    #[command(help_template = HELP, override_usage = "hecha answers withdraw <疑点编号或调查表>… [选项]")]
    Withdraw(Undone),
    /// 退回重核：已了结的疑点下次核查重新交办
    #[command(help_template = HELP, override_usage = "hecha answers reopen <疑点编号>… --why 理由 [选项]")]
    Reopen(Undone),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Undone {
    /// 疑点编号；撤回调查表时写它的文件名
    #[arg(value_name = "编号", required = true)]
    pub named: Vec<String>,
    /// 理由，下次交办时写给单位看
    #[arg(long, value_name = "理由", default_value = "", hide_default_value = true)]
    pub why: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Collect {
    /// 交回的工作簿、附件3入户调查表，或放它们的目录、压缩包
    #[arg(value_name = "文件或目录", required = true)]
    pub paths: Vec<PathBuf>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 输出目录
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    /// 只看结果，不记录，不写任何文件
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Rules {
    /// 规则代码，如YZ301
    #[arg(value_name = "代码")]
    pub code: Option<String>,
    /// 配置文件：按其政策和参数显示
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 整个目录写成一页Markdown，列出各政策的条款和参数
    #[arg(long, conflicts_with = "code")]
    pub markdown: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Canary {
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 核查基准日，如2019-08-20；不写则按配置，再不写为今天
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<NaiveDate>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct WhatIf {
    /// 改动的配置键和值，可写多次：level.全国级.exit_multiple=1.2、rule.YZ305.difference_yuan=50、standard.510100.2019-07-01.dibao=700
    #[arg(long, value_name = "键=值", required = true)]
    pub set: Vec<String>,
    /// 配置文件；不写则从当前目录向上找hecha.toml
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 核查基准日，如2019-08-20；不写则按配置，再不写为今天
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// 只比较此单位及其下级，可写多次
    #[arg(long, value_name = "单位")]
    pub unit: Vec<String>,
    /// 只比较此规则，可写多次
    #[arg(long, value_name = "代码")]
    pub rule: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct SchemaArgs {
    /// 来源类别，如payment
    #[arg(value_name = "类别")]
    pub kind: Option<String>,
    /// 写出空白模板工作簿
    #[arg(long, value_name = "文件.xlsx")]
    pub template: Option<PathBuf>,
    /// 输出JSON Schema
    #[arg(long)]
    pub json_schema: bool,
    /// 自定的来源说明目录
    #[arg(long, value_name = "目录")]
    pub schemas: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Generate {
    /// 写到此目录
    #[arg(long, value_name = "目录")]
    pub out: PathBuf,
    /// 户数
    #[arg(long, value_name = "户", value_parser = count, default_value_t = 1000, hide_default_value = true)]
    pub households: usize,
    /// 单位数（区县总工会及其下级合计）
    #[arg(long, value_name = "个", value_parser = count, default_value_t = 20, hide_default_value = true)]
    pub units: usize,
    /// 随机种子：相同的种子得到相同的文件
    #[arg(long, value_name = "数", default_value_t = 1, hide_default_value = true)]
    pub seed: u64,
    /// 杂乱程度，0至3
    #[arg(long, value_name = "程度", default_value_t = 2, hide_default_value = true, value_parser = mess)]
    pub mess: u8,
    /// 埋入哪些错误：none、all，或规则代码，用逗号隔开
    #[arg(long, value_name = "代码", default_value = "none", hide_default_value = true)]
    pub plant: String,
    /// 按哪份政策生成，如 chengdu-2019、national-2022（后者带建档程序台账、授权书、核对报告）
    #[arg(long, value_name = "政策", default_value = "chengdu-2019", hide_default_value = true)]
    pub profile: String,
    /// 核查基准日
    #[arg(long, value_name = "日期", value_parser = date, default_value = "2019-08-20", hide_default_value = true)]
    pub as_of: NaiveDate,
    /// 文件格式，用逗号隔开；不写则全部
    #[arg(long, value_name = "格式")]
    pub formats: Option<String>,
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=256).contains(n)).ok_or_else(|| "线程数写1至256的整数".to_string())
}

fn hour(text: &str) -> Result<chrono::NaiveTime, String> {
    chrono::NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "时间写成02:30这样".to_string())
}

fn mess(text: &str) -> Result<u8, String> {
    text.parse().ok().filter(|n| *n <= 3).ok_or_else(|| "杂乱程度写0、1、2或3".to_string())
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "写大于0的整数".to_string())
}

fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "日期写成2019-08-20这样".to_string())
}

/// Reads the arguments. Help and version come back as text for standard output.
///
/// # Errors
/// Whatever is wrong with them, in Chinese.
pub fn parse<I, T>(args: I) -> Result<Result<Cli, String>, Error>
where
    I: IntoIterator<Item = T>,
    T: Into<std::ffi::OsString> + Clone,
{
    match Cli::try_parse_from(args) {
        Ok(cli) => Ok(Ok(cli)),
        Err(e) => match e.kind() {
            ClapKind::DisplayHelp | ClapKind::DisplayVersion | ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Ok(Err(e.render().to_string()))
            }
            _ => Err(in_chinese(&e)),
        },
    }
}

/// A mistake in the arguments, said in Chinese.
fn in_chinese(error: &clap::Error) -> Error {
    let text = |kind: ContextKind| {
        error.get(kind).map(|value| match value {
            ContextValue::String(s) => s.clone(),
            ContextValue::Strings(all) => all.join(" "),
            other => other.to_string(),
        })
    };
    let arg = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ClapKind::UnknownArgument => format!("没有选项“{arg}”"),
        ClapKind::InvalidSubcommand => {
            format!("没有命令“{}”", text(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ClapKind::InvalidValue | ClapKind::ValueValidation if value.is_empty() => format!("选项“{arg}”缺值"),
        ClapKind::InvalidValue | ClapKind::ValueValidation => format!("“{arg}”的值“{value}”不对"),
        ClapKind::MissingRequiredArgument => format!("缺少{arg}"),
        ClapKind::ArgumentConflict => format!("“{arg}”不能与其他选项同用"),
        ClapKind::TooManyValues | ClapKind::TooFewValues | ClapKind::WrongNumberOfValues => {
            format!("“{arg}”的值个数不对")
        }
        _ => "命令行有误".to_string(),
    };
    let mut out = Error::new(ErrorKind::Usage, what);
    // What our own parsers say is Chinese; the library's is not.
    if let Some(source) = std::error::Error::source(error).map(ToString::to_string).filter(|s| !s.is_ascii()) {
        out = out.found(source);
    }
    if let Some(valid) = text(ContextKind::ValidValue).filter(|v| !v.is_empty()) {
        out = out.remedy(format!("可写：{}", valid.replace(", ", "、")));
    }
    const COMMANDS: [&str; 9] = ["init", "check", "canary", "run", "rules", "whatif", "schema", "generate", "collect"];
    let near = match error.kind() {
        ClapKind::InvalidSubcommand => {
            text(ContextKind::InvalidSubcommand).and_then(|w| nearest(&w, COMMANDS).map(str::to_string))
        }
        _ => text(ContextKind::SuggestedArg),
    };
    if let Some(near) = near {
        out = out.remedy(format!("是不是“{near}”？"));
    }
    out.remedy("用法见：hecha --help")
}
