"""What the doors of the public register are tried with: a grant that stands there, and a refusal that does not."""

from tests.budget.road import granted_proposal, refused_proposal


def register_world(cast, call) -> dict[str, dict[str, object]]:
    granted = granted_proposal(cast, call, title="In het register", send_letter=True)
    refused = refused_proposal(cast, call, title="Niet in het register", send_letter=True)
    return {
        "register/json": {"suffix": "json"},
        "register/xlsx": {"suffix": "xlsx"},
        "register/grant": {"reference": granted.reference},
        "register/refused": {"reference": refused.reference},
    }
