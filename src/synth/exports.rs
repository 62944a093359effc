//! The world as exports: who sends which table, with which columns.
//!
//! Districts export their electronic files, aid, payments, incomes, visits, exits and rosters; every union sends its paper
//! register (or its forms) with the members off the household booklets; other departments send one list for the city.

use super::calendar::days_before;
use super::civil::CivilHousehold;
use super::columns::{self, without};
use super::edits::RowKey;
use super::export::{Column, Export, Row, Shape, Val};
use super::household::Household;
use super::people::Person;
use super::rows;
use super::units::FEDERATION;
use super::world::World;

/// All exports, in a fixed order; none is empty.
pub fn exports(world: &World) -> Vec<Export> {
    let mut of_district = vec![Vec::new(); world.tree.districts.len()];
    let mut of_unit = vec![Vec::new(); world.tree.units.len()];
    for (i, h) in world.households.iter().enumerate() {
        of_district[world.tree.units[h.unit].district].push(i);
        of_unit[h.unit].push(i);
    }
    let maker = Maker { world };
    let mut list = vec![maker.units()];
    for (d, households) in of_district.iter().enumerate() {
        list.extend(maker.electronic(d, households));
        list.extend(maker.events(d, households));
    }
    for (u, households) in of_unit.iter().enumerate() {
        list.extend(maker.paper(u, households));
    }
    list.extend(maker.civil());
    list.extend(maker.departments(&of_district));
    list.retain(|e| !e.rows.is_empty());
    wrong_totals(world, &mut list);
    list
}

/// The household's members stand in a table of their own, not in the sheet of the electronic files.
pub fn has_member_table(world: &World, household: &Household) -> bool {
    !in_block(world, world.tree.units[household.unit].district)
}

fn in_block(world: &World, district: usize) -> bool {
    world.tree.districts.len() > 1 && district % 4 == 1
}

/// One household in so many union members is listed in the roster.
pub fn in_roster(household: usize) -> bool {
    household % 5 < 3
}

fn wrong_totals(world: &World, list: &mut [Export]) {
    for kind in ["aid", "payment", "medical"] {
        if let Some((field, by)) = world.edits.total(kind)
            && let Some(export) = list.iter_mut().find(|e| e.kind == kind)
        {
            for (f, value) in &mut export.totals {
                if *f == field
                    && let Val::Money(fen) = value
                {
                    *fen += by;
                }
            }
        }
    }
}

/// A table of records with no blocks and no totals.
fn table(kind: &'static str, stem: String, title: String, unit: Option<String>, columns: Vec<Column>) -> Export {
    Export {
        kind,
        stem: format!("inbox/{stem}"),
        title,
        unit,
        columns,
        member_columns: Vec::new(),
        rows: Vec::new(),
        shape: Shape::Table,
        totals: Vec::new(),
        may_split: true,
    }
}

fn plain(values: Vec<Val>) -> Row {
    Row { values, members: Vec::new() }
}

/// Adds a 合计 row over the money fields.
fn with_totals(mut export: Export, fields: &[&'static str]) -> Export {
    export.totals = fields
        .iter()
        .filter_map(|&field| {
            let at = export.columns.iter().position(|c| c.field == field)?;
            let sum = export.rows.iter().map(|r| if let Val::Money(fen) = r.values[at] { fen } else { 0 }).sum();
            Some((field, Val::Money(sum)))
        })
        .collect();
    export.may_split = false;
    export
}

struct Maker<'a> {
    world: &'a World,
}

impl Maker<'_> {
    /// The row's values: the truth, but for what is edited. None for a row that is missing.
    fn values(&self, key: RowKey, columns: &[Column], truth: impl Fn(&'static str) -> Val) -> Option<Vec<Val>> {
        let edits = &self.world.edits;
        if edits.is_dropped(key) {
            return None;
        }
        let cells = edits.cells(key);
        let value = |c: &Column| {
            let said = cells.iter().rev().find(|(field, _)| *field == c.field);
            said.map_or_else(|| truth(c.field), |(_, value)| value.clone())
        };
        Some(columns.iter().map(value).collect())
    }

    fn members(&self, kind: &'static str, household: usize, columns: &[Column]) -> Vec<Vec<Val>> {
        let h = &self.world.households[household];
        let rows = h.members.iter().enumerate();
        rows.filter_map(|(m, p)| self.values((kind, household, m + 1), columns, |f| rows::member(h, p, f))).collect()
    }

    fn known(&self, households: &[usize], knows: impl Fn(&Household) -> bool) -> Vec<usize> {
        households.iter().copied().filter(|&i| knows(&self.world.households[i])).collect()
    }

    fn units(&self) -> Export {
        let tree = &self.world.tree;
        let stem = "工会组织名册".to_owned();
        let mut export = table("unit", stem, format!("{FEDERATION}工会组织名册"), None, columns::UNIT_LIST.to_vec());
        export.may_split = false;
        let row = |code: String, name: &str, parent: &str, level: &str, kind: &str, n: usize| {
            let phone = Val::Phone(format!("1991000{n:04}"));
            let texts = [code, name.to_owned(), parent.to_owned(), level.to_owned(), kind.to_owned()];
            let mut values: Vec<Val> = texts.into_iter().map(rows::text).collect();
            values.extend([Val::Empty, phone]);
            plain(values)
        };
        export.rows.push(row("5101".into(), FEDERATION, "", "市级", "市总工会", 0));
        for (d, district) in tree.districts.iter().enumerate() {
            export.rows.push(row(district.code.into(), &district.name, FEDERATION, "区县级", "区县总工会", d + 1));
        }
        for (u, unit) in tree.units.iter().enumerate() {
            let district = &tree.districts[unit.district];
            let code = format!("{}{:04}", district.code, u + 1);
            export.rows.push(row(code, &unit.name, &district.name, "基层", unit.kind, 100 + u));
        }
        export
    }

    fn electronic(&self, d: usize, households: &[usize]) -> Vec<Export> {
        let (world, district) = (self.world, &self.world.tree.districts[d]);
        let (folder, place) = (&district.name, district.place);
        let known = self.known(households, |h| h.known.electronic);
        let mut columns = columns::EFILE.to_vec();
        if world.has_past_deadline() {
            columns.push(columns::STAY_REASON);
        }
        let block = in_block(world, d);
        let mut files = table(
            "efile",
            format!("{folder}/困难职工电子档案"),
            format!("{place}困难职工电子档案汇总表"),
            Some(district.name.clone()),
            columns.clone(),
        );
        if block {
            files.shape = Shape::MemberBlock;
            files.member_columns = columns::MEMBER_BLOCK.to_vec();
            files.may_split = false;
        }
        for &i in &known {
            let h = &world.households[i];
            let truth = |f| rows::efile(h, i, &world.tree, world.wording, f);
            if let Some(values) = self.values(("efile", i, 0), &columns, truth) {
                let members = if block { self.members("emember", i, columns::MEMBER_BLOCK) } else { Vec::new() };
                files.rows.push(Row { values, members });
            }
        }
        if block {
            return vec![files];
        }
        let mut members = table(
            "emember",
            format!("{folder}/电子档案家庭成员"),
            format!("{place}困难职工家庭成员名单"),
            Some(district.name.clone()),
            columns::MEMBER.to_vec(),
        );
        for &i in &known {
            members.rows.extend(self.members("emember", i, columns::MEMBER).into_iter().map(plain));
        }
        vec![files, members]
    }

    /// aid, payment, income, visit, exit, filing, consent and roster of a district.
    fn events(&self, d: usize, households: &[usize]) -> Vec<Export> {
        let (world, district) = (self.world, &self.world.tree.districts[d]);
        let new = |kind, name: &str, columns: Vec<Column>| {
            let title = format!("{}{name}", district.place);
            table(kind, format!("{}/{name}", district.name), title, Some(district.name.clone()), columns)
        };
        // Every other district prints the union above the table only.
        let payment_columns =
            if d.is_multiple_of(2) { columns::PAYMENT.to_vec() } else { without(columns::PAYMENT, &["unit"]) };
        let mut aid = new("aid", "帮扶记录", columns::AID.to_vec());
        let mut payment = new("payment", "资金发放明细", payment_columns);
        let mut income = new("income", "月度收入核查", columns::INCOME.to_vec());
        let mut visit = new("visit", "走访回访记录", columns::VISIT.to_vec());
        let mut exit = new("exit", "退档办理台账", columns::EXIT.to_vec());
        let mut filing = new("filing", "建档程序台账", columns::FILING.to_vec());
        let mut consent = new("consent", "核对授权书", columns::CONSENT.to_vec());
        let mut roster = new("roster", "会员名册", columns::ROSTER.to_vec());
        for &i in households {
            let h = &world.households[i];
            let unit = &world.tree.units[h.unit].name;
            if h.known.events {
                let mut serial = 0;
                for (k, a) in h.aids.iter().enumerate() {
                    let truth = |f| rows::aid(h, a, (i, k), &world.tree, f);
                    aid.rows.extend(self.values(("aid", i, k), &aid.columns, truth).map(plain));
                    for p in &a.payments {
                        let truth = |f| rows::payment(h, a, p, (i, serial), &world.tree, f);
                        payment.rows.extend(self.values(("payment", i, serial), &payment.columns, truth).map(plain));
                        serial += 1;
                    }
                }
                if in_roster(i) {
                    let truth = |f| rows::roster(&h.head, unit, f);
                    roster.rows.extend(self.values(("roster", i, 0), &roster.columns, truth).map(plain));
                }
            }
            if h.known.electronic {
                for (n, &m) in h.incomes.iter().enumerate() {
                    let truth = |f| rows::income(h, m, f);
                    income.rows.extend(self.values(("income", i, n), &income.columns, truth).map(plain));
                }
                for (n, v) in h.visits.iter().enumerate() {
                    let truth = |f| rows::visit(h, v, f);
                    visit.rows.extend(self.values(("visit", i, n), &visit.columns, truth).map(plain));
                }
                if world.has_filing_ledger() {
                    for (n, b) in h.applications(i, world.as_of).into_iter().enumerate() {
                        let truth = |f| rows::filing(h, b, i, &world.tree, f);
                        filing.rows.extend(self.values(("filing", i, n), &filing.columns, truth).map(plain));
                    }
                    let b = h.applications(i, world.as_of)[0];
                    for (n, p) in h.persons().enumerate().filter(|(_, p)| p.age(world.as_of) >= 18) {
                        let truth = |f| rows::consent(h, p, b, (i, n), &world.tree, f);
                        consent.rows.extend(self.values(("consent", i, n), &consent.columns, truth).map(plain));
                    }
                }
                if let Some(e) = &h.exit {
                    let truth = |f| rows::exit(h, e, f);
                    exit.rows.extend(self.values(("exit", i, 0), &exit.columns, truth).map(plain));
                }
            }
        }
        for (person, unit) in world.strangers.roster.iter().filter(|(_, u)| world.tree.units[*u].district == d) {
            let name = &world.tree.units[*unit].name;
            roster.rows.push(plain(roster.columns.iter().map(|c| rows::roster(person, name, c.field)).collect()));
        }
        vec![
            with_totals(aid, &["amount"]),
            with_totals(payment, &["amount"]),
            income,
            visit,
            exit,
            filing,
            consent,
            roster,
        ]
    }

    fn paper(&self, u: usize, households: &[usize]) -> Vec<Export> {
        let world = self.world;
        let unit = &world.tree.units[u];
        let folder = format!("{}/{}", world.tree.districts[unit.district].name, unit.name);
        let known = self.known(households, |h| h.known.paper);
        let own = Some(unit.name.clone());
        let columns = match (unit.forms, unit.names_itself) {
            (true, _) => columns::PAPER
                .iter()
                .filter(|c| !c.field.starts_with("m0") && !c.field.starts_with("m1"))
                .filter(|c| !matches!(c.field, "household_size" | "unit"))
                .cloned()
                .collect(),
            (false, true) => columns::PAPER.to_vec(),
            (false, false) => without(columns::PAPER, &["unit"]),
        };
        let (stem, title) = match unit.forms {
            true => (format!("{folder}/入户调查表"), "成都市总工会建档困难职工入户调查表".to_owned()),
            false => (format!("{folder}/纸质档案核查登记"), format!("{}纸质档案核查登记表", unit.name)),
        };
        let mut paper = table("paper", stem, title, own.clone(), columns);
        if unit.forms {
            paper.shape = Shape::Form;
            paper.member_columns = columns::FORM_MEMBERS.to_vec();
            paper.may_split = false;
        }
        for &i in &known {
            let h = &world.households[i];
            let truth = |f| rows::paper(h, i, &world.tree, world.wording, f);
            if let Some(values) = self.values(("paper", i, 0), &paper.columns, truth) {
                let members =
                    if unit.forms { self.members("paper_member", i, columns::FORM_MEMBERS) } else { Vec::new() };
                paper.rows.push(Row { values, members });
            }
        }
        if unit.forms {
            return vec![paper];
        }
        let (stem, title) = (format!("{folder}/纸质档案家庭成员"), format!("{}纸质档案家庭成员登记表", unit.name));
        let mut members = table("paper_member", stem, title, own, columns::MEMBER.to_vec());
        for &i in &known {
            members.rows.extend(self.members("paper_member", i, columns::MEMBER).into_iter().map(plain));
        }
        vec![paper, members]
    }

    fn civil(&self) -> Vec<Export> {
        let stamp = days_before(self.world.as_of, 5).format("%Y%m%d");
        let households: Vec<&CivilHousehold> = self.world.civil.iter().filter(|c| !c.hidden).collect();
        let row =
            |columns: &[Column], value: &dyn Fn(&str) -> Val| plain(columns.iter().map(|c| value(c.field)).collect());
        let mut list = Vec::new();
        for scheme in ["城市低保", "农村低保", "低保边缘"] {
            let new = |kind, half: &str, columns: &[Column]| {
                let title = format!("{scheme}{half}查询");
                let mut export = table(kind, format!("民政/{title}_{stamp}"), title, None, columns.to_vec());
                export.may_split = false;
                export
            };
            let mut homes = new("civil_household", "家庭", columns::CIVIL_HOUSEHOLD);
            let mut persons = new("civil_person", "人员", columns::CIVIL_PERSON);
            for c in households.iter().filter(|c| c.in_pair() == Some(scheme)) {
                homes.rows.push(row(columns::CIVIL_HOUSEHOLD, &|f| rows::civil_household(c, f)));
                let people = c.persons.iter();
                persons.rows.extend(people.map(|p| row(columns::CIVIL_PERSON, &|f| rows::civil_person(c, p, f))));
            }
            list.extend([homes, persons]);
        }
        let (stem, title) = ("民政/社会救助对象名单".to_owned(), "成都市社会救助对象名单".to_owned());
        let mut one_list = table("civil", stem, title, None, columns::CIVIL.to_vec());
        for c in households.iter().filter(|c| c.in_pair().is_none()) {
            let people = c.persons.iter();
            one_list.rows.extend(people.map(|p| row(columns::CIVIL, &|f| rows::civil_person(c, p, f))));
        }
        list.push(one_list);
        list
    }

    /// Reports of the means test, death, medical and the registers of other departments.
    fn departments(&self, of_district: &[Vec<usize>]) -> Vec<Export> {
        let (world, strangers) = (self.world, &self.world.strangers);
        let (stem, title) = ("民政/死亡人员名单".to_owned(), "死亡人员名单".to_owned());
        let mut death = table("death", stem, title, None, columns::DEATH.to_vec());
        for (p, died_on) in &strangers.dead {
            death.rows.push(plain(vec![Val::Name(p.name.clone()), rows::id(&p.id), Val::Date(*died_on)]));
        }
        let (stem, title) = ("医保局/医疗费用结算".to_owned(), "医疗费用结算明细".to_owned());
        let mut medical = table("medical", stem, title, None, columns::MEDICAL.to_vec());
        for &i in of_district.iter().flatten() {
            let h = &world.households[i];
            for (n, m) in h.medical.iter().enumerate().filter(|_| h.known.events) {
                let Some(person) = h.persons().nth(m.person) else { continue };
                let truth = |f| rows::medical(person, m, f);
                medical.rows.extend(self.values(("medical", i, n), &medical.columns, truth).map(plain));
            }
        }
        for (p, m) in &strangers.medical {
            medical.rows.push(plain(medical.columns.iter().map(|c| rows::medical(p, m, c.field)).collect()));
        }
        let (stem, title) = ("民政/经济状况核对报告".to_owned(), "家庭经济状况核对报告汇总表".to_owned());
        let mut report = table("check_report", stem, title, None, columns::CHECK_REPORT.to_vec());
        for &i in of_district.iter().flatten().filter(|_| world.has_filing_ledger()) {
            let h = &world.households[i];
            let b = h.applications(i, world.as_of)[0];
            for (n, p) in h.persons().enumerate().filter(|_| h.known.electronic) {
                let truth = |f| rows::check_report(h, p, b, (i, n), f);
                report.rows.extend(self.values(("check_report", i, n), &report.columns, truth).map(plain));
            }
        }
        let mut list = vec![report, death, with_totals(medical, &["total", "insured", "out_of_pocket"])];
        let registers: [(&'static str, &str, &[Column], &[Person]); 4] = [
            ("vehicle", "车管所/机动车登记", columns::VEHICLE, &strangers.vehicle),
            ("business", "市场监管局/工商登记", columns::BUSINESS, &strangers.business),
            ("real_estate", "不动产中心/不动产登记", columns::REAL_ESTATE, &strangers.real_estate),
            ("fiscal_payroll", "财政局/财政供养人员", columns::FISCAL_PAYROLL, &strangers.fiscal_payroll),
        ];
        for (kind, stem, columns, people) in registers {
            let title = format!("{}名单", stem.split('/').next_back().unwrap_or(stem));
            let mut export = table(kind, stem.to_owned(), title, None, columns.to_vec());
            for (n, p) in people.iter().enumerate() {
                let truth = |f| rows::register(kind, p, n, world.as_of, f);
                export.rows.extend(self.values((kind, n, 0), columns, truth).map(plain));
            }
            list.push(export);
        }
        list
    }
}
