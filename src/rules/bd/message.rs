//! The message of a register's finding: a template with the fields' values in the place of `{field}`.

/// Marks between which a part of the sentence stands by itself.
const MARKS: [char; 4] = ['，', '、', '；', '：'];

/// Names between braces.
pub(super) fn holes(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The template with its holes filled. A part whose values are all missing is left out with its mark, and brackets of which
/// nothing is left, so that neither `{plate}` nor `（，）` remains.
pub(super) fn filled(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let bracketed = template.split_once('（').and_then(|(before, rest)| Some((before, rest.split_once('）')?)));
    let Some((before, (inside, after))) = bracketed else { return sentence(template, value) };
    let inside = match sentence(inside, value) {
        nothing if nothing.is_empty() => nothing,
        said => format!("（{said}）"),
    };
    sentence(before, value) + &inside + &filled(after, value)
}

/// The parts of which something is said, with the marks before them.
fn sentence(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out: Option<String> = None;
    let mut rest = template;
    let mut mark = "";
    loop {
        let end = rest.find(MARKS).unwrap_or(rest.len());
        if let Some(text) = part(&rest[..end], value) {
            out = Some(out.map_or(text.clone(), |before| before + mark + &text));
        }
        let Some(next) = rest[end..].chars().next() else { return out.unwrap_or_default() };
        (mark, rest) = rest[end..].split_at(next.len_utf8());
    }
}

/// A part with its values; None if it has holes and all are empty.
fn part(template: &str, value: &dyn Fn(&str) -> String) -> Option<String> {
    let values: Vec<(&str, String)> = holes(template).map(|hole| (hole, value(hole))).collect();
    if !values.is_empty() && values.iter().all(|(_, written)| written.is_empty()) {
        return None;
    }
    let fill = |text: String, (hole, written): &(&str, String)| text.replacen(&format!("{{{hole}}}"), written, 1);
    Some(values.iter().fold(template.to_string(), fill))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Template, values, message.
    type Case<'t> = (&'t str, &'t [(&'t str, &'t str)], &'t str);

    #[test]
    fn what_is_missing_leaves_no_trace() {
        let vehicle = "{name}名下登记有机动车{plate}（{kind}，{state}）";
        let payroll = "{name}在财政供养名册中：{employer}（{kind}，{month}）";
        let company = "{name}登记为{company}（{state}）的法定代表人或经营者";
        let cases: [Case<'_>; 9] = [
            (
                vehicle,
                &[("plate", "川A1"), ("kind", "轿车"), ("state", "正常")],
                "测甲名下登记有机动车川A1（轿车，正常）",
            ),
            (vehicle, &[("plate", "川A1"), ("state", "正常")], "测甲名下登记有机动车川A1（正常）"),
            (vehicle, &[("plate", "川A1"), ("kind", "轿车")], "测甲名下登记有机动车川A1（轿车）"),
            (vehicle, &[("plate", "川A1")], "测甲名下登记有机动车川A1"),
            (vehicle, &[], "测甲名下登记有机动车"),
            (payroll, &[("employer", "某中学"), ("month", "2019-07")], "测甲在财政供养名册中：某中学（2019-07）"),
            (payroll, &[("kind", "在编")], "测甲在财政供养名册中（在编）"),
            (payroll, &[], "测甲在财政供养名册中"),
            (company, &[("company", "某店")], "测甲登记为某店的法定代表人或经营者"),
        ];
        for (template, values, expected) in cases {
            let value = |hole: &str| {
                let known = [("name", "测甲")];
                let found = values.iter().chain(&known).find(|(name, _)| *name == hole);
                found.map_or(String::new(), |(_, v)| (*v).to_string())
            };
            assert_eq!(filled(template, &value), expected);
        }
    }

    #[test]
    fn marks_in_values_and_in_plain_text_stay() {
        let value =
            |hole: &str| if hole == "count" { "2".to_string() } else { "甲路（东段），乙路".to_string() };
        let message = filled("登记有{count}套：{address}。（请核实）", &value);
        assert_eq!(message, "登记有2套：甲路（东段），乙路。（请核实）");
    }
}
