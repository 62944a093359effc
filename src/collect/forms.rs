//! Returned 附件3 forms: told from other tables by the readers every run uses.

use chrono::NaiveDate;

use super::recognise::NotOurs;
use crate::ingest::FileRead;
use crate::ingest::inputs::Inputs;
use crate::normalize::{self, Context, SourceHints};
use crate::schema::{Layout, Schemas};

/// Kind of the records of a form.
const KIND: &str = "paper";

/// How many forms of a returned workbook somebody has filled in: beside what was printed beforehand stands what was found, a
/// date or a signature.
pub fn filled(file: FileRead, schemas: &Schemas, today: NaiveDate) -> usize {
    let context = Context::new(schemas, today);
    let inputs = Inputs::from_reads(vec![(0, file)]);
    let hints = [SourceHints { received: Some(today), ..SourceHints::default() }];
    normalize::tables(&inputs, &hints, &context).of_kind(KIND).len()
}

/// How many filled forms a file holds.
///
/// # Errors
/// It holds none, other tables besides, or forms that nobody has filled in.
pub fn count(file: FileRead, schemas: &Schemas, today: NaiveDate) -> Result<usize, NotOurs> {
    let context = Context::new(schemas, today);
    let inputs = Inputs::from_reads(vec![(0, file)]);
    let tables = normalize::tables(&inputs, &[], &context);
    let kinds = tables.accounts.iter().filter_map(|a| Some((&schemas.all()[a.kind?], a.layout)));
    let mut others: Vec<&str> = Vec::new();
    for (schema, layout) in kinds {
        if schema.kind != KIND || layout != Some(Layout::Form) {
            others.push(&schema.title);
        }
    }
    if let Some(title) = others.first() {
        return Err(NotOurs::new(
            format!("这是（或含有）“{title}”，不是下发的工作簿或单独的附件3入户调查表"),
            "来源数据请放进来源目录，由核查读取；调查表请单独存成一个文件",
        ));
    }
    let forms = tables.of_kind(KIND).len();
    if forms > 0 {
        return Ok(forms);
    }
    // A form that was printed beforehand and that nobody filled in is no record.
    if tables.accounts.iter().any(|a| a.layout == Some(Layout::Form)) {
        let what = "入户调查表没有填写（没有实际情况，也没有调查时间和签字）";
        return Err(NotOurs::new(what, "请填好后再交；没有入户的不用交"));
    }
    let what = "不是下发的工作簿，也不是附件3入户调查表";
    Err(NotOurs::new(what, "请交回下发的原文件；误放的请移走"))
}
