"""What mypy says of the mutants, for mutmut: errors that a change caused, not those of the code that mutmut adds.

mutmut stops at an error outside every mutant, so what stays here is always the work of a mutant.
"""

import json
import subprocess
import sys

CAUSED_BY_A_CHANGE = {
    "arg-type",
    "assignment",
    "attr-defined",
    "call-arg",
    "call-overload",
    "dict-item",
    "index",
    "list-item",
    "operator",
    "return-value",
    "type-var",
    "union-attr",
}

said = subprocess.run(["mypy", "--output", "json"], capture_output=True, encoding="utf-8", check=False).stdout
errors = [line for line in said.splitlines() if line.strip() and json.loads(line)["code"] in CAUSED_BY_A_CHANGE]
sys.stdout.write("\n".join(errors))
