//! Invented people: names that nobody bears, ID numbers that are valid but that practically nobody has, telephone, account
//! and card numbers of plainly invented series.
//!
//! GB 11643-1999 numbers: real region codes and a right check character (ISO 7064 MOD 11-2), but sequence codes 990–999,
//! of which 996–999 were set aside for centenarians and the rest are hardly ever reached in a county on one day. Birth dates
//! and region codes vary, so that hundreds of thousands of persons stay apart.

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};

use super::rng::Rng;

/// Counties whose codes begin the numbers, all of editions of GB/T 2260.
const REGIONS: [u32; 28] = [
    510104, 510105, 510106, 510107, 510108, 510112, 510113, 510114, 510115, 510116, 510121, 510122, 510124, 510129,
    510131, 510132, 510181, 510182, 510183, 510184, 510502, 510602, 510703, 511102, 500103, 520102, 530102, 622301,
];

/// Family names of people with a file; none of them is one.
const OWN: [&str; 16] =
    ["试", "例", "样", "测", "拟", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "戌"];
/// Family names of everybody else, so that a stranger never bears a file's name.
const STRANGE: [&str; 8] = ["虚", "仿", "假", "设", "构", "演", "练", "泛"];
/// Given names of one or two of these.
const GIVEN: [&str; 44] = [
    "明", "建", "国", "志", "强", "秀", "英", "丽", "芳", "军", "伟", "勇", "敏", "静", "杰", "磊", "洋", "艳", "娟",
    "涛", "超", "霞", "平", "刚", "桂", "兰", "玉", "珍", "玲", "红", "梅", "辉", "鹏", "飞", "浩", "宇", "欣", "怡",
    "雪", "琳", "博", "文", "嘉", "宁",
];
/// Names of two parts, joined by a middle dot.
const PARTS: [&str; 8] = ["阿试", "古例", "买样", "吐测", "依拟", "木虚", "尼构", "热演"];

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn word(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Male => Self::Female,
            Self::Female => Self::Male,
        }
    }
}

/// A person with what belongs to him and not to his household.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub sex: Sex,
    pub birth: NaiveDate,
    /// 18 characters.
    pub id: String,
    pub ethnicity: &'static str,
    pub health: &'static str,
    pub insurance: &'static str,
    /// Relation to the head; 本人 for the head.
    pub relation: &'static str,
    /// 人员身份, or 工作状态 of the head.
    pub status: &'static str,
    /// School or employer; empty for none.
    pub place: String,
    /// Fen a month.
    pub income: i64,
}

impl Person {
    /// Completed years on a day.
    pub fn age(&self, day: NaiveDate) -> u32 {
        day.years_since(self.birth).unwrap_or(0)
    }
}

/// Check character of a 17-digit body by ISO 7064 MOD 11-2; None for anything else.
pub fn check_char(body: &str) -> Option<char> {
    if body.len() != 17 {
        return None;
    }
    let sum = body.bytes().try_fold(0u32, |sum, b| b.is_ascii_digit().then(|| (sum + u32::from(b - b'0')) * 2 % 11))?;
    Some(['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize])
}

/// Hands out people; no two get one number.
#[derive(Debug)]
pub struct People {
    as_of: NaiveDate,
    used: HashSet<u64>,
    phones: u64,
    accounts: u64,
    cards: u64,
}

impl People {
    pub fn new(as_of: NaiveDate) -> Self {
        Self { as_of, used: HashSet::new(), phones: 0, accounts: 0, cards: 0 }
    }

    /// A person of an age at the as-of date. `stranger`: of no union household.
    pub fn person(&mut self, rng: &mut Rng, age: i64, sex: Sex, stranger: bool) -> Person {
        let days = age * 365 + age / 4 + rng.between(0, 364);
        let wished = self.as_of.checked_sub_days(Days::new(days.unsigned_abs())).unwrap_or(self.as_of);
        let (id, birth) = self.number(rng, wished, sex);
        let minority = !stranger && rng.chance(3);
        Person {
            name: if minority { two_part_name(rng) } else { name(rng, stranger) },
            sex,
            birth,
            id,
            ethnicity: if minority { rng.pick(&["藏族", "彝族", "维吾尔族"]) } else { "汉族" },
            health: "良好",
            insurance: "城乡居民医保",
            relation: "本人",
            status: "失（无）业",
            place: String::new(),
            income: 0,
        }
    }

    /// A person of no union household, 20 to 80 years old.
    pub fn stranger(&mut self, rng: &mut Rng) -> Person {
        let age = rng.between(20, 80);
        let sex = if rng.chance(50) { Sex::Male } else { Sex::Female };
        self.person(rng, age, sex, true)
    }

    /// A number nobody has yet, and the birth date in it: the wished one unless all its numbers are taken.
    fn number(&mut self, rng: &mut Rng, wished: NaiveDate, sex: Sex) -> (String, NaiveDate) {
        let odd = u64::from(sex == Sex::Male);
        let (region, turn) = (rng.below(REGIONS.len()), rng.below(5) as u64);
        let mut birth = wished;
        loop {
            for r in 0..REGIONS.len() {
                let code = u64::from(REGIONS[(region + r) % REGIONS.len()]);
                for s in 0..5 {
                    let sequence = 990 + (turn + s) % 5 * 2 + odd;
                    let date = birth.year() as u64 * 10_000 + u64::from(birth.month() * 100 + birth.day());
                    let base = (code * 100_000_000 + date) * 1000 + sequence;
                    if self.used.insert(base)
                        && let Some(check) = check_char(&base.to_string())
                    {
                        return (format!("{base}{check}"), birth);
                    }
                }
            }
            birth = birth.pred_opt().unwrap_or(wished);
        }
    }

    /// 1990 and seven digits, never given twice.
    pub fn phone(&mut self) -> String {
        self.phones += 1;
        format!("1990{:07}", self.phones * 7919 % 10_000_000)
    }

    /// A bank account of 19 digits beginning 62, with a right Luhn digit (ISO/IEC 7812-1), never given twice.
    pub fn account(&mut self) -> String {
        self.accounts += 1;
        let body = format!("6217999{:011}", self.accounts * 104_729 % 100_000_000_000);
        format!("{body}{}", luhn_digit(&body))
    }

    /// A social-security card number of nine characters.
    pub fn card(&mut self) -> String {
        self.cards += 1;
        let letter = ['A', 'B', 'C', 'D'][(self.cards % 4) as usize];
        format!("{letter}{:08}", self.cards * 7919 % 100_000_000)
    }
}

fn luhn_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            match (i % 2, d * 2) {
                (0, doubled) if doubled > 9 => doubled - 9,
                (0, doubled) => doubled,
                _ => d,
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

/// An invented name.
pub fn name(rng: &mut Rng, stranger: bool) -> String {
    let family = if stranger { rng.pick(&STRANGE) } else { rng.pick(&OWN) };
    let first = rng.pick(&GIVEN);
    if rng.chance(15) { format!("{family}{first}") } else { format!("{family}{first}{}", rng.pick(&GIVEN)) }
}

fn two_part_name(rng: &mut Rng) -> String {
    format!("{}{}·{}{}", rng.pick(&PARTS), rng.pick(&GIVEN), rng.pick(&PARTS), rng.pick(&GIVEN))
}

/// The same name with its last character replaced by another: a difference that no folding takes away.
pub fn misnamed(rng: &mut Rng, name: &str) -> String {
    let last = name.chars().next_back();
    let mut stem: String = name.chars().take(name.chars().count().saturating_sub(1)).collect();
    let other = (0..GIVEN.len()).map(|_| rng.pick(&GIVEN)).find(|g| g.chars().next() != last);
    stem.push_str(other.unwrap_or("错"));
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters() {
        // Examples of GB 11643-1999 and one with X.
        for (body, check) in
            [("11010519491231002", Some('X')), ("44052418800101001", Some('4')), ("1101051949123100", None)]
        {
            assert_eq!(check_char(body), check, "{body}");
        }
    }

    #[test]
    fn luhn() {
        // ISO/IEC 7812-1, the example of annex B.
        assert_eq!(luhn_digit("7992739871"), 3);
    }

    #[test]
    fn nobody_shares_a_number() {
        let as_of = NaiveDate::from_ymd_opt(2019, 8, 20).unwrap_or_default();
        let mut people = People::new(as_of);
        let mut rng = Rng::new(3);
        let mut seen = HashSet::new();
        for i in 0..60_000 {
            let sex = if i % 2 == 0 { Sex::Male } else { Sex::Female };
            let p = people.person(&mut rng, 40, sex, false);
            assert!(seen.insert(p.id.clone()), "twice");
            assert_eq!(check_char(&p.id[..17]), p.id.chars().last());
            assert_eq!(p.id[6..14], p.birth.format("%Y%m%d").to_string());
            assert_eq!(p.id.as_bytes()[16] % 2 == 1, sex == Sex::Male);
        }
    }
}
