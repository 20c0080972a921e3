"""Checks a compose file against the compose specification, and that what it names is declared."""
import sys

from compose_spec import PyCompose


def main() -> None:
    path = sys.argv[1]
    try:
        with open(path, encoding="utf-8") as file:
            compose = PyCompose.from_yaml(file.read())
        compose.validate()
        compose.validate_volumes()
        compose.validate_networks()
        compose.validate_secrets()
        compose.validate_configs()
    except ValueError as error:
        sys.exit(f"{path}: {error}")
    print(f"{path}: {len(compose.service_names())} services")


main()
