//! What the tracker makes events of by itself, in words, never in scripts (GWE's DSL without its `eval`).

use serde::Serialize;

use crate::words::words;

words! {
    /// What sets a trigger off.
    Action {
        /// Some seconds after the page was entered.
        Timer = "timer",
        /// A click on the element.
        Click = "click",
        /// So much of the page was scrolled.
        Scroll = "scroll",
        /// The form was sent; what is in it is never read.
        Submit = "submit",
    }
}

words! {
    /// When a trigger is armed.
    Condition {
        /// On every page.
        Always = "always",
        /// While the page has the focus.
        Focused = "focused",
        /// While the element can be seen.
        Visible = "visible",
    }
}

words! {
    /// What must hold when it goes off.
    Postcondition {
        /// Nothing more.
        None = "none",
        /// The page has the focus.
        Focused = "focused",
    }
}

words! {
    /// Where a value comes from.
    Source {
        /// The text of the element.
        Text = "text",
        /// An attribute of the element.
        Attribute = "attribute",
        /// It is always the same.
        Constant = "constant",
    }
}

/// A value that goes into the data of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriggerValue {
    /// Its name in the data.
    pub name: String,
    /// Where it comes from.
    pub from: Source,
    /// The element, as a CSS selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// The attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The constant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// Its id, once in a site.
    pub id: String,
    /// The name of the event it makes; several may make the same.
    pub name: String,
    /// What sets it off.
    pub action: Action,
    /// The element, as a CSS selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Only on pages whose address contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Of a timer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// Of scrolling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<i64>,
    /// When it is armed.
    pub condition: Condition,
    /// What must hold when it goes off.
    pub postcondition: Postcondition,
    /// What goes into the data.
    pub values: Vec<TriggerValue>,
}
