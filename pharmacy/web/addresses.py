"""Numbers in addresses: an id that no database can hold is of nothing, so there is no such page."""

from werkzeug.routing import IntegerConverter, Map

ID_MAX = 2**63 - 1


class IdConverter(IntegerConverter):
    """A whole number from 0 to the largest that both engines keep."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=ID_MAX)
