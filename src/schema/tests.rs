//! The embedded schemas against the contract of the column titles, and the gallery of lint errors.

use std::collections::BTreeSet;
use std::fs;

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::schema::{json_schema, template};

fn embedded() -> Schemas {
    Schemas::load(None).unwrap_or_else(|e| panic!("{e}"))
}

/// Kind, then per field: id, title and aliases that must work.
const TITLES: &[(&str, &[(&str, &str)])] = &[
    (
        "efile",
        &[
            ("file_no", "档案号|职工编号|档案编号|建档号"),
            ("unit", "所属工会|建档单位|建档工会|单位工会|基层工会"),
            ("parent_unit", "上级工会|区县工会|主管工会"),
            ("level", "建档标准|档案级别|建档级别"),
            ("status", "档案状态|在档状态"),
            ("category", "困难类别|困难类型"),
            ("name", "姓名|职工姓名"),
            ("sex", "性别"),
            ("ethnicity", "民族"),
            ("id_number", "身份证号|身份证号码|公民身份号码|证件号码|身份证|﹡身份证号|* 身份证号|身份证号\n（18位）"),
            ("birth_date", "出生日期"),
            ("political", "政治面貌"),
            ("health", "健康状况"),
            ("disability", "残疾类别"),
            ("work_status", "工作状态|身份"),
            ("employer", "工作单位"),
            ("employer_kind", "单位性质"),
            ("employer_state", "企业状况"),
            ("phone", "手机号码|联系电话|电话"),
            ("address", "家庭住址|家庭地址"),
            ("housing", "住房类型"),
            ("floor_area", "建筑面积|住房面积|住房面积（㎡）"),
            ("hukou", "户口类型"),
            ("region", "户口所在地行政区划"),
            ("marital", "婚姻状况"),
            ("work_start", "工作时间|参加工作时间"),
            ("insurance", "医保状况"),
            ("single_parent", "是否单亲"),
            ("zero_employment", "是否为零就业家庭"),
            ("income_monthly", "本人月平均收入|本人月收入|本人月平均收入（元）"),
            ("income_annual", "家庭年度总收入|家庭年总收入"),
            ("household_size", "家庭人口"),
            ("income_per_capita", "家庭月人均收入"),
            ("cause_main", "主要致困原因|致困原因"),
            ("cause_other", "次要致困原因"),
            ("bank", "开户银行"),
            ("account", "银行卡号|银行账号|社保卡账号|社保卡银行账号|一卡通账号|银行帐号"),
            ("ss_card", "社会保障卡号"),
            ("filed_on", "建档日期|建档时间"),
            ("updated_on", "更新日期|最后修改日期"),
            ("exited_on", "脱困日期|脱困时间"),
            ("cancelled_on", "注销日期"),
            ("cancel_reason", "注销原因"),
            ("helper", "帮扶联系人|帮扶责任人|结对帮扶人|帮扶联系责任人"),
            ("helper2", "市级联系人|旗区联系人"),
            ("stay_reason", "仍在档原因"),
            ("skill", "技能水平"),
            ("helper_phone", "联系人电话"),
            ("note", "备注"),
        ],
    ),
    (
        "emember",
        &[
            ("file_no", "档案号|职工编号"),
            ("head_id_number", "户主身份证号|职工身份证号"),
            ("name", "姓名"),
            ("relation", "关系|与户主关系|与职工关系"),
            ("sex", "性别"),
            ("id_number", "身份证号"),
            ("birth_date", "出生日期"),
            ("health", "健康状况"),
            ("insurance", "医保状况"),
            ("income_monthly", "月收入"),
            ("status", "身份|人员身份"),
            ("school_or_employer", "单位或学校"),
            ("note", "备注"),
        ],
    ),
    (
        "paper_member",
        &[
            ("file_no", "档案号"),
            ("head_id_number", "户主身份证号"),
            ("name", "姓名"),
            ("relation", "关系"),
            ("id_number", "身份证号"),
        ],
    ),
    (
        "paper",
        &[
            ("name", "姓名|姓 名"),
            ("file_no", "档案号"),
            ("sex", "性别"),
            ("phone", "联系电话|手机号码"),
            ("address", "家庭地址|家庭住址"),
            ("id_number", "身份证号|身份证"),
            ("employer", "工作单位"),
            ("employer_state", "企业状况"),
            ("work_status", "工作状态"),
            ("housing", "住房类型"),
            ("floor_area", "住房面积|建筑面积"),
            ("hukou", "户口类型"),
            ("work_start", "参加工作时间"),
            ("category", "困难类别"),
            ("health", "健康状况"),
            ("insurance", "医保状况"),
            ("income_monthly", "本人月收入"),
            ("income_annual", "家庭年总收入"),
            ("household_size", "家庭人口"),
            ("cause_main", "详细致困原因|详细致困\n原因|致困原因"),
            ("school", "子女就读学校"),
            ("surveyed_on", "入户调查时间|核查日期"),
            ("surveyor", "入户调查人员|核查人员"),
            ("surveyor_signed", "入户调查人员签字|核查人员签名"),
            ("worker_signed", "职工本人签字"),
            ("unit", "所属工会"),
            ("m01", "身份证复印件|1.身份证复印件;"),
            ("m02", "家庭户口本复印件|户口本"),
            ("m03", "劳动关系证明"),
            ("m04", "承诺书和收入证明"),
            ("m05", "建档公示材料"),
            ("m06", "困难职工档案信息表"),
            ("m07", "困难职工入户调查表"),
            ("m08", "困难职工档案审批表"),
            ("m09", "解困脱困联系卡"),
            ("m10", "病情证明、医药票据、子女就学证明材料,学生缴费票据等"),
            ("m11", "困难职工解困脱困申请表"),
            ("m12", "困难职工解困脱困调查表"),
            ("m13", "解困脱困公示"),
            ("m14", "退档通知书"),
            ("m15", "解困脱困回访记录单"),
        ],
    ),
    (
        "aid",
        &[
            ("record_no", "记录号|帮扶编号"),
            ("file_no", "档案号"),
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("program", "帮扶项目|救助类别"),
            ("fund_source", "资金来源"),
            ("amount", "金额|帮扶金额|金额（元）|金额（万元）"),
            ("aided_on", "帮扶日期|救助时间"),
            ("unit", "所属工会"),
        ],
    ),
    (
        "payment",
        &[
            ("serial", "流水号|凭证号"),
            ("name", "姓名|收款人"),
            ("id_number", "身份证号"),
            ("program", "项目|用途"),
            ("fund_source", "资金来源"),
            ("amount", "金额|发放金额"),
            ("paid_on", "发放日期|交易日期"),
            ("channel", "发放方式"),
            ("account", "收款账号|卡号"),
            ("account_name", "户名|收款户名"),
            ("bank", "开户银行"),
            ("result", "状态|交易结果"),
            ("unit", "发放单位"),
        ],
    ),
    (
        "civil",
        &[
            ("cert_no", "救助证号|低保证号|低保（特困）证号|家庭编号"),
            ("head_name", "户主姓名"),
            ("head_id_number", "户主身份证号"),
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("relation", "与户主关系|关系"),
            ("scheme", "救助类型"),
            ("state", "享受状态|状态"),
            ("from", "起始年月|开始享受日期"),
            ("to", "终止年月|停保日期"),
            ("persons", "保障人口"),
            ("monthly_amount", "月保障金"),
            ("income_per_capita", "家庭月人均收入"),
        ],
    ),
    (
        "civil_household",
        &[
            ("head_name", "户主姓名"),
            ("head_id_number", "户主身份证号|身份证号"),
            ("household_size", "家庭人口(数)|家庭人口数"),
            ("persons", "保障人口(数)|保障人口"),
            ("income_annual", "家庭年总收入（元）"),
            ("income_per_capita_annual", "家庭年均收入（元）"),
            ("monthly_amount", "户月保障金额（元）"),
            ("region", "所属区县|所属区(县)|所属区"),
            ("cert_no", "低保（特困）证号"),
            ("from", "最初享受月(份)|最初享受月"),
            ("member_names", "家庭成员姓名"),
            ("member_id_numbers", "家庭成员身份证号"),
        ],
    ),
    (
        "civil_person",
        &[
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("head_id_number", "户主身份证号"),
            ("relation", "与户主关系"),
            ("from", "最初享受月份|纳入月份"),
            ("scheme", "救助类型"),
            ("monthly_amount", "户月保障金额"),
        ],
    ),
    ("death", &[("name", "姓名"), ("id_number", "身份证号"), ("died_on", "死亡日期")]),
    (
        "medical",
        &[
            ("name", "姓名|人员姓名"),
            ("id_number", "身份证号|证件号码"),
            ("settled_on", "结算日期|结算时间"),
            ("total", "总费用|医疗费总额"),
            ("insured", "统筹支付"),
            ("out_of_pocket", "个人负担|个人负担总金额|个人自付"),
            ("state", "结算状态"),
        ],
    ),
    (
        "income",
        &[
            ("file_no", "档案号"),
            ("id_number", "身份证号"),
            ("month", "年月|月份"),
            ("income", "家庭月收入"),
            ("persons", "家庭人口"),
            ("per_capita", "人均月收入"),
        ],
    ),
    (
        "exit",
        &[
            ("file_no", "档案号"),
            ("id_number", "身份证号"),
            ("applied_on", "申请日期|退档建议日期|建议日期"),
            ("reviewed_on", "集体研究日期|审批日期"),
            ("notice_from", "公示开始"),
            ("notice_to", "公示结束"),
            ("approved_on", "审核通过日期"),
            ("notified_on", "书面通知日期"),
        ],
    ),
    (
        "filing",
        &[
            ("file_no", "档案号"),
            ("name", "姓名|申请人"),
            ("id_number", "身份证号|申请人身份证号"),
            ("unit", "所属工会"),
            ("applied_on", "申请日期|申请时间"),
            ("consent_on", "授权委托书日期|授权日期"),
            ("visited_on", "入户日期|入户调查日期"),
            ("discussed_on", "评议日期"),
            ("checked_on", "核对日期"),
            ("check_result", "核对结果|核对结论"),
            ("notice_from", "公示开始"),
            ("notice_to", "公示结束"),
            ("approved_on", "审批日期|审定日期"),
            ("filed_on", "建档日期"),
            ("note", "备注"),
        ],
    ),
    (
        "check_report",
        &[
            ("report_no", "报告编号"),
            ("file_no", "档案号"),
            ("head_name", "户主姓名|申请人"),
            ("head_id_number", "户主身份证号|申请人身份证号"),
            ("name", "姓名|被核对人"),
            ("id_number", "身份证号"),
            ("relation", "关系|与申请人关系"),
            ("consent_no", "授权书编号"),
            ("checked_on", "核对日期|报告日期"),
            ("data_until", "数据截至|数据截至日期"),
            ("result", "核对结论|核对结果|结论"),
            ("income_annual", "核对年收入"),
            ("vehicles", "车辆数"),
            ("homes", "房产处数"),
            ("companies", "市场主体数"),
            ("deposits", "存款"),
            ("detail", "核对明细"),
        ],
    ),
    (
        "consent",
        &[
            ("consent_no", "授权书编号"),
            ("file_no", "档案号"),
            ("head_name", "户主姓名"),
            ("head_id_number", "户主身份证号"),
            ("name", "姓名|授权人"),
            ("id_number", "身份证号|授权人身份证号"),
            ("relation", "关系|与户主关系"),
            ("signed_on", "签署日期|授权日期"),
            ("valid_until", "有效期至"),
            ("unit", "所属工会"),
            ("note", "备注"),
        ],
    ),
    (
        "visit",
        &[
            ("file_no", "档案号"),
            ("id_number", "身份证号"),
            ("visited_on", "走访日期|回访日期"),
            ("kind", "走访类型"),
            ("visitor", "走访人"),
            ("signed", "签字"),
        ],
    ),
    (
        "roster",
        &[
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("unit", "所属工会"),
            ("employer", "工作单位"),
            ("work_status", "工作状态"),
        ],
    ),
    (
        "unit",
        &[
            ("code", "组织代码"),
            ("name", "工会名称"),
            ("parent", "上级工会"),
            ("level", "级别"),
            ("kind", "工会类型"),
            ("contact", "联系人"),
            ("phone", "联系电话"),
        ],
    ),
    (
        "vehicle",
        &[
            ("name", "姓名|所有人"),
            ("id_number", "身份证号"),
            ("plate", "号牌号码|车牌号"),
            ("kind", "车辆类型"),
            ("registered_on", "初次登记日期"),
            ("state", "机动车状态"),
        ],
    ),
    (
        "business",
        &[
            ("name", "法定代表人|经营者|姓名"),
            ("id_number", "身份证号"),
            ("company", "企业名称|字号名称|市场主体名称"),
            ("uscc", "统一社会信用代码"),
            ("capital", "注册资本"),
            ("state", "登记状态"),
        ],
    ),
    (
        "real_estate",
        &[
            ("name", "权利人|姓名"),
            ("id_number", "身份证号"),
            ("address", "坐落"),
            ("area", "建筑面积"),
            ("usage", "用途"),
        ],
    ),
    (
        "fiscal_payroll",
        &[
            ("name", "姓名"),
            ("id_number", "身份证号"),
            ("employer", "工作单位|单位名称"),
            ("kind", "人员类别"),
            ("month", "年月"),
        ],
    ),
];

#[test]
fn every_title_and_alias_means_its_field() {
    let schemas = embedded();
    let kinds: BTreeSet<&str> = TITLES.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, schemas.kinds().collect(), "one table per kind");
    for (kind, fields) in TITLES {
        let schema = schemas.get(kind).expect(kind);
        for (id, titles) in *fields {
            let index = schema.index(id).unwrap_or_else(|| panic!("{kind} lacks {id}"));
            for title in titles.split('|').chain([*id]) {
                let found = schemas.field_of(kind, title).map(|i| schema.fields[i].id.as_str());
                assert_eq!(found, Some(*id), "{kind}: {title} is {found:?}, not field {index}");
            }
        }
    }
}

#[test]
fn concepts_are_kept_apart() {
    let schemas = embedded();
    let cases = [
        ("efile", "工作单位", "所属工会"),
        ("efile", "社会保障卡号", "银行账号"),
        ("efile", "本人月收入", "家庭年总收入"),
        ("efile", "家庭月人均收入", "家庭年总收入"),
        ("emember", "户主身份证号", "身份证号"),
        ("civil_household", "家庭年均收入", "家庭月人均收入"),
        ("exit", "审批日期", "审核通过日期"),
    ];
    for (kind, one, other) in cases {
        let (a, b) = (schemas.field_of(kind, one), schemas.field_of(kind, other));
        assert!(a.is_some() && b.is_some() && a != b, "{kind}: {one}, {other}");
    }
    for (kind, title) in
        [("efile", "户主身份证号"), ("efile", "序号"), ("efile", "身份证号（户主）"), ("payment", "代领人身份证号")]
    {
        assert_eq!(schemas.field_of(kind, title), None, "{kind}: {title}");
    }
}

/// Does a kind's own description take a heading and a name? Mirrors the words of [`Recognise`].
fn fits(schemas: &Schemas, kind: &str, titles: &[&str], name: &str) -> Option<(bool, bool, usize)> {
    let schema = schemas.get(kind)?;
    let recognise = &schema.recognise;
    let headed: BTreeSet<&str> =
        titles.iter().filter_map(|t| schemas.field_of(kind, t)).map(|i| schema.fields[i].id.as_str()).collect();
    let has = |fields: &[String]| fields.iter().any(|f| headed.contains(f.as_str()));
    let hint = recognise.hints.iter().any(|h| name.contains(h.as_str()));
    let barred = recognise.against.iter().any(|w| name.contains(w.as_str()))
        || titles.iter().any(|t| recognise.not.iter().any(|n| fold_header(n) == fold_header(t)));
    let told = recognise.distinct.is_empty() || has(&recognise.distinct) || (recognise.hint_suffices && hint);
    let good = !barred && recognise.need.iter().all(|g| has(g)) && told && (hint || !recognise.hint_required);
    good.then_some((
        !recognise.fallback || hint,
        recognise.hint_required && hint,
        10 * headed.len() + usize::from(hint) * 5,
    ))
}

#[test]
fn real_headings_are_taken_for_their_kind() {
    let schemas = embedded();
    let cases = [
        (
            "efile",
            "困难职工档案",
            "档案号 所属工会 档案级别 档案状态 困难类别 姓名 性别 身份证号 工作单位 联系电话 建档日期",
        ),
        ("efile", "汇总", "职工编号 姓名 身份证号 建档标准 致困原因 家庭人口 备注"),
        ("emember", "成员", "档案号 姓名 关系 身份证号 月收入"),
        ("emember", "Sheet1", "档案号 姓名 与户主关系 性别 身份证号 出生日期 健康状况 单位或学校"),
        ("paper_member", "纸质档案家庭成员", "档案号 姓名 关系 身份证号 月收入"),
        ("paper", "核查登记表", "档案号 姓名 性别 身份证号 困难类别 健康状况 入户调查时间 职工本人签字"),
        ("paper", "纸质档案", "档案号 姓名 性别 身份证号 困难类别 家庭地址 住房类型"),
        ("aid", "1", "记录号 档案号 姓名 身份证号 帮扶项目 资金来源 金额 帮扶日期"),
        ("payment", "1", "流水号 姓名 身份证号 项目 资金来源 金额 发放日期 发放方式 收款账号 户名 状态"),
        ("payment", "资金发放", "姓名 身份证号 金额 发放日期"),
        ("civil", "1", "救助证号 户主姓名 户主身份证号 姓名 身份证号 与户主关系 救助类型 享受状态 起始年月 月保障金"),
        ("civil", "城市低保名册", "姓名 身份证号 救助类型 状态"),
        (
            "civil_household",
            "城市低保家庭查询_2019",
            "户主姓名 户主身份证号 家庭人口数 保障人口数 户月保障金额（元） 联系电话 家庭成员姓名 家庭成员身份证号",
        ),
        (
            "civil_person",
            "城市低保人员查询_2019",
            "姓名 身份证号 户主身份证号 与户主关系 性别 出生日期 健康状况 最初享受月份",
        ),
        ("civil_person", "低保边缘人员查询_1", "姓名 身份证号 户主身份证号 与户主关系 性别 月收入 健康状况"),
        ("death", "1", "姓名 性别 身份证号 死亡日期"),
        ("medical", "1", "人员姓名 证件号码 结算时间 医疗费总额 个人负担总金额"),
        ("income", "1", "档案号 身份证号 月份 家庭月收入 家庭人口 人均月收入"),
        ("exit", "1", "档案号 身份证号 申请日期 集体研究日期 公示开始 公示结束 审核通过日期 书面通知日期"),
        ("visit", "1", "档案号 身份证号 走访日期 走访人 走访类型"),
        (
            "filing",
            "1",
            "档案号 姓名 身份证号 申请日期 授权委托书日期 入户日期 评议日期 核对日期 核对结果 公示开始 公示结束 审批日期 建档日期",
        ),
        ("filing", "建档台账", "姓名 身份证号 申请日期 入户日期 公示开始 公示结束 审批日期"),
        (
            "check_report",
            "1",
            "报告编号 申请人 姓名 身份证号 核对日期 数据截至日期 核对结论 核对年收入 车辆数 房产处数 存款",
        ),
        ("check_report", "核对报告", "姓名 身份证号 核对日期 结论"),
        ("consent", "1", "授权书编号 户主姓名 姓名 身份证号 与户主关系 授权日期 有效期至"),
        ("consent", "授权书名单", "姓名 身份证号 签署日期"),
        ("roster", "会员名册", "姓名 身份证号 所属工会 工作单位"),
        ("roster", "Sheet1", "姓名 身份证号 所属工会 工作单位"),
        ("unit", "工会组织名册", "组织代码 工会名称 上级工会 级别 工会类型 联系人 联系电话"),
        ("vehicle", "1", "姓名 身份证号 号牌号码 车辆类型 机动车状态"),
        ("business", "1", "法定代表人 身份证号 企业名称 统一社会信用代码 登记状态"),
        ("real_estate", "1", "权利人 身份证号 坐落 建筑面积 用途"),
        ("fiscal_payroll", "1", "姓名 身份证号 单位名称 人员类别 年月"),
    ];
    for (kind, name, titles) in cases {
        let titles: Vec<&str> = titles.split(' ').collect();
        let fitting = schemas.kinds().filter_map(|k| fits(&schemas, k, &titles, name).map(|score| (score, k)));
        // Of equals the first by name.
        let taken = fitting.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1))).map(|(_, kind)| kind);
        assert_eq!(taken, Some(kind), "{name}: {titles:?}");
    }
}

#[test]
fn every_template_is_recognised_as_its_own_kind() {
    let schemas = embedded();
    for schema in schemas.iter() {
        let bytes = template::of_kind(&schemas, schema).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(bytes, template::of_kind(&schemas, schema).expect("again"), "{}: same bytes", schema.kind);
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).expect("xlsx");
        let names = book.sheet_names();
        assert_eq!(names.get(1).map(String::as_str), Some("填写说明"), "{}", schema.kind);
        let range = book.worksheet_range(&names[0]).expect("sheet");
        let head: Vec<String> = range.rows().next().expect("heading").iter().map(Data::to_string).collect();
        let ids: Vec<&str> = head
            .iter()
            .filter_map(|h| schemas.field_of(&schema.kind, h))
            .map(|i| schema.fields[i].id.as_str())
            .collect();
        assert_eq!(ids, schema.fields.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), "{}", schema.kind);
    }
}

#[test]
fn json_schema_covers_every_field() {
    let schemas = embedded();
    for schema in schemas.iter() {
        let value = json_schema::of_kind(&schemas, schema);
        assert_eq!(
            value["properties"].as_object().map(serde_json::Map::len),
            Some(schema.fields.len()),
            "{}",
            schema.kind
        );
    }
    let sex = &json_schema::of_kind(&schemas, schemas.get("efile").expect("efile"))["properties"]["sex"];
    assert_eq!(sex["enum"], serde_json::json!(["女", "男"]));
}

#[test]
fn closed_codes_are_those_of_id106() {
    let schemas = embedded();
    let closed = |kind: &str| -> Vec<String> {
        schemas
            .get(kind)
            .map(|s| s.fields.iter().filter(|f| f.closed).map(|f| f.id.clone()).collect())
            .unwrap_or_default()
    };
    let mut efile = closed("efile");
    efile.sort();
    assert_eq!(
        efile,
        ["category", "cause_main", "health", "housing", "hukou", "level", "marital", "sex", "status", "work_status"]
    );
    assert_eq!(closed("emember"), ["sex", "health"]);
    let paper: BTreeSet<String> = closed("paper").into_iter().collect();
    assert_eq!(
        paper,
        ["sex", "category", "health", "work_status", "housing", "hukou"].map(String::from).into_iter().collect()
    );
}

#[test]
fn a_users_file_adds_a_kind_or_replaces_one() {
    let dir = tempfile::tempdir().expect("dir");
    let text = "kind = \"fund\"\ntitle = \"公积金\"\nside = \"other\"\nfield = [{ id = \"id_number\", title = \"身份证号\", type = \"id_number\" }, { id = \"balance\", title = \"余额\", type = \"money\" }]\n[recognise]\nneed = [[\"id_number\"]]\ndistinct = [\"balance\"]\n";
    fs::write(dir.path().join("fund.toml"), text).expect("write");
    fs::create_dir(dir.path().join("codes")).expect("codes");
    fs::write(
        dir.path().join("codes/sex.toml"),
        "id = \"sex\"\ntitle = \"性别\"\nwords = { \"男\" = [\"公\"], \"女\" = [] }\n",
    )
    .expect("write");
    let schemas = Schemas::load(Some(dir.path())).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(schemas.field_of("fund", "余额（元）"), Some(1));
    assert_eq!(schemas.codes("sex").map(|t| t.words["男"].clone()), Some(vec!["公".to_owned()]));
    assert!(schemas.get("efile").is_some());
}

#[test]
fn synonyms_of_the_config_move() {
    let mut schemas = embedded();
    let additions = [(
        "health".to_owned(),
        [("胃癌".to_owned(), "恶性肿瘤".to_owned()), ("肿瘤".to_owned(), "恶性肿瘤".to_owned())].into(),
    )]
    .into();
    schemas.add_synonyms(&additions);
    let words = &schemas.codes("health").expect("health").words;
    assert!(words["恶性肿瘤"].iter().any(|s| s == "胃癌") && words["恶性肿瘤"].iter().any(|s| s == "肿瘤"));
    assert!(!words["肿瘤病"].iter().any(|s| s == "肿瘤"));
}

#[test]
fn gallery_of_schema_errors() {
    let field = "field = [{ id = \"name\", title = \"姓名\", type = \"name\" }]\n";
    let recognise = "[recognise]\ndistinct = [\"name\"]\n";
    let cases = [
        (
            "kind = \"x\"\ntitel = \"某表\"\n".to_owned(),
            "错误 不认识的键“titel”\n  位置  x.toml › 第 2 行\n  原文  titel = \"某表\"\n  处理  是否想写“title”？",
        ),
        (
            format!("kind = \"x\"\ntitle = \"某表\"\nside = \"papr\"\n{field}{recognise}"),
            "错误 side “papr”不存在\n  位置  x.toml › 第 3 行\n  原文  side = \"papr\"\n  处理  是否想写“paper”？",
        ),
        (
            format!("kind = \"x\"\ntitle = \"某表\"\nside = \"other\"\n{field}[recognise]\ndistinct = [\"nmae\"]\n"),
            "错误 字段“nmae”不存在\n  位置  x.toml › 第 6 行\n  原文  distinct = [\"nmae\"]\n  处理  是否想写“name”？",
        ),
        (
            "kind = \"x\"\ntitle = \"某表\"\nside = \"other\"\nfield = [\n  { id = \"sex\", title = \"性别\", type = \"code\", codes = \"sexx\" },\n]\n[recognise]\ndistinct = [\"sex\"]\n".to_owned(),
            "错误 代码表“sexx”不存在\n  位置  x.toml › 第 5 行\n  原文  { id = \"sex\", title = \"性别\", type = \"code\", codes = \"sexx\" },\n  处理  是否想写“sex”？",
        ),
        (
            "kind = \"x\"\ntitle = \"某表\"\nside = \"other\"\nfield = [\n  { id = \"a\", title = \"姓名\", type = \"name\" },\n  { id = \"b\", title = \"户名\", type = \"name\", aliases = [\"*姓 名\"] },\n]\n[recognise]\ndistinct = [\"a\"]\n".to_owned(),
            "错误 列名“*姓 名”既属字段“a”又属字段“b”\n  位置  x.toml › 第 6 行\n  原文  { id = \"b\", title = \"户名\", type = \"name\", aliases = [\"*姓 名\"] },\n  处理  一个列名在一个类别中只能属于一个字段，只留一处。",
        ),
        (
            format!("kind = \"x\"\ntitle = \"某表\"\nrole = \"register\"\nside = \"other\"\n{field}{recognise}"),
            "错误 部门名单没有 [finding]\n  位置  x.toml › 第 3 行\n  原文  role = \"register\"\n  处理  补上 [finding]，或把 role 改成 \"source\"。",
        ),
    ];
    for (text, expected) in cases {
        let dir = tempfile::tempdir().expect("dir");
        fs::write(dir.path().join("x.toml"), &text).expect("write");
        let error = Schemas::load(Some(dir.path())).expect_err(&text).to_string();
        let error = error.replace(&format!("{}/", dir.path().display()), "");
        assert!(error.starts_with(expected), "{error}\n\nexpected\n{expected}");
    }
}
