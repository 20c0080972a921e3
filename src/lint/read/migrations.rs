//! The tables that a folder of SQL migrations leaves behind.
use super::{sql, text_of};
use crate::lint::{
    catalogue::{Catalogue, Column, DEFAULT_SCHEMA, Kind, Reference, Table},
    finding::Place,
};
use anyhow::{Context, Result, bail};
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, CreateForeignTable, CreateTable, CreateTableLikeKind, CreateView, DataType,
    Expr, ForeignKeyConstraint, Ident, ObjectName, ObjectType, Query, RenameTableNameKind, SelectItem, SetExpr, Statement, TableConstraint,
    UserDefinedTypeRepresentation,
};
use sqlparser::tokenizer::Location;
use std::path::{Path, PathBuf};

/// What the migrations of a folder leave behind when they have run in the order of their names, and how many files they are.
///
/// # Errors
/// When the folder holds none or cannot be read, or a statement about a table is not understood.
pub fn read(folder: &Path) -> Result<(Catalogue, usize)> {
    let files = files(folder)?;
    if files.is_empty() {
        bail!("{} holds no .sql files", folder.display());
    }
    let mut state = State::default();
    for file in &files {
        let path = file.display().to_string();
        for statement in sql::statements(&path, &text_of(file)?)? {
            state.run(&path, statement);
        }
    }
    Ok((Catalogue { tables: state.tables }, files.len()))
}

/// The files that lead upwards, in the order in which migration tools run them: by name, numbers by their value.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("the folder {} cannot be read", folder.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("the folder {} cannot be read", folder.display()))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
            let is_undo = name.strip_prefix('u').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()) && rest.contains("__"));
            let undoes = name == "down.sql" || name.ends_with(".down.sql") || name.ends_with("_down.sql") || is_undo;
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".sql") && !undoes {
                files.push(path);
            }
        }
    }
    files.sort_by_key(|path| natural_order(&path.to_string_lossy()));
    Ok(files)
}

/// A key by which `V2__b` comes before `V10__a`.
fn natural_order(name: &str) -> Vec<(u8, String)> {
    let mut parts: Vec<(u8, String)> = Vec::new();
    for letter in name.chars() {
        let class = if letter.is_ascii_digit() { 0 } else { 1 };
        match parts.last_mut() {
            Some((last, part)) if *last == class => part.push(letter),
            _ => parts.push((class, letter.to_string())),
        }
    }
    let numbers = |(class, part): (u8, String)| if class == 0 { (class, format!("{:0>30}", part.trim_start_matches('0'))) } else { (class, part) };
    parts.into_iter().map(numbers).collect()
}

/// The tables so far.
#[derive(Default)]
struct State {
    tables: Vec<Table>,
    /// Types with a closed set of values.
    choices: Vec<String>,
}

impl State {
    fn run(&mut self, path: &str, statement: Statement) {
        match statement {
            Statement::CreateTable(create) => self.create_table(path, create),
            Statement::CreateView(view) => self.create_view(path, view),
            Statement::CreateForeignTable(create) => self.create_foreign_table(path, create),
            Statement::CreateType { name, representation: Some(UserDefinedTypeRepresentation::Enum { .. }) } => self.choices.push(last_part(&name)),
            Statement::AlterTable(alter) => {
                for operation in alter.operations {
                    self.alter(path, &alter.name, operation);
                }
            }
            Statement::Drop {
                object_type: ObjectType::Table | ObjectType::ForeignTable | ObjectType::View | ObjectType::MaterializedView,
                names,
                ..
            } => {
                names.iter().for_each(|name| self.drop(name));
            }
            Statement::Drop { object_type: ObjectType::Schema, names, .. } => {
                self.tables.retain(|table| {
                    !names.iter().any(|name| table.schema.as_deref().is_some_and(|schema| last_part(name).eq_ignore_ascii_case(schema)))
                });
            }
            Statement::RenameTable(renames) => renames.iter().for_each(|rename| self.rename(&rename.old_name, last_part(&rename.new_name))),
            _ => {}
        }
    }

    fn position(&self, name: &ObjectName) -> Option<usize> {
        let (schema, name) = schema_and_name(name);
        let same = |one: &Option<String>| one.as_deref().map(str::to_lowercase) == schema.as_deref().map(str::to_lowercase);
        self.tables.iter().position(|table| table.name.eq_ignore_ascii_case(&name) && same(&table.schema))
    }

    fn drop(&mut self, name: &ObjectName) {
        if let Some(at) = self.position(name) {
            self.tables.remove(at);
        }
    }

    fn create_table(&mut self, path: &str, create: CreateTable) {
        if self.position(&create.name).is_some() || create.partition_of.is_some() {
            return;
        }
        let (schema, name) = schema_and_name(&create.name);
        let mut table = Table {
            schema,
            name,
            is_view: false,
            is_hubs: false,
            columns: create.query.as_deref().map(|query| selected(path, query)).unwrap_or_default(),
            references: Vec::new(),
            place: place_of(path, create.name.0.last().and_then(|part| part.as_ident())),
        };
        if let Some(CreateTableLikeKind::Parenthesized(like) | CreateTableLikeKind::Plain(like)) = &create.like
            && let Some(at) = self.position(&like.name)
        {
            table.columns.extend(self.tables[at].columns.iter().cloned());
        }
        for definition in create.columns {
            match liked(&definition).and_then(|other| self.position(other)) {
                Some(at) => table.columns.extend(self.tables[at].columns.iter().cloned()),
                None => self.add_column(path, &mut table, definition),
            }
        }
        for constraint in create.constraints {
            add_constraint(path, &mut table, constraint);
        }
        self.tables.push(table);
    }

    /// A foreign table shows what another server keeps, as a view does.
    fn create_foreign_table(&mut self, path: &str, create: CreateForeignTable) {
        let (schema, name) = schema_and_name(&create.name);
        let place = place_of(path, create.name.0.last().and_then(|part| part.as_ident()));
        let mut table = Table { schema, name, is_view: true, is_hubs: false, columns: Vec::new(), references: Vec::new(), place };
        for definition in create.columns {
            self.add_column(path, &mut table, definition);
        }
        self.tables.push(table);
    }

    fn create_view(&mut self, path: &str, view: CreateView) {
        self.drop(&view.name);
        let (schema, name) = schema_and_name(&view.name);
        let named: Vec<Column> = view.columns.iter().map(|column| column_of_unknown_kind(path, &column.name)).collect();
        let columns = if named.is_empty() { selected(path, &view.query) } else { named };
        let place = place_of(path, view.name.0.last().and_then(|part| part.as_ident()));
        self.tables.push(Table { schema, name, is_view: !view.materialized, is_hubs: false, columns, references: Vec::new(), place });
    }

    fn add_column(&self, path: &str, table: &mut Table, definition: ColumnDef) {
        for option in definition.options {
            if let ColumnOption::ForeignKey(key) = option.option {
                table.references.push(reference(path, vec![definition.name.clone()], key));
            }
        }
        let (kind, own_type) = self.kind(&definition.data_type);
        table.columns.push(Column { place: place_of(path, Some(&definition.name)), name: definition.name.value, kind, own_type });
    }

    fn kind(&self, data_type: &DataType) -> (Kind, Option<String>) {
        let own = match data_type {
            DataType::Custom(name, _) => Some(last_part(name)),
            _ => None,
        };
        if own.as_ref().is_some_and(|own| self.choices.iter().any(|choice| choice.eq_ignore_ascii_case(own))) {
            return (Kind::Choice, None);
        }
        let kind = Kind::of_sql(own.as_deref().unwrap_or(&data_type.to_string()));
        (kind, own.filter(|_| kind == Kind::Unknown))
    }

    fn alter(&mut self, path: &str, name: &ObjectName, operation: AlterTableOperation) {
        if let AlterTableOperation::RenameTable { table_name: RenameTableNameKind::As(new) | RenameTableNameKind::To(new) } = &operation {
            return self.rename(name, last_part(new));
        }
        let Some(at) = self.position(name) else { return };
        let mut table = self.tables.swap_remove(at);
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                table.columns.retain(|column| !column.name.eq_ignore_ascii_case(&column_def.name.value));
                self.add_column(path, &mut table, column_def);
            }
            AlterTableOperation::DropColumn { column_names, .. } => {
                for dropped in column_names {
                    table.columns.retain(|column| !column.name.eq_ignore_ascii_case(&dropped.value));
                    table.references.retain(|reference| !reference.columns.iter().any(|column| column.eq_ignore_ascii_case(&dropped.value)));
                }
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                rename_column(path, &mut table, &old_column_name, &new_column_name)
            }
            AlterTableOperation::ChangeColumn { old_name, new_name, data_type, .. } => {
                rename_column(path, &mut table, &old_name, &new_name);
                self.set_type(&mut table, &new_name, &data_type);
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, .. } => self.set_type(&mut table, &col_name, &data_type),
            AlterTableOperation::AlterColumn { column_name, op: AlterColumnOperation::SetDataType { data_type, .. } } => {
                self.set_type(&mut table, &column_name, &data_type);
            }
            AlterTableOperation::AddConstraint { constraint, .. } => add_constraint(path, &mut table, constraint),
            AlterTableOperation::DropConstraint { name, .. } | AlterTableOperation::DropForeignKey { name, .. } => {
                table.references.retain(|reference| reference_name(&table.name, reference).is_none_or(|own| !own.eq_ignore_ascii_case(&name.value)));
            }
            _ => {}
        }
        self.tables.push(table);
    }

    fn set_type(&self, table: &mut Table, name: &Ident, data_type: &DataType) {
        let (kind, own_type) = self.kind(data_type);
        for column in table.columns.iter_mut().filter(|column| column.name.eq_ignore_ascii_case(&name.value)) {
            column.kind = kind;
            column.own_type.clone_from(&own_type);
        }
    }

    fn rename(&mut self, old: &ObjectName, new: String) {
        let Some(at) = self.position(old) else { return };
        let before = std::mem::replace(&mut self.tables[at].name, new.clone());
        for reference in self.tables.iter_mut().flat_map(|table| &mut table.references) {
            if reference.table.eq_ignore_ascii_case(&before) {
                reference.table.clone_from(&new);
            }
        }
    }
}

/// The table whose columns are copied by a `LIKE other` among others, which the parser takes for a column.
fn liked(definition: &ColumnDef) -> Option<&ObjectName> {
    match &definition.data_type {
        DataType::Custom(other, _) if definition.name.quote_style.is_none() && definition.name.value.eq_ignore_ascii_case("like") => Some(other),
        _ => None,
    }
}

fn rename_column(path: &str, table: &mut Table, old: &Ident, new: &Ident) {
    for column in table.columns.iter_mut().filter(|column| column.name.eq_ignore_ascii_case(&old.value)) {
        column.name.clone_from(&new.value);
        column.place = place_of(path, Some(new));
    }
    for column in table.references.iter_mut().flat_map(|reference| &mut reference.columns).filter(|column| column.eq_ignore_ascii_case(&old.value)) {
        column.clone_from(&new.value);
    }
}

fn add_constraint(path: &str, table: &mut Table, constraint: TableConstraint) {
    if let TableConstraint::ForeignKey(key) = constraint {
        table.references.push(reference(path, key.columns.clone(), key));
    }
}

fn reference(path: &str, columns: Vec<Ident>, key: ForeignKeyConstraint) -> Reference {
    let (schema, table) = schema_and_name(&key.foreign_table);
    let place = place_of(path, columns.first());
    Reference { name: key.name.map(|name| name.value), columns: columns.into_iter().map(|column| column.value).collect(), schema, table, place }
}

/// The name of a foreign key, which PostgreSQL makes itself when there is none.
fn reference_name(table: &str, reference: &Reference) -> Option<String> {
    reference.name.clone().or_else(|| Some(format!("{table}_{}_fkey", reference.columns.join("_"))))
}

/// The columns of a query that have a name of their own.
fn selected(path: &str, query: &Query) -> Vec<Column> {
    let mut body = query.body.as_ref();
    let select = loop {
        match body {
            SetExpr::Select(select) => break select,
            // A union has the names of its first part.
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(query) => body = &query.body,
            _ => return Vec::new(),
        }
    };
    let named = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last(),
        _ => None,
    });
    named.map(|name| column_of_unknown_kind(path, name)).collect()
}

fn column_of_unknown_kind(path: &str, name: &Ident) -> Column {
    Column { name: name.value.clone(), kind: Kind::Unknown, own_type: None, place: place_of(path, Some(name)) }
}

fn schema_and_name(name: &ObjectName) -> (Option<String>, String) {
    let parts: Vec<&str> = name.0.iter().filter_map(|part| part.as_ident()).map(|part| part.value.as_str()).collect();
    match parts.as_slice() {
        [.., schema, name] if *schema != DEFAULT_SCHEMA && *schema != "main" => (Some((*schema).to_owned()), (*name).to_owned()),
        [.., name] => (None, (*name).to_owned()),
        [] => (None, String::new()),
    }
}

fn last_part(name: &ObjectName) -> String {
    schema_and_name(name).1
}

fn place_of(path: &str, name: Option<&Ident>) -> Place {
    let start = name.map_or_else(Location::empty, |name| name.span.start);
    let at = |position: u64| usize::try_from(position).unwrap_or_default().max(1);
    Place::File { path: path.to_owned(), line: at(start.line), column: at(start.column) }
}
