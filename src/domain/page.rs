//! Pages of a list.

/// Which page is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many items at most; at least 1.
    pub first: usize,
    /// The cursor of the last item of the page before.
    pub after: Option<String>,
}

/// A page of items, each with its cursor.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Cursor and item.
    pub items: Vec<(String, T)>,
    /// Whether more follow.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// Cuts a page out of rows that were fetched with one more than asked for.
    pub fn cut(mut rows: Vec<T>, first: usize, cursor: impl Fn(&T) -> String) -> Self {
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { items: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next }
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(|(cursor, item)| (cursor, change(item))).collect(), has_next: self.has_next }
    }
}
