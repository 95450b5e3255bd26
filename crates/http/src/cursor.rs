//! Cursors: opaque and signed, so that nobody builds one or carries it to another list.

use countersign_service::Service;
use countersign_types::{Cursor, Error, Page, PageRequest, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Send it as `cursor` for the next page; `null` at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that is short enough to come whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }

    /// Renders a page of the list `name`.
    pub fn of<S>(service: &Service, name: &str, page: Page<S>, view: impl FnMut(S) -> T) -> Self {
        let next_cursor = page.next.map(|cursor| service.sign_cursor(name, cursor));
        Self { data: page.items.into_iter().map(view).collect(), next_cursor }
    }
}

/// The name of a list narrowed by these values. A cursor is good for its own filter only: with that of the plain list
/// nobody asks a question that is counted (M-2). The name is hashed under a key and never leaves the server.
pub fn narrowed(name: &str, filter: &[Option<&str>]) -> String {
    format!("{name}?{filter:?}")
}

/// Reads `limit` and `cursor` of the list `name`. What narrows or orders the list belongs into the name: [`narrowed`].
pub fn page_request(
    service: &Service,
    name: &str,
    limit: Option<i64>,
    cursor: Option<&str>,
) -> Result<PageRequest> {
    let limit = limit.unwrap_or(PageRequest::LIMIT_DEFAULT);
    if !(1..=PageRequest::LIMIT_MAX).contains(&limit) {
        return Err(Error::invalid("limit", "out-of-range", "`limit` is 1 to 200."));
    }
    let after: Option<Cursor> = cursor.map(|text| service.read_cursor(name, text)).transpose()?;
    Ok(PageRequest { limit, after })
}

#[cfg(test)]
mod tests {
    use super::narrowed;

    #[test]
    fn m_2_lists_narrowed_in_different_ways_have_different_names() {
        let names = [
            narrowed("profiles", &[None, None]),
            narrowed("profiles", &[Some(""), None]),
            narrowed("profiles", &[Some("a"), None]),
            narrowed("profiles", &[None, Some("a")]),
            narrowed("profiles", &[Some("a\"), Some(\"b"), None]),
            narrowed("profiles", &[Some("a"), Some("b")]),
        ];
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }
}
