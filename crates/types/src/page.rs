//! Lists: a page and how to ask for the next.

/// Where a list goes on: the sort key of the last row of a page. `http` signs it and makes it opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The sorted column of the last row, usually microseconds.
    pub at: i64,
    /// The id of the last row, to break ties.
    pub id: [u8; 16],
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows at most, 1 to [`PageRequest::LIMIT_MAX`].
    pub limit: i64,
    /// Go on after this row.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// The most rows one page holds.
    pub const LIMIT_MAX: i64 = 200;
    /// Rows of a page when nothing is said.
    pub const LIMIT_DEFAULT: i64 = 50;

    /// The first page with the default limit.
    pub const fn first() -> Self {
        Self { limit: Self::LIMIT_DEFAULT, after: None }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::first()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of up to `limit` rows from `limit + 1` fetched ones: the extra row only tells that there is more.
    pub fn from_overfetch(mut items: Vec<T>, limit: i64, key: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}
