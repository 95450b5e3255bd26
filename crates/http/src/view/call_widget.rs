//! Views of call widgets, and of the card that one makes for a call, masked for who looks at it.

use countersign_masking::{mask_text, render};
use countersign_service::call_widget::{
    CallWidgetDetail, Link, Piece, Preview, Remark, Rendered, RenderedAddress, RenderedLink, Rules, Target,
    Text, value_class,
};
use countersign_types::pii::{self, Class, Pii};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Field, Lens};

/// A label and where it leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetLinkView {
    /// What is written on it, with variables.
    pub label: String,
    /// Where it leads, with variables.
    #[schema(example = "https://crm.example/customers/{accountNumber}")]
    pub url: String,
}

impl From<Link> for WidgetLinkView {
    fn from(link: Link) -> Self {
        Self { label: link.label.source().to_owned(), url: link.url.source().to_owned() }
    }
}

/// A line of the card.
#[derive(Debug, Serialize, ToSchema)]
pub struct WidgetRowView {
    /// What it says, with variables.
    #[schema(example = "{customerInfo.customer.name}")]
    pub title: String,
    /// What that is.
    #[schema(example = "Name")]
    pub label: String,
    /// Where it leads, if it does.
    pub url: Option<String>,
}

/// Something to say about a widget.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemarkView {
    /// Where: a JSON pointer into the widget.
    #[schema(example = "/action/url")]
    pub pointer: String,
    /// A stable word for programs.
    #[schema(example = "personal-in-address")]
    pub code: &'static str,
    /// What it is.
    pub detail: String,
    /// What to do.
    pub hint: String,
}

impl From<Remark> for RemarkView {
    fn from(remark: Remark) -> Self {
        let Remark { pointer, code, detail, hint, .. } = remark;
        Self { pointer, code, detail, hint: hint.into_owned() }
    }
}

/// A call widget.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallWidgetView {
    /// Its id.
    #[schema(example = "cwg_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name, which no card shows.
    pub name: String,
    /// `people` or `integration`: a program made it with an API key.
    #[schema(value_type = String, pattern = "^(people|integration)$")]
    pub source: &'static str,
    /// Whether you may only look at it.
    pub is_read_only: bool,
    /// Shown only where this variable has a value.
    pub show_if: Option<String>,
    /// What stands at its head.
    pub title: String,
    /// Where its head leads.
    pub action: Option<WidgetLinkView>,
    /// What opens by itself when the call is answered: `false`, `true` (the action's address) or an address.
    pub autorun: serde_json::Value,
    /// Up to three.
    pub buttons: Vec<WidgetLinkView>,
    /// Up to five.
    pub rows: Vec<WidgetRowView>,
    /// What may not be meant.
    pub warnings: Vec<RemarkView>,
    /// Counted up by each change.
    pub version: i64,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<CallWidgetDetail> for CallWidgetView {
    fn from(detail: CallWidgetDetail) -> Self {
        let CallWidgetDetail { stored, widget, warnings, is_read_only } = detail;
        let row = |row: countersign_service::call_widget::Row| WidgetRowView {
            title: row.title.source().to_owned(),
            label: row.label.source().to_owned(),
            url: row.url.map(|url| url.source().to_owned()),
        };
        Self {
            id: stored.id.to_string(),
            source: stored.source().as_str(),
            name: stored.name,
            is_read_only,
            show_if: widget.show_if,
            title: widget.title.source().to_owned(),
            action: widget.action.map(Into::into),
            autorun: serde_json::to_value(&widget.autorun).unwrap_or_default(),
            buttons: widget.buttons.into_iter().map(Into::into).collect(),
            rows: widget.rows.into_iter().map(row).collect(),
            warnings: warnings.into_iter().map(Into::into).collect(),
            version: stored.version,
            created_at: stored.created_at.to_string(),
            updated_at: stored.updated_at.to_string(),
        }
    }
}

/// Where a link leads in this call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardTargetView {
    /// The address; `null` where it is withheld.
    #[schema(example = "https://crm.example/customers/1234567890")]
    pub url: Option<String>,
    /// Its host, with the port where that is not 443; `null` for `tel:` and `sip:`.
    pub host: Option<String>,
    /// Why there is no address: `no_value` (a variable of it has none), `unsafe` (a value would have led elsewhere),
    /// `too_long`, or `masked` (it holds what you see masked).
    #[schema(value_type = Option<String>, pattern = "^(no_value|unsafe|too_long|masked)$")]
    pub withheld: Option<&'static str>,
}

/// A label and where it leads in this call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardLinkView {
    /// What is written on it.
    pub label: String,
    /// Where it leads.
    pub target: CardTargetView,
}

/// What opens by itself, once, when the call is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardAutorunView {
    /// Where it leads.
    pub target: CardTargetView,
    /// Whether you are asked first, with the host named.
    pub needs_confirmation: bool,
}

/// A line of the card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardRowView {
    /// What it says.
    pub title: String,
    /// What that is; may be empty.
    pub label: String,
    /// Where it leads, if it does.
    pub target: Option<CardTargetView>,
}

/// The card of one call. All of it is text: nothing in it is markup.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardView {
    /// What stands at its head.
    pub title: String,
    /// Where its head leads.
    pub action: Option<CardLinkView>,
    /// What opens by itself.
    pub autorun: Option<CardAutorunView>,
    /// Its buttons; one that leads nowhere says why.
    pub buttons: Vec<CardLinkView>,
    /// Its rows; those whose variables have no value are left out.
    pub rows: Vec<CardRowView>,
    /// The fields that you see masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl CardView {
    /// A card as this viewer may see it.
    pub fn of(card: Rendered, viewer: pii::Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let title = text(&mut lens, "title", &card.title);
        let action = card.action.map(|action| link(&mut lens, "action", &action));
        let autorun = card.autorun.map(|autorun| CardAutorunView {
            target: target(&mut lens, "autorun", autorun.target),
            needs_confirmation: autorun.needs_confirmation,
        });
        let buttons = card.buttons.iter().enumerate();
        let buttons = buttons.map(|(at, button)| link(&mut lens, &format!("buttons.{at}"), button)).collect();
        let rows = card.rows.into_iter().enumerate().map(|(at, row)| CardRowView {
            title: text(&mut lens, &format!("rows.{at}.title"), &row.title),
            label: text(&mut lens, &format!("rows.{at}.label"), &row.label),
            target: row.target.map(|found| target(&mut lens, &format!("rows.{at}"), found)),
        });
        let rows = rows.collect();
        Self { title, action, autorun, buttons, rows, masked: lens.masked() }
    }
}

fn link(lens: &mut Lens, field: &str, link: &RenderedLink) -> CardLinkView {
    CardLinkView {
        label: text(lens, &format!("{field}.label"), &link.label),
        target: target(lens, field, link.target.clone()),
    }
}

fn text(lens: &mut Lens, field: &str, text: &Text) -> String {
    let mut whole = String::new();
    for piece in &text.0 {
        let shown = shown(lens, piece);
        if shown != piece.text {
            lens.note(field.to_owned().into());
        }
        whole.push_str(&shown);
    }
    whole
}

/// An address in which something is masked for this viewer is no address any more, and is not given.
fn target(lens: &mut Lens, field: &str, target: Target) -> CardTargetView {
    match target {
        Target::Withheld(why) => CardTargetView { url: None, host: None, withheld: Some(why.as_str()) },
        Target::Open(address) => {
            if is_hidden(lens, &address) {
                lens.note(format!("{field}.url").into());
                return CardTargetView { url: None, host: address.host, withheld: Some("masked") };
            }
            CardTargetView { url: Some(address.plain()), host: address.host, withheld: None }
        }
    }
}

/// Values of an address are looked at as they were before they were encoded: no mask would find a number in them.
fn is_hidden(lens: &Lens, address: &RenderedAddress) -> bool {
    address.pieces.iter().filter(|piece| piece.is_personal()).any(|piece| {
        let value = decoded(&piece.text);
        lens.viewer().is_masked(class_of(piece))
            || (is_searched(lens, class_of(piece)) && mask_text(&value) != value)
    })
}

/// Whether a value of this class, which the viewer may see, is looked through for phone numbers and addresses, which
/// they may not.
fn is_searched(lens: &Lens, class: Class) -> bool {
    let viewer = lens.viewer();
    let is_anything = matches!(class, Class::Name | Class::Attribute | Class::FreeText);
    is_anything && (viewer.is_masked(Class::Phone) || viewer.is_masked(Class::Email))
}

/// A piece of an address as it was before it was encoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match pair.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn class_of(piece: &Piece) -> Class {
    piece.path.as_deref().map_or(Class::Attribute, value_class)
}

/// A piece as this viewer may see it: masked by what it is, and what a company's system answered besides is looked
/// through for numbers and addresses.
pub(super) fn shown(lens: &Lens, piece: &Piece) -> String {
    if !piece.is_personal() {
        return piece.text.clone();
    }
    let (value, viewer) = (piece.text.as_str(), lens.viewer());
    let rendered = match class_of(piece) {
        Class::Name => render(&Pii::<pii::Name>::new(value), &viewer),
        Class::Email => render(&Pii::<pii::Email>::new(value), &viewer),
        Class::Phone => render(&Pii::<pii::Phone>::new(value), &viewer),
        Class::ExternalId => render(&Pii::<pii::ExternalId>::new(value), &viewer),
        Class::Attribute => render(&Pii::<pii::Attribute>::new(value), &viewer),
        Class::FreeText => render(&Pii::<pii::FreeText>::new(value), &viewer),
    };
    if rendered.is_masked || !is_searched(lens, class_of(piece)) {
        return rendered.text;
    }
    mask_text(&rendered.text)
}

/// How a widget looks, and what is to be said about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallWidgetPreviewView {
    /// The card; `null` where it is not shown.
    pub card: Option<CardView>,
    /// What is wrong: it cannot be saved like this.
    pub problems: Vec<RemarkView>,
    /// What may not be meant.
    pub warnings: Vec<RemarkView>,
}

impl From<Preview> for CallWidgetPreviewView {
    fn from(preview: Preview) -> Self {
        let viewer = preview.viewer;
        let (problems, warnings): (Vec<Remark>, Vec<Remark>) =
            preview.remarks.into_iter().partition(|remark| remark.is_problem);
        Self {
            card: preview.card.map(|card| CardView::of(card, viewer)),
            problems: problems.into_iter().map(Into::into).collect(),
            warnings: warnings.into_iter().map(Into::into).collect(),
        }
    }
}

/// What the workspace allows addresses of call widgets.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallWidgetSettingsView {
    /// Schemes besides `https`: `tel`, `sip`.
    pub schemes: Vec<&'static str>,
    /// Hosts that may open by themselves; agents are asked about others first.
    #[schema(example = json!(["crm.example"]))]
    pub autorun_hosts: Vec<String>,
}

impl From<Rules> for CallWidgetSettingsView {
    fn from(rules: Rules) -> Self {
        Self {
            schemes: rules.schemes.into_iter().map(|scheme| scheme.as_str()).collect(),
            autorun_hosts: rules.autorun_hosts,
        }
    }
}
