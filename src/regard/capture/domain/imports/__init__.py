"""Files of a shop's past, brought in as history: see `import_file`."""

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.run import ImportProgress, ImportSummary, import_file

__all__ = ["ImportProblem", "ImportProgress", "ImportSummary", "import_file"]
