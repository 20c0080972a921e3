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

/// What a page costs of a request's complexity: its items with all that is asked of each.
pub fn page_complexity(first: Option<i32>, child_complexity: usize) -> usize {
    let first = first.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE).unsigned_abs() as usize;
    first.saturating_mul(child_complexity).saturating_add(1)
}

/// What a list without pages costs: as much as ten items with all that is asked of each. Lists in lists multiply.
pub fn list_complexity(child_complexity: usize) -> usize {
    child_complexity.saturating_mul(10).saturating_add(1)
}

/// What a list that almost always is very short costs, such as the currencies that a party pays in.
pub fn short_list_complexity(child_complexity: usize) -> usize {
    child_complexity.saturating_mul(2).saturating_add(1)
}

/// What a list of entities costs that the caller names one by one: they are fetched together, so that a hundred cost as much as one.
pub fn batch_complexity(named: usize, child_complexity: usize) -> usize {
    child_complexity.saturating_add(named.saturating_mul(child_complexity) / 100).saturating_add(1)
}

/// Declares the connection and edge of a node type, so that they carry its name in the schema.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty) => {
        /// A page of a list.
        #[derive(async_graphql::Description)]
        pub struct $connection {
            edges: Vec<$edge>,
            page_info: $crate::graphql::page::PageInfo,
        }

        #[async_graphql::Object(use_type_description)]
        impl $connection {
            /// The items with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The items alone.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Where the page stands in the list.
            async fn page_info(&self) -> &$crate::graphql::page::PageInfo {
                &self.page_info
            }
        }

        /// One item of a page.
        #[derive(async_graphql::Description)]
        pub struct $edge {
            cursor: String,
            node: $node,
        }

        #[async_graphql::Object(use_type_description)]
        impl $edge {
            /// Where the item stands in the list; opaque.
            async fn cursor(&self) -> &str {
                &self.cursor
            }

            /// The item.
            async fn node(&self) -> &$node {
                &self.node
            }
        }

        impl $connection {
            /// Wraps a page of domain values.
            pub fn new<T: Into<$node>>(page: $crate::domain::page::Page<T>, after: Option<&str>) -> Self {
                let page_info = $crate::graphql::page::PageInfo::new(&page, after);
                let edges = page.items.into_iter().map(|(cursor, item)| $edge { cursor, node: item.into() }).collect();
                Self { edges, page_info }
            }
        }
    };
}
pub(crate) use connection;
