"""A filter of the list that the programme manager shares, for the doors."""

from assessment.domain import saved_filters


def filters_world(cast) -> dict[str, dict[str, object]]:
    """The filter of `manager`: shared, and still nobody else's to change."""
    kept = saved_filters.save(
        by=cast.manager, name="Leven", query="line=leven", known=("line",), is_shared=True, is_default=False
    )
    return {"filter": {"pk": kept.pk}}
