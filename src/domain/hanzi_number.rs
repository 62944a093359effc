//! Numbers written in Chinese characters: 二十五, 一千二百, 壹万贰仟叁佰, and digit by digit 二〇一九.

/// A digit: 〇零一二三四五六七八九, the capitals of finance (壹贰叁…), and 两.
pub fn digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' | '壹' | '弌' | '幺' => 1,
        '二' | '贰' | '貳' | '两' | '弍' | '貮' => 2,
        '三' | '叁' | '參' | '叄' | '弎' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn place(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// The value of a whole number in Chinese characters up to 亿; `None` for anything else, and for a text with no number.
pub fn parse(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    if text.chars().all(|c| digit(c).is_some()) {
        // Digit by digit; a single digit is that digit.
        return (text.chars().count() <= 12).then(|| text.chars().filter_map(digit).fold(0, |n, d| n * 10 + d));
    }
    // total (亿), section (万), and the digit waiting for its place.
    let (mut total, mut section, mut waiting): (u64, u64, Option<u64>) = (0, 0, None);
    let mut last_place = u64::MAX;
    for c in text.chars() {
        if let Some(d) = digit(c) {
            if waiting.is_some_and(|w| w != 0) {
                return None;
            }
            waiting = Some(d);
        } else if let Some(p) = place(c) {
            if p >= last_place {
                return None;
            }
            last_place = p;
            // 十五 is 一十五, also after a zero (一百零十五 is odd, but says 115).
            let d = waiting.take().filter(|d| *d != 0).unwrap_or(1);
            section += d * p;
        } else if let Some(unit) = [('万', 10_000), ('萬', 10_000), ('亿', 100_000_000), ('億', 100_000_000)]
            .iter()
            .find(|(u, _)| *u == c)
            .map(|(_, v)| *v)
        {
            section += waiting.take().unwrap_or(0);
            if unit == 10_000 {
                if section == 0 {
                    return None;
                }
                total += section * unit;
            } else {
                total = total.checked_add(section)?.checked_mul(unit)?;
            }
            if total == 0 || total > 1_000_000_000_000 {
                return None;
            }
            section = 0;
            last_place = u64::MAX;
        } else {
            return None;
        }
    }
    // 一千二 is said for 1200 and for 1002: a last digit must stand after 十, 零 or 万零.
    let mut end = text.chars().rev();
    let loose = end.next().and_then(digit).is_some_and(|d| d != 0)
        && end.next().is_some_and(|c| !matches!(c, '十' | '拾') && digit(c) != Some(0));
    if loose { None } else { Some(total + section + waiting.unwrap_or(0)) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads() {
        for (text, value) in [
            ("二〇一九", Some(2019)),
            ("八", Some(8)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("二十五", Some(25)),
            ("三十", Some(30)),
            ("一千二百", Some(1200)),
            ("一千零五", Some(1005)),
            ("壹仟", Some(1000)),
            ("壹万贰仟叁佰肆拾伍", Some(12_345)),
            ("三亿零五万", Some(300_050_000)),
            ("", None),
            ("一千二", None),
            ("一万二", None),
            ("百千", None),
            ("一二十", None),
            ("张三", None),
            ("万", None),
        ] {
            assert_eq!(super::parse(text), value, "{text}");
        }
        for odd in crate::domain::text::tests::ODD {
            super::parse(odd);
        }
    }
}
