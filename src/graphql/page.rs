//! Pages of a list that can grow: Relay connections with keyset cursors.
use crate::domain::{
    error::Error,
    page::{Page, PageRequest},
    refusal::{Code, Refusal},
};
use async_graphql::SimpleObject;

/// The most items of one page.
pub const MAX_PAGE: i32 = 100;
/// The items of a page when the caller does not say.
pub const DEFAULT_PAGE: i32 = 20;

/// Where a page stands in its list.
#[derive(SimpleObject)]
#[graphql(shareable)]
pub struct PageInfo {
    /// Whether there are items before this page. Known only to be so when the page was asked for with a cursor.
    pub has_previous_page: bool,
    /// Whether there are items after this page.
    pub has_next_page: bool,
    /// The cursor of the first item.
    pub start_cursor: Option<String>,
    /// The cursor of the last item: pass it as `after` to get the next page.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Describes a page that was asked for in some way.
    pub fn new<T>(page: &Page<T>, after: Option<&str>) -> Self {
        Self {
            has_previous_page: after.is_some(),
            has_next_page: page.has_next,
            start_cursor: page.items.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: page.items.last().map(|(cursor, _)| cursor.clone()),
        }
    }
}

/// Reads `first` and `after`.
///
/// # Errors
/// `INVALID_PAGE_SIZE` unless `first` is between 1 and 100.
pub fn page_request(first: Option<i32>, after: Option<String>) -> Result<PageRequest, Error> {
    let first = first.unwrap_or(DEFAULT_PAGE);
    if !(1..=MAX_PAGE).contains(&first) {
        return Err(Refusal::new(Code::InvalidPageSize, format!("`first` must be between 1 and {MAX_PAGE}, not {first}.")).at("first").into());
    }
    Ok(PageRequest { first: first.unsigned_abs() as usize, after })
}

/// Declares the connection and edge of a node type, so that they carry its name in the schema.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty) => {
        /// A page of a list.
        #[derive(async_graphql::SimpleObject)]
        pub struct $connection {
            /// The items with their cursors.
            pub edges: Vec<$edge>,
            /// The items alone.
            pub nodes: Vec<$node>,
            /// Where the page stands in the list.
            pub page_info: $crate::graphql::page::PageInfo,
        }

        /// One item of a page.
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Where the item stands in the list; opaque.
            pub cursor: String,
            /// The item.
            pub node: $node,
        }

        impl $connection {
            /// Wraps a page of domain values.
            pub fn new<T: Clone + Into<$node>>(page: $crate::domain::page::Page<T>, after: Option<&str>) -> Self {
                let page_info = $crate::graphql::page::PageInfo::new(&page, after);
                let nodes = page.items.iter().map(|(_, item)| item.clone().into()).collect();
                let edges = page.items.into_iter().map(|(cursor, item)| $edge { cursor, node: item.into() }).collect();
                Self { edges, nodes, page_info }
            }
        }
    };
}
pub(crate) use connection;
