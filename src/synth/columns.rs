//! The columns of each export: field ids of the source kinds with headings that real exports print, the plainest first.

use super::export::Column;

const fn c(field: &'static str, titles: &'static [&'static str]) -> Column {
    Column { field, titles }
}

const FILE_NO: Column = c("file_no", &["档案号", "职工编号", "档案编号", "建档号", "困难职工编号"]);
const ID: Column = c("id_number", &["身份证号", "身份证号码", "公民身份号码", "证件号码", "居民身份证号"]);
const HEAD_ID: Column = c("head_id_number", &["户主身份证号", "职工身份证号", "户主身份证号码"]);
const UNIT: Column = c("unit", &["所属工会", "建档单位", "建档工会", "单位工会", "基层工会"]);
const REGION: Column = c("region", &["所属区县", "所属区", "地区"]);

pub const EFILE: &[Column] = &[
    FILE_NO,
    UNIT,
    c("parent_unit", &["上级工会", "区县工会", "主管工会"]),
    c("level", &["建档标准", "档案级别", "建档级别"]),
    c("status", &["档案状态", "在档状态"]),
    c("category", &["困难类别", "困难类型"]),
    c("name", &["姓名", "职工姓名", "困难职工姓名"]),
    SEX,
    c("ethnicity", &["民族"]),
    ID,
    c("birth_date", &["出生日期", "出生年月日"]),
    c("political", &["政治面貌"]),
    c("health", &["健康状况", "健康情况", "身体状况"]),
    c("disability", &["残疾类别"]),
    c("work_status", &["工作状态", "身份", "就业状态"]),
    c("employer", &["工作单位", "所在单位", "工作单位名称"]),
    c("employer_kind", &["单位性质", "企业性质"]),
    c("employer_state", &["企业状况", "单位状况"]),
    c("phone", &["手机号码", "联系电话", "电话", "移动电话"]),
    c("address", &["家庭住址", "家庭地址", "现住址"]),
    c("housing", &["住房类型", "房屋类型"]),
    c("floor_area", &["建筑面积", "住房面积"]),
    c("hukou", &["户口类型", "户口性质", "户籍类型"]),
    c("region", &["户口所在地行政区划", "户籍所在地行政区划"]),
    c("marital", &["婚姻状况", "婚姻"]),
    c("work_start", &["工作时间", "参加工作时间", "参加工作日期"]),
    c("insurance", &["医保状况", "医保情况", "参加医保情况"]),
    c("single_parent", &["是否单亲"]),
    c("zero_employment", &["是否为零就业家庭", "零就业家庭"]),
    c("income_monthly", &["本人月平均收入", "本人月收入", "职工月收入"]),
    c("income_annual", &["家庭年度总收入", "家庭年总收入", "家庭年收入合计"]),
    c("household_size", &["家庭人口", "家庭人口数", "家庭人数"]),
    c("income_per_capita", &["家庭月人均收入", "人均月收入", "家庭人均月收入"]),
    c("cause_main", &["主要致困原因", "致困原因", "困难主要原因"]),
    c("bank", &["开户银行", "开户行"]),
    c("account", &["银行卡号", "社保卡银行账号", "社保卡账号", "一卡通账号"]),
    c("ss_card", &["社会保障卡号", "社保卡号"]),
    c("filed_on", &["建档日期", "建档时间"]),
    c("updated_on", &["更新日期", "最后修改日期", "更新时间"]),
    c("exited_on", &["脱困日期", "脱困时间"]),
    c("cancelled_on", &["注销日期", "注销时间"]),
    c("cancel_reason", &["注销原因"]),
    c("helper", &["帮扶联系人", "帮扶责任人", "结对帮扶人"]),
    c("helper2", &["市级联系人", "旗区联系人"]),
    c("helper_phone", &["联系人电话", "帮扶责任人电话"]),
    c("note", &["备注", "说明"]),
];

/// Of the electronic files, once a deadline has passed.
pub const STAY_REASON: Column = c("stay_reason", &["仍在档原因", "在档原因", "未脱困原因"]);

const SEX: Column = c("sex", &["性别"]);

/// emember and paper_member as tables of their own.
pub const MEMBER: &[Column] = &[
    FILE_NO,
    HEAD_ID,
    c("name", &["姓名", "成员姓名", "家庭成员姓名"]),
    c("relation", &["与户主关系", "关系", "与职工关系", "与困难职工关系"]),
    SEX,
    ID,
    c("birth_date", &["出生日期", "出生年月日"]),
    c("health", &["健康状况", "身体状况"]),
    c("insurance", &["医保状况", "参保情况"]),
    c("income_monthly", &["月收入", "月平均收入"]),
    c("status", &["人员身份", "身份"]),
    c("school_or_employer", &["单位或学校", "学校或单位"]),
];

/// The second block of columns beside the head's.
pub const MEMBER_BLOCK: &[Column] = &[
    c("name", &["家庭成员姓名", "成员姓名"]),
    c("relation", &["与户主关系", "与职工关系", "成员关系"]),
    c("sex", &["成员性别"]),
    c("id_number", &["家庭成员身份证号", "成员身份证号", "成员身份证号码"]),
    c("health", &["成员健康状况"]),
    c("income_monthly", &["成员月收入"]),
    c("school_or_employer", &["单位或学校", "学校或单位"]),
];

/// 家庭主要成员情况 of the form.
pub const FORM_MEMBERS: &[Column] = &[
    c("name", &["姓名", "成员姓名"]),
    c("relation", &["关系", "与户主关系", "与职工关系"]),
    c("id_number", &["身份证号", "身份证号码"]),
    c("health", &["健康状况"]),
    c("school_or_employer", &["单位或学校", "工作或学习单位"]),
];

pub const PAPER: &[Column] = &[
    c("name", &["姓名", "职工姓名", "困难职工姓名"]),
    FILE_NO,
    SEX,
    c("phone", &["联系电话", "手机号码", "电话"]),
    c("address", &["家庭地址", "家庭住址", "住址"]),
    ID,
    c("employer", &["工作单位", "所在单位"]),
    c("employer_state", &["企业状况", "单位状况"]),
    c("work_status", &["工作状态", "就业状态"]),
    c("housing", &["住房类型", "住房性质"]),
    c("floor_area", &["住房面积", "建筑面积"]),
    c("hukou", &["户口类型", "户口性质"]),
    c("work_start", &["参加工作时间", "工作时间"]),
    c("category", &["困难类别", "困难类型"]),
    c("health", &["健康状况", "健康情况"]),
    c("insurance", &["医保状况", "医保情况"]),
    c("income_monthly", &["本人月收入", "本人月平均收入"]),
    c("income_annual", &["家庭年总收入", "家庭年度总收入"]),
    c("household_size", &["家庭人口", "家庭人口数"]),
    c("cause_main", &["详细致困原因", "致困原因"]),
    c("school", &["子女就读学校"]),
    c("surveyed_on", &["入户调查时间", "核查日期", "入户调查日期"]),
    c("surveyor", &["入户调查人员", "核查人员"]),
    c("surveyor_signed", &["入户调查人员签字", "核查人员签名"]),
    c("worker_signed", &["职工本人签字", "职工本人签名"]),
    UNIT,
    c("m01", &["身份证复印件"]),
    c("m02", &["家庭户口本复印件", "户口本复印件"]),
    c("m03", &["劳动关系证明"]),
    c("m04", &["承诺书和收入证明", "承诺书及收入证明"]),
    c("m05", &["建档公示材料", "建档公示"]),
    c("m06", &["困难职工档案信息表", "档案信息表"]),
    c("m07", &["困难职工入户调查表", "入户调查表"]),
    c("m08", &["困难职工档案审批表", "档案审批表"]),
    c("m09", &["解困脱困联系卡", "联系卡"]),
    c("m10", &["病情证明、医药票据、子女就学证明材料、学生缴费票据", "病情或就学证明"]),
    c("m11", &["困难职工解困脱困申请表", "脱困申请表"]),
    c("m12", &["困难职工解困脱困调查表", "脱困调查表"]),
    c("m13", &["解困脱困公示", "脱困公示"]),
    c("m14", &["退档通知书"]),
    c("m15", &["解困脱困回访记录单", "回访记录单"]),
];

pub const AID: &[Column] = &[
    c("record_no", &["记录号", "帮扶编号", "帮扶记录号"]),
    FILE_NO,
    c("name", &["姓名", "职工姓名", "受助人"]),
    ID,
    c("program", &["帮扶项目", "救助类别", "帮扶类别"]),
    c("fund_source", &["资金来源", "经费来源"]),
    c("amount", &["金额", "帮扶金额", "救助金额"]),
    c("aided_on", &["帮扶日期", "救助时间", "帮扶时间"]),
    UNIT,
];

pub const PAYMENT: &[Column] = &[
    c("serial", &["流水号", "凭证号", "交易流水号"]),
    c("name", &["姓名", "收款人", "收款人姓名"]),
    ID,
    c("program", &["项目", "用途", "发放项目"]),
    c("fund_source", &["资金来源", "资金性质"]),
    c("amount", &["金额", "发放金额", "实发金额"]),
    c("paid_on", &["发放日期", "交易日期", "发放时间"]),
    c("channel", &["发放方式", "支付方式"]),
    c("account", &["收款账号", "卡号", "社保卡账号"]),
    c("account_name", &["户名", "收款户名", "账户名称"]),
    c("bank", &["开户银行", "收款银行"]),
    c("result", &["状态", "交易结果", "交易状态"]),
    c("unit", &["发放单位", "付款单位", "发放工会"]),
];

const CERT: Column = c("cert_no", &["低保（特困）证号", "救助证号", "低保证号", "家庭编号"]);
const CIVIL_HEAD: Column = c("head_id_number", &["户主身份证号", "户主身份证号码", "户主证件号码"]);

/// The household half of a pair; the scheme stands in the file's name.
pub const CIVIL_HOUSEHOLD: &[Column] = &[
    c("head_name", &["户主姓名"]),
    CIVIL_HEAD,
    c("household_size", &["家庭人口数", "家庭人口"]),
    c("persons", &["保障人口数", "保障人口"]),
    c("income_annual", &["家庭年总收入"]),
    c("income_per_capita_annual", &["家庭年均收入"]),
    c("monthly_amount", &["户月保障金额", "月保障金"]),
    c("member_names", &["家庭成员姓名"]),
    c("member_id_numbers", &["家庭成员身份证号"]),
    CERT,
    c("from", &["最初享受月份", "最初享受月", "起始年月"]),
    REGION,
];

/// The person half of a pair.
pub const CIVIL_PERSON: &[Column] = &[
    c("name", &["姓名"]),
    c("id_number", &["身份证号", "身份证号码"]),
    CIVIL_HEAD,
    c("relation", &["与户主关系"]),
    c("from", &["最初享受月份", "最初享受月"]),
    CERT,
    REGION,
];

/// One list of persons, as older systems export it.
pub const CIVIL: &[Column] = &[
    c("cert_no", &["救助证号", "低保（特困）证号", "家庭编号"]),
    c("head_name", &["户主姓名"]),
    CIVIL_HEAD,
    c("name", &["姓名"]),
    c("id_number", &["身份证号", "身份证号码", "公民身份号码"]),
    c("relation", &["与户主关系", "关系"]),
    c("scheme", &["救助类型", "救助类别"]),
    c("state", &["享受状态", "状态", "在保状态"]),
    c("from", &["起始年月", "开始享受日期"]),
    c("to", &["终止年月", "停保日期"]),
    c("persons", &["保障人口", "保障人口数"]),
    c("monthly_amount", &["月保障金", "户月保障金额"]),
    c("income_per_capita", &["家庭月人均收入", "人均月收入"]),
    REGION,
];

pub const DEATH: &[Column] = &[c("name", &["姓名", "死者姓名"]), ID, c("died_on", &["死亡日期", "死亡时间"])];

pub const MEDICAL: &[Column] = &[
    c("name", &["姓名", "人员姓名", "参保人姓名"]),
    ID,
    c("settled_on", &["结算日期", "结算时间"]),
    c("total", &["总费用", "医疗费总额", "医疗总费用"]),
    c("insured", &["统筹支付", "统筹支付金额", "基金支付总额"]),
    c("out_of_pocket", &["个人负担", "个人负担总金额", "个人自付"]),
    c("state", &["结算状态"]),
];

pub const INCOME: &[Column] = &[
    FILE_NO,
    ID,
    c("month", &["年月", "月份", "核查月份"]),
    c("income", &["家庭月收入", "家庭月总收入"]),
    c("persons", &["家庭人口", "家庭人口数"]),
    c("per_capita", &["人均月收入", "家庭月人均收入"]),
];

pub const EXIT: &[Column] = &[
    FILE_NO,
    ID,
    c("applied_on", &["申请日期", "退档建议日期", "申请时间"]),
    c("reviewed_on", &["集体研究日期", "审批日期"]),
    c("notice_from", &["公示开始", "公示开始日期"]),
    c("notice_to", &["公示结束", "公示截止日期"]),
    c("approved_on", &["审核通过日期", "审核通过时间"]),
    c("notified_on", &["书面通知日期", "通知日期"]),
];

pub const VISIT: &[Column] = &[
    FILE_NO,
    ID,
    c("visited_on", &["走访日期", "走访时间", "走访回访日期"]),
    c("kind", &["走访类型", "走访回访类型"]),
    c("visitor", &["走访人", "走访人员"]),
    c("signed", &["是否签字", "职工签字"]),
];

pub const FILING: &[Column] = &[
    FILE_NO,
    c("name", &["姓名", "申请人", "申请人姓名"]),
    ID,
    UNIT,
    c("applied_on", &["申请日期", "申请时间", "建档申请日期"]),
    c("consent_on", &["授权委托书日期", "授权日期", "授权书日期"]),
    c("visited_on", &["入户日期", "入户调查日期"]),
    c("discussed_on", &["评议日期", "民主评议日期"]),
    c("checked_on", &["核对日期", "家庭经济状况核对日期"]),
    c("check_result", &["核对结果", "核对结论"]),
    c("notice_from", &["公示开始", "公示开始日期"]),
    c("notice_to", &["公示结束", "公示截止日期"]),
    c("approved_on", &["审批日期", "审定日期"]),
    c("filed_on", &["建档日期", "建档时间"]),
];

pub const CHECK_REPORT: &[Column] = &[
    c("report_no", &["报告编号", "核对报告编号"]),
    HEAD_ID,
    c("name", &["姓名", "被核对人", "核对对象姓名"]),
    ID,
    c("relation", &["关系", "与户主关系"]),
    c("checked_on", &["核对日期", "报告日期", "出具日期"]),
    c("data_until", &["数据截至日期", "数据截止日期"]),
    c("result", &["核对结论", "核对结果"]),
    c("income_annual", &["核对年收入"]),
    c("vehicles", &["车辆数", "名下车辆数"]),
    c("homes", &["房产处数", "房产数"]),
];

pub const CONSENT: &[Column] = &[
    c("consent_no", &["授权书编号", "授权编号"]),
    FILE_NO,
    HEAD_ID,
    c("name", &["姓名", "授权人"]),
    ID,
    c("relation", &["关系", "与户主关系"]),
    c("signed_on", &["签署日期", "授权日期"]),
    c("valid_until", &["有效期至", "授权有效期至"]),
    UNIT,
];

pub const ROSTER: &[Column] = &[
    c("name", &["姓名", "会员姓名"]),
    ID,
    UNIT,
    c("employer", &["工作单位", "所在单位"]),
    c("work_status", &["工作状态", "就业状况"]),
];

pub const UNIT_LIST: &[Column] = &[
    c("code", &["组织代码", "工会代码"]),
    c("name", &["工会名称", "组织名称"]),
    c("parent", &["上级工会", "上级组织"]),
    c("level", &["级别", "工会级别"]),
    c("kind", &["工会类型", "组织类型"]),
    c("contact", &["联系人"]),
    c("phone", &["联系电话", "办公电话"]),
];

pub const VEHICLE: &[Column] = &[
    c("name", &["姓名", "机动车所有人", "所有人"]),
    ID,
    c("plate", &["号牌号码", "车牌号"]),
    c("kind", &["车辆类型"]),
    c("registered_on", &["初次登记日期", "注册登记日期"]),
    c("state", &["机动车状态", "车辆状态"]),
];

pub const BUSINESS: &[Column] = &[
    c("name", &["姓名", "法定代表人", "经营者"]),
    ID,
    c("company", &["企业名称", "市场主体名称"]),
    c("uscc", &["统一社会信用代码"]),
    c("capital", &["注册资本", "注册资金"]),
    c("state", &["登记状态", "经营状态"]),
];

pub const REAL_ESTATE: &[Column] = &[
    c("name", &["姓名", "权利人"]),
    ID,
    c("address", &["坐落", "不动产坐落"]),
    c("area", &["建筑面积", "面积"]),
    c("usage", &["用途", "房屋用途"]),
];

pub const FISCAL_PAYROLL: &[Column] = &[
    c("name", &["姓名", "职工姓名"]),
    ID,
    c("employer", &["工作单位", "单位名称"]),
    c("kind", &["人员类别", "编制类型"]),
    c("month", &["年月", "工资月份"]),
];

/// The columns of a table without some of them.
pub fn without(columns: &[Column], fields: &[&str]) -> Vec<Column> {
    columns.iter().filter(|c| !fields.contains(&c.field)).cloned().collect()
}
