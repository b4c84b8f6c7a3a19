from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from applications.models.proposal import Proposal


class ProposalSearch(models.Model):
    """The words by which a proposal is found. Triggers keep it current (migrations/sql/search.sql); nobody else writes.

    `head` holds what a list shows of a proposal, `whole` everything that it says: who may not open a file must not
    find it by its words either.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, primary_key=True, related_name="search")
    head = SearchVectorField()
    whole = SearchVectorField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["head"], name="applications_search_head"),
            GinIndex(fields=["whole"], name="applications_search_whole"),
        ]

    def __str__(self) -> str:
        return str(self.proposal_id)
