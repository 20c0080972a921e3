//! What the hub owns: the fields of its entities in the graph, and its tables.
use super::{
    catalogue::{Graph, Shape},
    read,
};
use anyhow::Result;

/// The hub, as far as engines must leave it alone.
pub struct Hub {
    /// Its entities.
    pub entities: Vec<Entity>,
    /// Its tables and views.
    pub tables: Vec<&'static str>,
}

/// A type of the hub that engines may refer to and extend.
pub struct Entity {
    /// Its name.
    pub name: String,
    /// The fields of its key, sorted.
    pub key: Vec<String>,
    /// All its fields.
    pub fields: Vec<String>,
}

impl Hub {
    /// The hub with this schema and these tables.
    ///
    /// # Errors
    /// When the schema does not parse.
    pub fn new(sdl: &str, tables: Vec<&'static str>) -> Result<Self> {
        let Graph { types, .. } = read::sdl::parse("schema.graphql", sdl)?;
        let objects = types.into_iter().filter(|definition| definition.shape == Shape::Object);
        let entities = objects.filter_map(|definition| {
            let key = definition.keys.into_iter().next()?;
            let fields = definition.fields.into_iter().map(|field| field.name).collect();
            Some(Entity { name: definition.name, key, fields })
        });
        Ok(Self { entities: entities.collect(), tables })
    }

    /// The entity with this name.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name == name)
    }
}

impl Entity {
    /// Whether the field is one that only the hub may define.
    pub fn owns(&self, field: &str) -> bool {
        self.fields.iter().any(|owned| owned == field) && !self.key.iter().any(|key| key == field)
    }
}
