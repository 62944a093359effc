//! Amounts of money in integer fen.
//!
//! Implements the row `money`: exact decimals, 元 or 万元 from the cell or the header; a negative or bracketed amount
//! is a reversal and stays negative.

use std::fmt;

use super::hanzi_number;
use super::literal::Literal;
use super::text::{clean, compatible, is_none_mark};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// An amount in fen (1/100 yuan). Negative is a reversal. Displays yuan with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Fen(pub i64);

impl Fen {
    pub const ZERO: Self = Self(0);

    /// Whole yuan.
    pub const fn yuan(yuan: i64) -> Self {
        Self(yuan * 100)
    }

    /// The amount of the opposite sign.
    pub fn reversed(self) -> Self {
        Self(-self.0)
    }

    pub fn is_reversal(self) -> bool {
        self.0 < 0
    }
}

impl Fen {
    /// Yuan without decimals that say nothing: `865`, `701.50`.
    pub fn brief(self) -> String {
        let whole = self.to_string();
        whole.strip_suffix(".00").map_or_else(|| whole.clone(), str::to_string)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

/// What a number without unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MoneyUnit {
    #[default]
    Yuan,
    WanYuan,
}

impl MoneyUnit {
    /// The unit that a heading (`金额（万元）`) or a title row (`单位：元`) names, if any.
    pub fn from_header(text: &str) -> Option<Self> {
        let text = compatible(text);
        if text.contains("万元") || text.contains("萬元") {
            Some(Self::WanYuan)
        } else if text.contains('元') {
            Some(Self::Yuan)
        } else {
            None
        }
    }

    /// Fen of one unit, as a power of ten.
    fn scale(self) -> u32 {
        match self {
            Self::Yuan => 2,
            Self::WanYuan => 6,
        }
    }
}

/// Why a cell is no amount (ID107). Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyFault {
    NotAmount,
    /// Parts of a fen. Formulas give them (income per head); the caller decides whether the nearest fen will do.
    BelowFen {
        nearest: Fen,
    },
    /// A round word (`700元左右`): good enough for an income that was asked after, never for money that was paid.
    About {
        amount: Fen,
    },
    /// An amount for each month or year (`1000元/月`); right only where the field is of that period.
    PerPeriod {
        amount: Fen,
        period: Period,
    },
    TooLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Month,
    Year,
}

impl fmt::Display for MoneyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAmount => f.write_str("不是金额"),
            Self::BelowFen { nearest } => write!(f, "金额不足一分（最近为{nearest}元）"),
            Self::About { amount } => write!(f, "写的是约数（约{amount}元）"),
            Self::PerPeriod { period: Period::Month, .. } => f.write_str("写的是每月金额"),
            Self::PerPeriod { period: Period::Year, .. } => f.write_str("写的是每年金额"),
            Self::TooLarge => f.write_str("金额过大"),
        }
    }
}

/// Reads an amount. `unit` is that of the header; a unit in the cell wins. `Ok(None)` where nothing is written (`-`, `/`, 无).
pub fn parse(written: Written<'_>, unit: MoneyUnit) -> Result<Option<Fen>, MoneyFault> {
    let text = clean(written.text);
    if is_none_mark(&text) {
        return Ok(None);
    }
    match written.kind {
        CellKind::Number => {
            let literal = Literal::parse(&text).ok_or(MoneyFault::NotAmount)?;
            fen(&literal, unit.scale(), true).map(Some)
        }
        CellKind::Text => parse_text(&text, unit).map(Some),
        CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed => Err(MoneyFault::NotAmount),
    }
}

fn parse_text(text: &str, unit: MoneyUnit) -> Result<Fen, MoneyFault> {
    let mut text: String = compatible(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '−' | '－' | '–' | '﹣') { '-' } else { c.to_ascii_uppercase() })
        .collect();

    let mut period = None;
    for (mark, p) in [("/月", Period::Month), ("每月", Period::Month), ("/年", Period::Year), ("每年", Period::Year)]
    {
        if let Some(rest) = text.strip_suffix(mark).or_else(|| text.strip_prefix(mark)) {
            (text, period) = (rest.to_owned(), Some(p));
        }
    }
    if matches!(text.as_str(), "无收入" | "没有收入") {
        return Ok(Fen::ZERO);
    }
    let amount = match text.strip_suffix(')').and_then(|t| t.rsplit_once('(')) {
        // 1200(壹仟贰佰元整), 2500元(慰问金): a remark, but not one that says another amount.
        Some((amount, remark)) if amount.contains(|c: char| c.is_ascii_digit()) => {
            let amount = signed(amount, unit)?;
            match signed(remark, unit) {
                Ok(other) if other != amount => return Err(MoneyFault::NotAmount),
                _ => amount,
            }
        }
        _ => signed(&text, unit)?,
    };
    match period {
        Some(period) => Err(MoneyFault::PerPeriod { amount, period }),
        // What is left was an amount but for these words, so they stood before or behind it.
        None if ROUND_BEFORE.iter().chain(&ROUND_BEHIND).any(|word| text.contains(word)) => {
            Err(MoneyFault::About { amount })
        }
        None => Ok(amount),
    }
}

/// Words that say that an amount is round: 约700元, 近1万, 大概300.
const ROUND_BEFORE: [&str; 7] = ["大约", "大概", "差不多", "约为", "约计", "约", "近"];
/// The same behind it: 700元左右.
const ROUND_BEHIND: [&str; 3] = ["左右", "上下", "许"];

/// Takes sign, brackets and currency marks off, in any order.
fn signed(text: &str, unit: MoneyUnit) -> Result<Fen, MoneyFault> {
    let (mut rest, mut negative) = (without_words(text), false);
    // 1,200.00-: as ledgers print a reversal.
    if let Some(amount) = rest.strip_suffix('-').filter(|a| a.ends_with(|c: char| c.is_ascii_digit() || c == '元')) {
        (rest, negative) = (amount, true);
    }
    loop {
        let before = rest;
        for mark in ["¥", "RMB", "CNY", "人民币", "+", ":"] {
            rest = rest.strip_prefix(mark).unwrap_or(rest);
        }
        if let Some(inner) = rest
            .strip_prefix('-')
            .or_else(|| rest.strip_prefix('负'))
            .or_else(|| rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')))
        {
            if negative {
                return Err(MoneyFault::NotAmount);
            }
            (rest, negative) = (inner, true);
        }
        rest = without_words(rest);
        if rest == before {
            break;
        }
    }
    let Fen(amount) = unsigned(rest, unit)?;
    Ok(Fen(if negative { -amount } else { amount }))
}

/// The amount without the words around it that are none of its digits: 约700元, 共700元, 700元左右, 700人民币.
fn without_words(text: &str) -> &str {
    let mut rest = text;
    loop {
        let before = rest;
        for word in ROUND_BEFORE.into_iter().chain(["合计", "共计", "计", "共"]) {
            rest = rest.strip_prefix(word).filter(|r| !r.is_empty()).unwrap_or(rest);
        }
        for word in ROUND_BEHIND.into_iter().chain(["RMB", "CNY", "人民币"]) {
            rest = rest.strip_suffix(word).filter(|r| !r.is_empty()).unwrap_or(rest);
        }
        if rest == before {
            return rest;
        }
    }
}

/// A digit as a word, or a ten, which is a place and a digit at once.
fn in_words(c: char) -> bool {
    hanzi_number::digit(c).is_some() || matches!(c, '十' | '拾')
}

fn unsigned(text: &str, unit: MoneyUnit) -> Result<Fen, MoneyFault> {
    if text.ends_with(['角', '分', '整', '正']) || text.contains(in_words) {
        return capitals(text).ok_or(MoneyFault::NotAmount);
    }
    let (number, scale) = [
        ("万元", 6),
        ("萬元", 6),
        ("万", 6),
        ("萬", 6),
        ("千元", 5),
        ("千", 5),
        ("百元", 4),
        ("亿元", 10),
        ("元", 2),
        ("圆", 2),
        ("块", 2),
    ]
    .iter()
    .find_map(|(mark, scale)| Some((text.strip_suffix(mark)?, *scale)))
    .unwrap_or((text, unit.scale()));
    let number = ungrouped(number).ok_or(MoneyFault::NotAmount)?;
    let literal = Literal::parse(&number).ok_or(MoneyFault::NotAmount)?;
    fen(&literal, scale, false)
}

/// Thousands separators out; `None` if they do not stand in front of three digits.
fn ungrouped(number: &str) -> Option<String> {
    if !number.contains([',', '，']) {
        return Some(number.to_owned());
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.split([',', '，']);
    let first = groups.next().filter(|g| (1..=3).contains(&g.len()))?;
    let rest: Vec<&str> = groups.collect();
    (rest.iter().all(|g| g.len() == 3) && !fraction.contains([',', '，']))
        .then(|| format!("{first}{}.{fraction}0", rest.concat()))
}

/// 壹仟贰佰元伍角整, 一千二百元.
fn capitals(text: &str) -> Option<Fen> {
    let text = text.trim_end_matches(['整', '正']);
    // 1200元整: only the ending was in Chinese.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return unsigned_digits(text);
    }
    let (yuan, cents) = text.split_once(['元', '圆', '圓', '块']).unwrap_or(match text.contains(['角', '分']) {
        true => ("", text),
        false => (text, ""),
    });
    let cents = cents.trim_start_matches(['零', '〇']);
    let (jiao, fen) = cents.split_once('角').unwrap_or(("", cents));
    let fen = fen.trim_start_matches(['零', '〇']);
    let part = |s: &str| if s.is_empty() { Some(0) } else { hanzi_number::parse(s) };
    let fen = match fen.strip_suffix('分') {
        Some(f) => part(f)?,
        None if fen.is_empty() => 0,
        None => return None,
    };
    let (yuan, jiao) = (part(yuan)?, part(jiao)?);
    (jiao < 10 && fen < 10).then_some(())?;
    let cents = i64::try_from(jiao * 10 + fen).ok()?;
    i64::try_from(yuan).ok()?.checked_mul(100)?.checked_add(cents).map(Fen)
}

/// `1200元5角`, `1200元` before 整.
fn unsigned_digits(text: &str) -> Option<Fen> {
    if text.ends_with(['角', '分']) {
        let (yuan, cents) = text.split_once(['元', '块'])?;
        let (jiao, fen) = cents.split_once('角').unwrap_or(("", cents));
        let digit = |s: &str| {
            if s.is_empty() { Some(0) } else { s.parse::<i64>().ok().filter(|d| (0..10).contains(d)) }
        };
        let (jiao, fen) = (digit(jiao)?, digit(fen.trim_end_matches('分'))?);
        let Fen(whole) = unsigned(yuan, MoneyUnit::Yuan).ok()?;
        return whole.checked_add(jiao * 10 + fen).map(Fen);
    }
    // `5拾元` is neither: read as words it starts with a figure, read as figures it holds a word.
    if text.contains(in_words) {
        return None;
    }
    unsigned(text, MoneyUnit::Yuan).ok()
}

/// A number stored as a binary double may carry noise behind its 15 digits; a written one may not.
fn fen(literal: &Literal, scale: u32, stored: bool) -> Result<Fen, MoneyFault> {
    // Of one fen: 1e-6 yuan.
    const NOISE: f64 = 1e-4;
    let amount = match literal.scaled(scale) {
        Some(Ok(amount)) => amount,
        Some(Err((nearest, rest))) if stored && rest < NOISE => nearest,
        Some(Err((nearest, _))) => return Err(MoneyFault::BelowFen { nearest: Fen(nearest) }),
        None => return Err(MoneyFault::TooLarge),
    };
    // A quadrillion yuan is no aid; the bound keeps every sum of a run far from overflow.
    if amount.abs() < 100_000_000_000_000 { Ok(Fen(amount)) } else { Err(MoneyFault::TooLarge) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> Result<Option<Fen>, MoneyFault> {
        parse(Written::text(t), MoneyUnit::Yuan)
    }

    #[test]
    fn amounts() {
        for (written, fen) in [
            ("1200", 120_000),
            ("￥1,200.00", 120_000),
            ("¥1,200", 120_000),
            ("1200元", 120_000),
            ("１２００．５元", 120_050),
            ("1.2万", 1_200_000),
            ("1.2万元", 1_200_000),
            ("3千元", 300_000),
            ("1,234,567.89", 123_456_789),
            ("人民币1200元整", 120_000),
            ("-1200", -120_000),
            ("(1,200.00)", -120_000),
            ("（1200）", -120_000),
            ("￥-0.5", -50),
            ("-￥0.5", -50),
            ("负1200", -120_000),
            ("1200（壹仟贰佰元整）", 120_000),
            ("2500元（慰问金）", 250_000),
            ("十万", 10_000_000),
            ("无收入", 0),
            ("壹仟元整", 100_000),
            ("壹万贰仟叁佰肆拾伍元陆角柒分", 1_234_567),
            ("一千二百元", 120_000),
            ("叁佰元零伍分", 30_005),
            ("1200元5角", 120_050),
            ("1.2E+3", 120_000),
            ("0", 0),
            ("零", 0),
            (" 1 200 ", 120_000),
            ("0.50", 50),
            ("1,200.00-", -120_000),
            ("1200.00人民币", 120_000),
        ] {
            assert_eq!(text(written), Ok(Some(Fen(fen))), "{written}");
        }
        for none in ["", "-", "－", "/", "无", "—", "暂无"] {
            assert_eq!(text(none), Ok(None), "{none}");
        }
        for (literal, fen) in [
            ("1200.0000000000002", 120_000),
            ("1199.9999999999998", 120_000),
            ("0.30000000000000004", 30),
            ("1.2E+3", 120_000),
            ("-5", -500),
        ] {
            assert_eq!(parse(Written::number(literal), MoneyUnit::Yuan), Ok(Some(Fen(fen))), "{literal}");
        }
    }

    #[test]
    fn round_amounts_are_told_as_such() {
        for (written, fen) in [
            ("约700元", 70_000),
            ("700元左右", 70_000),
            ("大概１，２００元", 120_000),
            ("人民币约700元整", 70_000),
            ("近1万元", 1_000_000),
            ("约1.2万左右", 1_200_000),
            ("伍仟左右", 500_000),
        ] {
            assert_eq!(text(written), Err(MoneyFault::About { amount: Fen(fen) }), "{written}");
        }
    }

    #[test]
    fn units() {
        for (header, unit) in [
            ("金额（元）", Some(MoneyUnit::Yuan)),
            ("金额(万元)", Some(MoneyUnit::WanYuan)),
            ("单位：万元", Some(MoneyUnit::WanYuan)),
            ("金额", None),
        ] {
            assert_eq!(MoneyUnit::from_header(header), unit);
        }
        let wan = |w| parse(w, MoneyUnit::WanYuan);
        assert_eq!(wan(Written::number("0.12")), Ok(Some(Fen::yuan(1200))));
        assert_eq!(wan(Written::text("1200元")), Ok(Some(Fen::yuan(1200))));
        assert_eq!(wan(Written::text("0.12万元")), text("1200"));
    }

    #[test]
    fn unreadable() {
        for bad in [
            "张三",
            "1200(1300)",
            "12元3",
            "1,2",
            "1,20",
            "500*2",
            "1..2",
            "--5",
            "左右",
            "约",
            "12,3456",
            "一千二",
            "700多",
            "-5-",
            // A figure before a word for a digit or a place.
            "5拾元",
            "5拾元整",
            "5十元",
            "1十",
            "5拾元3角",
        ] {
            assert_eq!(text(bad), Err(MoneyFault::NotAmount), "{bad}");
        }
        assert_eq!(text("1200.005"), Err(MoneyFault::BelowFen { nearest: Fen(120_001) }));
        assert_eq!(
            parse(Written::number("1234.3333333333333"), MoneyUnit::Yuan),
            Err(MoneyFault::BelowFen { nearest: Fen(123_433) })
        );
        assert_eq!(text("1000元/月"), Err(MoneyFault::PerPeriod { amount: Fen::yuan(1000), period: Period::Month }));
        assert_eq!(text("99999999999999999999"), Err(MoneyFault::TooLarge));
        for odd in super::super::text::tests::ODD {
            for unit in [MoneyUnit::Yuan, MoneyUnit::WanYuan] {
                let _ = parse(Written::text(odd), unit);
                let _ = parse(Written::number(odd), unit);
            }
        }
    }

    #[test]
    fn displays() {
        for (fen, shown) in [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (120_050, "1200.50"), (-120_000, "-1200.00")] {
            assert_eq!(Fen(fen).to_string(), shown);
        }
    }
}
