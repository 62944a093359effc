//! The example household that every rule's cases change: consistent in every source, so that each case shows one thing.
//!
//! A case is written as changes joined by `；`:
//! `efile.sex=女` sets a cell of the first row of a kind, `emember#2.sex=女` of the second; `-civil` takes all rows of a
//! kind away, `-civil#2` one; `+paper file_no=CS-9,name=例乙` adds a copy of the first row with these cells changed (of a kind
//! that has no row, a row of these cells alone). `@as_of=2020-07-01` and `@profile=ordos-2020` judge on another day and by
//! another paper; `@[rule.TK503] report_borderline=true` is a table of the configuration, its keys joined by ` & `.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::derive::past::{GoneFile, Past, Unanswered, Vanished};
use crate::ingest::sheet::{CellKind, RawSheet, SheetBuilder};
use crate::schema::Schemas;

/// Rows of one kind: field id → value.
type Row = BTreeMap<String, String>;

/// The example household: 测甲, his wife and daughter, drawing dibao. All numbers and names are invented.
const BASE: &str = "
efile file_no=CS-1,unit=测试区总工会,parent_unit=测试市总工会,level=全国级,status=在档,category=低保户,name=测甲,sex=男,ethnicity=汉族,id_number=510105198001019971,birth_date=1980-01-01,political=群众,health=恶性肿瘤,work_status=在岗,employer=测试机械有限公司,employer_state=亏损企业,phone=19900000001,address=成都市锦江区测试路1号1单元101室,housing=租房,floor_area=50,hukou=非农业,region=510105,marital=已婚,work_start=2000-03-01,insurance=职工基本医疗保险,income_monthly=1500,income_annual=23400,household_size=3,income_per_capita=650,cause_main=患重特大疾病,account=,filed_on=2017-03-01,updated_on=2019-06-01,helper=测干部
emember file_no=CS-1,head_id_number=510105198001019971,name=测配偶,relation=妻子,sex=女,id_number=510104198203059983,birth_date=1982-03-05,health=良好
emember file_no=CS-1,head_id_number=510105198001019971,name=测女,relation=女儿,sex=女,id_number=510105200806069968,birth_date=2008-06-06,health=良好
paper file_no=CS-1,unit=测试区总工会,category=低保户,name=测甲,sex=男,id_number=510105198001019971,health=恶性肿瘤,work_status=在岗,employer=测试机械有限责任公司,employer_state=亏损企业,phone=19900000001,address=锦江区测试路1号1单元101室,housing=租房,floor_area=50,hukou=非农业,work_start=2000年3月,insurance=职工基本医疗保险,income_monthly=1500,income_annual=23400,household_size=3,cause_main=因本人患癌症致困,surveyed_on=2019-07-10,surveyor=测干部,surveyor_signed=是,worker_signed=是,m01=有,m02=有,m03=有,m04=有,m05=有,m06=有,m07=有,m08=有,m09=有,m10=有
paper_member file_no=CS-1,head_id_number=510105198001019971,name=测配偶,relation=妻子,sex=女,id_number=510104198203059983
paper_member file_no=CS-1,head_id_number=510105198001019971,name=测女,relation=女儿,sex=女,id_number=510105200806069968
civil cert_no=DB-1,head_name=测甲,head_id_number=510105198001019971,name=测甲,id_number=510105198001019971,relation=户主,scheme=低保,state=在保,from=2017-01,income_per_capita=650
civil cert_no=DB-1,head_name=测甲,head_id_number=510105198001019971,name=测配偶,id_number=510104198203059983,relation=配偶,scheme=低保,state=在保,from=2017-01,income_per_capita=650
civil cert_no=DB-1,head_name=测甲,head_id_number=510105198001019971,name=测女,id_number=510105200806069968,relation=女儿,scheme=低保,state=在保,from=2017-01,income_per_capita=650
payment serial=FF-1,name=测甲,id_number=510105198001019971,program=医疗救助,fund_source=市总,amount=600,paid_on=2019-05-10,channel=社会保障卡,account=,result=成功
aid record_no=BF-1,file_no=CS-1,name=测甲,id_number=510105198001019971,program=医疗救助,fund_source=市总,amount=600,aided_on=2019-05-01,unit=测试区总工会
medical name=测甲,id_number=510105198001019971,settled_on=2019-04-10,total=5000,insured=2000,out_of_pocket=3000,state=有效
visit file_no=CS-1,id_number=510105198001019971,visited_on=2019-04-15,kind=入户走访,visitor=测干部,signed=是
income file_no=CS-1,id_number=510105198001019971,month=2019-02,income=1950,persons=3
income file_no=CS-1,id_number=510105198001019971,month=2019-03,income=1950,persons=3
income file_no=CS-1,id_number=510105198001019971,month=2019-04,income=1950,persons=3
income file_no=CS-1,id_number=510105198001019971,month=2019-05,income=1950,persons=3
income file_no=CS-1,id_number=510105198001019971,month=2019-06,income=1950,persons=3
income file_no=CS-1,id_number=510105198001019971,month=2019-07,income=1950,persons=3
death name=测外人,id_number=510107195001019997,died_on=2018-01-01
roster name=测甲,id_number=510105198001019971,unit=测试区总工会,employer=测试机械有限公司
";

/// The sheets of the example household with a case's changes, one sheet a kind, by kind.
///
/// # Errors
/// The part of `given` that cannot be understood.
pub fn sheets(schemas: &Schemas, given: &str) -> Result<Vec<(String, RawSheet)>, String> {
    let mut world: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in BASE.lines().filter(|l| !l.is_empty()) {
        let (kind, cells) = line.split_once(' ').ok_or("示例行缺列")?;
        world.entry(kind.to_string()).or_default().push(read_cells(cells)?);
    }
    for change in given.split('；').map(str::trim).filter(|c| !c.is_empty()) {
        if !change.starts_with('@') {
            apply(&mut world, change).ok_or_else(|| change.to_string())?;
        }
    }
    let mut out = Vec::new();
    for (kind, rows) in world {
        let schema = schemas.get(&kind).ok_or_else(|| format!("没有类别{kind}"))?;
        if rows.is_empty() {
            continue;
        }
        let mut sheet = SheetBuilder::new(kind.clone());
        let fields: Vec<_> = schema.fields.iter().filter(|f| rows.iter().any(|r| r.contains_key(&f.id))).collect();
        sheet.row(1, false);
        for (col, field) in fields.iter().enumerate() {
            sheet.cell(col as u16, CellKind::Text, &field.title).map_err(|_| "过长")?;
        }
        for (n, row) in rows.iter().enumerate() {
            sheet.row(n as u32 + 2, false);
            for (col, field) in fields.iter().enumerate() {
                let value = row.get(&field.id).map_or("", String::as_str);
                sheet.cell(col as u16, CellKind::Text, value).map_err(|_| "过长")?;
            }
        }
        out.push((kind, sheet.finish()));
    }
    Ok(out)
}

/// The configuration under which a case is judged.
///
/// # Errors
/// The part of `given` that cannot be understood.
pub fn config(given: &str) -> Result<String, String> {
    let mut run = BTreeMap::from([("profile", "chengdu-2019"), ("as_of", "2019-08-20")]);
    let mut tables = String::new();
    for change in given.split('；').map(str::trim).filter_map(|c| c.strip_prefix('@')) {
        if ["last=", "gone ", "vanished ", "handed_out="].iter().any(|of_past| change.starts_with(of_past)) {
            continue;
        }
        if let Some((table, keys)) = change.strip_prefix('[').and_then(|c| c.split_once("] ")) {
            tables.push_str(&format!("[{table}]\n{}\n", keys.replace(" & ", "\n")));
        } else {
            let (key, value) = change.split_once('=').ok_or_else(|| change.to_string())?;
            let known = run.get_mut(key).ok_or_else(|| change.to_string())?;
            *known = value;
        }
    }
    let run: String = run.iter().map(|(k, v)| format!("{k} = \"{v}\"\n")).collect();
    let standard = "[[standard]]\nregion = \"510100\"\nfrom = \"2018-07-01\"\ndibao = 650\n";
    Ok(format!("[run]\nfederation = \"测试市总工会\"\n{run}{tables}{standard}"))
}

/// What earlier runs left, for a case.
///
/// # Errors
/// The part of `given` that cannot be understood.
pub fn past(given: &str) -> Result<Past, String> {
    let mut past = Past::default();
    let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| text.to_string());
    for change in given.split('；').map(str::trim).filter_map(|c| c.strip_prefix('@')) {
        if let Some(last) = change.strip_prefix("last=") {
            past.as_of = Some(day(last)?);
        } else if let Some(cells) = change.strip_prefix("gone ") {
            let cells = read_cells(cells)?;
            let cell = |field: &str| cells.get(field).cloned().unwrap_or_default();
            past.as_of = NaiveDate::from_ymd_opt(2019, 8, 19);
            past.gone.push(GoneFile {
                unit: cell("unit"),
                file_no: cell("file_no"),
                name: cell("name"),
                id_number: cell("id_number"),
                place: String::new(),
                told: cell("told") != "否",
            });
        } else if let Some(cells) = change.strip_prefix("vanished ") {
            let cells = read_cells(cells)?;
            let cell = |field: &str| cells.get(field).cloned().unwrap_or_default();
            past.as_of = NaiveDate::from_ymd_opt(2019, 8, 19);
            past.vanished.push(Vanished {
                kind: cell("kind"),
                key: "1".to_string(),
                unit: cell("unit"),
                id_number: cell("id_number"),
                amount: cell("amount").parse::<i64>().ok().map(|yuan| yuan * 100),
                date: cell("date"),
                reference: cell("ref"),
                last_seen: day("2019-08-19")?,
                now: None,
                told: cell("told") != "否",
            });
        } else if let Some(on) = change.strip_prefix("handed_out=") {
            let finding = crate::finding::fingerprint("JD212", "CS-1", "", "");
            let unit = "测试区总工会".to_string();
            past.unanswered.push(Unanswered { finding, unit, handed_out: day(on)? });
        }
    }
    Ok(past)
}

fn read_cells(cells: &str) -> Result<Row, String> {
    cells
        .split(',')
        .map(|cell| cell.split_once('=').map(|(f, v)| (f.to_string(), v.to_string())).ok_or_else(|| cell.to_string()))
        .collect()
}

fn apply(world: &mut BTreeMap<String, Vec<Row>>, change: &str) -> Option<()> {
    if let Some(gone) = change.strip_prefix('-') {
        let (kind, nth) = split_nth(gone);
        let rows = world.get_mut(kind)?;
        match nth {
            None => rows.clear(),
            Some(n) if n < rows.len() => {
                rows.remove(n);
            }
            Some(_) => return None,
        }
        return Some(());
    }
    if let Some(added) = change.strip_prefix('+') {
        let (kind, cells) = added.split_once(' ')?;
        let changes = read_cells(cells).ok()?;
        let rows = world.entry(kind.to_string()).or_default();
        let mut row = rows.first().cloned().unwrap_or_default();
        if changes.get("name").is_some_and(|n| n.ends_with('计')) {
            row.clear();
        }
        row.extend(changes);
        rows.push(row);
        return Some(());
    }
    let (at, value) = change.split_once('=')?;
    let (row, field) = at.split_once('.')?;
    let (kind, nth) = split_nth(row);
    world.get_mut(kind)?.get_mut(nth.unwrap_or(0))?.insert(field.to_string(), value.to_string());
    Some(())
}

/// `civil#2` → (`civil`, second row).
fn split_nth(text: &str) -> (&str, Option<usize>) {
    match text.split_once('#') {
        Some((kind, n)) => (kind, n.parse::<usize>().ok().and_then(|n| n.checked_sub(1))),
        None => (text, None),
    }
}
