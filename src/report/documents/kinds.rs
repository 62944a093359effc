//! The kinds of documents: names, whom they are of, which placeholders their templates may use.

use crate::error::{Error, ErrorKind, Result, nearest};

/// What one page of a document is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A household on file.
    Active,
    /// A household on file that seems able to leave, or whose exit is under way.
    Leaving,
    /// A household that has left and is still followed.
    Exited,
    /// A unit with open findings.
    Unit,
    /// A unit with households on file.
    UnitOnFile,
}

/// A list that a table row repeats over.
#[derive(Debug)]
pub struct List {
    pub name: &'static str,
    pub meaning: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
}

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    pub id: &'static str,
    pub title: &'static str,
    /// What else it may be called.
    pub aliases: &'static [&'static str],
    pub of: Of,
    /// Households must be chosen: there is no natural set of them.
    pub asks: bool,
    pub fields: &'static [(&'static str, &'static str)],
    pub lists: &'static [List],
    /// Source.
    pub source: &'static str,
}

/// Placeholder and meaning, for all kinds.
const COMMON: &[(&str, &str)] = &[
    ("总工会", "配置里的工会名称"),
    ("单位", "所属工会"),
    ("上级单位", "所属工会的上级"),
    ("基准日", "如 2019-08-20"),
    ("基准年", "如 2019"),
    ("基准月", "如 8"),
    ("基准日号", "如 20"),
    ("联系方式", "配置里的 contact"),
];

const HOUSEHOLD: &[(&str, &str)] = &[
    ("姓名", "户主姓名"),
    ("性别", ""),
    ("年龄", "基准日的周岁"),
    ("身份证号", ""),
    ("档案号", ""),
    ("联系电话", ""),
    ("家庭地址", ""),
    ("工作单位", ""),
    ("企业状况", ""),
    ("工作状态", ""),
    ("住房类型", ""),
    ("住房面积", ""),
    ("户口类型", ""),
    ("参加工作时间", ""),
    ("困难类别", ""),
    ("建档标准", "级别"),
    ("健康状况", ""),
    ("医保状况", ""),
    ("本人月收入", "元"),
    ("家庭年总收入", "元"),
    ("子女就读学校", ""),
    ("家庭人口", ""),
    ("致困原因", ""),
    ("帮扶措施", "帮扶记录，一次一条"),
    ("帮扶联系人", ""),
    ("联系人电话", ""),
    ("市级联系人", ""),
    ("建档日期", ""),
    ("脱困日期", ""),
    ("回访到期", "脱困后应回访的最后一天"),
];

/// Of a notice that is put up in public: nothing that tells more than who and when.
const NOTICE: &[(&str, &str)] = &[
    ("姓名", "户主姓名"),
    ("档案号", ""),
    ("公示开始", "台账里的，没有则为基准日起第一个工作日"),
    ("公示结束", "按工作日历最早合规的一天，台账里更晚的照台账"),
    ("公示工作日", "至少几个工作日"),
];

const UNIT: &[(&str, &str)] = &[
    ("疑点数", "未了结的"),
    ("严重数", ""),
    ("一般数", ""),
    ("提示数", ""),
    ("涉及户数", ""),
    ("在档户数", ""),
    ("已答复数", ""),
    ("未答复数", ""),
    ("整改期限", "配置里的 due，没有则为基准日后一个月"),
];

const MEMBERS: List = List {
    name: "成员",
    meaning: "家庭主要成员",
    fields: &[
        ("成员姓名", ""),
        ("成员身份证号", ""),
        ("成员关系", ""),
        ("成员健康", ""),
        ("成员医保", ""),
        ("成员月收入", ""),
        ("成员单位", "单位或学校"),
    ],
};

const AIDS: List = List {
    name: "帮扶",
    meaning: "帮扶记录，按日期",
    fields: &[("帮扶日期", ""), ("帮扶项目", ""), ("帮扶金额", "元")],
};

const FINDINGS: List = List {
    name: "疑点",
    meaning: "这一户或这个单位的疑点，严重的在前",
    fields: &[
        ("疑点序号", ""),
        ("疑点名称", ""),
        ("疑点程度", "严重、一般、提示"),
        ("疑点姓名", ""),
        ("疑点档案号", ""),
        ("疑点说明", ""),
        ("处理建议", ""),
        ("政策依据", ""),
        ("答复情况", ""),
    ],
};

const RULES: List = List {
    name: "问题",
    meaning: "疑点按规则汇总，多的在前",
    fields: &[("问题序号", ""), ("问题名称", ""), ("问题个数", ""), ("问题答复数", ""), ("问题依据", "")],
};

const ON_FILE: List = List {
    name: "户",
    meaning: "单位的每一在档户",
    fields: &[("户序号", ""), ("户姓名", ""), ("户身份证号", ""), ("户档案号", ""), ("户电话", ""), ("户困难类别", "")],
};

/// All kinds, in the order of the papers.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "survey",
        title: "入户调查表",
        aliases: &["附件3", "建档困难职工入户调查表"],
        of: Of::Active,
        asks: true,
        fields: HOUSEHOLD,
        lists: &[MEMBERS, FINDINGS],
        source: "成工办〔2019〕43号 附件3",
    },
    Kind {
        id: "exit_application",
        title: "脱困申请表",
        aliases: &["附件4", "困难职工脱困申请表"],
        of: Of::Leaving,
        asks: false,
        fields: HOUSEHOLD,
        lists: &[AIDS],
        source: "成工办〔2019〕43号 附件4",
    },
    Kind {
        id: "notice",
        title: "脱困公示",
        aliases: &["附件5", "困难职工脱困公示"],
        of: Of::Leaving,
        asks: false,
        fields: NOTICE,
        lists: &[],
        source: "成工办〔2019〕43号 附件5",
    },
    Kind {
        id: "exit_notice",
        title: "退档通知书",
        aliases: &["附件6", "困难职工退档通知书"],
        of: Of::Leaving,
        asks: false,
        fields: HOUSEHOLD,
        lists: &[],
        source: "成工办〔2019〕43号 附件6",
    },
    Kind {
        id: "follow_up",
        title: "回访记录单",
        aliases: &["附件7", "解困脱困回访记录单"],
        of: Of::Exited,
        asks: false,
        fields: HOUSEHOLD,
        lists: &[],
        source: "成工办〔2019〕43号 附件7",
    },
    Kind {
        id: "contact_card",
        title: "帮扶联系卡",
        aliases: &["联系卡", "解困脱困联系卡"],
        of: Of::Active,
        asks: true,
        fields: HOUSEHOLD,
        lists: &[AIDS],
        source: "成工办〔2019〕43号 附件1第9项",
    },
    Kind {
        id: "correction_order",
        title: "督查整改通知书",
        aliases: &["整改通知书"],
        of: Of::Unit,
        asks: false,
        fields: UNIT,
        lists: &[FINDINGS, RULES],
        source: "青总办〔2018〕42号 督查办法",
    },
    Kind {
        id: "correction_report",
        title: "整改情况报告",
        aliases: &["整改报告"],
        of: Of::Unit,
        asks: false,
        fields: UNIT,
        lists: &[FINDINGS, RULES],
        source: "青总办〔2018〕42号 督查办法",
    },
    Kind {
        id: "receipt",
        title: "慰问签收单",
        aliases: &["发放签收单", "慰问（发放）签收单", "签收单"],
        of: Of::UnitOnFile,
        asks: true,
        fields: UNIT,
        lists: &[ON_FILE],
        source: "实名发放、实名签收",
    },
];

impl Kind {
    /// By title, alias or id.
    ///
    /// # Errors
    /// No such kind; the near one is said.
    pub fn find(name: &str) -> Result<&'static Kind> {
        let names = |kind: &'static Kind| [kind.title, kind.id].into_iter().chain(kind.aliases.iter().copied());
        let found = KINDS.iter().find(|kind| names(kind).any(|own| own == name.trim()));
        found.ok_or_else(|| {
            let all: Vec<&str> = KINDS.iter().map(|kind| kind.title).collect();
            let error = Error::new(ErrorKind::Usage, format!("没有“{name}”这种文书"));
            let error = match nearest(name, KINDS.iter().flat_map(names)) {
                Some(near) => error.remedy(format!("是不是“{near}”？")),
                None => error,
            };
            error.remedy(format!("有这些：{}", all.join("、")))
        })
    }

    /// Name of its template.
    pub fn file_name(&self) -> String {
        format!("{}.docx", self.title)
    }

    pub fn is_of_units(&self) -> bool {
        matches!(self.of, Of::Unit | Of::UnitOnFile)
    }

    /// Every placeholder and its meaning: common ones, its own, those of its lists.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        let own = COMMON.iter().chain(self.fields).copied();
        own.chain(self.lists.iter().flat_map(|list| list.fields.iter().copied()))
    }
}
