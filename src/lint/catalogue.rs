//! What is looked at: the tables of a database or of migrations, and the types of a schema.
use super::finding::Place;

/// What a column or a field can hold, as far as the rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text of any length.
    Text,
    /// Text that compares without regard to case (`citext`).
    CaseInsensitive,
    /// JSON, XML and other documents.
    Json,
    /// Bytes, which may be text that was encrypted.
    Binary,
    /// Integers, decimals, floats.
    Number,
    /// True or false.
    Flag,
    /// Dates, times, intervals.
    Moment,
    /// Ids that say nothing by themselves, such as UUIDs.
    Id,
    /// Addresses of machines.
    Network,
    /// One of a closed set of values.
    Choice,
    /// Another type of the graph, which has fields of its own.
    Object,
    /// A type that is not known here; its name may tell.
    Unknown,
}

impl Kind {
    /// The kind of a column by its declared type: `varchar(200)`, `timestamp with time zone`, `jsonb[]`.
    pub fn of_sql(declared: &str) -> Self {
        const MOMENTS: &[&str] = &["date", "time", "interval", "year"];
        const NUMBERS: &[&str] = &[
            "int",
            "smallint",
            "bigint",
            "tinyint",
            "mediumint",
            "num",
            "dec",
            "real",
            "float",
            "double",
            "serial",
            "bigserial",
            "smallserial",
            "money",
            "unsigned",
        ];
        let declared = declared.to_lowercase();
        let word = declared.split(|letter: char| !letter.is_alphanumeric() && letter != '_').find(|word| !word.is_empty()).unwrap_or_default();
        match word {
            "citext" => Self::CaseInsensitive,
            "json" | "jsonb" | "xml" | "hstore" => Self::Json,
            "blob" | "bytea" | "binary" | "varbinary" | "longblob" | "mediumblob" | "tinyblob" => Self::Binary,
            "uuid" | "guid" | "uniqueidentifier" | "uuid_text" | "uuid_blob" | "oid" => Self::Id,
            "inet" | "cidr" | "macaddr" | "macaddr8" => Self::Network,
            "enum" | "set" => Self::Choice,
            "text" | "char" | "character" | "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "nchar" | "national" | "native" | "bpchar"
            | "name" | "clob" | "string" | "tinytext" | "mediumtext" | "longtext" => Self::Text,
            // SeaORM's names on SQLite are such as `jsonb_text` and `enum_text`.
            _ if word.starts_with("json") => Self::Json,
            _ if word.starts_with("enum") => Self::Choice,
            _ if word.starts_with("bool") || word == "bit" => Self::Flag,
            _ if MOMENTS.iter().any(|moment| word.starts_with(moment)) => Self::Moment,
            _ if NUMBERS.iter().any(|number| word.starts_with(number)) => Self::Number,
            _ => Self::Unknown,
        }
    }
}

/// The tables and views of an engine.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// All of them, in no order that matters.
    pub tables: Vec<Table>,
}

impl Catalogue {
    /// Marks the hub's own tables and views, in every schema that holds all of the hub's main ones, and tells those schemas.
    pub fn mark_hub(&mut self, hub_tables: &[&str]) -> Vec<String> {
        const MAIN: [&str; 4] = ["party", "party_link", "source_record", "party_event"];
        let in_schema = |schema: &Option<String>, name: &str| self.tables.iter().any(|table| table.schema == *schema && table.name == name);
        let mut schemas: Vec<Option<String>> = self.tables.iter().map(|table| table.schema.clone()).collect();
        schemas.sort();
        schemas.dedup();
        schemas.retain(|schema| MAIN.iter().all(|name| in_schema(schema, name)));
        for table in &mut self.tables {
            table.is_hubs = schemas.contains(&table.schema) && hub_tables.contains(&table.name.as_str());
        }
        schemas.into_iter().map(|schema| schema.unwrap_or_else(|| DEFAULT_SCHEMA.to_owned())).collect()
    }

    /// The table that a reference means: in the named schema, in the same one as `from`, or the only one of that name.
    pub fn table(&self, schema: Option<&str>, name: &str, from: &Table) -> Option<&Table> {
        let mut named = self.tables.iter().filter(|table| table.name.eq_ignore_ascii_case(name)).peekable();
        let wanted = schema.or(from.schema.as_deref());
        let first = named.peek().copied();
        named.find(|table| table.schema.as_deref() == wanted).or(first)
    }
}

/// The schema in which tables stand that name none; it is left out of their titles.
pub const DEFAULT_SCHEMA: &str = "public";

/// A table or a view.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its schema, unless it is the default one.
    pub schema: Option<String>,
    /// Its name as it is stored.
    pub name: String,
    /// Whether it is a view: what it shows is kept elsewhere.
    pub is_view: bool,
    /// Whether it is one of the hub's own tables, which hold identity by right.
    pub is_hubs: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its foreign keys.
    pub references: Vec<Reference>,
    /// Where it stands.
    pub place: Place,
}

impl Table {
    /// The name with which reports and exemptions speak of it: `crm.leads`, `leads`.
    pub fn title(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name as it is stored.
    pub name: String,
    /// What it can hold.
    pub kind: Kind,
    /// The name of its type where the engine made the type itself: a domain, a composite type.
    pub own_type: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The constraint's name, where it has one.
    pub name: Option<String>,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The schema of the table that they refer to, where it is said.
    pub schema: Option<String>,
    /// The table that they refer to.
    pub table: String,
    /// Where it stands.
    pub place: Place,
}

/// The types of an engine's schema.
#[derive(Debug, Default)]
pub struct Graph {
    /// Definitions and extensions, each as it stands in the file.
    pub types: Vec<Type>,
    /// The name of the type whose fields change something.
    pub mutation: String,
}

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object type, or an extension of one.
    Object,
    /// An interface.
    Interface,
    /// An input object.
    Input,
    /// A scalar, an enum or a union.
    Leaf,
}

/// A type definition or extension.
#[derive(Debug)]
pub struct Type {
    /// Its name.
    pub name: String,
    /// What it is.
    pub shape: Shape,
    /// The field sets of its `@key` directives, each as a sorted list of names.
    pub keys: Vec<Vec<String>>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Where it stands.
    pub place: Place,
}

/// A field of a type, or of an input.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The name of its type, without list and non-null.
    pub type_name: String,
    /// Its arguments; the fields of an input have none.
    pub arguments: Vec<Argument>,
    /// Whether it belongs to another subgraph and is only named here.
    pub is_external: bool,
    /// The top-level names of its `@requires`, if it has one.
    pub requires: Option<Vec<String>>,
    /// Where it stands.
    pub place: Place,
}

/// An argument of a field.
#[derive(Debug)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The name of its type, without list and non-null.
    pub type_name: String,
    /// Where it stands.
    pub place: Place,
}
