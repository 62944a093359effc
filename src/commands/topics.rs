//! `hecha help TOPIC`: what is no one command's: exit codes, the configuration, the answers, nights, numbers. A topic is a
//! declaration here; its text is printed as it stands.

use crate::config;
use crate::history::Word;
use crate::schema::Schemas;

/// Name as typed, the same for keyboards without Chinese, what it is about.
#[derive(Debug)]
pub struct Topic {
    pub name: &'static str,
    pub latin: &'static str,
    pub about: &'static str,
    text: fn() -> String,
}

pub const TOPICS: [Topic; 6] = [
    Topic {
        name: "退出码", latin: "exit-codes", about: "每个命令怎样结束，各是什么意思", text: exit_codes
    },
    Topic {
        name: "配置", latin: "config", about: "hecha.toml 的每一项，可以直接照抄", text: configuration
    },
    Topic { name: "来源", latin: "sources", about: "认得哪些表", text: sources },
    Topic {
        name: "答复", latin: "words", about: "核实结果七个选项各是什么意思，以后怎样", text: words
    },
    Topic { name: "每晚", latin: "nights", about: "每晚运行怎样装，早上看什么", text: nights },
    Topic {
        name: "隐私", latin: "privacy", about: "号码写在哪里，怎样遮盖、加密、清理", text: privacy
    },
];

impl Topic {
    /// By either name, capitals aside.
    pub fn find(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|t| t.name == name || t.latin.eq_ignore_ascii_case(name))
    }

    pub fn text(&self) -> String {
        (self.text)()
    }
}

/// The list for the end of the general help.
pub fn list() -> String {
    let width = TOPICS.iter().map(|t| t.name.chars().count()).max().unwrap_or(0);
    let line = |t: &Topic| {
        let pad = "　".repeat(width - t.name.chars().count());
        format!("  {}{pad}  {}（{}）\n", t.name, t.about, t.latin)
    };
    format!("专题（hecha help 专题）：\n{}", TOPICS.iter().map(line).collect::<String>())
}

fn exit_codes() -> String {
    "退出码，几种同时成立时取最先的：
  2  用法或配置有误，什么也没有做
  4  另一次运行还没有结束
  5  失败，没有发布结果，上一次的结果原样留着；一行数据也没有读到时也是
  3  有来源读不出、没有到，或整个文件夹是空的；其余已做完
  1  做完了，有未办结的严重疑点（--exit-zero 或 [run] findings_exit = 0 时为0）
  0  做完了

hecha check    0 都认出、读出；1 有隔离、没有认出或缺列；3 有读不出的、没有到的
hecha collect  0 全部收下；1 有没收下的或答复不一；3 有读不出的文件或不是下发的文件
hecha status   0 正常；1 有严重疑点未办结或有逾期；3 有来源没有到；5 没有运行过或太久没有运行
hecha canary   0 每条规则都查得出；5 有查不出的
"
    .to_string()
}

fn configuration() -> String {
    config::template("")
}

fn sources() -> String {
    let Ok(schemas) = Schemas::load(None) else { return String::new() };
    let line = |s: &crate::schema::Schema| format!("  {}（{}）\n", s.title, s.kind);
    let lines: String = schemas.iter().map(line).collect();
    format!(
        "认得的表（配置里写的类别）：\n{lines}\n各列的名称：hecha schema 类别；空白模板：hecha schema 类别 --template 文件.xlsx\n"
    )
}

fn words() -> String {
    let meaning = |word: Word| match word {
        Word::Corrected => "系统或纸质里已经改好；下次核查去核实，没了就是已核实整改，还在就排在最前",
        Word::ToCorrect => "还没有改；继续列出，过了完成日期标已逾期",
        Word::ToVisit => "要入户才知道；继续列出，过了完成日期标已逾期",
        Word::SourceWrong => "本单位没有错，别处的数据错了；写明原因，不再问，直到所依据的内容变了",
        Word::Special => "政策允许的特殊情况；写明原因，不再问，直到所依据的内容变了",
        Word::SamePerson => "只用于疑似错号：号码不同，是同一个人；以后都按这个认人",
        Word::OtherPerson => "只用于疑似错号：是两个人；以后不再问",
    };
    Word::ALL.iter().map(|&word| format!("{}\n    {}\n", word.text(), meaning(word))).collect()
}

fn nights() -> String {
    "装：hecha schedule --install（为当前用户），或 hecha schedule 写出文件自己装。
早上看：hecha status；out/latest/总览.html；out/latest/单位/ 下是要下发的工作簿。
有来源没到、少了一成以上、读不出：涉及的疑点列为未核对，不算整改。来源确实少了的，运行一次 hecha run --complete。
日期错了：hecha history forget 2030-01-01；要补以前某天的，hecha run --as-of 日期 --backdate。
通知别的程序：[notify] command = [\"程序\", \"参数\"]。清理旧结果：[retention] results = \"400d\"。
"
    .to_string()
}

fn privacy() -> String {
    "完整的证件号只写在 findings.csv 等给程序用的表和下发的工作簿里；屏幕、日志、manifest.json、总览.html 一律遮盖。
[privacy] mask_exports = true：给程序用的表也遮盖。
[privacy] passwords = \"密码表.csv\"（单位,密码）：工作簿加密下发；没有密码的单位扣下它的工作簿，其他单位照发。
状态数据库只存遮盖的样子和加密摘要，密钥在旁边的 hecha.key；两个文件一起备份，分开存放。
结果和状态的文件只有运行的用户能读。清理：hecha history prune --keep 10y。
"
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_says_something_and_is_found_by_both_names() {
        for topic in &TOPICS {
            assert!(topic.text().lines().count() >= 4, "{}", topic.name);
            for name in [topic.name, topic.latin] {
                assert_eq!(Topic::find(name).map(|t| t.name), Some(topic.name));
            }
            assert!(list().contains(topic.name));
        }
        assert!(Topic::find("没有").is_none());
        for word in Word::ALL {
            assert!(words().contains(word.text()));
        }
    }
}
