//! JSON Schema (draft 2020-12) of one row of a kind, as the outputs write it: normalised values, not cells.

use serde_json::{Map, Value, json};

use super::load::Schemas;
use super::model::{Field, FieldType, Schema};

/// The JSON Schema of a row.
pub fn of_kind(schemas: &Schemas, schema: &Schema) -> Value {
    let properties: Map<String, Value> = schema.fields.iter().map(|f| (f.id.clone(), property(schemas, f))).collect();
    let required: Vec<&str> = schema.fields.iter().filter(|f| f.required).map(|f| f.id.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:hecha:schema:{}", schema.kind),
        "title": schema.title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(schemas: &Schemas, field: &Field) -> Value {
    let (ty, extra) = match field.ty {
        FieldType::Money => ("number", json!({ "multipleOf": 0.01, "description": "单位：元" })),
        FieldType::Area => ("number", json!({ "minimum": 0, "description": "单位：平方米" })),
        FieldType::Int => ("integer", json!({ "minimum": 0 })),
        FieldType::Bool => ("boolean", json!({})),
        FieldType::Date => {
            ("string", json!({ "pattern": r"^\d{4}-\d{2}(-\d{2})?$", "description": "日期；只有月份时写到月" }))
        }
        FieldType::Month => ("string", json!({ "pattern": r"^\d{4}-\d{2}$" })),
        FieldType::IdNumbers | FieldType::Names => ("array", json!({ "items": { "type": "string" } })),
        FieldType::Account => ("string", json!({ "pattern": r"^[0-9A-Za-z]+$" })),
        FieldType::Text
        | FieldType::IdNumber
        | FieldType::Name
        | FieldType::Code
        | FieldType::Phone
        | FieldType::Org
        | FieldType::Unit
        | FieldType::Address
        | FieldType::Narrative => ("string", json!({})),
    };
    let mut property = Map::new();
    property.insert("title".into(), json!(field.title));
    // A value that is not required may be absent or null.
    property.insert("type".into(), if field.required { json!(ty) } else { json!([ty, "null"]) });
    if let Value::Object(extra) = extra {
        property.extend(extra);
    }
    if let Some(table) = schemas.codes_of(field).filter(|_| field.ty == FieldType::Code) {
        let words = table.words.keys().map(|w| json!(w));
        let (key, words): (_, Vec<Value>) = match (field.closed, field.required) {
            (true, true) => ("enum", words.collect()),
            (true, false) => ("enum", words.chain([Value::Null]).collect()),
            // An open table takes any word.
            (false, _) => ("examples", words.collect()),
        };
        property.insert(key.into(), Value::Array(words));
    }
    if !field.aliases.is_empty() {
        property.insert("x-aliases".into(), json!(field.aliases));
    }
    Value::Object(property)
}
