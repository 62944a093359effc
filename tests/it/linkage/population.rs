//! Made-up persons with ID numbers, for the linkage engine: families, namesakes, and lists of any size.

use chrono::{Days, NaiveDate};
use hecha::domain::id_number::{ResidentId, check_char};
use hecha::domain::name::Name;
use hecha::link::suspected::{Number, Person, Place, PlaceKind};
use hecha::synth::rng::Rng;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力健俊峰云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉凤仙锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥";
/// Counties of one province.
const REGIONS: [u32; 12] =
    [510104, 510105, 510106, 510107, 510108, 510112, 510113, 510114, 510115, 510121, 510129, 510131];

/// Somebody, as he truly is.
#[derive(Debug, Clone)]
pub struct Real {
    pub name: String,
    pub id: ResidentId,
    pub phone: u64,
    pub unit: u32,
    pub file_no: String,
    pub address: String,
}

pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 9, 30).expect("a date")
}

pub fn id(region: u32, birth: NaiveDate, sequence: u32) -> ResidentId {
    let body = format!("{region:06}{}{sequence:03}", birth.format("%Y%m%d"));
    let check = check_char(&body).expect("17 digits");
    ResidentId::parse(&format!("{body}{check}"), as_of()).expect("a valid number")
}

fn pick(rng: &mut Rng, chars: &str) -> char {
    let all: Vec<char> = chars.chars().collect();
    // Some are far more common than others.
    let (a, b) = (rng.below(all.len()), rng.below(all.len()));
    all[a.min(b)]
}

pub fn name(rng: &mut Rng) -> String {
    let mut name = String::from(pick(rng, SURNAMES));
    name.push(pick(rng, GIVEN));
    if rng.chance(75) {
        name.push(pick(rng, GIVEN));
    }
    name
}

/// The same name with its last character another one.
pub fn other_last_char(rng: &mut Rng, name: &str) -> String {
    let mut chars: Vec<char> = name.chars().collect();
    let last = chars.pop().expect("a name");
    let other = loop {
        let c = pick(rng, GIVEN);
        if c != last {
            break c;
        }
    };
    chars.push(other);
    chars.into_iter().collect()
}

pub fn birth(rng: &mut Rng) -> NaiveDate {
    NaiveDate::from_ymd_opt(1940, 1, 1).expect("a date") + Days::new(rng.below(23_000) as u64)
}

pub fn region(rng: &mut Rng) -> u32 {
    rng.pick(&REGIONS)
}

pub fn sequence(rng: &mut Rng) -> u32 {
    1 + rng.below(399) as u32
}

/// The n-th person.
pub fn real(rng: &mut Rng, n: usize) -> Real {
    let id = id(region(rng), birth(rng), sequence(rng));
    Real {
        name: name(rng),
        id,
        phone: 13_000_000_000 + (n as u64).wrapping_mul(7_919) % 9_000_000_000,
        unit: (n % 40) as u32,
        file_no: format!("D{:07}", n),
        address: format!("四川省成都市锦江区春熙路街道{}号{}单元{}室", 1 + n / 7, 1 + n % 4, 101 + n % 60),
    }
}

impl Real {
    /// A row that says everything right.
    pub fn person(&self) -> Person {
        Person {
            key: self.file_no.as_str().into(),
            number: Number::Valid(self.id),
            name: Name::parse(&self.name).into(),
            birth: Some(self.id.birth()),
            sex: Some(self.id.sex()),
            phones: vec![self.phone],
            file_no: self.file_no.as_str().into(),
            unit: Some(self.unit),
            places: vec![Place { kind: PlaceKind::Address, text: self.address.as_str().into() }],
        }
    }

    /// A row of name and unit only, with this in the number's cell.
    pub fn bare(&self, number: Number) -> Person {
        Person {
            key: format!("row {}", self.file_no).into(),
            number,
            name: Name::parse(&self.name).into(),
            unit: Some(self.unit),
            ..Person::default()
        }
    }
}

/// What goes wrong in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    OneDigit,
    AdjacentSwap,
    Missing,
    Extra,
    Swap,
    Damaged,
    Masked,
}

impl Slip {
    pub const ALL: [Self; 7] =
        [Self::OneDigit, Self::AdjacentSwap, Self::Missing, Self::Extra, Self::Swap, Self::Damaged, Self::Masked];

    /// A number with this slip; `None` where it cannot be made of this one, or would be valid still.
    pub fn make(self, id: ResidentId, rng: &mut Rng) -> Option<Number> {
        let full = id.full();
        let mut text = full.clone().into_bytes();
        let at = rng.below(17);
        match self {
            Self::OneDigit => text[at] = b'0' + (text[at] - b'0' + 1 + rng.below(9) as u8) % 10,
            Self::AdjacentSwap => text.swap(at.min(15), at.min(15) + 1),
            Self::Missing => {
                text.remove(at);
            }
            Self::Extra => text.insert(at, b'0' + rng.below(10) as u8),
            Self::Swap => text.swap(at.min(8), at.min(8) + 2 + rng.below(7)),
            Self::Damaged => {
                return (!full.ends_with('X')).then(|| Number::Damaged(full[..15].into()));
            }
            Self::Masked => return Some(Number::Masked(format!("{}********{}", &full[..6], &full[14..]).into())),
        }
        let text = String::from_utf8(text).expect("ascii");
        (text != full && ResidentId::parse(&text, as_of()).is_err()).then(|| Number::text(&text))
    }
}

/// Two lists of the same persons in the same order; two in a hundred of the left have a bad number and only name and
/// unit besides.
#[allow(dead_code, reason = "the example measures with it, the tests do not")]
pub fn pair_of_lists(size: usize) -> (Vec<Person>, Vec<Person>) {
    let mut rng = Rng::new(1);
    let mut lists = (Vec::with_capacity(size), Vec::with_capacity(size));
    for n in 0..size {
        let one = real(&mut rng, n);
        let slip = rng.pick(&Slip::ALL);
        let bad = if rng.chance(2) { slip.make(one.id, &mut rng) } else { None };
        lists.0.push(bad.map_or_else(|| one.person(), |number| one.bare(number)));
        lists.1.push(one.person());
    }
    lists
}
