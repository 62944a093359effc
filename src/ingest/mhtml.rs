//! Web archives (`.mht`, and `.xls` that are one): the HTML parts of a MIME message (RFC 2557).

use super::{Format, RawSheet, ReadError, ReadOptions, Reading, html};
use data_encoding::BASE64;

/// Reads the tables of all HTML parts.
///
/// # Errors
/// No boundary between parts, or a part that cannot be decoded.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading, ReadError> {
    let unreadable = || ReadError::new("单文件网页（MHTML）读不出表格", "请用 WPS 或 Excel 打开后另存为 .xlsx");
    let (head, _) = split_head(bytes);
    let boundary = parameter(&head, "boundary").ok_or_else(unreadable)?;
    let mark = format!("--{boundary}").into_bytes();
    let cuts: Vec<usize> = memchr::memmem::find_iter(bytes, &mark).collect();
    let mut sheets: Vec<RawSheet> = Vec::new();
    for (i, cut) in cuts.iter().enumerate() {
        let end = cuts.get(i + 1).copied().unwrap_or(bytes.len());
        let (head, body) = split_head(&bytes[cut + mark.len()..end]);
        if !head.to_ascii_lowercase().contains("text/html") {
            continue;
        }
        let page = body_bytes(&head, body).ok_or_else(unreadable)?;
        if let Reading::Sheets { sheets: found, .. } = html::read(page, options)? {
            sheets.extend(found);
        }
    }
    if sheets.is_empty() {
        return Err(unreadable());
    }
    if sheets.len() > 1 {
        for (i, sheet) in sheets.iter_mut().enumerate() {
            sheet.name = format!("表{}", i + 1);
        }
    }
    Ok(Reading::Sheets { format: Format::Mhtml, sheets })
}

/// The header lines up to the first blank line, and the rest. (What follows a boundary on its line counts as
/// the first line.)
fn split_head(bytes: &[u8]) -> (String, &[u8]) {
    let start = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n' | b' ')).unwrap_or(0);
    let bytes = &bytes[start..];
    let blank = |mark: &[u8]| memchr::memmem::find(bytes, mark).map(|at| (at, at + mark.len()));
    let cut = [blank(b"\r\n\r\n"), blank(b"\n\n")].into_iter().flatten().min();
    let (end, body) = cut.unwrap_or((bytes.len(), bytes.len()));
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), &bytes[body..])
}

fn parameter(head: &str, name: &str) -> Option<String> {
    let at = head.to_ascii_lowercase().find(&format!("{name}="))?;
    let value = head[at + name.len() + 1..].trim_start_matches('"');
    let value: String = value.chars().take_while(|c| !matches!(c, '"' | ';' | '\r' | '\n')).collect();
    (!value.is_empty()).then_some(value)
}

fn body_bytes(head: &str, body: &[u8]) -> Option<Vec<u8>> {
    let head = head.to_ascii_lowercase();
    let (_, encoding) = head.split_once("content-transfer-encoding:").unwrap_or_default();
    match encoding.trim_start() {
        e if e.starts_with("base64") => {
            let packed: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
            BASE64.decode(&packed).ok()
        }
        e if e.starts_with("quoted-printable") => Some(quoted_printable(body)),
        _ => Some(body.to_vec()),
    }
}

/// RFC 2045 §6.7; a wrong escape stays as it is.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&b, later)) = rest.split_first() {
        rest = later;
        if b != b'=' {
            out.push(b);
        } else if let Some(next) = later.strip_prefix(b"\r\n").or_else(|| later.strip_prefix(b"\n")) {
            rest = next;
        } else if let Some(byte) =
            later.get(..2).and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok())
        {
            out.push(byte);
            rest = &later[2..];
        } else {
            out.push(b);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let page = "<html><table><tr><td x:str=3D'1'>=E5=BC=A0=\r\n=E4=B8=89</td></tr></table></html>";
        let packed = BASE64.encode("<table><tr><td>李四</table>".as_bytes());
        let message = format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--=_X\"\r\n\r\n----=_X\r\n\
             Content-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{page}\r\n\
             ----=_X\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n----=_X--\r\n"
        );
        let Ok(Reading::Sheets { sheets, .. }) = read(message.as_bytes(), &ReadOptions::default()) else {
            panic!("no sheets")
        };
        let texts: Vec<_> = sheets.iter().map(|s| s.text_at(1, 0)).collect();
        assert_eq!(texts, ["张三", "李四"]);
        assert!(read(b"MIME-Version: 1.0\r\n\r\n", &ReadOptions::default()).is_err());
    }
}
