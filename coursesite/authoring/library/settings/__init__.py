"""Settings of modules and paths as forms; the files stay what counts, and keep their shape."""

from coursesite.authoring.library.settings.modules import (
    Filled,
    ModuleSheet,
    Objective,
    filled_module,
    module_sheet,
    module_sheet_sent,
)
from coursesite.authoring.library.settings.paths import (
    PathSheet,
    filled_path,
    path_sheet,
    path_sheet_sent,
)
from coursesite.authoring.library.settings.slots import Wrong
from coursesite.authoring.library.settings.steps import StepRow

__all__ = [
    "Filled",
    "ModuleSheet",
    "Objective",
    "PathSheet",
    "StepRow",
    "Wrong",
    "filled_module",
    "filled_path",
    "module_sheet",
    "module_sheet_sent",
    "path_sheet",
    "path_sheet_sent",
]
