//! What a column holds, guessed from its name and its cells.
//!
//! Comes in: a column. Leaves: a [`Kind`]. Header words of English and Chinese decide where they are clear; otherwise the
//! cells do. A wrong guess costs quality, never correctness: the user can say the kind.

use crate::identity::normalize::{organisation, value};
use crate::identity::record_table::Column;
use crate::mapping::registration;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The whole name of a person.
    PersonName,
    /// Given or middle names.
    GivenName,
    /// Family name.
    FamilyName,
    /// Name of an organisation.
    OrganisationName,
    /// A day that belongs to the person or the organisation: of birth, of founding.
    Date,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// A whole address in one cell.
    WholeAddress,
    /// A line of an address.
    Address,
    /// Postal code.
    Postcode,
    /// City, suburb, region of birth.
    Place,
    /// A number with a check digit that a register gives once: legal entity identifier, 统一社会信用代码. Equal numbers are
    /// one organisation and different ones are two.
    Registration,
    /// A number that names one person or organisation: passport, tax, company, legal entity.
    Identifier,
    /// A short code that is one of many: house number.
    Code,
    /// Junior, senior, the second: read from names of persons. Two that differ are two persons.
    Generation,
    /// What sort of company an organisation is by law, where its name says so: read from names of organisations.
    LegalForm,
    /// One of few values: gender, state, occupation.
    Category,
    /// Words that say something about the record.
    Text,
    /// Says nothing about who it is: keys of records, amounts, dates of entry.
    Nothing,
}

/// Header words and the kind they decide, the first that fits: all words of one alternative must stand in the header.
const HEADERS: &[(&str, Kind)] = &[
    ("email|e mail|mail|邮箱|邮件", Kind::Email),
    ("type|status|role|amount|category|passport country|id country|tax country|license state|备注|状态", Kind::Nothing),
    ("phone|tel|telephone|mobile|fax|cell|电话|手机", Kind::Phone),
    ("birth place|place birth|birthplace|出生地", Kind::Place),
    ("dob|birth|born|birthday|founded|incorporated|established|出生|成立", Kind::Date),
    ("postcode|zip|postal|postalcode|zipcode|邮编", Kind::Postcode),
    (
        "passport|ssn|soc sec|social security|license number|licence number|national number|national id|tax number",
        Kind::Identifier,
    ),
    (
        "lei|duns|vat|company number|charity number|registration number|company no|tax id|信用代码|身份证",
        Kind::Identifier,
    ),
    ("first surname|given surname|full name|name full|native|person name|contact name|姓名", Kind::PersonName),
    ("first name|given name|given|firstname|forename|middle|name first|名字", Kind::GivenName),
    ("surname|last name|family name|name last|lastname|family|姓氏", Kind::FamilyName),
    ("employer", Kind::Text),
    (
        "name org|company name|supplier name|vendor name|organisation name|organization name|account name",
        Kind::OrganisationName,
    ),
    ("customer name|business name|legal name|公司|企业|供应商|客户", Kind::OrganisationName),
    ("company|supplier|vendor|organisation|organization", Kind::OrganisationName),
    ("addr full|address full|full address|地址", Kind::WholeAddress),
    ("street number|house number|门牌", Kind::Code),
    ("street|address|addr line|addr|road", Kind::Address),
    ("city|town|suburb|place|county|village|district|城市", Kind::Place),
    ("state|country|gender|sex|occupation|profession|province|nationality|国家|性别", Kind::Category),
    ("name", Kind::PersonName),
    ("id|key|uuid|guid|row|number|no|编号", Kind::Nothing),
];

/// Cells that are looked at.
const N_LOOKED_AT: usize = 2000;

/// The kind of a column.
pub fn guess(column: &Column) -> Kind {
    let header = header_words(&column.name);
    let cells = looked_at(column);
    let known = HEADERS.iter().find(|(alternatives, _)| alternatives.split('|').any(|it| stands_in(it, &header)));
    match known {
        Some((_, kind)) if cells.is_empty() => *kind,
        Some((_, Kind::Identifier | Kind::Nothing)) if mostly(&cells, |cell| cell.contains('@')) => Kind::Email,
        Some((_, kind @ (Kind::WholeAddress | Kind::Address))) if header.iter().any(|it| is_part(it)) => {
            part(&header, *kind)
        }
        _ if mostly(&cells, is_registration) => Kind::Registration,
        Some((_, Kind::OrganisationName)) if is_number_header(&header) => number_kind(&cells),
        Some((_, Kind::PersonName)) if header == ["name"] => name_kind(&cells),
        Some((_, kind)) => *kind,
        None => kind_of_cells(&cells),
    }
}

fn looked_at(column: &Column) -> Vec<&str> {
    let filled = column.cells.iter().map(|cell| &**cell).filter(|cell| !value::is_nothing(cell));
    let cells: Vec<&str> = filled.collect();
    let step = (cells.len() / N_LOOKED_AT).max(1);
    cells.into_iter().step_by(step).collect()
}

/// Words of a header: at blanks, underscores and where a capital follows a small letter.
pub(super) fn header_words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = c.is_lowercase();
        spaced.push(c);
    }
    let words = spaced.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn stands_in(phrase: &str, header: &[String]) -> bool {
    phrase.split(' ').all(|word| match word.is_ascii() {
        true => header.iter().any(|it| it == word),
        false => header.iter().any(|it| it.contains(word)),
    })
}

fn is_number_header(header: &[String]) -> bool {
    header.iter().any(|word| matches!(word.as_str(), "id" | "number" | "no" | "code" | "key" | "type" | "编号"))
}

fn is_part(word: &str) -> bool {
    matches!(word, "city" | "town" | "state" | "country" | "postal" | "postcode" | "zip" | "type" | "number")
}

fn part(header: &[String], kind: Kind) -> Kind {
    let has = |word: &str| header.iter().any(|it| it == word);
    match () {
        () if has("type") => Kind::Nothing,
        () if has("number") => Kind::Code,
        () if has("state") || has("country") => Kind::Category,
        () if has("city") || has("town") => Kind::Place,
        () if has("full") => kind,
        () => Kind::Postcode,
    }
}

fn mostly(cells: &[&str], is: impl Fn(&str) -> bool) -> bool {
    !cells.is_empty() && cells.iter().filter(|cell| is(cell)).count() * 10 >= cells.len() * 8
}

fn is_registration(cell: &str) -> bool {
    registration::lei(cell).is_ok() || registration::uscc(cell).is_ok()
}

/// Numbers that stand once or twice are identifiers.
fn number_kind(cells: &[&str]) -> Kind {
    let distinct: std::collections::BTreeSet<_> = cells.iter().collect();
    if distinct.len() * 2 > cells.len() { Kind::Nothing } else { Kind::Category }
}

/// A column called "name" holds organisations when some of its cells have legal forms.
fn name_kind(cells: &[&str]) -> Kind {
    let has_form = |cell: &&&str| organisation::readings(cell).iter().any(|name| !name.forms.is_empty());
    let n_forms = cells.iter().filter(has_form).count();
    if n_forms * 20 >= cells.len() { Kind::OrganisationName } else { Kind::PersonName }
}

fn kind_of_cells(cells: &[&str]) -> Kind {
    let is_number = |cell: &str| cell.chars().any(|c| c.is_ascii_digit()) && !cell.chars().any(char::is_alphabetic);
    match () {
        () if cells.is_empty() => Kind::Nothing,
        () if mostly(cells, |cell| !value::email(cell).is_empty()) => Kind::Email,
        () if mostly(cells, is_number) => Kind::Nothing,
        () => {
            let distinct: std::collections::BTreeSet<_> = cells.iter().collect();
            if distinct.len() * 5 > cells.len() { Kind::Text } else { Kind::Category }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, cells: &[&str]) -> Kind {
        guess(&Column { name: name.into(), cells: cells.iter().map(|&cell| cell.into()).collect() })
    }

    #[test]
    fn headers_decide_where_they_are_clear() {
        for (name, expected) in [
            ("given_name", Kind::GivenName),
            ("surname", Kind::FamilyName),
            ("first_and_surname", Kind::PersonName),
            ("supplier_name", Kind::OrganisationName),
            ("supplier_id", Kind::Nothing),
            ("company_number", Kind::Identifier),
            ("PRIMARY_NAME_ORG", Kind::OrganisationName),
            ("DATE_OF_BIRTH", Kind::Date),
            ("birth_place", Kind::Place),
            ("DATE", Kind::Nothing),
            ("ADDR_FULL", Kind::WholeAddress),
            ("ADDR_LINE1", Kind::Address),
            ("ADDR_POSTAL_CODE", Kind::Postcode),
            ("ADDR_STATE", Kind::Category),
            ("address_1", Kind::Address),
            ("street_number", Kind::Code),
            ("postcode_fake", Kind::Postcode),
            ("soc_sec_id", Kind::Identifier),
            ("PHONE_TYPE", Kind::Nothing),
            ("PHONE_NUMBER", Kind::Phone),
            ("公司名称", Kind::OrganisationName),
        ] {
            let cells = if name == "DATE" { ["1/2/18"; 2] } else { ["x", "y"] };
            assert_eq!(kind(name, &cells), expected, "{name}");
        }
    }

    #[test]
    fn cells_decide_where_headers_do_not() {
        assert_eq!(kind("name", &["Siemens AG", "Bosch GmbH"]), Kind::OrganisationName);
        assert_eq!(kind("name", &["Ann Lee", "Bob Ray"]), Kind::PersonName);
        assert_eq!(kind("reach at", &["a@example.org", "b@example.org"]), Kind::Email);
        assert_eq!(kind("n_lines", &["1", "2"]), Kind::Nothing);
        assert_eq!(kind("code", &["5493001KJTIIGC8Y1R12", "91350100M000100Y43"]), Kind::Registration);
    }
}
