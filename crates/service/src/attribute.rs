//! Attributes: typed fields that the company defines, and the check of their values.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, attribute as store, value_token};
use countersign_types::attribute::{
    Attribute, AttributeLevel, AttributeMask, AttributeOption, AttributeType, Form, MaskFormat, PiiClass,
};
use countersign_types::{AttributeId, Error, FieldError, Permission, Result};
use serde_json::Value;

use crate::Service;
use crate::caller::Request;
use crate::work::{Log, is_unique};

/// Attributes of one level at most.
pub const ATTRIBUTES_MAX: usize = 200;
/// Options of a dropdown at most.
pub const OPTIONS_MAX: usize = 200;
const KEY_CHARS_MAX: usize = 50;
const LABEL_CHARS_MAX: usize = 80;
/// Longest text of one line, characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Longest text of several lines, characters.
pub const TEXT_AREA_CHARS_MAX: usize = 10_000;

/// A new attribute.
#[derive(Debug, Clone)]
pub struct NewAttribute {
    /// The word in the API.
    pub key: String,
    /// The word that people see.
    pub label: String,
    /// On what it stands.
    pub level: AttributeLevel,
    /// Its type.
    pub r#type: AttributeType,
    /// The options of a dropdown.
    pub options: Vec<AttributeOption>,
    /// How careful one has to be.
    pub pii: PiiClass,
    /// How it is masked, and for whom.
    pub mask: AttributeMask,
    /// Where it shows.
    pub forms: Vec<Form>,
    /// Whether people and programs close no conversation without it.
    pub is_required_to_close: bool,
}

/// A change to an attribute. Key, level and type are fixed.
#[derive(Debug, Clone, Default)]
pub struct AttributePatch {
    /// The word that people see.
    pub label: Option<String>,
    /// The options, whole. One that is left out is retired while any profile may have it.
    pub options: Option<Vec<AttributeOption>>,
    /// How careful one has to be.
    pub pii: Option<PiiClass>,
    /// How it is masked, and for whom.
    pub mask: Option<AttributeMask>,
    /// Where it shows.
    pub forms: Option<Vec<Form>>,
    /// Whether people and programs close no conversation without it.
    pub is_required_to_close: Option<bool>,
    /// Its place in forms.
    pub position: Option<i64>,
}

impl Service {
    /// The attributes in the order of the forms, of one level or of both.
    #[boxed]
    pub async fn list_attributes(
        &self,
        request: &Request,
        level: Option<AttributeLevel>,
    ) -> Result<Vec<Attribute>> {
        self.authorise(request, Permission::AttributeRead).await?;
        let snapshot = self.snapshot();
        Ok(snapshot.attributes.iter().filter(|a| level.is_none_or(|l| a.level == l)).cloned().collect())
    }

    /// Adds an attribute.
    #[boxed]
    pub async fn create_attribute(&self, request: &Request, new: NewAttribute) -> Result<Attribute> {
        let grant = self.authorise(request, Permission::AttributeWrite).await?;
        let now = self.now();
        let snapshot = self.snapshot();
        let of_level = snapshot.attributes.iter().filter(|a| a.level == new.level);
        let position = of_level.clone().map(|a| a.position).max().unwrap_or(0) + 1;
        if of_level.count() >= ATTRIBUTES_MAX {
            let detail = format!("There are {ATTRIBUTES_MAX} attributes of this level, which is the most.");
            return Err(Error::conflict("too-many-attributes", detail, "Delete one that nobody needs."));
        }
        let attribute = Attribute {
            id: self.new_id()?,
            key: check_key(&new.key)?,
            label: check_label("/label", &new.label)?,
            level: new.level,
            r#type: new.r#type,
            options: check_options(new.r#type, new.options)?,
            pii: new.pii,
            mask: check_mask(new.r#type, new.mask)?,
            forms: check_forms(new.level, new.forms)?,
            is_required_to_close: new.is_required_to_close,
            position,
            created_at: now,
            updated_at: now,
        };
        check_required(&attribute)?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<AttributeId> {
                store::insert_attribute(tx, &attribute).await.map_err(|error| {
                    if is_unique(&error, "uq_attribute__level__attr_key") { key_taken() } else { error.into() }
                })?;
                let details = serde_json::json!({
                    "key": attribute.key, "level": attribute.level, "type": attribute.r#type, "pii": attribute.pii,
                });
                log.audit("attribute.create", attribute.id, details);
                log.reload("attribute.updated", attribute.id);
                Ok(attribute.id)
            })
            .await?;
        self.find_attribute(id)
    }

    /// Changes an attribute. An option that is left out is retired while any profile may have it, not removed.
    #[boxed]
    pub async fn update_attribute(
        &self,
        request: &Request,
        id: AttributeId,
        patch: AttributePatch,
    ) -> Result<Attribute> {
        let grant = self.authorise(request, Permission::AttributeWrite).await?;
        let mut attribute = self.find_attribute(id)?;
        if let Some(label) = &patch.label {
            attribute.label = check_label("/label", label)?;
        }
        if let Some(pii) = patch.pii {
            attribute.pii = pii;
        }
        let was = attribute.mask;
        if let Some(mask) = patch.mask {
            attribute.mask = check_mask(attribute.r#type, mask)?;
        }
        if let Some(forms) = patch.forms {
            attribute.forms = check_forms(attribute.level, forms)?;
        }
        if let Some(is_required) = patch.is_required_to_close {
            attribute.is_required_to_close = is_required;
        }
        if let Some(position) = patch.position {
            attribute.position = position.clamp(0, 100_000);
        }
        let options = patch.options.map(|options| check_options(attribute.r#type, options)).transpose()?;
        attribute.updated_at = self.now();
        let service = self.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if let Some(options) = options {
                // Values of cases lie sealed in one document each: nobody can say which option is in use there.
                let in_use = attribute.level == AttributeLevel::Case
                    || store::is_attribute_in_use(tx, attribute.id).await?;
                attribute.options = merge_options(&attribute.options, options, in_use);
            }
            check_required(&attribute)?;
            if !store::update_attribute(tx, &attribute).await? {
                return Err(Error::NotFound("attribute"));
            }
            if attribute.pii == PiiClass::Sensitive {
                value_token::unmark_searched(tx, service.vault(), attribute.id).await?;
            }
            let mut details = serde_json::json!({
                "key": attribute.key, "pii": attribute.pii, "required_to_close": attribute.is_required_to_close,
            });
            if attribute.mask != was {
                details["mask"] = serde_json::json!({ "old": was, "new": attribute.mask });
            }
            log.audit("attribute.update", attribute.id, details);
            log.reload("attribute.updated", attribute.id);
            Ok(())
        })
        .await?;
        self.find_attribute(id)
    }

    /// Deletes an attribute with all its values.
    #[boxed]
    pub async fn delete_attribute(&self, request: &Request, id: AttributeId) -> Result<()> {
        let grant = self.authorise(request, Permission::AttributeWrite).await?;
        let (service, key) = (self.clone(), self.find_attribute(id)?.key);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            value_token::unmark_searched(tx, service.vault(), id).await?;
            if !store::delete_attribute(tx, id).await? {
                return Err(Error::NotFound("attribute"));
            }
            log.audit("attribute.delete", id, serde_json::json!({ "key": key }));
            log.reload("attribute.updated", id);
            Ok(())
        })
        .await
    }

    fn find_attribute(&self, id: AttributeId) -> Result<Attribute> {
        self.snapshot().attribute(id).cloned().ok_or(Error::NotFound("attribute"))
    }
}

fn key_taken() -> Error {
    Error::conflict(
        "already-exists",
        "There is an attribute with this key on this level.",
        "Choose another key.",
    )
}

fn check_key(key: &str) -> Result<String> {
    let is_key = key.len() <= KEY_CHARS_MAX
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_key {
        return Ok(key.to_owned());
    }
    let detail =
        "A key is lower-case letters, digits and `_`, begins with a letter and has at most 50 characters.";
    Err(Error::invalid("/key", "invalid-key", detail))
}

fn check_mask(r#type: AttributeType, mask: AttributeMask) -> Result<AttributeMask> {
    if mask.shown.fits(r#type) {
        return Ok(mask);
    }
    let detail = match mask.shown {
        MaskFormat::Keep { .. } => {
            "A mask keeps one to four characters in all, of a text of one line or a number."
        }
        MaskFormat::Year => "Only dates are masked by their year.",
        _ => "This mask is for texts: every other type is hidden whole, for it has too few values.",
    };
    Err(Error::invalid("/mask/format", "unfit-mask", detail))
}

fn check_label(pointer: &str, label: &str) -> Result<String> {
    let label = label.trim();
    if label.is_empty() || label.chars().count() > LABEL_CHARS_MAX || label.chars().any(char::is_control) {
        let detail = format!("A label has 1 to {LABEL_CHARS_MAX} characters on one line.");
        return Err(Error::invalid(pointer, "invalid-label", detail));
    }
    Ok(label.to_owned())
}

fn check_options(kind: AttributeType, options: Vec<AttributeOption>) -> Result<Vec<AttributeOption>> {
    let wrong = |detail: &str| Err(Error::invalid("/options", "invalid-options", detail));
    if kind != AttributeType::Dropdown {
        return if options.is_empty() { Ok(options) } else { wrong("Only a dropdown has options.") };
    }
    if options.is_empty() || options.len() > OPTIONS_MAX {
        return wrong("A dropdown has 1 to 200 options.");
    }
    let mut checked: Vec<AttributeOption> = Vec::with_capacity(options.len());
    for (n, option) in options.into_iter().enumerate() {
        let value = check_label(&format!("/options/{n}/value"), &option.value)?;
        let label = check_label(&format!("/options/{n}/label"), &option.label)?;
        let is_double =
            |known: &AttributeOption| known.value == value || folded(&known.label) == folded(&label);
        if checked.iter().any(is_double) {
            return wrong("Two options have the same value or the same label.");
        }
        checked.push(AttributeOption { value, label, is_retired: option.is_retired });
    }
    Ok(checked)
}

/// The new list, with what was left out of it retired at its end where it may be in use.
fn merge_options(
    before: &[AttributeOption],
    mut after: Vec<AttributeOption>,
    in_use: bool,
) -> Vec<AttributeOption> {
    if in_use {
        for old in before {
            if !after.iter().any(|option| option.value == old.value) {
                after.push(AttributeOption { is_retired: true, ..old.clone() });
            }
        }
    }
    after
}

fn check_forms(level: AttributeLevel, mut forms: Vec<Form>) -> Result<Vec<Form>> {
    forms.sort_unstable();
    forms.dedup();
    if level == AttributeLevel::Profile || forms.iter().all(|f| *f == Form::CasePanel) {
        return Ok(forms);
    }
    Err(Error::invalid("/forms", "invalid-forms", "An attribute of a case shows in `case_panel` alone."))
}

/// What nobody can choose, nobody can be asked for.
fn check_required(attribute: &Attribute) -> Result<()> {
    let has_choice =
        attribute.r#type != AttributeType::Dropdown || attribute.options.iter().any(|o| !o.is_retired);
    if has_choice || !attribute.is_required_to_close {
        return Ok(());
    }
    let detail = "Every option is retired, so nobody could choose one before a conversation is closed.";
    Err(Error::invalid("/required_to_close", "nothing-to-choose", detail))
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Checks a value against its attribute; answers with its stored form or what is wrong. Never repeats the value.
pub(crate) fn check_value(attribute: &Attribute, value: &Value) -> std::result::Result<Value, String> {
    match attribute.r#type {
        AttributeType::Text => check_text(value, TEXT_CHARS_MAX, false),
        AttributeType::TextArea => check_text(value, TEXT_AREA_CHARS_MAX, true),
        AttributeType::Checkbox => {
            value.as_bool().map(Value::Bool).ok_or_else(|| "This is `true` or `false`.".to_owned())
        }
        AttributeType::Number => match value.as_f64() {
            Some(number) if number.is_finite() => Ok(value.clone()),
            _ => Err("This is a number.".to_owned()),
        },
        AttributeType::Date => check_date(value),
        AttributeType::Dropdown => check_choice(attribute, value),
    }
}

fn check_text(value: &Value, chars_max: usize, has_lines: bool) -> std::result::Result<Value, String> {
    let text = value.as_str().ok_or("This is a text.")?.trim();
    if text.is_empty() {
        return Err("This is empty; send `null` to clear it.".to_owned());
    }
    if text.chars().count() > chars_max {
        return Err(format!("This has more than {chars_max} characters."));
    }
    if text.chars().any(|c| c.is_control() && !(has_lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err("This holds control characters.".to_owned());
    }
    Ok(Value::String(text.to_owned()))
}

fn check_date(value: &Value) -> std::result::Result<Value, String> {
    let wrong = || "This is a day such as `2026-11-21`.".to_owned();
    let text = value.as_str().ok_or_else(wrong)?.trim();
    // Only this one form: the parser alone would also take times, weeks and signed years.
    let is_form = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if is_form => Ok(Value::String(date.to_string())),
        _ => Err(wrong()),
    }
}

fn check_choice(attribute: &Attribute, value: &Value) -> std::result::Result<Value, String> {
    let text = value.as_str().ok_or("This is one of the options.")?.trim();
    let found = attribute
        .options
        .iter()
        .find(|option| option.value == text)
        .or_else(|| attribute.options.iter().find(|option| folded(&option.label) == folded(text)));
    match found {
        Some(option) if option.is_retired => Err("This option can no longer be chosen.".to_owned()),
        Some(option) => Ok(Value::String(option.value.clone())),
        None => {
            let known = attribute.options.iter().filter(|o| !o.is_retired).map(|o| format!("`{}`", o.value));
            let known: Vec<String> = known.take(20).collect();
            Err(format!("This is not one of the options: {}.", known.join(", ")))
        }
    }
}

/// What is said about a key that is not an attribute of its level, with the nearest one that is.
pub(crate) fn unknown_attribute(
    attributes: &[Attribute],
    level: AttributeLevel,
    pointer: String,
    key: &str,
) -> FieldError {
    let known = attributes.iter().filter(|a| a.level == level).map(|a| a.key.as_str());
    let wanted: String = key.trim().to_lowercase().replace(['-', ' ', '.'], "_").chars().take(60).collect();
    let nearest = known
        .map(|known| (distance(&wanted, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.chars().count() / 4);
    let detail = match nearest {
        Some((_, known)) => format!("There is no such attribute. Is `{known}` meant?"),
        None => "There is no such attribute. Define it under Settings → Attributes first.".to_owned(),
    };
    FieldError::new(pointer, "unknown-attribute", detail)
}

/// How many letters have to be changed, added, dropped or swapped to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(x != y)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_types::Timestamp;
    use serde_json::json;

    fn attribute(kind: AttributeType) -> Attribute {
        let option = |value: &str, label: &str, is_retired| AttributeOption {
            value: value.to_owned(),
            label: label.to_owned(),
            is_retired,
        };
        Attribute {
            id: AttributeId::from_bytes([1; 16]),
            key: "tariff".to_owned(),
            label: "Tariff".to_owned(),
            level: AttributeLevel::Profile,
            r#type: kind,
            options: vec![
                option("vip", "Very Important", false),
                option("no_account", "No account", false),
                option("old", "Old", true),
            ],
            pii: PiiClass::None,
            mask: AttributeMask::default(),
            forms: Vec::new(),
            is_required_to_close: false,
            position: 1,
            created_at: Timestamp::from_micros(0),
            updated_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn values_fit_their_type_or_are_refused_without_being_repeated() {
        use AttributeType as T;
        let good = [
            (T::Text, json!("  a b "), json!("a b")),
            (T::TextArea, json!("a\n\tb"), json!("a\n\tb")),
            (T::Checkbox, json!(false), json!(false)),
            (T::Number, json!(-1.5e3), json!(-1.5e3)),
            (T::Number, json!(18_446_744_073_709_551_615_u64), json!(18_446_744_073_709_551_615_u64)),
            (T::Date, json!("2024-02-29"), json!("2024-02-29")),
            (T::Dropdown, json!("vip"), json!("vip")),
            (T::Dropdown, json!("NO ACCOUNT"), json!("no_account")),
        ];
        for (kind, value, stored) in good {
            assert_eq!(check_value(&attribute(kind), &value), Ok(stored));
        }
        let bad = [
            (T::Text, json!("zq\nzq")),
            (T::Text, json!("")),
            (T::Text, json!(7)),
            (T::Text, json!("zq".repeat(1_001))),
            (T::TextArea, json!("zq\0")),
            (T::TextArea, json!("z".repeat(10_001))),
            (T::Checkbox, json!("true")),
            (T::Checkbox, json!(1)),
            (T::Number, json!("12zq")),
            (T::Number, json!(null)),
            (T::Date, json!("2023-02-29")),
            (T::Date, json!("29.02.2024")),
            (T::Date, json!("2024-2-9")),
            (T::Date, json!("2024-02-29T00:00")),
            (T::Date, json!("20240229")),
            (T::Dropdown, json!("zq")),
            (T::Dropdown, json!("old")),
            (T::Dropdown, json!(["vip"])),
        ];
        for (kind, value) in bad {
            let error = check_value(&attribute(kind), &value).expect_err("refused");
            assert!(!error.contains("zq"), "{error}");
        }
    }

    #[test]
    fn an_unknown_attribute_is_answered_with_the_nearest() {
        let all = [attribute(AttributeType::Text)];
        let said = |key: &str| {
            unknown_attribute(&all, AttributeLevel::Profile, String::new(), key)
                .detail
                .contains("Is `tariff` meant")
        };
        assert!(said("tarif") && said("Tariff") && said("tairff"));
        assert!(!said("birthday") && !said(""));
    }

    #[test]
    fn an_option_in_use_is_retired_and_one_that_is_not_goes() {
        let before = attribute(AttributeType::Dropdown).options;
        let after = vec![before[0].clone()];
        assert_eq!(merge_options(&before, after.clone(), false), after);
        let kept = merge_options(&before, after, true);
        assert_eq!(kept.len(), 3);
        assert!(!kept[0].is_retired && kept[1].is_retired && kept[2].is_retired);
    }
}
