"""Settings of modules and paths as forms; the files stay what counts, and keep their shape."""

from coursesite.authoring.library.settings.modules import (
    Filled,
    ModuleSheet,
    Objective,
    filled_module,
    module_sheet,
    module_sheet_sent,
)
from coursesite.authoring.library.settings.slots import Wrong

__all__ = [
    "Filled",
    "ModuleSheet",
    "Objective",
    "Wrong",
    "filled_module",
    "module_sheet",
    "module_sheet_sent",
]
