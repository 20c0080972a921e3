//! Random valid documents over the lists that are written by plans.
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// The fields of a type that documents ask for: leaves, and fields with a selection of another type.
struct Type {
    name: &'static str,
    leaves: &'static [&'static str],
    nodes: &'static [(&'static str, &'static str)],
}

const TYPES: &[Type] = &[
    Type {
        name: "Party",
        leaves: &[
            "id",
            "canonicalId",
            "allIds",
            "kind",
            "displayName",
            "givenName",
            "familyName",
            "legalName",
            "status",
            "primaryEmail",
            "primaryPhone",
            "version",
            "createdAt",
            "updatedAt",
        ],
        nodes: &[
            ("primaryAddress", "PostalAddress"),
            ("roles", "PartyRole"),
            ("roles(includeEnded: true)", "PartyRole"),
            ("roles(includeEnded: $yes)", "PartyRole"),
            ("primaryRole", "RoleType"),
            ("links", "PartyLink"),
            ("links(includeEnded: true)", "PartyLink"),
            ("sourceRecords", "SourceRecord"),
            ("sourceRecords(system: \"crm\")", "SourceRecord"),
            ("revenue", "PartyRevenue"),
            ("revenue(currency: $currency)", "PartyRevenue"),
            ("contactPoints", "ContactPoint"),
        ],
    },
    Type { name: "PostalAddress", leaves: &["formatted", "line1", "line2", "city", "region", "postalCode", "country"], nodes: &[] },
    Type {
        name: "PartyRole",
        leaves: &["id", "isPrimary", "validFrom", "validTo", "assignedBy", "reason", "endedBy", "endReason"],
        nodes: &[("role", "RoleType")],
    },
    Type { name: "RoleType", leaves: &["code", "label", "side", "isSystem"], nodes: &[] },
    Type {
        name: "PartyLink",
        leaves: &["id", "method", "isActive", "confidence", "note", "linkedBy", "linkedAt", "endedBy", "endedAt", "endReason"],
        nodes: &[("sourceRecord", "SourceRecord"), ("party", "Party")],
    },
    Type {
        name: "SourceRecord",
        leaves: &["system", "type", "id", "state", "email", "receivedAt"],
        nodes: &[("party", "Party"), ("link", "PartyLink"), ("links", "PartyLink")],
    },
    Type {
        name: "PartyRevenue",
        leaves: &["currency", "entryCount"],
        nodes: &[("gross", "Money"), ("payouts", "Money"), ("net", "Money"), ("byChannel", "ChannelRevenue"), ("byMonth", "MonthRevenue")],
    },
    Type { name: "ChannelRevenue", leaves: &["entryCount"], nodes: &[("gross", "Money"), ("net", "Money"), ("channel", "Channel")] },
    Type { name: "MonthRevenue", leaves: &["month", "entryCount"], nodes: &[("gross", "Money"), ("payouts", "Money")] },
    Type { name: "Channel", leaves: &["code", "label"], nodes: &[] },
    Type { name: "Money", leaves: &["amount", "currency"], nodes: &[] },
    Type { name: "ContactPoint", leaves: &["kind", "value", "isPrimary"], nodes: &[] },
    Type { name: "PartyConnection", leaves: &[], nodes: &[("nodes", "Party"), ("edges", "PartyEdge"), ("pageInfo", "PageInfo")] },
    Type { name: "PartyEdge", leaves: &["cursor"], nodes: &[("node", "Party")] },
    Type { name: "PartySearchConnection", leaves: &[], nodes: &[("nodes", "Party"), ("edges", "PartySearchEdge"), ("pageInfo", "PageInfo")] },
    Type { name: "PartySearchEdge", leaves: &["cursor", "score", "matchedBy"], nodes: &[("node", "Party")] },
    Type { name: "PageInfo", leaves: &["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"], nodes: &[] },
    Type { name: "TopParty", leaves: &["rank"], nodes: &[("amount", "Money"), ("party", "Party")] },
];

/// Writes documents; the same seed writes the same ones.
pub struct Generator {
    random: StdRng,
    fragments: Vec<String>,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), fragments: Vec::new() }
    }

    /// A document with one or two of the lists.
    pub fn document(&mut self) -> String {
        self.fragments.clear();
        let mut roots = String::new();
        for _ in 0..self.random.random_range(1..=2) {
            let root = match self.random.random_range(0..5) {
                0 | 1 => format!("{}_entities(representations: $r) {{ {} }}", self.alias(), self.entities()),
                2 => format!("{}parties(first: 4) {{ {} }}", self.alias(), self.selection("PartyConnection", 5)),
                3 => format!("{}searchParties(query: \"jo do\") {{ {} }}", self.alias(), self.selection("PartySearchConnection", 5)),
                _ => format!("{}topParties(first: 3) {{ {} }}", self.alias(), self.selection("TopParty", 5)),
            };
            roots.push_str(&root);
            roots.push(' ');
        }
        // Every variable is used, as validation asks for.
        let used = "used: __typename @include(if: $yes) @skip(if: $no) unused: party(id: \"1\") @include(if: $no) { revenue(currency: $currency) { currency } } \
                    empty: _entities(representations: $r) @include(if: $no) { __typename }";
        format!("query($r: [_Any!]!, $yes: Boolean!, $no: Boolean!, $currency: String) {{ {roots}{used} }} {}", self.fragments.join(" "))
    }

    fn entities(&mut self) -> String {
        let mut parts = vec![self.maybe("__typename").to_owned()];
        for name in ["Party", "SourceRecord", "Party"] {
            if self.random.random_bool(0.6) {
                parts.push(self.fragment(name, 4));
            }
        }
        parts.push("__typename".to_owned());
        parts.join(" ")
    }

    /// A selection set of a type, some of it in fragments and some of it twice.
    fn selection(&mut self, name: &str, depth: usize) -> String {
        let of = TYPES.iter().find(|of| of.name == name).expect("a type of the table");
        let mut parts = Vec::new();
        for _ in 0..self.random.random_range(1..=4) {
            let fields = of.leaves.len() + if depth > 0 { of.nodes.len() } else { 0 };
            let Some(field) = fields.checked_sub(1).map(|last| self.random.random_range(0..=last)) else { continue };
            let alias = self.alias();
            let directive = self.directive();
            parts.push(match of.leaves.get(field) {
                Some(leaf) => format!("{alias}{leaf}{directive}"),
                None => {
                    let (node, inner) = of.nodes[field - of.leaves.len()];
                    // Two selections of one key must have the same arguments; an alias of its own keeps them apart.
                    let alias = if node.contains('(') { format!("k{}: ", self.random.random_range(0..1_000_000)) } else { alias };
                    format!("{alias}{node}{directive} {{ {} }}", self.selection(inner, depth - 1))
                }
            });
            if depth > 0 && self.random.random_bool(0.2) {
                parts.push(self.fragment(name, depth - 1));
            }
        }
        parts.push(self.maybe("__typename").to_owned());
        let text = parts.join(" ");
        if text.trim().is_empty() { "__typename".to_owned() } else { text }
    }

    fn fragment(&mut self, name: &str, depth: usize) -> String {
        let (selection, directive) = (self.selection(name, depth), self.directive());
        if self.random.random_bool(0.5) {
            return format!("... on {name}{directive} {{ {selection} }}");
        }
        let fragment = format!("F{}", self.fragments.len());
        self.fragments.push(format!("fragment {fragment} on {name} {{ {selection} }}"));
        format!("...{fragment}{directive}")
    }

    /// Mostly none; otherwise one that no other field has.
    fn alias(&mut self) -> String {
        if self.random.random_bool(0.75) { String::new() } else { format!("a{}: ", self.random.random_range(0..1_000_000)) }
    }

    fn directive(&mut self) -> &'static str {
        let directives = ["", "", "", "", "", " @include(if: $yes)", " @skip(if: $no)", " @include(if: $no)", " @skip(if: true)"];
        directives.choose(&mut self.random).copied().unwrap_or_default()
    }

    fn maybe(&mut self, text: &'static str) -> &'static str {
        if self.random.random_bool(0.2) { text } else { "" }
    }
}
