// Reads the fields of a GraphQL document, whatever mix of definitions and extensions it is written in.
import { Kind } from 'graphql';

const WITH_FIELDS = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_EXTENSION,
]);

const ENUMS = new Set([Kind.ENUM_TYPE_DEFINITION, Kind.ENUM_TYPE_EXTENSION]);

// The subgraph protocol is between a gateway and a subgraph; clients of the composed graph never see it.
const PROTOCOL = new Set(['_Service', 'Query._service', 'Query._entities']);

/**
 * The coordinates of a document, such as `Party.id` or `PartyKind.PERSON`, mapped to the tags on each.
 * The fields of the subgraph protocol are left out.
 */
export function tagsByCoordinate(document) {
  const found = new Map();
  for (const definition of document.definitions) {
    const members = WITH_FIELDS.has(definition.kind)
      ? definition.fields
      : ENUMS.has(definition.kind)
        ? definition.values
        : [];
    for (const member of members ?? []) {
      const coordinate = `${definition.name.value}.${member.name.value}`;
      if (PROTOCOL.has(definition.name.value) || PROTOCOL.has(coordinate)) continue;
      found.set(coordinate, [...(found.get(coordinate) ?? []), ...tagsOf(member)]);
    }
  }
  return found;
}

function tagsOf(member) {
  return (member.directives ?? [])
    .filter((directive) => directive.name.value === 'tag')
    .map((directive) => directive.arguments.find((argument) => argument.name.value === 'name').value.value);
}
